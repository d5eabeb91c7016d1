"""The blueprints about data, the sensor on the arm, a light and the day."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.cloud_double import Person
from tests.house import House
from tests.shown import state

PassTime = Callable[..., Awaitable[None]]
RANGE = "sensor.alex_example_range"


@pytest.fixture
async def box(house: House) -> str:
    return await house.add_postbox("ntfy")


def started(hass: HomeAssistant) -> None:
    """Home Assistant has started."""
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)


# No current data


async def test_missing_data_are_told_reminded_of_and_told_to_be_back(
    hass: HomeAssistant, house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    await house.automate("stale_data", person=house.person, notify=[box], remind_every=60)
    await house_time(minutes=15)
    assert not house.messages
    person.pause(datetime.now(UTC))
    await house_time(minutes=24)
    assert not house.messages
    await house_time(minutes=3)
    assert house.titles == ["Alex Example: No current data"]
    assert house.messages[0].text == "Signal lost, 12:14"
    await house_time(minutes=62, step=20)
    assert house.titles == ["Alex Example: No current data"] * 2
    person.resume(datetime.now(UTC))
    await house_time(minutes=4)
    assert house.titles[2:] == ["Alex Example: Data are back"]
    assert house.messages[-1].text.startswith("120 mg/dL")
    await house_time(hours=2, step=30)
    assert len(house.messages) == 3


async def test_a_short_outage_is_not_worth_a_word(
    house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("stale_data", person=house.person, notify=[box])
    person.pause(datetime.now(UTC))
    await house_time(minutes=22)
    person.resume(datetime.now(UTC))
    await house_time(minutes=30)
    assert not house.messages


async def test_a_cloud_that_is_never_reached_after_a_restart_is_told(
    hass: HomeAssistant, house: House, loaded: MockConfigEntry, box: str, house_time: PassTime
) -> None:
    device = house.person
    await hass.config_entries.async_unload(loaded.entry_id)
    hass.set_state(CoreState.starting)
    await house.automate("stale_data", person=device, notify=[box])
    started(hass)
    await house_time(minutes=9)
    assert not house.messages
    await house_time(minutes=2)
    assert house.titles == ["Alex Example: No current data"]


async def test_the_first_hour_of_a_new_sensor_is_not_an_outage(
    hass: HomeAssistant, house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("stale_data", person=house.person, notify=[box])
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC)
    await house_time(minutes=50)
    assert state(hass, "sensor.alex_example_sensor_status") == "warming_up"
    assert state(hass, RANGE) == "unknown"
    assert not house.messages
    await house_time(minutes=15)
    assert state(hass, RANGE) == "in_range"
    assert not house.messages


# The sensor ends


async def test_the_end_of_a_sensor_is_told_once_at_a_reasonable_hour_and_when_it_has_come(
    hass: HomeAssistant, house: House, box: str, person: Person, house_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC) - timedelta(days=13, hours=12)
    person.sensor.ended = datetime.now(UTC) + timedelta(hours=12)
    await house_time(minutes=2)
    await house.automate("sensor_expiring", person=house.person, notify=[box])
    await house_time(hours=5, step=30)
    assert not house.messages
    await house_time(hours=2, step=30)
    (reminder,) = house.messages
    assert (reminder.title, reminder.text) == ("Alex Example: Sensor status", "Ends soon, Tue 00:00")
    await house_time(hours=8, step=60)
    assert [message.text for message in house.messages[1:]] == ["Ended"]


async def test_a_sensor_with_days_to_go_is_not_told(
    hass: HomeAssistant, house: House, box: str, house_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    await house.automate("sensor_expiring", person=house.person, notify=[box], at="12:10:00")
    await house_time(minutes=20)
    assert not house.messages


async def test_a_sensor_that_had_ended_before_the_start_is_not_told_again(
    hass: HomeAssistant,
    house: House,
    loaded: MockConfigEntry,
    box: str,
    person: Person,
    house_time: PassTime,
) -> None:
    device = house.person
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC) - timedelta(days=15)
    person.sensor.ended = datetime.now(UTC)
    await house_time(minutes=20)
    assert state(hass, "sensor.alex_example_sensor_status") == "expired"
    await hass.config_entries.async_unload(loaded.entry_id)
    await house.automate("sensor_expiring", person=device, notify=[box])
    await hass.config_entries.async_setup(loaded.entry_id)
    await house_time(minutes=10)
    assert not house.messages


# A light in the colour of the range


async def test_a_light_takes_the_colour_of_the_range_and_keeps_no_old_one(
    hass: HomeAssistant, house: House, person: Person, house_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    on, off = async_mock_service(hass, "light", "turn_on"), async_mock_service(hass, "light", "turn_off")
    hass.states.async_set("light.lamp", "off")
    await house.automate("range_light", person=house.person, light=["light.lamp"])
    person.curve = lambda _: 60
    await house_time(minutes=2)
    assert [call.data["rgb_color"] for call in on] == [[255, 90, 0]]
    assert on[0].data["brightness_pct"] == 70
    person.curve = lambda _: 120
    await house_time(minutes=2)
    assert on[1].data["rgb_color"] == [0, 200, 60]
    person.pause(datetime.now(UTC))
    await house_time(minutes=18)
    assert (len(on), len(off)) == (2, 1)
    await house_time(hours=1, step=30)
    assert (len(on), len(off)) == (2, 1)


async def test_a_light_is_dimmed_at_night_and_right_at_once_after_a_start(
    hass: HomeAssistant, house: House, house_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    on = async_mock_service(hass, "light", "turn_on")
    hass.states.async_set("light.lamp", "off")
    hass.set_state(CoreState.starting)
    await house.automate(
        "range_light", person=house.person, light=["light.lamp"], night_from="12:10:00", night_to="07:00:00"
    )
    started(hass)
    await house_time(minutes=1)
    assert [call.data["brightness_pct"] for call in on] == [70]
    await house_time(minutes=10)
    assert [call.data["brightness_pct"] for call in on] == [70, 10]


async def test_a_light_can_turn_white_instead_of_off(
    hass: HomeAssistant, house: House, person: Person, house_time: PassTime
) -> None:
    on = async_mock_service(hass, "light", "turn_on")
    hass.states.async_set("light.lamp", "off")
    await house.automate("range_light", person=house.person, light=["light.lamp"], no_data="white")
    person.pause(datetime.now(UTC))
    await house_time(minutes=18)
    assert [call.data["rgb_color"] for call in on] == [[255, 255, 255]]


# The summary of the day


async def test_the_day_is_summed_up_once_with_what_is_unknown_called_so(
    hass: HomeAssistant, house: House, box: str, house_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    hass.states.async_set("sensor.time_in_range", "71.5", {"unit_of_measurement": "%"})
    chosen = [
        "sensor.alex_example_glucose",
        "sensor.time_in_range",
        "sensor.alex_example_change_5_min",
        "sensor.no",
    ]
    hass.states.async_set("sensor.alex_example_change_5_min", "unknown")
    await house.automate("daily_summary", sensors=chosen, notify=[box], at="12:00:30")
    await house_time(minutes=1)
    (message,) = house.messages
    assert message.title == "Alex Example"
    assert message.text.splitlines() == [
        "Glucose: 120 mg/dL",
        "time in range: 71.5 %",
        "Change (5 min): unknown",
        "sensor.no: unknown",
    ]
    await house_time(hours=2, step=60)
    assert len(house.messages) == 1


@pytest.mark.parametrize("with_nothing", [True, False])
async def test_a_day_without_any_data_is_told_or_skipped_as_wanted(
    hass: HomeAssistant,
    house: House,
    box: str,
    person: Person,
    house_time: PassTime,
    with_nothing: bool,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    person.pause(datetime.now(UTC))
    await house.automate(
        "daily_summary",
        sensors=["sensor.alex_example_glucose"],
        notify=[box],
        at="12:20:00",
        with_nothing=with_nothing,
    )
    await house_time(minutes=21)
    assert [message.text for message in house.messages] == (["Glucose: unknown"] if with_nothing else [])
