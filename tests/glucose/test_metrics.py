"""Time in ranges, mean, variability, GMI, completeness."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.columns import Trace
from custom_components.libreview.glucose.metrics import Metrics, metrics
from custom_components.libreview.glucose.ranges import CONSENSUS, Thresholds
from custom_components.libreview.glucose.time_weights import weights
from custom_components.libreview.models import Range
from tests.support.traces import (
    DAY,
    HOUR,
    MINUTE,
    START,
    any_trace,
    at_minutes,
    evenly,
    gapless,
    shifted,
    traces,
)

WINDOW = 2 * DAY


def of(trace: Trace, *, seconds: int = WINDOW, thresholds: Thresholds = CONSENSUS) -> Metrics:
    return metrics(trace, start=START, end=START + seconds, thresholds=thresholds)


def same(one: Metrics, other: Metrics) -> bool:
    """Say whether figures agree but for the last digits of floating point."""
    return figures(one) == pytest.approx(figures(other), rel=1e-9, abs=1e-9)


def figures(result: Metrics) -> list[float | None]:
    shares = (None,) * len(Range) if result.shares is None else result.shares.values()
    return [*shares, result.mean, result.sd, result.cv, result.gmi, result.completeness]


def test_a_worked_example_with_gaps_and_uneven_spacing() -> None:
    # An hour of a Libre 3, whose readings are 5 min apart, read live now and then:
    #   minute   0  200 mg/dL  holds  5 min
    #   minute   5  260        holds  1 min
    #   minute   6  250        holds  4 min
    #   minute  10  180        holds 15 min, for two lost readings make no gap
    #   minute  25  100        stands for 5 min, for 21 min of silence are a gap
    #   minute  46   60        holds  4 min
    #   minute  50   50        stands for 5 min, being the last
    # Together 39 of 60 min. mg/dL times min: 1000 + 260 + 1000 + 2700 + 500 + 240 + 250 = 5950.
    trace = at_minutes((0, 200), (5, 260), (6, 250), (10, 180), (25, 100), (46, 60), (50, 50))

    result = of(trace, seconds=HOUR)

    assert result.shares == {
        Range.VERY_LOW: 5 / 39,
        Range.LOW: 4 / 39,
        Range.IN_RANGE: 20 / 39,
        Range.HIGH: 9 / 39,
        Range.VERY_HIGH: 1 / 39,
    }
    mean = 5950 / 39
    # The squares of the values times min: 200000 + 67600 + 250000 + 486000 + 50000 + 14400 + 12500 = 1080500.
    variance = 1080500 / 39 - mean**2
    assert result.mean == pytest.approx(mean)
    assert result.sd == pytest.approx(variance**0.5)
    assert result.cv == pytest.approx(variance**0.5 / mean)
    assert result.gmi == pytest.approx(3.31 + 0.02392 * mean)
    assert result.completeness == 39 / 60
    assert result.readings == 7
    assert not result.is_enough


def test_the_window_begins_with_what_was_measured_before_it() -> None:
    trace = at_minutes((-3, 100), (2, 200))

    result = of(trace, seconds=5 * MINUTE)

    assert result.mean == (2 * 100 + 3 * 200) / 5
    assert result.completeness == 1
    assert result.readings == 1


@pytest.mark.parametrize("trace", [Trace(), at_minutes((-60, 100)), at_minutes((3000, 100))])
def test_without_covered_time_there_are_no_figures(trace: Trace) -> None:
    result = of(trace)

    assert figures(result) == [None] * 9 + [0]
    assert result.readings == 0
    assert result.share(Range.IN_RANGE) is None
    assert not result.is_enough


def test_a_window_without_extent_has_no_figures() -> None:
    assert of(evenly([100]), seconds=0).mean is None


def test_seventy_percent_of_the_window_are_enough() -> None:
    enough = of(evenly([100] * 202), seconds=24 * HOUR)
    too_little = of(evenly([100] * 201), seconds=24 * HOUR)

    assert enough.completeness > 0.7 > too_little.completeness
    assert enough.is_enough
    assert replace(enough, completeness=0.7).is_enough
    assert not too_little.is_enough


def test_shares_of_several_zones_are_added() -> None:
    result = of(evenly([50, 60, 60, 100]), seconds=20 * MINUTE)

    assert result.share(Range.LOW, Range.VERY_LOW) == 0.75
    assert result.share(Range.IN_RANGE) == 0.25
    assert result.share() == 0


def test_the_borders_are_the_persons_own() -> None:
    trace = evenly([90, 95, 100, 105, 110, 115])
    own = Thresholds(very_low=95, low=100, high=105, very_high=110)

    result = of(trace, thresholds=own)

    shares = [result.share(zone) for zone in Range]
    assert shares == pytest.approx([1 / 6, 1 / 6, 2 / 6, 1 / 6, 1 / 6])


def test_a_sensor_that_shows_nothing_but_zeros_has_no_variation() -> None:
    result = of(evenly([0, 0]))

    assert result.mean == 0
    assert result.cv is None


@given(any_trace.filter(len))
def test_the_shares_are_all_of_the_covered_time(trace: Trace) -> None:
    result = of(trace)

    assert result.shares is not None
    assert sum(result.shares.values()) == pytest.approx(1)
    assert all(0 <= share <= 1 for share in result.shares.values())
    assert result.share(*Range) == pytest.approx(1)


@given(any_trace.filter(len))
def test_the_mean_lies_among_the_values_and_the_deviation_within_half_their_spread(
    trace: Trace,
) -> None:
    result = of(trace)

    assert result.mean is not None
    assert result.sd is not None
    low, high = min(trace.mg_dl), max(trace.mg_dl)
    assert low - 1e-9 <= result.mean <= high + 1e-9
    assert 0 <= result.sd <= (high - low) / 2 + 1e-9
    assert 0 < result.completeness <= 1


@given(gapless, st.lists(st.floats(0, 1), max_size=20))
def test_more_readings_of_the_same_value_in_between_change_nothing(
    trace: Trace, places: Iterable[float]
) -> None:
    # To the last reading only: how long that one stands for depends on the pace before it.
    seconds = trace.at[-1] - START
    known = dict(zip(trace.at, trace.mg_dl, strict=True))
    for at in (START + int(place * seconds) for place in places):
        known[at] = known[max(instant for instant in known if instant <= at)]
    denser = Trace.from_pairs(sorted(known.items()))

    assert same(of(denser, seconds=seconds), of(trace, seconds=seconds))


@given(any_trace, st.integers(-(10**8), 10**8))
def test_moving_the_readings_in_time_changes_no_figure(trace: Trace, seconds: int) -> None:
    start = START + seconds
    moved = metrics(shifted(trace, seconds), start=start, end=start + WINDOW, thresholds=CONSENSUS)

    assert moved == of(trace)


@given(traces(st.integers(1, HOUR)))
def test_figures_in_mmol_per_litre_are_those_in_mg_per_decilitre_divided_by_18(trace: Trace) -> None:
    # Whole mmol/L, so that the very same values exist in both units.
    mg = Trace.from_pairs((at, 18 * value) for at, value in zip(trace.at, trace.mg_dl, strict=True))

    in_mmol = of(trace, thresholds=Thresholds(very_low=3, low=4, high=10, very_high=14))
    in_mg = of(mg, thresholds=Thresholds(very_low=54, low=72, high=180, very_high=252))

    assert in_mg.shares == in_mmol.shares
    assert in_mg.completeness == in_mmol.completeness
    if in_mmol.mean is not None and in_mmol.sd is not None:
        assert in_mg.mean == pytest.approx(18 * in_mmol.mean)
        assert in_mg.sd == pytest.approx(18 * in_mmol.sd)
        assert in_mg.cv == pytest.approx(in_mmol.cv)


@given(any_trace.filter(len), st.floats(0, 1))
def test_the_mean_of_two_windows_side_by_side_is_that_of_both(trace: Trace, where: float) -> None:
    middle = START + round(where * WINDOW)
    before = metrics(trace, start=START, end=middle, thresholds=CONSENSUS)
    after = metrics(trace, start=middle, end=START + WINDOW, thresholds=CONSENSUS)
    covered_before = sum(weights(trace, start=START, end=middle))
    covered_after = sum(weights(trace, start=middle, end=START + WINDOW))

    together = covered_before * (before.mean or 0) + covered_after * (after.mean or 0)

    assert of(trace).mean == pytest.approx(together / (covered_before + covered_after))
    assert of(trace).readings == before.readings + after.readings
