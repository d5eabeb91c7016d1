"""Diary entries with the instants that Nightscout is told: the middle where only the hour is known."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ..models import DiaryEntry, EntryKind, Precision

HALF_AN_HOUR: Final = timedelta(minutes=30)
"""The farthest that an entry is told from its own instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEntry:
    """A diary entry as it is told."""

    entry: DiaryEntry = field(repr=False)
    at: datetime
    """The entry's instant, or the middle of the hour that it lies in."""
    nth: int
    """Its number among the entries of its kind and instant, from 0."""

    @property
    def is_to_the_hour(self) -> bool:
        """True if only the hour is known."""
        return self.entry.precision is Precision.HOUR

    @property
    def hour(self) -> str:
        """The hour that it lies in by the person's own clock, such as 07:00-08:00."""
        begins = self.entry.wall
        return f"{begins:%H:%M}-{begins + timedelta(hours=1):%H:%M}"


def tell(diary: Iterable[DiaryEntry]) -> Iterator[ToldEntry]:
    """Iterate over entries, which have to hold all of an instant or none."""
    counts: Counter[tuple[EntryKind, datetime]] = Counter()
    for entry in diary:
        key = entry.kind, entry.at
        at = entry.at + HALF_AN_HOUR if entry.precision is Precision.HOUR else entry.at
        yield ToldEntry(entry=entry, at=at, nth=counts[key])
        counts[key] += 1
