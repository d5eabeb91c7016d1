"""Mean, low and high of single hours."""

from hypothesis import given
import pytest

from custom_components.libreview.glucose.columns import Trace
from custom_components.libreview.glucose.hourly import Hour, hourly
from custom_components.libreview.glucose.metrics import metrics
from custom_components.libreview.glucose.ranges import CONSENSUS
from custom_components.libreview.glucose.time_weights import weights
from tests.support.traces import DAY, HOUR, MINUTE, START, any_trace, at_minutes, evenly

HOURS = range(START - HOUR, START + 10 * DAY, HOUR)


def test_the_mean_is_weighted_by_time() -> None:
    trace = at_minutes((0, 100), (15, 120), (20, 240), (30, 90), (40, 90), (50, 90))

    assert hourly(trace, [START]) == {
        START: Hour(mean=(1500 + 600 + 2400 + 2700) / 60, low=90, high=240, covered=HOUR)
    }


def test_a_reading_from_before_the_hour_holds_into_it() -> None:
    trace = at_minutes((-15, 100), (-5, 60), (5, 120), (15, 100))

    result = hourly(trace, [START])

    assert result == {START: Hour(mean=(300 + 1200 + 1000) / 25, low=60, high=120, covered=25 * MINUTE)}


def test_a_reading_that_no_longer_holds_at_the_hour_does_not_count() -> None:
    trace = at_minutes((-25, 40), (-20, 400), (10, 100), (15, 100))

    assert hourly(trace, [START]) == {START: Hour(mean=100, low=100, high=100, covered=10 * MINUTE)}


def test_hours_without_readings_are_absent() -> None:
    trace = evenly([100] * 12)

    assert list(hourly(trace, [START - HOUR, START, START + HOUR, START + 9 * HOUR])) == [START]
    assert hourly(trace, []) == {}
    assert hourly(Trace(), HOURS) == {}


@given(any_trace.filter(len))
def test_hours_weighted_by_their_covered_time_make_the_whole_mean(trace: Trace) -> None:
    result = hourly(trace, HOURS)
    whole = metrics(trace, start=HOURS.start, end=HOURS.stop, thresholds=CONSENSUS)
    covered = sum(hour.covered for hour in result.values())

    assert sum(hour.mean * hour.covered for hour in result.values()) / covered == pytest.approx(whole.mean)
    assert min(hour.low for hour in result.values()) == min(trace.mg_dl)
    assert max(hour.high for hour in result.values()) == max(trace.mg_dl)


@given(any_trace)
def test_each_hour_agrees_with_the_weights_of_its_window(trace: Trace) -> None:
    result = hourly(trace, HOURS)

    for hour in HOURS:
        weighty = weights(trace, start=hour, end=hour + HOUR)
        values = [mg_dl for mg_dl, seconds in zip(trace.mg_dl, weighty, strict=True) if seconds]
        assert (hour in result) == bool(values)
        if values:
            assert (result[hour].low, result[hour].high) == (min(values), max(values))
            assert result[hour].covered == sum(weighty)
            assert result[hour].low <= result[hour].mean <= result[hour].high
