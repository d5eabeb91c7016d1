"""Whatever is written, no other sensor of the recorded_home loses an hour, for nobody could give it back."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.db_schema import StatisticsRuns
from homeassistant.components.recorder.tasks import StatisticsTask
from homeassistant.const import EVENT_RECORDER_HOURLY_STATISTICS_GENERATED
from homeassistant.helpers.recorder import get_instance, session_scope
import pytest

from custom_components.libreview.history.statistics import StatisticsBackfill
from tests.history.conftest import BYSTANDER, EIGHT, PATIENT, HoursInMemory, House

HOUR = timedelta(hours=1)
NINE = EIGHT + HOUR
TEN = EIGHT + 2 * HOUR


async def lost(recorded_home: House, caplog: pytest.LogCaptureFixture) -> set[datetime]:
    """The hours that have passed and that the bystander lacks; the recorder has not complained either."""
    assert "Blocked attempt to insert duplicated statistic rows" not in caplog.text
    now = datetime.now(UTC)
    passed = {EIGHT + number * HOUR for number in range((now - EIGHT) // HOUR)}
    return passed - (await recorded_home.rows(BYSTANDER)).keys()


@pytest.mark.parametrize("minute", [1, 29, 54, 59])
async def test_a_change_within_an_hour_is_written_after_its_end(
    recorded_home: House,
    memory: HoursInMemory,
    keeper: StatisticsBackfill,
    caplog: pytest.LogCaptureFixture,
    minute: int,
) -> None:
    await recorded_home.live_until(NINE)
    await recorded_home.live_until(NINE + timedelta(minutes=minute - minute % 5))
    memory.bring(NINE, mean=90, low=60, high=130)
    await recorded_home.at(NINE + timedelta(minutes=minute))
    keeper.async_schedule()
    await recorded_home.at(NINE + timedelta(minutes=minute, seconds=35))
    assert NINE not in await recorded_home.rows()
    await recorded_home.live_until(TEN + HOUR)
    assert await lost(recorded_home, caplog) == set()
    assert (await recorded_home.rows())[NINE] == (90, 60, 130)


@pytest.mark.parametrize("second", range(0, 10, 3))
async def test_an_hour_that_ended_seconds_ago_is_not_touched_before_it_is_compiled(
    recorded_home: House,
    memory: HoursInMemory,
    keeper: StatisticsBackfill,
    caplog: pytest.LogCaptureFixture,
    second: int,
) -> None:
    await recorded_home.live_until(NINE - timedelta(minutes=5))
    memory.bring(EIGHT, mean=90, low=60, high=130)
    await recorded_home.at(NINE + timedelta(seconds=second - 31))
    keeper.async_schedule()
    await recorded_home.at(NINE + timedelta(seconds=second))
    assert await recorded_home.rows() == {}
    await recorded_home.live_until(TEN)
    assert await lost(recorded_home, caplog) == set()
    assert (await recorded_home.rows())[EIGHT] == (90, 60, 130)


async def test_hours_of_a_downtime_wait_until_the_recorder_has_caught_up(
    recorded_home: House, memory: HoursInMemory, caplog: pytest.LogCaptureFixture
) -> None:
    await recorded_home.live_until(NINE + timedelta(minutes=20))
    for number in range(6):
        memory.bring(EIGHT + number * HOUR, mean=90, low=60, high=130)
    keeper = StatisticsBackfill(recorded_home.hass, memory, [PATIENT], recorded_home.find_sensor)
    with patch.object(Recorder, "async_periodic_statistics"):  # It is down until it has caught up.
        await recorded_home.at(EIGHT + timedelta(hours=6, minutes=12))
        keeper.start()
        await recorded_home.at(EIGHT + timedelta(hours=6, minutes=13))
    assert (await recorded_home.rows()).keys() == {EIGHT}
    assert len(memory.due) == 5
    await recorded_home.wake(EIGHT + timedelta(hours=6, minutes=14))
    keeper.async_schedule()
    await recorded_home.at(EIGHT + timedelta(hours=6, minutes=14, seconds=40))
    keeper.stop()
    assert await lost(recorded_home, caplog) == set()
    assert await recorded_home.rows() == {EIGHT + number * HOUR: (90, 60, 130) for number in range(6)}


async def test_an_event_for_a_late_hour_is_not_taken_for_one_of_the_last_hour(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill, caplog: pytest.LogCaptureFixture
) -> None:
    """The recorder was busy for an hour, and is only now through with the one before."""
    await recorded_home.live_until(NINE)
    for number in range(3):
        memory.bring(EIGHT + number * HOUR, mean=90, low=60, high=130)
    recorded_home.freezer.move_to(TEN + timedelta(minutes=59, seconds=20))
    slots = [NINE + timedelta(minutes=minute) for minute in range(0, 120, 5)]
    for slot in slots[:12]:
        get_instance(recorded_home.hass).queue_task(StatisticsTask(slot, True))
    await recorded_home.settle()
    await recorded_home.at(TEN + timedelta(minutes=59, seconds=59))
    assert (await recorded_home.rows()).keys() == {EIGHT, NINE}
    for slot in slots[12:]:
        get_instance(recorded_home.hass).queue_task(StatisticsTask(slot, True))
    await recorded_home.settle()
    await recorded_home.at(TEN + timedelta(minutes=61))
    assert await lost(recorded_home, caplog) == set()
    assert (await recorded_home.rows())[TEN] == (90, 60, 130)


async def test_a_clock_that_was_ahead_does_not_make_an_hour_pass_for_compiled(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill, caplog: pytest.LogCaptureFixture
) -> None:
    await recorded_home.live_until(NINE)

    def compiled_in_the_future() -> None:
        with session_scope(hass=recorded_home.hass) as session:
            session.add(StatisticsRuns(start=EIGHT + timedelta(days=400, minutes=55)))

    await get_instance(recorded_home.hass).async_add_executor_job(compiled_in_the_future)
    memory.bring(NINE, mean=90, low=60, high=130)
    keeper.async_schedule()
    await recorded_home.at(NINE + timedelta(minutes=2))
    assert NINE not in await recorded_home.rows()
    await recorded_home.live_until(TEN)
    assert await lost(recorded_home, caplog) == set()
    assert (await recorded_home.rows())[NINE] == (90, 60, 130)


@pytest.mark.parametrize("enable_statistics", [False])
async def test_nothing_is_written_before_the_recorder_compiled_anything(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    def forget_runs() -> None:
        with session_scope(hass=recorded_home.hass) as session:
            session.query(StatisticsRuns).delete()

    await get_instance(recorded_home.hass).async_add_executor_job(forget_runs)
    memory.bring(EIGHT - HOUR)
    recorded_home.hass.bus.async_fire(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED)
    await recorded_home.settle()
    await recorded_home.at(EIGHT + timedelta(minutes=1))
    assert await recorded_home.rows() == {}
    assert memory.due
