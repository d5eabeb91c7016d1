"""What a person's own clock shows, without making a datetime of every instant."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final

STEP: Final = 6 * 60 * 60
"""Seconds in which no zone changes its offset more than once."""


def utc_offsets(zone: tzinfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Cut the window [start, end) (epoch seconds) where the clock of `zone` is changed.

    Gives one part after the other: its start, its end, and by how many seconds the clock is ahead of UTC.
    """
    since, offset = start, _offset(zone, start)
    for until in range(start + STEP, end + STEP, STEP):
        if _offset(zone, until) != offset:
            change = _change(zone, until - STEP, until)
            if change >= end:
                break
            yield since, change, offset
            since, offset = change, _offset(zone, change)
    if since < end:
        yield since, end, offset


def _change(zone: tzinfo, before: int, after: int) -> int:
    """Find the first second of the new offset, which holds at `after` and not yet at `before`."""
    new = _offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == new:
            after = middle
        else:
            before = middle
    return after


def _offset(zone: tzinfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset() or timedelta()
    return round(offset.total_seconds())
