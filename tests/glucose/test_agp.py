"""The profile of a usual day."""

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
import math
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import numpy as np
import pandas as pd
import pytest

from custom_components.libreview.glucose.agp import AgpBin, agp, percentile
from custom_components.libreview.glucose.columns import Trace
from tests.support.traces import DAY, HOUR, MINUTE, START, any_trace, at_minutes, evenly, glucose, shifted

BERLIN = ZoneInfo("Europe/Berlin")
PERCENTS = (5, 25, 50, 75, 95)


def epoch(year: int, month: int, day: int, hour: int = 0, *, zone: tzinfo = UTC) -> int:
    return int(datetime(year, month, day, hour, tzinfo=zone).timestamp())


def percentiles(agp_bin: AgpBin) -> list[float | None]:
    return [agp_bin.p5, agp_bin.p25, agp_bin.p50, agp_bin.p75, agp_bin.p95]


def waves(start: int, days: int, *, every: int = 5 * MINUTE) -> Trace:
    """Give glucose that moves up and down, differently each day, with some readings lost."""
    random = Random(days)
    return Trace.from_pairs(
        (at, round(140 + 60 * math.sin(at / 9000) + 15 * math.sin(at / 1300)))
        for at in range(start, start + days * DAY, every)
        if random.random() < 0.9
    )


def test_readings_of_several_days_meet_in_the_bin_of_their_time_of_day() -> None:
    trace = Trace.from_pairs((START + day * DAY + 8 * HOUR + 7 * MINUTE, 100 + 10 * day) for day in range(5))

    bins = agp(trace, start=START, end=START + 14 * DAY, time_zone=UTC)

    assert len(bins) == 96
    assert bins[32] == AgpBin(
        begins=timedelta(hours=8), readings=5, days=5, p5=102, p25=110, p50=120, p75=130, p95=138
    )
    assert [agp_bin.readings for agp_bin in bins].count(0) == 95
    assert bins[0] == AgpBin(begins=timedelta(), readings=0, days=0)
    assert bins[95].begins == timedelta(hours=23, minutes=45)


def test_many_readings_of_one_day_are_one_day() -> None:
    (agp_bin,) = agp(
        evenly([100] * 288), start=START, end=START + DAY, time_zone=UTC, width=timedelta(days=1)
    )

    assert (agp_bin.readings, agp_bin.days) == (288, 1)


def test_readings_outside_the_window_do_not_count() -> None:
    trace = at_minutes((-1, 100), (0, 110), (59, 120), (60, 130))

    bins = agp(trace, start=START, end=START + HOUR, time_zone=UTC, width=timedelta(hours=1))

    assert percentiles(bins[0]) == [110.5, 112.5, 115, 117.5, 119.5]
    assert [agp_bin.readings for agp_bin in bins] == [2] + [0] * 23


def test_the_bins_are_those_of_the_persons_own_clock() -> None:
    noon = epoch(2026, 7, 1, 12, zone=BERLIN)

    bins = agp(Trace.from_pairs([(noon, 100)]), start=noon - DAY, end=noon + DAY, time_zone=BERLIN)

    assert [agp_bin.begins for agp_bin in bins if agp_bin.readings] == [timedelta(hours=12)]


def test_noon_stays_noon_when_the_clock_is_changed() -> None:
    noons = [epoch(2026, 3, day, 12, zone=BERLIN) for day in range(26, 32)]

    bins = agp(
        Trace.from_pairs((noon, 100) for noon in noons), start=noons[0], end=noons[-1] + 1, time_zone=BERLIN
    )

    assert [(agp_bin.begins, agp_bin.days) for agp_bin in bins if agp_bin.readings] == [
        (timedelta(hours=12), 6)
    ]


def test_an_hour_that_is_left_out_has_no_readings_and_one_that_comes_twice_has_them_of_one_day() -> None:
    spring, autumn = epoch(2026, 3, 29, zone=BERLIN), epoch(2026, 10, 25, zone=BERLIN)
    hour = timedelta(hours=1)

    left_out = agp(
        evenly([100] * 276, start=spring), start=spring, end=spring + DAY, time_zone=BERLIN, width=hour
    )
    twice = agp(
        evenly([100] * 300, start=autumn), start=autumn, end=autumn + 25 * HOUR, time_zone=BERLIN, width=hour
    )

    assert [(agp_bin.readings, agp_bin.days) for agp_bin in left_out] == [(12, 1)] * 2 + [(0, 0)] + [
        (12, 1)
    ] * 21
    assert [(agp_bin.readings, agp_bin.days) for agp_bin in twice] == [(12, 1)] * 2 + [(24, 1)] + [
        (12, 1)
    ] * 21


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"]
)
@pytest.mark.parametrize("month", [1, 3, 4, 10, 11])
def test_the_profile_is_that_of_pandas_and_numpy(zone: str, month: int) -> None:
    start = epoch(2026, month, 1)
    trace = waves(start, 35)
    clock = pd.to_datetime(pd.Series(trace.at), unit="s", utc=True).dt.tz_convert(zone)
    table = pd.DataFrame(
        {"bin": (clock.dt.hour * 60 + clock.dt.minute) // 15, "day": clock.dt.date, "mg_dl": trace.mg_dl}
    )

    bins = agp(trace, start=start, end=start + 35 * DAY, time_zone=ZoneInfo(zone))

    assert len(bins) == table["bin"].nunique() == 96
    for number, group in table.groupby("bin"):
        agp_bin = bins[number]
        assert percentiles(agp_bin) == pytest.approx(list(np.percentile(group["mg_dl"], PERCENTS)))
        assert (agp_bin.readings, agp_bin.days) == (len(group), group["day"].nunique())


@given(st.lists(glucose, min_size=1), st.floats(0, 100))
def test_percentiles_are_numpys(values: list[int], percent: float) -> None:
    assert percentile(sorted(values), percent) == pytest.approx(np.percentile(values, percent))


@given(any_trace, st.sampled_from([5, 15, 30, 60, 1440]))
def test_percentiles_stand_in_their_order_and_no_reading_is_lost(trace: Trace, minutes: int) -> None:
    bins = agp(trace, start=START, end=START + 14 * DAY, time_zone=BERLIN, width=timedelta(minutes=minutes))

    for agp_bin in bins:
        known = [value for value in percentiles(agp_bin) if value is not None]
        assert len(known) == (5 if agp_bin.readings else 0)
        assert known == sorted(known)
        assert agp_bin.days <= agp_bin.readings
    assert sum(agp_bin.readings for agp_bin in bins) == len(trace)
    assert all(
        later.begins - agp_bin.begins == timedelta(minutes=minutes) for agp_bin, later in pairwise(bins)
    )


@given(any_trace, st.integers(-1000, 1000))
def test_some_days_later_the_profile_is_the_same(trace: Trace, days: int) -> None:
    later = agp(
        shifted(trace, days * DAY), start=START + days * DAY, end=START + (days + 14) * DAY, time_zone=UTC
    )

    assert later == agp(trace, start=START, end=START + 14 * DAY, time_zone=UTC)


@pytest.mark.parametrize("minutes", [7, 0, -15, 1441, 2880])
def test_bins_that_do_not_fill_a_day_are_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="do not fill a day"):
        agp(Trace(), start=START, end=START + DAY, time_zone=UTC, width=timedelta(minutes=minutes))
