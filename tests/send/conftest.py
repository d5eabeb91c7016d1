"""A house that sends somebody's values to a Nightscout server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import SUBENTRY_NIGHTSCOUT
from custom_components.libreview.send.destination import hash_secret
from tests.cloud_double import Person
from tests.conftest import NOON
from tests.nightscout_double import SECRET, NightscoutDouble
from tests.support.clock import PassTime
from tests.support.stored_history import keep

type Connect = Callable[..., Awaitable[ConfigSubentry]]
SINCE = int((NOON - timedelta(days=14)).timestamp())


@pytest.fixture
def connect(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> Connect:
    """Send that person's values there, as the dialog sets it up."""

    async def connect(secret: str = SECRET, **fields: Any) -> ConfigSubentry:
        data = {
            "person": person.patient_id,
            "url": nightscout.url,
            "sha1": hash_secret(secret),
            "diary": False,
            "since": SINCE,
        }
        subentry = ConfigSubentry(
            data=MappingProxyType({**data, **fields}),
            subentry_type=SUBENTRY_NIGHTSCOUT,
            title="Nightscout",
            unique_id=None,
        )
        hass.config_entries.async_add_subentry(quiet, subentry)
        await hass.async_block_till_done(wait_background_tasks=True)
        return subentry

    return connect


@dataclass(frozen=True, slots=True)
class Scene:
    """Everybody who has to do with it: the house, the account, the person, the server."""

    hass: HomeAssistant
    entry: MockConfigEntry
    person: Person
    nightscout: NightscoutDouble
    connect: Connect
    pass_time: PassTime

    async def keep(self, *told: Any, **fields: Any) -> None:
        """Keep readings and entries of the person."""
        await keep(self.hass, self.entry, self.person, *told, **fields)

    def glucose(self) -> list[int]:
        """Return the values that the server holds, in the order of time."""
        return list(self.nightscout.sgvs().values())

    def issues(self) -> list[str]:
        """Return what people are told about sending."""
        return sorted(
            str(issue.translation_key)
            for issue in ir.async_get(self.hass).issues.values()
            if issue.domain == "libreview" and str(issue.translation_key).startswith("send_")
        )


@pytest.fixture
def scene(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    nightscout: NightscoutDouble,
    connect: Connect,
    pass_time: PassTime,
) -> Scene:
    return Scene(hass, quiet, person, nightscout, connect, pass_time)
