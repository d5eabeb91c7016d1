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
from custom_components.libreview.history.statistics import StatisticsKeeper
from tests.history.conftest import EIGHT, PATIENT, HoursInMemory, House

HALF_PAST_EIGHT = EIGHT + timedelta(minutes=30)
NINE = EIGHT + timedelta(hours=1)
TEN = EIGHT + timedelta(hours=2)
ELEVEN = EIGHT + timedelta(hours=3)


def no_glucose(_: datetime) -> None:
    """The sensor is silent."""


async def told(house: House, keeper: StatisticsKeeper) -> None:
    """News are told, and a minute goes by."""
    keeper.async_news()
    await house.at(datetime.now(UTC) + timedelta(minutes=1))


@contextmanager
def written_pieces() -> Generator[Callable[[], list[int]]]:
    """How many rows were given to the recorder, each time."""
    write = Recorder.async_import_statistics
    with patch.object(Recorder, "async_import_statistics", autospec=True, side_effect=write) as writing:
        yield lambda: [len(call.args[2]) for call in writing.call_args_list]


async def test_an_hour_without_glucose_is_filled_in_when_its_readings_come(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    house.glucose = lambda now: 100 if now < HALF_PAST_EIGHT else None
    await house.live_until(ELEVEN)
    assert (await house.rows()).keys() == {EIGHT}
    store.bring(NINE, mean=110.5, low=70, high=180)
    await told(house, keeper)
    rows = await house.rows()
    assert rows.keys() == {EIGHT, NINE}
    assert rows[NINE] == (110.5, 70, 180)
    assert store.due == {}


async def test_an_hour_that_the_sensor_showed_in_part_is_replaced_as_a_whole(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    house.glucose = lambda now: 100 if now.minute < 20 else None
    await house.live_until(NINE)
    assert (await house.rows())[EIGHT] == (100, 100, 100)
    store.bring(EIGHT, mean=90, low=60, high=130)
    await told(house, keeper)
    assert (await house.rows())[EIGHT] == (90, 60, 130)


async def test_news_are_not_needed_for_an_hour_that_was_due_before_it_ended(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    store.bring(EIGHT, mean=90, low=60, high=130)
    await house.live_until(NINE)
    assert (await house.rows())[EIGHT] == (90, 60, 130)


@pytest.mark.parametrize(
    ("unit", "row"),
    [("mg/dL", (120.6, 70, 181)), ("mmol/L", (pytest.approx(6.7), 3.9, 10.1))],
)
async def test_rows_have_the_unit_of_the_statistic_and_the_numbers_of_the_app(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper, unit: str, row: tuple[float, ...]
) -> None:
    house.unit = unit
    house.glucose = lambda now: 6 if now < HALF_PAST_EIGHT else None
    await house.live_until(TEN)
    store.bring(NINE, mean=120.6, low=70, high=181)
    await told(house, keeper)
    assert await house.stored_unit() == unit
    assert (await house.rows())[NINE] == row


@pytest.mark.parametrize(
    ("first", "then", "before", "row"),
    [
        ("mg/dL", "mmol/L", 100, (120.6, 70, 181)),
        ("mmol/L", "mg/dL", 5.6, (pytest.approx(6.7), 3.9, 10.1)),
    ],
)
async def test_a_statistic_keeps_the_unit_it_began_with_when_people_switch_it(
    house: House,
    store: HoursInMemory,
    keeper: StatisticsKeeper,
    first: str,
    then: str,
    before: float,
    row: tuple[float, ...],
) -> None:
    house.unit = first
    house.glucose = lambda _: before
    await house.live_until(NINE)
    house.unit = then
    house.glucose = no_glucose
    await house.live_until(TEN)
    store.bring(NINE, mean=120.6, low=70, high=181)
    await told(house, keeper)
    assert await house.stored_unit() == first
    rows = await house.rows()
    assert rows[EIGHT][1] == before
    assert rows[NINE] == row
    assert store.due == {}


@pytest.mark.parametrize(("unit", "low"), [("mg/dL", 70), ("mmol/L", 3.9)])
@pytest.mark.parametrize("is_loaded", [True, False], ids=["loaded", "not loaded"])
async def test_hours_from_before_the_sensor_are_written_in_the_unit_it_is_shown_in(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper, unit: str, low: float, is_loaded: bool
) -> None:
    house.unit = unit
    house.glucose = no_glucose
    house.show()
    await house.settle()
    if not is_loaded:
        er.async_get(house.hass).async_update_entity(house.sensor, unit_of_measurement=unit)
        house.hass.states.async_remove(house.sensor)
    long_ago = EIGHT - timedelta(days=3000)
    store.bring(long_ago)
    store.bring(long_ago + timedelta(hours=1), low=70)
    await house.at(EIGHT + timedelta(minutes=5, seconds=10))
    await told(house, keeper)
    rows = await house.rows()
    assert list(rows) == [long_ago, long_ago + timedelta(hours=1)]
    assert rows[long_ago + timedelta(hours=1)][1] == low
    assert await house.stored_unit() == unit


async def test_a_renamed_sensor_is_found(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    await house.live_until(NINE)
    house.hass.states.async_remove(house.sensor)
    er.async_get(house.hass).async_update_entity(house.sensor, new_entity_id="sensor.blood")
    house.show()
    await house.settle()
    store.bring(EIGHT, mean=90, low=60, high=130)
    await told(house, keeper)
    assert (await house.rows("sensor.blood"))[EIGHT] == (90, 60, 130)
    assert await house.rows("sensor.jamie_glucose") == {}


async def test_what_the_recorder_has_already_is_not_written_again(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    await house.live_until(TEN)
    store.bring(EIGHT, mean=90, low=60, high=130)
    store.bring(NINE, mean=100, low=100, high=100)  # As the sensor has shown it.
    with written_pieces() as pieces:
        await told(house, keeper)
        assert pieces() == [1]
        before = await house.rows()
        store.bring(EIGHT, mean=90, low=60, high=130)
        await told(house, keeper)
        assert pieces() == [1]
    assert await house.rows() == before
    assert store.due == {}


async def test_years_of_hours_are_written_piece_by_piece(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    for number in range(1, 2001):
        store.bring(EIGHT - timedelta(hours=number), low=number % 100)
    with written_pieces() as pieces:
        await house.at(EIGHT + timedelta(minutes=5, seconds=10))
        await told(house, keeper)
    assert sum(pieces()) == 2000
    assert max(pieces()) <= 30 * 24
    assert len(await house.rows()) == 2000
    assert store.due == {}


async def test_what_changes_while_it_is_written_is_written_again(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    await house.live_until(NINE)
    store.bring(EIGHT, mean=90, low=60, high=130)
    tell = store.async_hours

    async def telling(patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        told = await tell(patient_id, hours)
        if store.due == {int(EIGHT.timestamp()): 1}:
            store.bring(EIGHT, mean=80, low=50, high=130)
        return told

    with patch.object(store, "async_hours", telling):
        await told(house, keeper)
    assert (await house.rows())[EIGHT] == (90, 60, 130)
    await told(house, keeper)
    assert (await house.rows())[EIGHT] == (80, 50, 130)
    assert store.due == {}


async def test_a_store_that_cannot_be_read_disturbs_nobody(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper, caplog: pytest.LogCaptureFixture
) -> None:
    await house.live_until(NINE)
    store.bring(EIGHT, mean=90, low=60, high=130)
    with patch.object(store, "async_hours", side_effect=HomeAssistantError):
        await told(house, keeper)
    assert "Traceback" not in caplog.text
    assert store.due
    await told(house, keeper)
    assert (await house.rows())[EIGHT] == (90, 60, 130)


async def test_a_person_without_a_sensor_is_passed_over(house: House, store: HoursInMemory) -> None:
    await house.live_until(NINE)
    store.bring(EIGHT, mean=90, low=60, high=130)
    keeper = StatisticsKeeper(house.hass, store, ["nobody", PATIENT], house.find_sensor)
    keeper.start()
    await told(house, keeper)
    keeper.stop()
    assert (await house.rows())[EIGHT] == (90, 60, 130)


async def test_nothing_happens_after_the_end(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    await house.live_until(NINE)
    before = await house.rows()
    store.bring(EIGHT, mean=90, low=60, high=130)
    keeper.async_news()
    keeper.stop()
    await told(house, keeper)
    await house.live_until(TEN)
    assert (await house.rows())[EIGHT] == before[EIGHT]
    assert store.due


@pytest.mark.parametrize("recorder_config", [{"exclude": {"entities": ["sensor.jamie_glucose"]}}])
async def test_a_sensor_that_is_not_recorded_stays_so_and_its_hours_due(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    store.bring(EIGHT)
    await house.live_until(NINE)
    assert await house.rows() == {}
    assert await house.stored_unit() is None
    assert store.due


async def test_a_disabled_sensor_gets_no_statistics(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    house.glucose = no_glucose
    er.async_get(house.hass).async_update_entity(house.sensor, disabled_by=er.RegistryEntryDisabler.USER)
    store.bring(EIGHT)
    await house.live_until(NINE)
    assert await house.rows() == {}
    assert store.due


async def test_a_sensor_robbed_of_its_state_class_gets_no_statistics(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    house.state_class = None
    store.bring(EIGHT)
    await house.live_until(NINE)
    assert await house.rows() == {}
    assert store.due


async def test_a_statistic_in_another_unit_is_left_alone(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    house.unit = "bananas"
    await house.live_until(NINE)
    store.bring(EIGHT, mean=90, low=60, high=130)
    await told(house, keeper)
    assert await house.rows() == {EIGHT: (100, 100, 100)}
    assert await house.stored_unit() == "bananas"
    assert store.due
