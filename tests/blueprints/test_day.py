"""The blueprints about data, the sensor on the arm, a light and the day."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary_entity import add_time_of_a_dose
from tests.support.entries import entry_of
from tests.support.notified_home import House
from tests.support.states import state

RANGE = "sensor.alex_example_range"


@pytest.fixture
async def box(notified_home: House) -> str:
    return await notified_home.add_postbox("ntfy")


def started(hass: HomeAssistant) -> None:
    """Home Assistant has started."""
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)


# No current data


async def test_missing_data_are_notified_with_reminders_and_again_once_they_are_back(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    await notified_home.automate("stale_data", person=notified_home.person, notify=[box], remind_every=60)
    await automation_time(minutes=15)
    assert not notified_home.messages
    person.pause(datetime.now(UTC))
    await automation_time(minutes=24)
    assert not notified_home.messages
    await automation_time(minutes=3)
    assert notified_home.titles == ["Alex Example: No current data"]
    assert notified_home.messages[0].text == "Last reading 12:14"
    await automation_time(minutes=62)
    assert notified_home.titles == ["Alex Example: No current data"] * 2
    person.resume(datetime.now(UTC))
    await automation_time(minutes=4)
    assert notified_home.titles[2:] == ["Alex Example: Data are back"]
    assert notified_home.messages[-1].text.startswith("120 mg/dL → Stable, 0 min ago")
    await automation_time(minutes=65)  # Another reminder would have come.
    assert len(notified_home.messages) == 3


async def test_a_short_outage_is_not_notified(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("stale_data", person=notified_home.person, notify=[box])
    person.pause(datetime.now(UTC))
    await automation_time(minutes=22)
    person.resume(datetime.now(UTC))
    await automation_time(minutes=30)
    assert not notified_home.messages


async def test_a_cloud_that_is_never_reached_after_a_restart_is_notified(
    hass: HomeAssistant, notified_home: House, loaded: MockConfigEntry, box: str, automation_time: PassTime
) -> None:
    device = notified_home.person
    await hass.config_entries.async_unload(loaded.entry_id)
    hass.set_state(CoreState.starting)
    await notified_home.automate("stale_data", person=device, notify=[box])
    started(hass)
    await automation_time(minutes=9)
    assert not notified_home.messages
    await automation_time(minutes=2)
    assert notified_home.titles == ["Alex Example: No current data"]


async def test_the_first_hour_of_a_new_sensor_is_not_an_outage(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("stale_data", person=notified_home.person, notify=[box])
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC)
    await automation_time(minutes=50)
    assert state(hass, "sensor.alex_example_sensor_status") == "warming_up"
    assert state(hass, RANGE) == "unknown"
    assert not notified_home.messages
    await automation_time(minutes=15)
    assert state(hass, RANGE) == "in_range"
    assert not notified_home.messages


# The sensor ends


async def test_the_end_of_a_sensor_is_notified_once_at_a_reasonable_hour_and_when_it_has_come(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("Asia/Karachi")  # Where it is five in the afternoon.
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC) - timedelta(days=13, hours=21)
    person.sensor.ended = datetime.now(UTC) + timedelta(hours=3)
    await automation_time(minutes=2)
    await notified_home.automate("sensor_expiring", person=notified_home.person, notify=[box])
    await automation_time(minutes=57)
    assert not notified_home.messages
    await automation_time(hours=1)
    (reminder,) = notified_home.messages
    assert (reminder.title, reminder.text) == (
        "Alex Example: Sensor status",
        "Expires soon, 2026-06-01 20:00",
    )
    await automation_time(hours=2)
    assert [message.text for message in notified_home.messages[1:]] == ["Expired"]


async def test_a_sensor_with_days_to_go_is_not_notified(
    hass: HomeAssistant, notified_home: House, box: str, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    await notified_home.automate("sensor_expiring", person=notified_home.person, notify=[box], at="12:10:00")
    await automation_time(minutes=20)
    assert not notified_home.messages


async def test_when_a_dose_was_is_not_taken_for_the_end_of_the_sensor(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC) - timedelta(days=13, hours=12)
    await automation_time(minutes=2)
    add_time_of_a_dose(hass, notified_home.person, datetime.now(UTC) + timedelta(hours=1))
    await notified_home.automate("sensor_expiring", person=notified_home.person, notify=[box], at="12:10:00")
    await automation_time(minutes=20)
    assert [message.text for message in notified_home.messages] == ["Expires soon, 2026-06-02 00:00"]


async def test_a_sensor_that_had_ended_before_the_start_is_not_notified_again(
    hass: HomeAssistant,
    notified_home: House,
    loaded: MockConfigEntry,
    box: str,
    person: Person,
    automation_time: PassTime,
) -> None:
    device = notified_home.person
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC) - timedelta(days=15)
    person.sensor.ended = datetime.now(UTC)
    await automation_time(minutes=20)
    assert state(hass, "sensor.alex_example_sensor_status") == "expired"
    await hass.config_entries.async_unload(loaded.entry_id)
    await notified_home.automate("sensor_expiring", person=device, notify=[box])
    await hass.config_entries.async_setup(loaded.entry_id)
    await automation_time(minutes=10)
    assert not notified_home.messages


# A light in the colour of the range


async def test_a_light_takes_the_colour_of_the_range_and_keeps_no_old_one(
    hass: HomeAssistant, notified_home: House, person: Person, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    on, off = async_mock_service(hass, "light", "turn_on"), async_mock_service(hass, "light", "turn_off")
    hass.states.async_set("light.lamp", "off")
    await notified_home.automate("range_light", person=notified_home.person, light=["light.lamp"])
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    assert [call.data["rgb_color"] for call in on] == [[255, 90, 0]]
    assert on[0].data["brightness_pct"] == 70
    person.curve = lambda _: 120
    await automation_time(minutes=2)
    assert on[1].data["rgb_color"] == [0, 200, 60]
    person.pause(datetime.now(UTC))
    await automation_time(minutes=18)
    assert (len(on), len(off)) == (2, 1)
    await automation_time(minutes=20)
    assert (len(on), len(off)) == (2, 1)


async def test_a_light_is_dimmed_at_night_and_right_at_once_after_a_start(
    hass: HomeAssistant, notified_home: House, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    on = async_mock_service(hass, "light", "turn_on")
    hass.states.async_set("light.lamp", "off")
    hass.set_state(CoreState.starting)
    await notified_home.automate(
        "range_light",
        person=notified_home.person,
        light=["light.lamp"],
        night_from="12:10:00",
        night_to="07:00:00",
    )
    started(hass)
    await automation_time(minutes=1)
    assert [call.data["brightness_pct"] for call in on] == [70]
    await automation_time(minutes=10)
    assert [call.data["brightness_pct"] for call in on] == [70, 10]


async def test_a_light_can_turn_white_instead_of_off(
    hass: HomeAssistant, notified_home: House, person: Person, automation_time: PassTime
) -> None:
    on = async_mock_service(hass, "light", "turn_on")
    hass.states.async_set("light.lamp", "off")
    await notified_home.automate(
        "range_light", person=notified_home.person, light=["light.lamp"], no_data="white"
    )
    person.pause(datetime.now(UTC))
    await automation_time(minutes=18)
    assert [call.data["rgb_color"] for call in on] == [[255, 255, 255]]


async def test_a_light_that_missed_a_change_is_put_right_but_not_turned_on_against_a_hand(
    hass: HomeAssistant, notified_home: House, person: Person, automation_time: PassTime
) -> None:
    on, off = async_mock_service(hass, "light", "turn_on"), async_mock_service(hass, "light", "turn_off")
    hass.states.async_set("light.lamp", "off")
    await notified_home.automate("range_light", person=notified_home.person, light=["light.lamp"])
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    await hass.services.async_call("automation", "turn_on", {"entity_id": "all"}, blocking=True)
    await automation_time(minutes=6)
    assert not on
    hass.states.async_set("light.lamp", "on")
    await automation_time(minutes=6)
    assert {tuple(call.data["rgb_color"]) for call in on} == {(255, 90, 0)}
    assert not off


# The summary of the day


@pytest.mark.usefixtures("every_entity")
async def test_the_figures_of_the_day_are_notified_with_their_own_names_and_units(
    hass: HomeAssistant,
    notified_home: House,
    box: str,
    automation_time: PassTime,
    freezer: FrozenDateTimeFactory,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    keys = (
        "time_in_range_24_h",
        "time_in_range_14_d",
        "below_range_14_d",
        "above_range_14_d",
        "average_14_days",
        "gmi_14_days",
        "variability_14_days",
        "data_captured_14_d",
    )
    chosen = [f"sensor.alex_example_{key}" for key in keys]
    await notified_home.automate("daily_summary", sensors=chosen, notify=[box], at="17:30:00")
    freezer.tick(timedelta(hours=5))  # The machine sleeps, and then gets what it missed.
    await automation_time(minutes=31)
    (message,) = notified_home.messages
    assert message.text.splitlines() == [
        "Time in range (24 h): 100 %",
        "Time in range (14 d): unknown",
        "Below range (14 d): unknown",
        "Above range (14 d): unknown",
        "Average (14 days): unknown",
        "GMI (14 days): unknown",
        "Variability (14 days): unknown",
        "Data captured (14 d): 5 %",
    ]


async def test_the_day_of_several_persons_says_whose_each_line_is(
    hass: HomeAssistant, notified_home: House, cloud: CloudDouble, box: str, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    robin = Person(first_name="Robin", last_name="Sample", curve=lambda _: 90)
    other = Account(email="other@example.com")
    cloud.add_account(other, persons=[robin])
    await set_up(hass, entry_of(other))
    await notified_home.automate(
        "daily_summary",
        sensors=["sensor.alex_example_glucose", "sensor.robin_sample_glucose"],
        notify=[box],
        at="12:02:00",
    )
    await automation_time(minutes=3)
    (message,) = notified_home.messages
    assert message.title == "Alex Example, Robin Sample"
    assert message.text.splitlines() == [
        "Alex Example, Glucose: 120 mg/dL",
        "Robin Sample, Glucose: 90 mg/dL",
    ]


async def test_words_and_times_in_the_summary_are_those_that_people_see(
    hass: HomeAssistant, notified_home: House, box: str, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    chosen = [f"sensor.alex_example_{key}" for key in ("range", "sensor_status", "sensor_expires")]
    await notified_home.automate("daily_summary", sensors=chosen, notify=[box], at="14:02:00")
    await automation_time(minutes=3)
    (message,) = notified_home.messages
    ends = datetime.fromisoformat(state(hass, "sensor.alex_example_sensor_expires")) + timedelta(hours=2)
    assert message.text.splitlines() == [
        "Range: In range",
        "Sensor status: Active",
        f"Sensor expires: {ends:%Y-%m-%d %H:%M}",
    ]


async def test_the_day_is_summed_up_once_with_what_is_unknown_called_so(
    hass: HomeAssistant, notified_home: House, box: str, automation_time: PassTime
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
    await notified_home.automate("daily_summary", sensors=chosen, notify=[box], at="12:00:30")
    await automation_time(minutes=1)
    (message,) = notified_home.messages
    assert message.title == "Alex Example"
    assert message.text.splitlines() == [
        "Glucose: 120 mg/dL",
        "time in range: 71.5 %",
        "Change (5 min): unknown",
        "sensor.no: unknown",
    ]
    await automation_time(minutes=35)
    assert len(notified_home.messages) == 1


@pytest.mark.parametrize("with_nothing", [True, False])
async def test_a_day_without_any_data_is_notified_or_skipped_as_wanted(
    hass: HomeAssistant,
    notified_home: House,
    box: str,
    person: Person,
    automation_time: PassTime,
    with_nothing: bool,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    person.pause(datetime.now(UTC))
    await notified_home.automate(
        "daily_summary",
        sensors=["sensor.alex_example_glucose"],
        notify=[box],
        at="12:20:00",
        with_nothing=with_nothing,
    )
    await automation_time(minutes=21)
    assert [message.text for message in notified_home.messages] == (
        ["Glucose: unknown"] if with_nothing else []
    )
