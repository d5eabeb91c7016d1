"""The sensors that say how a day and two weeks were."""

from datetime import UTC, datetime
import time
from typing import Any
from unittest.mock import Mock

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.glucose.metrics import Metrics
from custom_components.libreview.glucose.summary import Summary
from custom_components.libreview.models import GlucoseUnit, Reading, Source
from custom_components.libreview.sensors.summary import SUMMARY_SENSORS
from tests.cloud_double import Account, CloudDouble, Person, Uom
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of, own_entry_of, subentry_data
from tests.support.history import holding
from tests.support.states import state
from tests.support.stored_history import DAY, HOUR, MINUTE, keep, readings_before

pytestmark = pytest.mark.usefixtures("every_entity")


FORTNIGHT = (
    "time_in_range_14_d",
    "below_range_14_d",
    "above_range_14_d",
    "average_14_days",
    "gmi_14_days",
    "variability_14_days",
)
COMPLETENESS = "data_captured_14_d"
IN_RANGE_24H = "time_in_range_24_h"


async def with_settings(hass: HomeAssistant, account: Account, **data: Any) -> MockConfigEntry:
    """An account whose person has such settings, set up."""
    persons = [subentry_data(account.follows[0], **data)]
    return await set_up(hass, entry_of(account, persons=persons))


def shown(hass: HomeAssistant, *names: str) -> list[str]:
    """What the sensors of these names show."""
    return [state(hass, f"sensor.alex_example_{name}") for name in names]


async def test_without_data_only_the_completeness_is_known(
    hass: HomeAssistant, quiet: MockConfigEntry
) -> None:
    assert shown(hass, *FORTNIGHT, IN_RANGE_24H) == [STATE_UNKNOWN] * 7
    assert shown(hass, COMPLETENESS) == ["0.0"]


@pytest.mark.parametrize("unit", GlucoseUnit)
def test_a_figure_that_is_unknown_is_shown_as_unknown_however_complete_the_data(unit: GlucoseUnit) -> None:
    nothing = Metrics(shares=None, mean=None, sd=None, cv=None, gmi=None, completeness=1, readings=0)
    snapshot = Mock(summary=Summary(day=nothing, fortnight=nothing))
    values = {description.key: description.value_fn(snapshot, unit) for description in SUMMARY_SENSORS}
    assert values.pop("data_completeness") == 100
    assert set(values.values()) == {None}


@pytest.mark.parametrize(("days", "enough"), [(9.7, False), (9.9, True)])
async def test_figures_of_two_weeks_are_unknown_until_seven_tenths_of_them_are_there(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, days: float, enough: bool
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [120] * round(288 * days)))

    assert [each != STATE_UNKNOWN for each in shown(hass, *FORTNIGHT)] == [enough] * 6
    assert shown(hass, COMPLETENESS) == [str(round(100 * days / 14, 1))]


@pytest.mark.parametrize(("hours", "known"), [(16, False), (17, True)])
async def test_the_figure_of_a_day_needs_seven_tenths_of_that_day(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, hours: int, known: bool
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [120] * 12 * hours))

    assert (shown(hass, IN_RANGE_24H) == ["100.0"]) is known
    assert shown(hass, "time_in_range_14_d") == [STATE_UNKNOWN]


async def test_figures_are_unknown_when_the_history_can_no_longer_be_read(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [120] * 12 * 24))
    assert shown(hass, IN_RANGE_24H) == ["100.0"]

    await quiet.runtime_data.history.async_close()
    await pass_time(minutes=16)

    assert shown(hass, IN_RANGE_24H, COMPLETENESS) == [STATE_UNKNOWN] * 2


async def test_somebody_steady_is_always_in_range(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [120] * 288 * 14))

    assert shown(hass, *FORTNIGHT) == ["100.0", "0.0", "0.0", "120", "6.2", "0.0"]
    assert shown(hass, IN_RANGE_24H, COMPLETENESS) == ["100.0", "100.0"]


async def test_a_made_up_curve_has_the_figures_that_can_be_reckoned_by_hand(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    # A quarter of each day at 60, half at 120, a quarter at 200 mg/dL: the mean is 125, the variance 2475.
    day = [60] * 72 + [120] * 144 + [200] * 72
    await keep(hass, quiet, person, readings_before(NOON, day * 14))

    assert shown(hass, *FORTNIGHT) == ["50.0", "25.0", "25.0", "125", "6.3", "39.8"]


async def test_the_last_24_hours_are_told_apart_from_the_fortnight(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [120] * 288 * 13 + [200] * 288))

    assert shown(hass, IN_RANGE_24H, "time_in_range_14_d") == ["0.0", "92.9"]


