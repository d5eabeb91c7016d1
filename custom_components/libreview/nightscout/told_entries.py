"""Diary entries with the instants that Nightscout is told: the middle where only the hour is known."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ..models import DiaryEntry, EntryKind, Precision
from .fields import object_id

HALF_AN_HOUR: Final = timedelta(minutes=30)
"""The farthest that an entry is told from its own instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEntry:
    """A diary entry as it is told."""

    entry: DiaryEntry = field(repr=False)
    at: datetime
    """The entry's instant, or the middle of the hour that it lies in."""
    nth: int
    """Its number among the entries of its kind, instant and precision, from 0."""

    def id_for(self, salt: str) -> str:
        """Return the id of the object that it is told as."""
        kind = f"{self.entry.kind}.{self.entry.precision}"
        return object_id(salt, kind, self.entry.at, self.nth)

    @property
    def is_to_the_hour(self) -> bool:
        """True if only the hour is known."""
        return self.entry.precision is Precision.HOUR

    @property
    def hour(self) -> str:
        """The hour that it lies in by the person's own clock, such as 07:00-08:00."""
        begins = self.entry.wall
        return f"{begins:%H:%M}-{begins + timedelta(hours=1):%H:%M}"


def told_at(entry: DiaryEntry) -> datetime:
    """Return the instant that Nightscout is told of an entry."""
    return entry.at + HALF_AN_HOUR if entry.precision is Precision.HOUR else entry.at


def tell(diary: Iterable[DiaryEntry]) -> Iterator[ToldEntry]:
    """Iterate over entries, which have to hold all of an instant and precision, or none."""
    counts: Counter[tuple[EntryKind, datetime, Precision]] = Counter()
    for entry in diary:
        key = entry.kind, entry.at, entry.precision
        yield ToldEntry(entry=entry, at=told_at(entry), nth=counts[key])
        counts[key] += 1
