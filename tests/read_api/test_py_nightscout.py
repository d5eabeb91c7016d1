"""Clients of others, unmodified: `py-nightscout`, and Home Assistant's own integration of Nightscout."""

from typing import Any

from aiohttp import ClientResponseError
from aiohttp.test_utils import TestClient
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_API_KEY, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import py_nightscout
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.models import EntryKind
from tests.cloud_double import Person
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.readers import KEY, PREFIX, share
from tests.support.stored_history import keep, readings_before, written

ROOTS = pytest.mark.parametrize("root", ["", PREFIX], ids=["root", "prefix"])


def address(app: TestClient[Any, Any], root: str) -> str:
    return str(app.make_url(root))


@ROOTS
async def test_py_nightscout_reads_status_readings_and_treatments(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person, root: str
) -> None:
    await share(hass, quiet, person, key="with the diary", diary=True)
    await keep(hass, quiet, person, readings_before(NOON, [100, 101]))
    await keep(hass, quiet, person, entries=[written(EntryKind.RAPID_ACTING_INSULIN, amount=4.5)])
    session = async_get_clientsession(hass)
    api = py_nightscout.Api(address(app, root), api_secret="with the diary", session=session)

    status = await api.get_server_status()
    assert (status.status, status.apiEnabled, status.settings["units"]) == ("ok", True, "mg/dl")
    newest, before = await api.get_sgvs()
    assert (newest.sgv, newest.direction, before.sgv) == (101, "NOT COMPUTABLE", 100)
    assert newest.date.isoformat() == "2026-06-01T11:55:00+00:00"
    (dose,) = await api.get_treatments()
    assert (dose.eventType, dose.insulin) == ("Correction Bolus", 4.5)


async def test_py_nightscout_is_refused_without_the_key(
    hass: HomeAssistant, app: TestClient[Any, Any]
) -> None:
    api = py_nightscout.Api(address(app, ""), api_secret="wrong", session=async_get_clientsession(hass))
    with pytest.raises(ClientResponseError, match="401"):
        await api.get_server_status()


@ROOTS
async def test_home_assistants_own_nightscout_shows_the_value_in_the_same_house(
    hass: HomeAssistant, app: TestClient[Any, Any], person: Person, pass_time: PassTime, root: str
) -> None:
    person.has_reading = True
    await pass_time(minutes=2)
    data = {CONF_URL: address(app, root), CONF_API_KEY: KEY}

    entry = await set_up(hass, MockConfigEntry(domain="nightscout", data=data, unique_id="site"))

    assert entry.state is ConfigEntryState.LOADED
    state = hass.states.get("sensor.blood_sugar")
    assert state is not None
    assert (state.state, state.attributes["direction"]) == ("120", "Flat")
