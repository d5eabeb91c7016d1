"""The times at which diary entries begin and end on the calendar."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from ..models import DiaryEntry, Precision

_DURATIONS: Final = {Precision.HOUR: timedelta(hours=1), Precision.MINUTE: timedelta(minutes=5)}
MAX_DURATION: Final = max(_DURATIONS.values())
"""The longest that an entry lasts on the calendar."""


def calendar_span(entry: DiaryEntry) -> tuple[datetime, datetime]:
    """Return the begin and end of an entry on the calendar: the hour it lies in, or five minutes."""
    return entry.at, entry.at + _DURATIONS[entry.precision]


def find_current_entry(entries: Sequence[DiaryEntry], now: datetime) -> DiaryEntry | None:
    """Return the latest entry that has begun and is not over."""
    return next(
        (entry for entry in _not_over(entries, now) if entry.at <= now < calendar_span(entry)[1]), None
    )


def change_times(entries: Sequence[DiaryEntry], now: datetime) -> Iterator[datetime]:
    """Yield the instants at which entries begin and end, of those that may not be over."""
    for entry in _not_over(entries, now):
        yield from calendar_span(entry)


def _not_over(entries: Sequence[DiaryEntry], now: datetime) -> Iterator[DiaryEntry]:
    """Yield the entries that may not be over, the latest first."""
    return takewhile(lambda entry: entry.at > now - MAX_DURATION, reversed(entries))
