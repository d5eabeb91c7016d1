"""Windows of constant UTC offset in a time zone, so that wall clocks need no datetime for every instant."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final

STEP: Final = 6 * 60 * 60
"""Seconds in which no time zone changes its offset more than once."""


def utc_offsets(time_zone: tzinfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Cut the window [start, end) (epoch seconds) where the UTC offset of `time_zone` changes.

    Yields the start and the end of each part (epoch seconds), and its offset from UTC in seconds.
    """
    since, offset = start, _offset(time_zone, start)
    for until in range(start + STEP, end + STEP, STEP):
        if _offset(time_zone, until) != offset:
            change = _find_change(time_zone, until - STEP, until)
            if change >= end:
                break
            yield since, change, offset
            since, offset = change, _offset(time_zone, change)
    if since < end:
        yield since, end, offset


def _find_change(time_zone: tzinfo, before: int, after: int) -> int:
    """Return the first second of the new offset, which holds at `after` and not yet at `before`."""
    new = _offset(time_zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(time_zone, middle) == new:
            after = middle
        else:
            before = middle
    return after


def _offset(time_zone: tzinfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, time_zone).utcoffset() or timedelta()
    return round(offset.total_seconds())
