"""What a person sees of the live feed, minute by minute."""

from datetime import UTC, datetime, timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person
from tests.support.clock import PassTime
from tests.support.states import measured_at, state

GLUCOSE = "sensor.alex_example_glucose"


async def test_a_set_up_account_shows_the_newest_reading(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble
) -> None:
    assert loaded.state is ConfigEntryState.LOADED
    assert state(hass, GLUCOSE) == "120"
    assert state(hass, "sensor.alex_example_trend") == "stable"
    assert state(hass, "sensor.alex_example_range") == "in_range"
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "off"


async def test_values_follow_the_person(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.curve = lambda _: 58
    await pass_time(minutes=2)
    assert state(hass, GLUCOSE) == "58"
    assert state(hass, "sensor.alex_example_range") == "low"
    assert state(hass, "binary_sensor.alex_example_low_glucose") == "on"
    assert state(hass, "binary_sensor.alex_example_very_low_glucose") == "off"


async def test_a_reading_repeated_for_six_hours_is_not_shown_as_current(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    silent_since = datetime.now(UTC)
    person.pause(silent_since)
    await pass_time(minutes=14)
    assert state(hass, GLUCOSE) == "120"
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "off"
    await pass_time(minutes=2)
    for entity in ("sensor.alex_example_trend", "sensor.alex_example_range", GLUCOSE):
        assert state(hass, entity) == "unknown"
    assert state(hass, "binary_sensor.alex_example_low_glucose") == "unknown"
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "on"
    await pass_time(hours=6, step=300)
    assert state(hass, GLUCOSE) == "unknown"
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "on"
    assert measured_at(hass) <= silent_since

    person.curve = lambda _: 140
    person.resume(datetime.now(UTC))
    await pass_time(minutes=2, seconds=30)
    assert state(hass, GLUCOSE) == "140"
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "off"


async def test_an_account_starts_with_one_request_and_one_graph_per_person(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, account: Account, pass_time: PassTime
) -> None:
    assert len(cloud.logins) == 1
    await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    cloud.log.clear()
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED
    assert [request.endpoint for request in cloud.requests()] == ["connections", "graph"]


async def test_no_more_than_one_request_a_minute(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await pass_time(hours=1)
    assert len(cloud.requests("connections", since=datetime.now(UTC) - timedelta(minutes=55))) <= 56
    assert len(cloud.logins) == 1