async def test_the_persons_own_thresholds_count(
    hass: HomeAssistant, account: Account, person: Person
) -> None:
    person.has_reading = False
    entry = await with_settings(hass, account, low=80, high=140)
    await keep(hass, entry, person, readings_before(NOON, [75, 110, 160, 170] * 72 * 14))

    assert shown(hass, *FORTNIGHT[:3]) == ["25.0", "25.0", "50.0"]


async def test_in_mmol_per_litre_the_average_has_a_decimal_and_a_percentage_is_the_same(
    hass: HomeAssistant, cloud: CloudDouble, entry: MockConfigEntry, person: Person
) -> None:
    person.uom = Uom.MMOL_L
    loaded = await set_up(hass, entry)
    await keep(hass, loaded, person, readings_before(NOON - 12 * HOUR, [120] * 288 * 14))

    average = hass.states.get("sensor.alex_example_average_14_days")
    assert average is not None
    assert (average.state, average.attributes["unit_of_measurement"]) == ("6.7", "mmol/L")
    assert shown(hass, "gmi_14_days", "time_in_range_14_d") == ["6.2", "100.0"]


async def test_a_diary_without_a_live_feed_has_figures(
    hass: HomeAssistant, own_account: Account, patient: Person
) -> None:
    entry = await set_up(hass, own_entry_of(own_account))
    await keep(hass, entry, patient, readings_before(NOON, [120] * 288 * 14))

    assert state(hass, "sensor.jamie_sample_time_in_range_14_d") == "100.0"


# When they are worked out.


async def test_what_a_file_brings_counts_at_once(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    assert shown(hass, COMPLETENESS) == ["0.0"]
    await keep(hass, quiet, person, readings_before(NOON, [120] * 288 * 7))
    assert shown(hass, COMPLETENESS) == ["50.0"]


def stand_still_until_read(queries: list[str]) -> None:
    """Keep the event loop from showing what has just been read beside it."""
    while not any("FROM reading" in query for query in queries):
        time.sleep(0)


async def test_what_comes_while_figures_are_worked_out_counts_too(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    history = quiet.runtime_data.history
    store, queries = history._file.store, list[str]()
    store._reader.set_trace_callback(queries.append)
    history.async_notify_changed(person.patient_id)
    stand_still_until_read(queries)
    with holding(history):
        store._reader.set_trace_callback(None)
    store.keep([(person.patient_id, Source.CSV, None, readings_before(NOON, [120] * 288 * 7))])
    history.async_notify_changed(person.patient_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert shown(hass, COMPLETENESS) == ["50.0"]


async def test_live_readings_count_within_a_quarter_of_an_hour_and_not_each_at_once(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    history = quiet.runtime_data.history
    for number in range(4):
        await pass_time(seconds=30)
        history.keep(person.patient_id, Source.LIVE, [Reading(at=datetime.now(UTC), mg_dl=120 + number)])
    person_now = quiet.runtime_data.persons[person.patient_id]
    assert person_now.snapshot().summary.day.readings == 0

    await pass_time(minutes=15)

    assert person_now.snapshot().summary.day.readings == 4


async def test_the_window_moves_on_though_nothing_comes_any_more(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [200] * 288 + [120] * 288))
    assert shown(hass, IN_RANGE_24H) == ["100.0"]
    assert shown(hass, COMPLETENESS) == ["14.3"]

    await pass_time(hours=6, step=300)
    assert shown(hass, IN_RANGE_24H) == ["100.0"]
    await pass_time(hours=2, step=300)
    assert shown(hass, IN_RANGE_24H) == [STATE_UNKNOWN]

    await pass_time(days=15, step=3 * 3600)
    assert shown(hass, COMPLETENESS) == ["0.0"]


async def test_after_a_restart_the_figures_are_there_again(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [120] * 288 * 14))
    await hass.config_entries.async_reload(quiet.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert shown(hass, "time_in_range_14_d") == ["100.0"]


async def test_an_account_that_is_unloaded_computes_nothing(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    quiet.runtime_data.history.async_notify_changed(person.patient_id)
    await hass.config_entries.async_unload(quiet.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert "Traceback" not in caplog.text
    assert shown(hass, COMPLETENESS) == ["unavailable"]


async def test_old_readings_do_not_count(hass: HomeAssistant, quiet: MockConfigEntry, person: Person) -> None:
    await keep(hass, quiet, person, readings_before(NOON - 14 * DAY - MINUTE * 60, [300] * 288))
    assert shown(hass, COMPLETENESS) == ["0.0"]
