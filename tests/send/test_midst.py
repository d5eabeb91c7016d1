"""What happens in the house while a request to a Nightscout server is under way."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.hass_data import get_data
from tests.cloud_double import Person
from tests.conftest import NOON
from tests.nightscout_double import NightscoutDouble
from tests.support.clock import PassTime
from tests.support.stored_history import DAY, keep, readings_before

from .conftest import Connect

pytestmark = pytest.mark.parametrize("nth", [1, 2, 3])


@pytest.fixture(autouse=True)
async def _two_days(hass: HomeAssistant, quiet: MockConfigEntry, person: Person) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100, 101]))
    await keep(hass, quiet, person, readings_before(NOON - DAY, [102, 103]))


def at_request(nightscout: NightscoutDouble, nth: int, happen: Callable[[], object]) -> None:
    """Let something happen as soon as the nth request from now on is at the server."""
    following = (lambda: at_request(nightscout, nth - 1, happen)) if nth > 1 else happen
    nightscout.on_request = following


async def test_a_reload_sends_all_and_leaves_one_sender(
    hass: HomeAssistant, connect: Connect, nightscout: NightscoutDouble, quiet: MockConfigEntry, nth: int
) -> None:
    at_request(nightscout, nth, lambda: hass.config_entries.async_schedule_reload(quiet.entry_id))
    await connect()
    assert list(nightscout.sgvs().values()) == [102, 103, 100, 101]
    assert len(nightscout.entries.documents) == 4
    assert len(get_data(hass).senders[quiet.entry_id].running) == 1


async def test_after_a_removal_nothing_more_is_sent_or_kept(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    pass_time: PassTime,
    hass_storage: dict[str, Any],
    nth: int,
) -> None:
    def remove() -> None:
        (server,) = quiet.get_subentries_of_type("nightscout")
        hass.config_entries.async_remove_subentry(quiet, server.subentry_id)

    at_request(nightscout, nth, remove)
    await connect()
    await pass_time(minutes=20)
    assert len(nightscout.requests) == nth
    assert "libreview.sent" not in hass_storage
