"""A house with phones and other things that can be notified, and automations from our blueprints."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
import shutil
from typing import Any, Final, override

from homeassistant.components.blueprint.const import BLUEPRINT_FOLDER
from homeassistant.components.notify import NotifyEntity
from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN, NotifyEntityFeature
from homeassistant.components.trace.const import DATA_TRACE
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.setup import async_setup_component
from homeassistant.util import slugify
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockEntityPlatform

from tests.support.clock import settled_but_automations

BLUEPRINTS: Final = Path(__file__).parents[2] / "blueprints" / "automation" / "libreview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody was told; `data` is what only a phone's own notify action can carry."""

    to: str
    title: str | None
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Postbox(NotifyEntity):
    """Something that can be notified, but shows no buttons."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, name: str, messages: list[Message]) -> None:
        self._attr_unique_id = name
        self._attr_name = name
        self._messages = messages

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        self._messages.append(Message(to=self.entity_id, title=title, text=message))


class Phone(Postbox):
    """A phone with the Home Assistant app, whose integration needs libraries that no test should."""

    def __init__(self, name: str, messages: list[Message]) -> None:
        super().__init__(name, messages)
        self._attr_device_info = DeviceInfo(identifiers={("mobile_app", name)}, name=name)
        self._attr_has_entity_name = True
        self._attr_name = None
        self.is_reached = True
        self.is_there = asyncio.Event()
        self.is_there.set()

    async def take(self, call: ServiceCall) -> None:
        """Show what came by the phone's own action, and keep the time, as the app's integration does."""
        await self.is_there.wait()
        if not self.is_reached:
            raise HomeAssistantError("not connected")
        self._messages.append(
            Message(
                to=self.entity_id,
                title=call.data["title"],
                text=call.data["message"],
                data=call.data.get("data", {}),
            )
        )
        self._async_record_notification()


@dataclass(slots=True, kw_only=True)
class House:
    """The house; `messages` are all that anybody was told, in order."""

    hass: HomeAssistant
    messages: list[Message] = field(default_factory=list)
    phones: dict[str, Phone] = field(default_factory=dict)

    @property
    def person(self) -> str:
        """The device of the person that is followed."""
        return self.device("sensor.alex_example_range")

    @property
    def titles(self) -> list[str | None]:
        """What anybody was told, in short."""
        return [message.title for message in self.messages]

    async def add_postbox(self, name: str) -> str:
        """Add something that can be notified; gives its entity id."""
        postbox = Postbox(name, self.messages)
        platform = MockEntityPlatform(self.hass, domain=NOTIFY_DOMAIN, platform_name="postbox")
        await platform.async_add_entities([postbox])
        return postbox.entity_id

    async def add_phone(self, name: str) -> str:
        """Add a phone with the Home Assistant app, which has an action of its own; gives its entity id."""
        phone = Phone(name, self.messages)
        entry = MockConfigEntry(domain="mobile_app", title=name)
        entry.add_to_hass(self.hass)
        platform = MockEntityPlatform(self.hass, domain=NOTIFY_DOMAIN, platform_name="mobile_app")
        platform.config_entry = entry
        await platform.async_add_entities([phone])
        self.hass.services.async_register(NOTIFY_DOMAIN, slugify(f"mobile_app_{name}"), phone.take)
        self.phones[phone.entity_id] = phone
        return phone.entity_id

    def device(self, entity_id: str) -> str:
        """The id of the device that an entity belongs to."""
        entity = er.async_get(self.hass).async_get(entity_id)
        assert entity is not None
        assert entity.device_id is not None
        assert dr.async_get(self.hass).async_get(entity.device_id) is not None
        return entity.device_id

    async def automate(self, blueprint: str, **inputs: Any) -> None:
        """Set up an automation from one of our blueprints, with these inputs."""
        await self.automate_all([from_blueprint(blueprint, **inputs)])
        state = self.hass.states.get(f"automation.{blueprint}")
        assert state is not None
        assert state.state == "on", state

    async def automate_all(self, automations: Sequence[Mapping[str, Any]]) -> None:
        """Set up the automations of this house."""
        folder = Path(self.hass.config.path(BLUEPRINT_FOLDER, "automation", "libreview"))
        await self.hass.async_add_executor_job(_copied, folder)
        assert await async_setup_component(self.hass, "automation", {"automation": list(automations)})
        await settled_but_automations(self.hass)

    def traces(self, blueprint: str) -> int:
        """How many traces there are of an automation from that blueprint."""
        traces = self.hass.data[DATA_TRACE].get(f"automation.{blueprint}")
        return len(traces.runs) if traces else 0

    def answer(self, phone: str | None = None) -> None:
        """Press the button of the last message that carries one, on a phone or on any."""
        heard = [message for message in self.messages if phone in (None, message.to)]
        actions = [action for message in heard for action in message.data.get("actions", [])]
        self.hass.bus.async_fire("mobile_app_notification_action", {"action": actions[-1]["action"]})


def from_blueprint(blueprint: str, **inputs: Any) -> dict[str, Any]:
    """An automation as Home Assistant writes it down when somebody makes it from one of our blueprints."""
    return {
        "id": blueprint,
        "alias": blueprint,
        "use_blueprint": {"path": f"libreview/{blueprint}.yaml", "input": inputs},
    }


def _copied(folder: Path) -> None:
    shutil.copytree(BLUEPRINTS, folder, dirs_exist_ok=True)
