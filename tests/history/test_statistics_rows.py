"""What the rows of a statistic should say."""

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.hourly import HOUR, Hour
from custom_components.libreview.glucose.units import to_display
from custom_components.libreview.history.statistics_rows import StatisticsRow, corrections, to_statistics_row
from custom_components.libreview.models import GlucoseUnit

UNITS = st.sampled_from(list(GlucoseUnit))


@st.composite
def hours(draw: st.DrawFn) -> Hour:
    low, high = sorted(draw(st.lists(st.integers(20, 600), min_size=2, max_size=2)))
    return Hour(mean=draw(st.floats(low, high)), low=low, high=high, covered=HOUR)


KNOWN = st.dictionaries(st.integers(0, 500_000).map(lambda number: number * HOUR), hours())


@pytest.mark.parametrize(
    ("unit", "row"),
    [
        (GlucoseUnit.MG_DL, StatisticsRow(mean=99.5, low=70, high=181)),
        (GlucoseUnit.MMOL_L, StatisticsRow(mean=99.5 / 18, low=3.9, high=10.1)),
    ],
)
def test_extremes_are_what_the_app_showed_and_the_mean_is_exact(
    unit: GlucoseUnit, row: StatisticsRow
) -> None:
    assert to_statistics_row(Hour(mean=99.5, low=70, high=181, covered=HOUR), unit) == row


@given(hours(), UNITS)
def test_the_mean_lies_between_the_extremes_but_for_their_rounding(hour: Hour, unit: GlucoseUnit) -> None:
    row = to_statistics_row(hour, unit)
    assert row.low - 0.05 - 1e-9 <= row.mean <= row.high + 0.05 + 1e-9
    assert (row.low, row.high) == (to_display(hour.low, unit), to_display(hour.high, unit))


@given(KNOWN, UNITS)
def test_written_once_nothing_is_left_to_correct(known: dict[int, Hour], unit: GlucoseUnit) -> None:
    rows = corrections(known, {}, unit)
    assert rows.keys() == known.keys()
    assert corrections(known, rows, unit) == {}


@given(KNOWN, UNITS, st.data())
def test_only_what_differs_is_corrected(
    known: dict[int, Hour], unit: GlucoseUnit, data: st.DataObject
) -> None:
    rows = corrections(known, {}, unit)
    wrong = data.draw(st.sets(st.sampled_from(sorted(rows)))) if rows else set()
    held = rows | {hour: StatisticsRow(mean=rows[hour].mean + 1, low=0, high=0) for hour in wrong}
    assert corrections(known, held, unit) == {hour: rows[hour] for hour in wrong}


@given(hours(), UNITS)
def test_what_a_database_loses_of_a_float_is_no_difference(hour: Hour, unit: GlucoseUnit) -> None:
    row = to_statistics_row(hour, unit)
    rough = StatisticsRow(mean=row.mean * (1 + 1e-7), low=row.low, high=row.high)
    assert row.is_like(rough)
