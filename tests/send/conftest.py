"""A house that sends somebody's values to a Nightscout server."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import SUBENTRY_NIGHTSCOUT
from custom_components.libreview.send.destination import hash_secret
from tests.cloud_double import Person
from tests.conftest import NOON
from tests.nightscout_double import SECRET, NightscoutDouble

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
