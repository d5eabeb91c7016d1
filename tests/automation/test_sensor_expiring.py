"""When automations are told that a sensor is about to end: in time, late, never twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.automation.announced_expiries import (
    AnnouncedExpiries,
    get_announced_expiries,
)
from tests.cloud_double import Account, CloudDouble, Person
from tests.cloud_double.person import Sensor
from tests.conftest import NOON, set_up
from tests.support.automations import Runs, begin_to_start, device_target, started
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.restart import restarted
from tests.support.states import state

TRIGGER = "sensor_expiring"
EXPIRES = "sensor.alex_example_sensor_expires"
ALEX = {"entity_id": EXPIRES}
LIFE = timedelta(days=14)


def ends_in(person: Person, **span: float) -> None:
    """The person wears a sensor that ends so long from now."""
    person.sensor = Sensor(activated=datetime.now(UTC) + timedelta(**span) - LIFE)


async def automation_off_and_on(hass: HomeAssistant) -> None:
    """The automation is attached anew, as when somebody saves it."""
    for action in ("turn_off", "turn_on"):
        target = {"entity_id": "automation.automation_under_test"}
        await hass.services.async_call("automation", action, target, blocking=True)


@pytest.mark.parametrize(
    ("options", "hours"), [({}, 24), ({"before": {"hours": 2}}, 2), ({"before": "00:30:00"}, 0.5)]
)
async def test_it_triggers_the_chosen_time_before_the_end(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    options: dict[str, Any],
    hours: float,
) -> None:
    ends_in(person, hours=hours, minutes=5)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX, **options)
    await pass_time(minutes=4, seconds=58)
    assert runs.count == 0
    await pass_time(seconds=4)
    assert runs.count == 1
    await pass_time(hours=hours + 1, step=600)
    assert runs.count == 1


async def test_the_device_is_a_target_though_the_entity_is_a_diagnostic_one(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    ends_in(person, hours=24, minutes=5)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, device_target(hass, EXPIRES))
    await pass_time(minutes=6)
    assert [each["entity_id"] for each in runs.told] == [EXPIRES]


async def test_it_triggers_once_for_each_sensor(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    ends_in(person, hours=24, minutes=5)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    await pass_time(minutes=10)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(minutes=10)
    assert runs.count == 1
    ends_in(person, days=3)
    await pass_time(hours=47, step=3600)
    assert runs.count == 1
    await pass_time(hours=1, minutes=5, step=600)
    assert runs.count == 2


async def test_an_end_that_moves_within_the_chosen_time_triggers_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    ends_in(person, hours=40)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    ends_in(person, hours=10)
    await pass_time(minutes=2)
    assert runs.count == 1
    ends_in(person, hours=11)
    await pass_time(minutes=2)
    assert runs.count == 1


async def test_an_end_that_moves_away_triggers_later(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    ends_in(person, hours=25)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    ends_in(person, hours=27)
    await pass_time(hours=2, step=600)
    assert runs.count == 0
    await pass_time(hours=2, step=600)
    assert runs.count == 1


@pytest.mark.parametrize(
    "sensor", [None, Sensor(activated=NOON - timedelta(days=15))], ids=["no sensor", "an ended one"]
)
async def test_an_unknown_end_or_one_that_is_over_never_triggers(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime, sensor: Sensor | None
) -> None:
    person.sensor = sensor
    begin_to_start(hass)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    await started(hass)
    await pass_time(minutes=10)
    assert runs.count == 0


async def test_an_end_that_becomes_unknown_triggers_once_it_is_known_again(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    ends_in(person, hours=24, minutes=10)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    sensor, person.sensor = person.sensor, None
    await pass_time(minutes=20)
    assert (state(hass, EXPIRES), runs.count) == ("unknown", 0)
    person.sensor = sensor
    await pass_time(minutes=2)
    assert runs.count == 1


async def test_an_automation_that_is_saved_late_waits_for_the_next_sensor(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    ends_in(person, hours=10)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    await automation_off_and_on(hass)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hours=1, step=600)
    assert runs.count == 0
    ends_in(person, days=3)
    await pass_time(days=2, minutes=5, step=3600)
    assert runs.count == 1


# Restarts.


@pytest.fixture
async def warned(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime, hass_storage: object
) -> MockConfigEntry:
    """An account whose sensor's end was told a day before, then Home Assistant stopped."""
    ends_in(person, hours=24, minutes=2)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    await pass_time(minutes=5)
    assert runs.count == 1
    await stop(hass, entry)
    return entry


