"""The conditions under which a reading may be shown as the current one."""

from datetime import datetime, timedelta

from ..models import Reading, is_measurable

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Readings farther in the future than this are not believed: a phone's clock may be ahead by as much."""


def clocks_agree(offset: float) -> bool:
    """Return True if a clock that is `offset` seconds ahead of ours confirms ours."""
    return abs(offset) <= CLOCK_TOLERANCE.total_seconds()


def is_current(reading: Reading | None, now: datetime, max_age: timedelta) -> bool:
    """Return True if `reading` is at most `max_age` old, not from the future, and measurable."""
    if reading is None or not is_measurable(reading.mg_dl):
        return False
    return now - reading.at <= max_age and not is_from_future(reading, now)


def is_from_future(reading: Reading, now: datetime) -> bool:
    """Return True if `reading` lies so far ahead of `now` that one of the two clocks must be wrong."""
    return reading.at - now > CLOCK_TOLERANCE
