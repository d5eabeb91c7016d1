"""Series of readings: joining those that several answers of the cloud brought."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Final

from ..models import MeasuringRange, Reading
from .freshness import CLOCK_TOLERANCE, is_from_future

SAME_READING = timedelta(seconds=10)
"""Readings up to this far apart are one: the graph's copy of a reading is a second or two off (recording of
nightscout-librelink-up), and no sensor measures more often than once a minute."""
SAME_IN_A_REPORT = timedelta(minutes=2)
"""A reported reading up to this far from a live one is its copy: a report has times of a phone's clock."""

_instant: Final = attrgetter("at")


def distinct(readings: Iterable[Reading]) -> list[Reading]:
    """Return the readings of one answer sorted by time without copies: the latest stays, else the lowest."""
    readings = list(readings)
    if all(later.at - earlier.at > SAME_READING for earlier, later in pairwise(readings)):
        return readings  # As nearly always.
    kept: list[Reading] = []
    for reading in sorted(readings, key=_order):
        if kept and reading.at - kept[-1].at <= SAME_READING:
            kept.pop()
        kept.append(reading)
    return kept


def merge(
    known: Sequence[Reading], told: Iterable[Reading], *, now: datetime, keep: timedelta
) -> tuple[Reading, ...]:
    """Return a series joined with what an answer told, oldest first, of the time `keep` before `now`.

    `known` is such a series, in the order of time and without copies. Of copies the told one stays, for it
    came later. Readings from the future are left out: once the wrong clock is put right they would pass for
    the newest.
    """
    series = known[: bisect_right(known, now + CLOCK_TOLERANCE, key=_instant)]
    news = distinct(reading for reading in told if not is_from_future(reading, now))
    if news:
        # Only here can there be copies: each minute brings one reading to a series of hundreds.
        begin = bisect_left(series, news[0].at - SAME_READING, key=_instant)
        end = bisect_right(series, news[-1].at + SAME_READING, key=_instant)
        amid = sorted((*without_copies(series[begin:end], news), *news), key=_order)
        series = (*series[:begin], *amid, *series[end:])
    return tuple(series[bisect_left(series, now - keep, key=_instant) :])


def without_copies(readings: Iterable[Reading], others: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings that are no copies of any of `others`."""
    times = sorted(reading.at for reading in others)
    return tuple(reading for reading in readings if not _is_near(times, reading.at, SAME_READING))


def says_more(reading: Reading) -> bool:
    """Return True for a reading with what the graph's copy of it may lack: a trend, LO or HI."""
    return reading.trend is not None or reading.measuring_range is not MeasuringRange.WITHIN


def supplement(live: Sequence[Reading], reported: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return the live readings and those that only the report has. All are in the order of time."""
    times = [reading.at for reading in live]
    missing = [reading for reading in reported if not _is_near(times, reading.at, SAME_IN_A_REPORT)]
    return tuple(sorted((*live, *missing), key=lambda reading: reading.at)) if missing else tuple(live)


def _is_near(times: Sequence[datetime], at: datetime, tolerance: timedelta) -> bool:
    """Return True if one of `times`, which stand in their order, is at most `tolerance` from `at`."""
    return bisect_left(times, at - tolerance) != bisect_right(times, at + tolerance)


def _order(reading: Reading) -> tuple[datetime, int, bool, str]:
    """Return what the readings of one answer are sorted by: of one instant the lowest stands last."""
    return reading.at, -reading.mg_dl, says_more(reading), reading.trend or ""
