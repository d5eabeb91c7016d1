"""What becomes of readings as time goes by: odd ones, old ones, and clocks that are wrong."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.person import Sensor
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.repair_dialogs import names_in
from tests.support.states import measured_at, repairs, state

GLUCOSE = "sensor.alex_example_glucose"
STATUS = "sensor.alex_example_sensor_status"
STALE = "binary_sensor.alex_example_no_current_data"
ENDED = "binary_sensor.alex_example_sensor_expired"


# Odd readings.


async def test_a_person_missing_from_the_answer_keeps_the_last_values_until_they_are_too_old(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=5)
    cloud.stop_sharing(account, person)
    await pass_time(minutes=1, seconds=30)
    assert not repairs(hass)
    await pass_time(minutes=11)
    assert state(hass, GLUCOSE) == "120"
    await pass_time(minutes=5)
    assert state(hass, GLUCOSE) == "unknown"
    assert state(hass, STALE) == "on"
    assert repairs(hass) == {"person_gone"}
    cloud.start_sharing(account, person)
    await pass_time(minutes=2)
    assert state(hass, GLUCOSE) == "120"
    assert not repairs(hass)


async def test_a_person_who_does_not_share_at_the_start_is_unknown_until_they_do(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    pass_time: PassTime,
) -> None:
    cloud.stop_sharing(account, person)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert (state(hass, GLUCOSE), state(hass, STATUS), state(hass, STALE)) == ("unknown", "unknown", "on")
    cloud.start_sharing(account, person)
    await pass_time(minutes=2)
    assert (state(hass, GLUCOSE), state(hass, STATUS), state(hass, STALE)) == ("120", "active", "off")


async def test_an_older_reading_never_replaces_a_newer_one(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=5)
    older = f"{NOON:%m/%d/%Y} 12:00:30 PM"

    def edit(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
        changed = {"FactoryTimestamp": older, "ValueInMgPerDl": 200, "Value": 200}
        measurements = ("glucoseMeasurement", "glucoseItem")
        return [each | {name: each[name] | changed for name in measurements} for each in data]

    cloud.edit_connections = edit
    before = measured_at(hass)
    await pass_time(minutes=3)
    assert (state(hass, GLUCOSE), measured_at(hass)) == ("120", before)


async def test_a_reading_from_the_future_is_not_shown_and_the_clock_is_spoken_of(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.add_reading(datetime.now(UTC) + timedelta(hours=3), 200)
    await pass_time(minutes=2)
    assert repairs(hass) == {"clock"}
    assert state(hass, GLUCOSE) == "120"
    await pass_time(minutes=16)
    assert state(hass, GLUCOSE) == "unknown"
    assert state(hass, STALE) == "on"
    person.extra_readings.clear()
    await pass_time(minutes=2)
    assert state(hass, GLUCOSE) == "120"
    assert not repairs(hass)


@pytest.mark.parametrize("minutes", [-20, 20])
async def test_a_wrong_clock_of_home_assistant_is_spoken_of_and_nobody_elses(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime, minutes: int
) -> None:
    cloud.now = lambda: datetime.now(UTC) + timedelta(minutes=minutes)
    await pass_time(minutes=18)
    assert repairs(hass) == {"own_clock"}
    (issue,) = [each for each in ir.async_get(hass).issues.values() if each.domain == DOMAIN]
    assert names_in(issue) == {"minutes": "20"}
    assert state(hass, GLUCOSE) == "unknown"
    cloud.now = lambda: datetime.now(UTC)
    await pass_time(minutes=2)
    assert not repairs(hass)
    assert state(hass, GLUCOSE) == "120"


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)],
    ids=["spring", "autumn"],
)
async def test_nothing_happens_when_the_clocks_change(
    hass: HomeAssistant,
    cloud: CloudDouble,
    person: Person,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
    start: datetime,
) -> None:
    freezer.move_to(start)
    account = cloud.add_account(Account(), persons=[person])
    await set_up(hass, entry_of(account))
    for _ in range(60):
        await pass_time(minutes=1)
        assert state(hass, GLUCOSE) == "120"
        assert datetime.now(UTC) - measured_at(hass) < timedelta(minutes=3)
    assert not repairs(hass)
    # At first, and once more when the graph has reached that moment.
    assert len(cloud.requests("graph")) == 2


# What time alone changes.


async def test_a_reading_grows_old_to_the_second_while_the_cloud_is_away(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=5)
    cloud.fail_always("connections", faults.status(500))
    last = measured_at(hass)
    young = last + timedelta(minutes=15) - datetime.now(UTC) - timedelta(seconds=1)
    await pass_time(seconds=young.total_seconds())
    assert (state(hass, GLUCOSE), state(hass, STALE)) == ("120", "off")
    await pass_time(seconds=2)
    assert (state(hass, GLUCOSE), state(hass, STALE)) == ("unknown", "on")


async def test_a_sensor_warms_up_and_ends_while_the_cloud_is_away(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    person.sensor = Sensor(activated=NOON - timedelta(minutes=50))
    await set_up(hass, entry)
    cloud.fail_always("connections", faults.status(500))
    await pass_time(minutes=9, seconds=59)
    assert state(hass, STATUS) == "warming_up"
    await pass_time(seconds=1)
    assert state(hass, STATUS) == "signal_lost"
    await pass_time(days=13, step=3600)
    await pass_time(hours=22, minutes=59, seconds=55, step=3600)
    assert (state(hass, STATUS), state(hass, ENDED)) == ("expiring", "off")
    await pass_time(seconds=10)
    assert (state(hass, STATUS), state(hass, ENDED)) == ("expired", "on")


# When the clock or the machine does odd things.


async def test_a_reading_that_grew_old_while_the_machine_slept_is_not_current_after_the_next_failure(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    person: Person,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await pass_time(minutes=3)
    assert state(hass, GLUCOSE) == "120"
    live = loaded.runtime_data.live
    # Timers do not count the time asleep; what happens next is a poll that fails again.
    live._cancel_timer()
    loaded.runtime_data.persons[person.patient_id]._cancel_timer()
    freezer.tick(8 * 3600)
    await live.async_refresh()
    assert state(hass, GLUCOSE) == "unknown"
    assert state(hass, STALE) == "on"


async def test_polling_goes_on_when_the_clock_is_set_back(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await pass_time(minutes=2)
    freezer.move_to(datetime.now(UTC) - timedelta(hours=2))
    loaded.runtime_data.live.start()  # As when something that is shown changes by time alone.
    cloud.log.clear()
    await pass_time(minutes=12)
    assert len(cloud.requests("connections")) >= 2


async def test_a_reading_is_shown_before_the_logbook_has_answered(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    answered = asyncio.Event()
    cloud.fail_next("logbook", faults.slow(answered))
    person.curve = lambda _: 48
    passing = asyncio.create_task(pass_time(minutes=3))
    while not cloud.requests("logbook"):
        await asyncio.sleep(0)
    shown = state(hass, GLUCOSE)
    answered.set()
    await passing
    assert shown == "48"
