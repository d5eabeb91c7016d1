"""The ambulatory glucose profile (AGP): percentiles of glucose at each time of the person's own day."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Final

from .columns import Trace
from .utc_offset_windows import utc_offsets

BIN: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
PERCENTILES: Final = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgpBin:
    """One time of day. The percentiles are in mg/dL, and None where nothing was measured at that time."""

    begins: timedelta
    """The time after midnight on the person's clock."""
    readings: int
    days: int
    """The number of days of that clock with readings at this time."""
    p5: float | None = None
    p25: float | None = None
    p50: float | None = None
    p75: float | None = None
    p95: float | None = None


def agp(
    trace: Trace, *, start: int, end: int, time_zone: tzinfo, width: timedelta = BIN
) -> tuple[AgpBin, ...]:
    """Return the profile of the window [start, end) (epoch seconds), one bin after the other from midnight.

    `time_zone` is the person's: a meal at noon is at noon before and after the clock is changed. When this
    clock shows an hour twice, both go into the bins of that hour; when it leaves one out, none does. Every
    reading counts alike. Raises `ValueError` unless bins of `width` fill a day exactly.
    """
    seconds = round(width.total_seconds())
    if seconds <= 0 or DAY % timedelta(seconds=seconds):
        msg = f"Bins of {width} do not fill a day"
        raise ValueError(msg)
    per_day = DAY // timedelta(seconds=seconds)
    values: list[list[int]] = [[] for _ in range(per_day)]
    slots: set[int] = set()
    """The bins of single days that have readings, numbered from 1970 on the person's clock."""
    for since, until, offset in utc_offsets(time_zone, start, end):
        first, beyond = bisect_left(trace.at, since), bisect_left(trace.at, until)
        for at, mg_dl in zip(trace.at[first:beyond], trace.mg_dl[first:beyond], strict=True):
            slot = (at + offset) // seconds
            values[slot % per_day].append(mg_dl)
            slots.add(slot)
    days = Counter(slot % per_day for slot in slots)
    return tuple(_bin(number * width, measured, days[number]) for number, measured in enumerate(values))


def percentile(ordered: Sequence[int], percent: float) -> float:
    """Return a percentile, interpolated between the neighbours in rank as numpy and R (type 7) do by default.

    The least value is the 0th percentile and the greatest the 100th. `ordered` must not be empty.
    """
    rank = (len(ordered) - 1) * percent / 100
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


def _bin(begins: timedelta, values: list[int], days: int) -> AgpBin:
    if not values:
        return AgpBin(begins=begins, readings=0, days=0)
    values.sort()
    p5, p25, p50, p75, p95 = (percentile(values, percent) for percent in PERCENTILES)
    return AgpBin(begins=begins, readings=len(values), days=days, p5=p5, p25=p25, p50=p50, p75=p75, p95=p95)
