"""Change and rate of change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.trend import change, rate_of_change
from custom_components.libreview.models import MeasuringRange, Reading

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
type Figure = Callable[[list[Reading]], float | None]
both_figures = pytest.mark.parametrize("figure", [change, rate_of_change])
minutes_ago = st.floats(0.2, 40)


def at(minutes: float, mg_dl: int, measuring_range: MeasuringRange = MeasuringRange.WITHIN) -> Reading:
    """Give a reading of so many minutes ago."""
    return Reading(at=NOW - timedelta(minutes=minutes), mg_dl=mg_dl, measuring_range=measuring_range)


def test_change_is_the_difference_to_the_reading_five_minutes_before() -> None:
    assert change([at(10, 90), at(5, 100), at(4, 103), at(0, 112)]) == 12


def test_change_is_interpolated_where_no_reading_lies_five_minutes_back() -> None:
    assert change([at(6, 100), at(4, 110), at(0, 130)]) == 25


def test_change_reaches_over_one_lost_reading_of_a_five_minute_sensor() -> None:
    assert change([at(10, 100), at(0, 120)]) == 10


@pytest.mark.parametrize(
    "readings",
    [
        [],
        [at(0, 100)],
        [at(4, 100), at(0, 110)],
        [at(17, 100), at(0, 110)],
        [at(16, 100), at(4, 105), at(0, 110)],
    ],
    ids=["none", "one", "nothing five minutes back", "long gap", "long gap five minutes back"],
)
def test_change_is_unknown_without_readings_near_five_minutes_back(readings: list[Reading]) -> None:
    assert change(readings) is None


def test_a_gap_before_or_after_the_five_minutes_does_not_matter_to_change() -> None:
    assert change([at(60, 300), at(5, 100), at(0, 110)]) == 10


def test_rate_is_the_slope_of_the_last_quarter_of_an_hour() -> None:
    assert rate_of_change([at(minute, 130 - 2 * minute) for minute in range(16)]) == pytest.approx(2)
    assert rate_of_change([at(20, 400), at(10, 100), at(5, 90), at(0, 80)]) == pytest.approx(-2)


def test_rate_is_not_moved_much_by_one_noisy_reading() -> None:
    noisy = [at(minute, 100 + (8 if minute == 0 else 0)) for minute in range(16)]

    rate = rate_of_change(noisy)

    assert rate is not None
    assert 0 < rate < 0.5


@pytest.mark.parametrize(
    "readings",
    [
        [],
        [at(0, 100)],
        [at(4.9, 100), at(0, 110)],
        [at(16, 100), at(4, 100), at(0, 110)],
        [at(14, 100), at(2, 100), at(0, 110)],
    ],
    ids=["none", "one", "short", "short within the window", "long gap"],
)
def test_rate_is_unknown_from_too_little(readings: list[Reading]) -> None:
    assert rate_of_change(readings) is None


@both_figures
@pytest.mark.parametrize("out_at", [0, 5])
@pytest.mark.parametrize("out", [MeasuringRange.BELOW, MeasuringRange.ABOVE])
def test_a_value_that_was_not_measured_makes_the_figure_unknown(
    figure: Figure, out_at: int, out: MeasuringRange
) -> None:
    readings = [at(m, 100, out if m == out_at else MeasuringRange.WITHIN) for m in (0, 5, 10)]

    assert figure(readings) is None


@both_figures
def test_an_old_value_that_was_not_measured_does_not_matter(figure: Figure) -> None:
    readings = [at(20, 40, MeasuringRange.BELOW), at(10, 100), at(5, 105), at(0, 110)]

    assert figure(readings) is not None


@both_figures
@given(st.lists(st.tuples(minutes_ago, st.integers(40, 400)), max_size=20))
def test_repetition_does_not_matter(figure: Figure, points: list[tuple[float, int]]) -> None:
    readings = [at(minutes, mg_dl) for minutes, mg_dl in sorted([*points, (0, 120)], reverse=True)]

    assert figure([reading for reading in readings for _ in range(2)]) == figure(readings)


@given(st.integers(-8, 8), st.sets(st.integers(1, 40)))
def test_on_a_straight_line_lost_readings_do_not_matter(slope: int, got: set[int]) -> None:
    readings = [at(minute, 200 - slope * minute) for minute in sorted((0, *got), reverse=True)]

    assert change(readings) in (None, pytest.approx(5 * slope))
    assert rate_of_change(readings) in (None, pytest.approx(slope, abs=1e-9))


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(40, 400)), max_size=20), st.integers(-30, 30))
def test_a_sensor_that_reads_too_high_throughout_moves_just_as_fast(
    points: list[tuple[int, int]], offset: int
) -> None:
    points = sorted([(0, 120), *points], reverse=True)
    plain = [at(minutes, mg_dl) for minutes, mg_dl in points]
    higher = [at(minutes, mg_dl + offset) for minutes, mg_dl in points]

    assert change(higher) == pytest.approx(change(plain))
    assert rate_of_change(higher) == pytest.approx(rate_of_change(plain))