async def stop(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    target = {"entity_id": "automation.automation_under_test"}
    await hass.services.async_call("automation", "turn_off", target, blocking=True)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def start_again(hass: HomeAssistant, entry: MockConfigEntry) -> Runs:
    """Home Assistant starts with the automation, which somebody has turned on."""
    begin_to_start(hass)
    await set_up(hass, restarted(hass, entry))
    runs = Runs()
    hass.bus.async_listen("ran", runs._ran)
    target = {"entity_id": "automation.automation_under_test"}
    await hass.services.async_call("automation", "turn_on", target, blocking=True)
    await started(hass)
    return runs


async def test_a_start_within_the_chosen_time_triggers_for_an_end_not_announced_before(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, freezer: FrozenDateTimeFactory
) -> None:
    ends_in(person, hours=30)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    await stop(hass, entry)
    freezer.tick(timedelta(hours=10))
    assert runs.count == 0
    assert (await start_again(hass, entry)).count == 1


async def test_a_restart_within_the_chosen_time_does_not_trigger_again(
    hass: HomeAssistant, warned: MockConfigEntry, pass_time: PassTime
) -> None:
    runs = await start_again(hass, warned)
    await pass_time(hours=2, step=600)
    assert runs.count == 0


async def test_after_a_restart_the_next_sensor_triggers(
    hass: HomeAssistant, warned: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    ends_in(person, days=4)
    runs = await start_again(hass, warned)
    await pass_time(days=3, minutes=5, step=3600)
    assert runs.count == 1


async def test_after_a_restart_an_announced_end_suppresses_nothing_else(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_storage: object
) -> None:
    day, end = timedelta(days=1), NOON + timedelta(days=1)
    before = AnnouncedExpiries(hass)
    await before.async_load()
    before.mark_announced(EXPIRES, day, end)
    assert not before.was_announced_before_start(EXPIRES, day, end)
    await before._store.async_save(before._data_to_save())

    after = AnnouncedExpiries(hass)
    await after.async_load()
    assert after.was_announced_before_start(EXPIRES, day, end + timedelta(days=1))
    assert not after.was_announced_before_start(EXPIRES, day, end + timedelta(days=3))
    assert not after.was_announced_before_start(EXPIRES, timedelta(hours=2), end)
    assert not after.was_announced_before_start("sensor.alex_example_glucose", day, end)


@pytest.mark.parametrize("stored", [[], {"some": 5, "other": "sideways"}, {"key": None}])
async def test_a_file_of_announced_ends_that_cannot_be_parsed_suppresses_nothing(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    hass_storage: dict[str, Any],
    stored: Any,
) -> None:
    key = "libreview.sensor_warnings"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": stored}
    ends_in(person, hours=24, minutes=5)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, ALEX)
    await pass_time(minutes=10)
    assert runs.count == 1


async def test_announced_ends_are_dropped_once_they_are_long_over(
    hass: HomeAssistant, warned: MockConfigEntry, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(timedelta(days=2))
    assert len(get_announced_expiries(hass)._data_to_save()) == 1
    freezer.tick(timedelta(days=2))
    assert get_announced_expiries(hass)._data_to_save() == {}


async def test_an_entity_that_is_removed_does_not_trigger(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    ends_in(person, hours=24, minutes=5)
    await set_up(hass, entry)
    runs = await Runs.of(hass, TRIGGER, device_target(hass, EXPIRES))
    er.async_get(hass).async_remove(EXPIRES)
    await pass_time(minutes=10)
    assert runs.count == 0


async def test_announced_ends_are_deleted_with_the_last_account(
    hass: HomeAssistant, warned: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await get_announced_expiries(hass)._store.async_save(get_announced_expiries(hass)._data_to_save())
    assert "libreview.sensor_warnings" in hass_storage
    assert "alex" not in str(hass_storage["libreview.sensor_warnings"]).casefold()
    await hass.config_entries.async_remove(warned.entry_id)
    assert "libreview.sensor_warnings" not in hass_storage


async def test_the_sensors_of_two_persons_trigger_independently(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, pass_time: PassTime
) -> None:
    robin = Person(first_name="Robin", last_name="Sample", curve=lambda _: 120)
    cloud.start_sharing(account, robin)
    for person in account.follows:
        ends_in(person, hours=24, minutes=5)
    await set_up(hass, entry_of(account))
    runs = await Runs.of(hass, TRIGGER, {"entity_id": [EXPIRES, "sensor.robin_sample_sensor_expires"]})
    await pass_time(minutes=10)
    assert {each["entity_id"] for each in runs.told} == {EXPIRES, "sensor.robin_sample_sensor_expires"}
