"""Readings of two feeds as one series."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.libreview.glucose.series import SAME_IN_A_REPORT, supplement
from custom_components.libreview.glucose.trend import change, rate_of_change
from custom_components.libreview.models import Reading, Trend

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def series(*minutes: float, mg_dl: int = 100) -> tuple[Reading, ...]:
    return tuple(Reading(at=NOON + timedelta(minutes=minute), mg_dl=mg_dl) for minute in minutes)


def minutes_of(readings: tuple[Reading, ...]) -> list[float]:
    return [(reading.at - NOON).total_seconds() / 60 for reading in readings]


instants = st.lists(st.integers(-720 * 60, 0), max_size=60).map(
    lambda seconds: [NOON + timedelta(seconds=each) for each in sorted(set(seconds))]
)


def test_a_report_fills_what_the_live_feed_missed() -> None:
    live, reported = series(-40, -5, 0), series(-60, -45, -30, -15, mg_dl=90)
    assert minutes_of(supplement(live, reported)) == [-60, -45, -40, -30, -15, -5, 0]


def test_either_feed_alone_is_the_series() -> None:
    readings = series(-15, 0)
    assert supplement(readings, ()) == readings
    assert supplement((), readings) == readings
    assert supplement((), ()) == ()


def test_a_reading_that_both_feeds_tell_is_the_live_one() -> None:
    live = (Reading(at=NOON, mg_dl=100, trend=Trend.RISING),)
    for minutes in (-2, -1, 0, 1, 2):
        assert supplement(live, series(minutes, mg_dl=96)) == live
    assert len(supplement(live, series(-2.1, 2.1))) == 3


@given(live=instants, reported=instants)
def test_live_readings_stand_and_reported_ones_stand_where_there_are_none(
    live: list[datetime], reported: list[datetime]
) -> None:
    of_live = tuple(Reading(at=at, mg_dl=100) for at in live)
    of_report = tuple(Reading(at=at, mg_dl=90) for at in reported)
    both = supplement(of_live, of_report)
    assert [each for each in both if each.mg_dl == 100] == list(of_live)
    expected = [at for at in reported if all(abs(at - other) > SAME_IN_A_REPORT for other in live)]
    assert [each.at for each in both if each.mg_dl == 90] == expected
    assert [each.at for each in both] == sorted(each.at for each in both)


@given(offsets=st.lists(st.integers(-60, 60), min_size=16, max_size=16), slope=st.integers(-3, 3))
def test_copies_of_live_readings_change_neither_change_nor_rate(offsets: list[int], slope: int) -> None:
    live = tuple(
        Reading(at=NOON + timedelta(minutes=minute), mg_dl=150 + slope * minute) for minute in range(16)
    )
    copies = (
        Reading(at=reading.at + timedelta(seconds=offset), mg_dl=reading.mg_dl + 9)
        for reading, offset in zip(live, offsets, strict=True)
    )
    both = supplement(live, tuple(sorted(copies, key=lambda reading: reading.at)))
    assert change(both) == change(live) == 5 * slope
    assert rate_of_change(both) == rate_of_change(live)
