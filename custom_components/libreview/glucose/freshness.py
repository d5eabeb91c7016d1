"""Whether a reading may be shown as the current one."""

from datetime import datetime, timedelta

from ..models import Reading

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far ahead of us a phone's clock may be before its readings are not believed."""


def clocks_agree(offset: float) -> bool:
    """Say whether our clock is right by one that is `offset` seconds ahead of it."""
    return abs(offset) <= CLOCK_TOLERANCE.total_seconds()


def is_current(reading: Reading | None, now: datetime, max_age: timedelta) -> bool:
    """Say whether `reading` is at most `max_age` old and not from the future."""
    return reading is not None and now - reading.at <= max_age and not is_from_future(reading, now)


def is_from_future(reading: Reading, now: datetime) -> bool:
    """Say whether `reading` lies so far ahead of `now` that one of the two clocks must be wrong."""
    return reading.at - now > CLOCK_TOLERANCE
