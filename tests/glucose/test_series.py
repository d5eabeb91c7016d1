"""Joining what several answers told."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.series import SAME_READING, merge, says_more, without_copies
from custom_components.libreview.models import MeasuringRange, Reading, Trend

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


def ago(seconds: float, mg_dl: int = 100, trend: Trend | None = None) -> Reading:
    return Reading(at=NOW - timedelta(seconds=seconds), mg_dl=mg_dl, trend=trend)


readings = st.builds(ago, st.integers(-600, 5000), st.integers(40, 400), st.sampled_from([None, *Trend]))
serieses = st.lists(readings, max_size=12)


def test_the_graphs_copy_of_a_live_reading_is_the_same_reading() -> None:
    live = ago(60, 101, Trend.RISING)

    assert without_copies([ago(61, 101), ago(361, 95)], [live]) == (ago(361, 95),)
    assert merge([ago(58, 101)], [live], now=NOW, keep=DAY) == (live,)


def test_readings_a_minute_apart_are_two() -> None:
    assert len(merge([ago(58)], [ago(0)], now=NOW, keep=DAY)) == 2


def test_what_a_poll_told_of_out_of_range_outlives_the_graphs_copy() -> None:
    out = Reading(at=NOW, mg_dl=40, measuring_range=MeasuringRange.BELOW)

    assert says_more(out)
    assert without_copies([ago(1, 40), ago(61)], [out]) == (ago(61),)


@pytest.mark.parametrize("trend", [None, Trend.FALLING])
@pytest.mark.parametrize("mg_dl", [50, 100])
@pytest.mark.parametrize("apart", [-9, 0, 9])
def test_of_two_answers_the_later_one_is_believed(mg_dl: int, trend: Trend | None, apart: int) -> None:
    before, told = ago(60, 75, Trend.STABLE), ago(60 + apart, mg_dl, trend)

    assert merge([ago(120), before], [told], now=NOW, keep=DAY) == (ago(120), told)


def test_in_one_answer_the_later_instant_is_believed_else_the_lower_value() -> None:
    assert merge([], [ago(8, 75, Trend.STABLE), ago(0, 50)], now=NOW, keep=DAY) == (ago(0, 50),)
    assert merge([], [ago(8, 50), ago(0, 75)], now=NOW, keep=DAY) == (ago(0, 75),)
    for told in ([ago(0, 75), ago(0, 50)], [ago(0, 50), ago(0, 75)]):
        assert merge([], told, now=NOW, keep=DAY) == (ago(0, 50),)


def test_only_the_window_is_kept() -> None:
    kept = merge([ago(3601, 90), ago(3580)], [ago(10)], now=NOW, keep=timedelta(hours=1))

    assert kept == (ago(3580), ago(10))


def test_a_reading_from_the_future_does_not_stay_as_the_newest() -> None:
    assert merge([ago(60)], [ago(-301)], now=NOW, keep=DAY) == (ago(60),)


@given(serieses, serieses)
def test_the_result_does_not_depend_on_order_within_an_answer_nor_on_repetition(
    one: list[Reading], other: list[Reading]
) -> None:
    known = merge((), one, now=NOW, keep=DAY)
    merged = merge(known, other, now=NOW, keep=DAY)

    assert merge((), one[::-1], now=NOW, keep=DAY) == known
    assert merge(known, other[::-1], now=NOW, keep=DAY) == merged
    assert merge(merged, other, now=NOW, keep=DAY) == merged


@given(serieses, serieses)
def test_every_reading_that_is_no_copy_of_a_later_told_one_stays(
    one: list[Reading], other: list[Reading]
) -> None:
    known, told = merge((), one, now=NOW, keep=DAY), merge((), other, now=NOW, keep=DAY)

    assert merge(known, other, now=NOW, keep=DAY) == tuple(
        sorted((*without_copies(known, told), *told), key=lambda reading: reading.at)
    )


@given(serieses)
def test_merging_again_changes_nothing(series: list[Reading]) -> None:
    merged = merge((), series, now=NOW, keep=DAY)

    assert merge(merged, merged, now=NOW, keep=DAY) == merged


@given(serieses)
def test_the_result_is_sorted_and_holds_no_reading_twice(series: list[Reading]) -> None:
    merged = merge((), series, now=NOW, keep=DAY)

    assert all(later.at - earlier.at > SAME_READING for earlier, later in pairwise(merged))
