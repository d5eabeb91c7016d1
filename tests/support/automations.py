"""Automations as people write them, in a Home Assistant that runs or starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from homeassistant.core import CoreState, Event, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import slugify

RAN = "ran"
TOLD = {
    "entity_id": "{{ trigger.entity_id }}",
    "state": "{{ trigger.to_state.state }}",
    "before": "{{ trigger.from_state.state if 'from_state' in trigger else '' }}",
    "kind": "{{ trigger.to_state.attributes.event_type | default('') }}",
}


@dataclass(slots=True)
class Runs:
    """What an automation ran for."""

    told: list[Mapping[str, Any]] = field(default_factory=list)

    @classmethod
    async def of(
        cls,
        hass: HomeAssistant,
        trigger: str,
        target: dict[str, Any],
        **options: Any,
    ) -> Self:
        """Set up an automation with one of our triggers and remember what it ran for."""
        (runs,) = await cls.of_each(hass, trigger, target, [options])
        return runs

    @classmethod
    async def of_each(
        cls, hass: HomeAssistant, trigger: str, target: dict[str, Any], choices: Sequence[Mapping[str, Any]]
    ) -> list[Self]:
        """Set up an automation for each choice of options, side by side, and remember what each ran for."""
        automations: list[dict[str, Any]] = []
        for number, options in enumerate(choices):
            name = f"Automation under test {number or ''}".strip()
            automations.append(
                {
                    "id": name,
                    "alias": name,
                    "triggers": {"trigger": f"libreview.{trigger}", "target": target, "options": options},
                    "actions": {"event": f"{RAN}{number or ''}", "event_data": TOLD},
                    "mode": "parallel",
                }
            )
        runs = [cls() for _ in automations]
        for number, each in enumerate(runs):
            hass.bus.async_listen(f"{RAN}{number or ''}", each._ran)
        assert await async_setup_component(hass, "automation", {"automation": automations})
        await hass.async_block_till_done()
        for automation in automations:
            state = hass.states.get(f"automation.{slugify(automation['alias'])}")
            assert state is not None
            assert state.state == "on", "the automation is not valid"
        return runs

    def _ran(self, event: Event) -> None:
        self.told.append(event.data)

    @property
    def count(self) -> int:
        """How often it ran."""
        return len(self.told)

    @property
    def states(self) -> list[str]:
        """The states that it ran for."""
        return [str(each["state"]) for each in self.told]


def begin_to_start(hass: HomeAssistant) -> None:
    """Be a Home Assistant that does not run yet."""
    hass.set_state(CoreState.not_running)


async def started(hass: HomeAssistant) -> None:
    """Come to the end of the start, when automations begin to work."""
    await hass.async_start()
    await hass.async_block_till_done(wait_background_tasks=True)


def device_target(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    """The person's device as a target."""
    entry = er.async_get(hass).async_get(entity_id)
    assert entry is not None
    return {"device_id": entry.device_id}
