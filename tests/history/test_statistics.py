"""Late hours reach the statistics of the glucose sensor, once and in its unit."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from homeassistant.components.recorder.core import Recorder
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.libreview.glucose.hourly import Hour
from custom_components.libreview.history import statistics
from custom_components.libreview.history.statistics import StatisticsBackfill
from tests.history.conftest import BYSTANDER, EIGHT, PATIENT, HoursInMemory, House

HALF_PAST_EIGHT = EIGHT + timedelta(minutes=30)
NINE = EIGHT + timedelta(hours=1)
TEN = EIGHT + timedelta(hours=2)
ELEVEN = EIGHT + timedelta(hours=3)


def no_glucose(_: datetime) -> None:
    """The sensor is silent."""


async def run_backfill(recorded_home: House, keeper: StatisticsBackfill) -> None:
    """Announce a change, and let a minute pass."""
    keeper.async_schedule()
    await recorded_home.at(datetime.now(UTC) + timedelta(minutes=1))


@contextmanager
def written_pieces() -> Generator[Callable[[], list[int]]]:
    """How many rows were given to the recorder, each time."""
    write = Recorder.async_import_statistics
    with patch.object(Recorder, "async_import_statistics", autospec=True, side_effect=write) as writing:
        yield lambda: [len(call.args[2]) for call in writing.call_args_list]


async def test_an_hour_without_glucose_is_filled_in_when_its_readings_come(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.glucose = lambda now: 100 if now < HALF_PAST_EIGHT else None
    await recorded_home.live_until(ELEVEN)
    assert (await recorded_home.rows()).keys() == {EIGHT}
    memory.bring(NINE, mean=110.5, low=70, high=180)
    await run_backfill(recorded_home, keeper)
    rows = await recorded_home.rows()
    assert rows.keys() == {EIGHT, NINE}
    assert rows[NINE] == (110.5, 70, 180)
    assert memory.due == {}


async def test_an_hour_that_the_sensor_showed_in_part_is_replaced_as_a_whole(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.glucose = lambda now: 100 if now.minute < 20 else None
    await recorded_home.live_until(NINE)
    assert (await recorded_home.rows())[EIGHT] == (100, 100, 100)
    memory.bring(EIGHT, mean=90, low=60, high=130)
    await run_backfill(recorded_home, keeper)
    assert (await recorded_home.rows())[EIGHT] == (90, 60, 130)


async def test_an_hour_that_was_due_before_it_ended_is_written_without_another_change(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    memory.bring(EIGHT, mean=90, low=60, high=130)
    await recorded_home.live_until(NINE)
    assert (await recorded_home.rows())[EIGHT] == (90, 60, 130)


@pytest.mark.parametrize(
    ("unit", "row"),
    [("mg/dL", (120.6, 70, 181)), ("mmol/L", (pytest.approx(6.7), 3.9, 10.1))],
)
async def test_rows_have_the_unit_of_the_statistic_and_the_numbers_of_the_app(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill, unit: str, row: tuple[float, ...]
) -> None:
    recorded_home.unit = unit
    recorded_home.glucose = lambda now: 6 if now < HALF_PAST_EIGHT else None
    await recorded_home.live_until(TEN)
    memory.bring(NINE, mean=120.6, low=70, high=181)
    await run_backfill(recorded_home, keeper)
    assert await recorded_home.stored_unit() == unit
    assert (await recorded_home.rows())[NINE] == row


@pytest.mark.parametrize(
    ("first", "then", "before", "row"),
    [
        ("mg/dL", "mmol/L", 100, (120.6, 70, 181)),
        ("mmol/L", "mg/dL", 5.6, (pytest.approx(6.7), 3.9, 10.1)),
    ],
)
async def test_a_statistic_keeps_the_unit_it_began_with_when_people_switch_it(
    recorded_home: House,
    memory: HoursInMemory,
    keeper: StatisticsBackfill,
    first: str,
    then: str,
    before: float,
    row: tuple[float, ...],
) -> None:
    recorded_home.unit = first
    recorded_home.glucose = lambda _: before
    await recorded_home.live_until(NINE)
    recorded_home.unit = then
    recorded_home.glucose = no_glucose
    await recorded_home.live_until(TEN)
    memory.bring(NINE, mean=120.6, low=70, high=181)
    await run_backfill(recorded_home, keeper)
    assert await recorded_home.stored_unit() == first
    rows = await recorded_home.rows()
    assert rows[EIGHT][1] == before
    assert rows[NINE] == row
    assert memory.due == {}


@pytest.mark.parametrize(("unit", "low"), [("mg/dL", 70), ("mmol/L", 3.9)])
@pytest.mark.parametrize("is_loaded", [True, False], ids=["loaded", "not loaded"])
async def test_hours_from_before_the_sensor_are_written_in_the_unit_it_is_shown_in(
    recorded_home: House,
    memory: HoursInMemory,
    keeper: StatisticsBackfill,
    unit: str,
    low: float,
    is_loaded: bool,
) -> None:
    recorded_home.unit = unit
    recorded_home.glucose = no_glucose
    recorded_home.show()
    await recorded_home.settle()
    if not is_loaded:
        er.async_get(recorded_home.hass).async_update_entity(recorded_home.sensor, unit_of_measurement=unit)
        recorded_home.hass.states.async_remove(recorded_home.sensor)
    long_ago = EIGHT - timedelta(days=3000)
    memory.bring(long_ago)
    memory.bring(long_ago + timedelta(hours=1), low=70)
    await recorded_home.at(EIGHT + timedelta(minutes=5, seconds=10))
    await run_backfill(recorded_home, keeper)
    rows = await recorded_home.rows()
    assert list(rows) == [long_ago, long_ago + timedelta(hours=1)]
    assert rows[long_ago + timedelta(hours=1)][1] == low
    assert await recorded_home.stored_unit() == unit


async def test_a_renamed_sensor_is_found(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    await recorded_home.live_until(NINE)
    recorded_home.hass.states.async_remove(recorded_home.sensor)
    er.async_get(recorded_home.hass).async_update_entity(recorded_home.sensor, new_entity_id="sensor.blood")
    recorded_home.show()
    await recorded_home.settle()
    memory.bring(EIGHT, mean=90, low=60, high=130)
    await run_backfill(recorded_home, keeper)
    assert (await recorded_home.rows("sensor.blood"))[EIGHT] == (90, 60, 130)
    assert await recorded_home.rows("sensor.jamie_glucose") == {}


async def test_what_the_recorder_has_already_is_not_written_again(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    await recorded_home.live_until(TEN)
    memory.bring(EIGHT, mean=90, low=60, high=130)
    memory.bring(NINE, mean=100, low=100, high=100)  # As the sensor has shown it.
    with written_pieces() as pieces:
        await run_backfill(recorded_home, keeper)
        assert pieces() == [1]
        before = await recorded_home.rows()
        memory.bring(EIGHT, mean=90, low=60, high=130)
        await run_backfill(recorded_home, keeper)
        assert pieces() == [1]
    assert await recorded_home.rows() == before
    assert memory.due == {}


async def test_years_of_hours_are_written_piece_by_piece(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    for number in range(1, 2001):
        memory.bring(EIGHT - timedelta(hours=number), low=number % 100)
    with written_pieces() as pieces:
        await recorded_home.at(EIGHT + timedelta(minutes=5, seconds=10))
        await run_backfill(recorded_home, keeper)
    assert sum(pieces()) == 2000
    assert max(pieces()) <= 30 * 24
    assert len(await recorded_home.rows()) == 2000
    assert memory.due == {}


async def test_an_hour_that_changes_while_it_is_written_is_written_again(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    await recorded_home.live_until(NINE)
    memory.bring(EIGHT, mean=90, low=60, high=130)
    get_hours = memory.async_get_hours

    async def get_hours_while_they_change(patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        result = await get_hours(patient_id, hours)
        if memory.due == {int(EIGHT.timestamp()): 1}:
            memory.bring(EIGHT, mean=80, low=50, high=130)
        return result

    with patch.object(memory, "async_get_hours", get_hours_while_they_change):
        await run_backfill(recorded_home, keeper)
    assert (await recorded_home.rows())[EIGHT] == (90, 60, 130)
    await run_backfill(recorded_home, keeper)
    assert (await recorded_home.rows())[EIGHT] == (80, 50, 130)
    assert memory.due == {}


async def test_an_hour_that_the_recorder_never_takes_is_tried_again_after_a_day_or_a_change(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    await recorded_home.live_until(TEN)
    memory.bring(EIGHT, mean=90, low=60, high=130)
    with patch.object(Recorder, "async_import_statistics") as refused:
        for _ in range(3):
            await run_backfill(recorded_home, keeper)
        assert refused.call_count == 1

        memory.bring(EIGHT, mean=91, low=60, high=130)
        await run_backfill(recorded_home, keeper)
        assert refused.call_count == 2

        memory.bring(NINE, mean=95, low=60, high=130)
        await run_backfill(recorded_home, keeper)
        assert [len(call.args[1]) for call in refused.call_args_list] == [1, 1, 1]

    await recorded_home.at(datetime.now(UTC) + timedelta(days=1))
    await run_backfill(recorded_home, keeper)

    assert (await recorded_home.rows())[EIGHT] == (91, 60, 130)
    assert (await recorded_home.rows())[NINE] == (95, 60, 130)
    assert memory.due == {}


async def test_a_store_that_cannot_be_read_disturbs_nobody(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill, caplog: pytest.LogCaptureFixture
) -> None:
    await recorded_home.live_until(NINE)
    memory.bring(EIGHT, mean=90, low=60, high=130)
    with patch.object(memory, "async_get_hours", side_effect=HomeAssistantError):
        await run_backfill(recorded_home, keeper)
    assert "Traceback" not in caplog.text
    assert memory.due
    await run_backfill(recorded_home, keeper)
    assert (await recorded_home.rows())[EIGHT] == (90, 60, 130)


async def test_a_person_without_a_sensor_is_passed_over(recorded_home: House, memory: HoursInMemory) -> None:
    await recorded_home.live_until(NINE)
    memory.bring(EIGHT, mean=90, low=60, high=130)
    keeper = StatisticsBackfill(recorded_home.hass, memory, ["nobody", PATIENT], recorded_home.find_sensor)
    keeper.start()
    await run_backfill(recorded_home, keeper)
    keeper.stop()
    assert (await recorded_home.rows())[EIGHT] == (90, 60, 130)


async def test_nothing_is_written_after_stop(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    await recorded_home.live_until(NINE)
    before = await recorded_home.rows()
    memory.bring(EIGHT, mean=90, low=60, high=130)
    keeper.async_schedule()
    keeper.stop()
    await run_backfill(recorded_home, keeper)
    await recorded_home.live_until(TEN)
    assert (await recorded_home.rows())[EIGHT] == before[EIGHT]
    assert memory.due


@pytest.mark.parametrize("recorder_config", [{"exclude": {"entities": ["sensor.jamie_glucose"]}}])
async def test_a_sensor_that_is_not_recorded_stays_so_and_its_hours_due(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    memory.bring(EIGHT)
    await recorded_home.live_until(NINE)
    assert await recorded_home.rows() == {}
    assert await recorded_home.stored_unit() is None
    assert memory.due


async def test_a_disabled_sensor_gets_no_statistics(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.glucose = no_glucose
    er.async_get(recorded_home.hass).async_update_entity(
        recorded_home.sensor, disabled_by=er.RegistryEntryDisabler.USER
    )
    memory.bring(EIGHT)
    await recorded_home.live_until(NINE)
    assert await recorded_home.rows() == {}
    assert memory.due


async def test_a_sensor_whose_state_class_was_removed_gets_no_statistics(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.state_class = None
    memory.bring(EIGHT)
    await recorded_home.live_until(NINE)
    assert await recorded_home.rows() == {}
    assert memory.due


async def test_a_statistic_in_another_unit_is_left_alone(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.unit = "bananas"
    await recorded_home.live_until(NINE)
    memory.bring(EIGHT, mean=90, low=60, high=130)
    await run_backfill(recorded_home, keeper)
    assert await recorded_home.rows() == {EIGHT: (100, 100, 100)}
    assert await recorded_home.stored_unit() == "bananas"
    assert memory.due


async def test_an_hour_of_a_file_that_is_taken_back_goes_and_no_other(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.glucose = lambda now: 100 if now < HALF_PAST_EIGHT else None
    await recorded_home.live_until(ELEVEN)
    for hour in (NINE, TEN):
        memory.bring(hour, mean=200, low=190, high=210)
    await run_backfill(recorded_home, keeper)
    others = await recorded_home.rows(BYSTANDER)
    memory.take_back(NINE)
    memory.know(EIGHT)
    memory.take_back(EIGHT)  # What the recorder has itself is not like the file.

    await run_backfill(recorded_home, keeper)

    rows = await recorded_home.rows()
    assert rows.keys() == {EIGHT, TEN}
    assert rows[EIGHT] == (100, 100, 100)
    assert memory.due == {}
    assert await recorded_home.rows(BYSTANDER) == others


async def test_an_hour_that_goes_before_what_changed_in_it_was_written_is_found(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.glucose = no_glucose
    await recorded_home.live_until(TEN)
    memory.bring(NINE, mean=200, low=190, high=210)
    await run_backfill(recorded_home, keeper)
    assert (await recorded_home.rows())[NINE] == (200, 190, 210)
    memory.bring(NINE, mean=150, low=100, high=210)
    memory.take_back(NINE)

    await run_backfill(recorded_home, keeper)

    assert await recorded_home.rows() == {}
    assert (memory.due, memory.written) == ({}, {})


async def test_an_hour_that_cannot_be_deleted_stays_due(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.glucose = no_glucose
    await recorded_home.live_until(TEN)
    memory.bring(NINE, mean=200, low=190, high=210)
    await run_backfill(recorded_home, keeper)
    memory.take_back(NINE)

    with patch.object(statistics, "async_delete_hours"):
        await run_backfill(recorded_home, keeper)
    assert memory.due
    await recorded_home.at(datetime.now(UTC) + timedelta(days=1))
    await run_backfill(recorded_home, keeper)

    assert await recorded_home.rows() == {}
    assert memory.due == {}


async def test_an_hour_that_has_readings_again_is_not_deleted(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    recorded_home.glucose = no_glucose
    await recorded_home.live_until(TEN)
    memory.bring(NINE, mean=200, low=190, high=210)
    await run_backfill(recorded_home, keeper)
    memory.take_back(NINE)
    memory.bring(NINE, mean=200, low=190, high=210)

    await run_backfill(recorded_home, keeper)

    assert (await recorded_home.rows())[NINE] == (200, 190, 210)
