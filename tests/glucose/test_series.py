"""Joining what several answers told."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from custom_components.libreview.glucose.series import SAME_READING, merge
from custom_components.libreview.models import MeasuringRange, Reading, Trend

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


def ago(seconds: float, mg_dl: int = 100, trend: Trend | None = None) -> Reading:
    return Reading(at=NOW - timedelta(seconds=seconds), mg_dl=mg_dl, trend=trend)


readings = st.builds(ago, st.integers(-600, 5000), st.integers(40, 400), st.sampled_from([None, *Trend]))
serieses = st.lists(readings, max_size=12)


def test_the_graphs_copy_of_a_live_reading_is_the_same_reading() -> None:
    live = ago(60, 101, Trend.RISING)

    assert merge([live], [ago(61, 101), ago(361, 95)], now=NOW, keep=DAY) == (ago(361, 95), live)
    assert merge([ago(58, 101)], [live], now=NOW, keep=DAY) == (live,)


def test_readings_a_minute_apart_are_two() -> None:
    assert len(merge([ago(58)], [ago(0)], now=NOW, keep=DAY)) == 2


def test_of_two_copies_the_one_that_admits_to_be_out_of_range_stays() -> None:
    out = Reading(at=NOW, mg_dl=40, measuring_range=MeasuringRange.BELOW)

    assert merge([out], [ago(1, 40)], now=NOW, keep=DAY) == (out,)


def test_only_the_window_is_kept() -> None:
    kept = merge([ago(3601, 90), ago(3580)], [ago(10)], now=NOW, keep=timedelta(hours=1))

    assert kept == (ago(3580), ago(10))


def test_a_reading_from_the_future_does_not_stay_as_the_newest() -> None:
    assert merge([ago(60)], [ago(-301)], now=NOW, keep=DAY) == (ago(60),)


@given(serieses, serieses)
def test_the_result_does_not_depend_on_order_or_repetition(one: list[Reading], other: list[Reading]) -> None:
    merged = merge(one, other, now=NOW, keep=DAY)

    assert merge(other[::-1], [*one, *other], now=NOW, keep=DAY) == merged


@given(serieses)
def test_merging_again_changes_nothing(series: list[Reading]) -> None:
    merged = merge(series, [], now=NOW, keep=DAY)

    assert merge(merged, merged, now=NOW, keep=DAY) == merged


@given(serieses)
def test_the_result_is_sorted_and_holds_no_reading_twice(series: list[Reading]) -> None:
    merged = merge(series, [], now=NOW, keep=DAY)

    assert all(later.at - earlier.at > SAME_READING for earlier, later in pairwise(merged))
