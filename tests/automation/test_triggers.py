"""When range and trend change, readings stop and come back, and entries are new in the diary."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.automations import Runs, begin_to_start, device_target, started
from tests.support.clock import PassTime
from tests.support.diary import DIARY, ago, dose, restart
from tests.support.states import state

RANGE = "sensor.alex_example_range"
TREND = "sensor.alex_example_trend"
GLUCOSE = "sensor.alex_example_glucose"
STALE = "binary_sensor.alex_example_no_current_data"
IN_RANGE, LOW, VERY_LOW, HIGH = 120, 65, 50, 200


async def silence(person: Person, pass_time: PassTime, minutes: int = 20) -> None:
    """The phone is silent for so long, then comes back."""
    person.pause(datetime.now(UTC))
    await pass_time(minutes=minutes)
    person.resume(datetime.now(UTC))


# The range.


CHANGES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["low", "very_low", "low", "in_range", "high"]),
    ({"to": ["low", "very_low"]}, ["low", "very_low", "low"]),
    ({"to": "high"}, ["high"]),
    ({"from": ["very_low"]}, ["low"]),
    ({"from": ["low"], "to": ["in_range", "high"]}, ["in_range"]),
    ({"from": [], "to": []}, ["low", "very_low", "low", "in_range", "high"]),
]
"""What is chosen, and the ranges that count then."""


async def test_the_range_changes_to_and_from_the_chosen_ones(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    choices = [options for options, _ in CHANGES]
    runs = await Runs.of_each(hass, "range_changed", {"entity_id": RANGE}, choices)
    for value in (LOW, LOW + 1, VERY_LOW, LOW, IN_RANGE, HIGH):
        person.curve = lambda _, value=value: value
        await pass_time(minutes=2)
    assert [each.states for each in runs] == [seen for _, seen in CHANGES]


async def test_after_a_gap_whatever_range_comes_counts_as_new_unless_it_has_to_come_from_one(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    choices: list[dict[str, Any]] = [{}, {"to": ["low"]}, {"from": ["low"]}]
    runs = await Runs.of_each(hass, "range_changed", device_target(hass, RANGE), choices)
    await silence(person, pass_time)
    assert (state(hass, RANGE), [each.count for each in runs]) == ("unknown", [0, 0, 0])
    await pass_time(minutes=2)
    assert [each.states for each in runs] == [["in_range"], [], []]


async def test_a_chosen_range_that_there_is_when_home_assistant_starts_counts(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person
) -> None:
    person.curve = lambda _: VERY_LOW
    begin_to_start(hass)
    await set_up(hass, entry)
    runs = await Runs.of(hass, "range_changed", device_target(hass, RANGE), to=["low", "very_low"])
    await started(hass)
    assert runs.states == ["very_low"]


async def test_a_range_that_has_to_last_triggers_after_the_time_asked(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    runs = await Runs.of(
        hass, "range_changed", device_target(hass, RANGE), to=["high"], **{"for": "00:10:00"}
    )
    person.curve = lambda _: HIGH
    await pass_time(minutes=9)
    assert runs.count == 0
    await pass_time(minutes=3)
    assert runs.count == 1


# The trend.


async def test_the_trend_turns_to_the_chosen_arrows(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    runs = await Runs.of(hass, "trend_changed", device_target(hass, TREND), to=["falling", "falling_fast"])
    since = datetime.now(UTC)
    person.curve = lambda at: 300 - 4 * max(0.0, (at - since).total_seconds() / 60)
    await pass_time(minutes=20)
    assert state(hass, TREND) == "falling_fast"
    assert runs.states[-1] == "falling_fast"
    told = runs.count
    person.curve = lambda _: 200
    await pass_time(minutes=30)
    assert state(hass, TREND) == "stable"
    assert set(runs.states[told:]) <= {"falling"}


async def test_a_wrong_choice_makes_the_automation_invalid(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    with pytest.raises(AssertionError, match="not valid"):
        await Runs.of(hass, "trend_changed", device_target(hass, TREND), to=["sideways"])


# Readings that stop and come back.


async def test_it_triggers_when_readings_stop_and_when_they_come_back(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    stale = await Runs.of(hass, "reading_went_stale", device_target(hass, STALE))
    await silence(person, pass_time)
    assert stale.states == ["on"]
    await pass_time(minutes=2)
    assert (state(hass, STALE), stale.count) == ("off", 1)


async def test_readings_that_come_back_trigger_once(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    back = await Runs.of(hass, "reading_came_back", device_target(hass, STALE))
    await silence(person, pass_time)
    assert back.count == 0
    await pass_time(minutes=5)
    assert back.states == ["off"]


async def test_a_short_gap_does_not_trigger_where_it_has_to_last(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    runs = await Runs.of(hass, "reading_went_stale", device_target(hass, STALE), **{"for": {"minutes": 10}})
    await silence(person, pass_time, minutes=20)
    await pass_time(minutes=20)
    assert runs.count == 0
    await silence(person, pass_time, minutes=27)
    assert runs.count == 1


async def test_readings_that_are_old_when_home_assistant_starts_trigger(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.pause(datetime.now(UTC) - timedelta(minutes=40))
    begin_to_start(hass)
    await set_up(hass, entry)
    stale = await Runs.of(hass, "reading_went_stale", device_target(hass, STALE))
    await started(hass)
    assert stale.states == ["on"]


@pytest.mark.parametrize("trigger", ["reading_went_stale", "reading_came_back"])
async def test_fresh_readings_when_home_assistant_starts_or_the_account_loads_do_not_trigger(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime, trigger: str
) -> None:
    begin_to_start(hass)
    await set_up(hass, entry)
    runs = await Runs.of(hass, trigger, device_target(hass, STALE))
    await started(hass)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(minutes=2)
    assert (state(hass, STALE), runs.count) == ("off", 0)


async def test_a_failed_poll_alone_does_not_trigger(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    runs = await Runs.of(hass, "reading_went_stale", device_target(hass, STALE))
    cloud.fail_next("connections", faults.status(500), 3)
    await pass_time(minutes=10)
    assert runs.count == 0


# The diary.


@pytest.fixture
async def diarist(hass: HomeAssistant, own_entry: MockConfigEntry, pass_time: PassTime) -> MockConfigEntry:
    """The account of somebody with a diary, read for the first time."""
    await set_up(hass, own_entry)
    await pass_time(seconds=30)
    return own_entry


KINDS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["carbohydrates", "note", "rapid_acting_insulin"]),
    ({"kind": ["rapid_acting_insulin", "long_acting_insulin"]}, ["rapid_acting_insulin"]),
    ({"kind": "note"}, ["note"]),
    ({"kind": []}, ["carbohydrates", "note", "rapid_acting_insulin"]),
]
"""What is chosen, and the kinds of entries that count then."""


async def test_each_entry_of_a_chosen_kind_triggers_once_also_when_several_come_together(
    hass: HomeAssistant, diarist: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    choices = [options for options, _ in KINDS]
    runs = await Runs.of_each(hass, "diary_entry_added", device_target(hass, DIARY), choices)
    patient.add_entry("rapid_acting_insulin", at=ago(minutes=30), amount=4)
    patient.add_entry("carbohydrates", at=ago(minutes=20), amount=30)
    patient.add_entry("note", at=ago(minutes=10), text="Walk")
    await pass_time(hours=3)
    assert [sorted(run["kind"] for run in each.told) for each in runs] == [kinds for _, kinds in KINDS]


async def test_two_entries_of_one_millisecond_trigger_twice(
    hass: HomeAssistant, diarist: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    runs = await Runs.of(hass, "diary_entry_added", {"entity_id": DIARY})
    at = ago(minutes=10)
    dose(patient, at)
    dose(patient, at)
    await pass_time(minutes=80)
    assert runs.count == 2


async def test_the_restored_state_of_the_last_entry_does_not_trigger(
    hass: HomeAssistant, diarist: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    runs = await Runs.of(hass, "diary_entry_added", {"entity_id": DIARY})
    dose(patient)
    await pass_time(minutes=80)
    assert runs.count == 1
    await restart(hass, diarist)
    await pass_time(minutes=80)
    assert runs.count == 1
    dose(patient)
    await pass_time(minutes=80)
    assert runs.count == 2


async def test_an_entry_restored_when_home_assistant_starts_does_not_trigger(
    hass: HomeAssistant, diarist: MockConfigEntry, patient: Person, pass_time: PassTime
) -> None:
    dose(patient)
    await pass_time(minutes=80)
    begin_to_start(hass)
    runs = await Runs.of(hass, "diary_entry_added", {"entity_id": DIARY})
    await started(hass)
    assert runs.count == 0
