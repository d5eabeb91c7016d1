"""What is to be sent next: the hours that changed, whole, at most a day of them. Runs in the executor."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from secrets import token_hex
from typing import Final

from ..history.change_table import Position
from ..history.store import Store
from ..history.store_changes import Changes
from ..models import DiaryEntry, EntryKind, JsonObjectType
from ..nightscout.sent import SENT_BY, sent_entries, sent_treatments
from ..nightscout.told_entries import HALF_AN_HOUR, told_at
from .cursors import Cursor
from .destination import DAYS_BEFORE

MOST_HOURS: Final = 24
"""Hours in a batch: 1440 readings by the minute."""
_HOUR: Final = 3600
_DAY: Final = 86400
_REACH: Final = int(HALF_AN_HOUR.total_seconds())
"""Seconds by which an entry may be told later than it is kept."""
_FORMAT: Final = 1
"""Another number where objects are told in another way, so that those of the last days are sent once more."""
_NAME_LENGTH: Final = 8
_SENT_BY_LENGTH: Final = 4
"""Bytes."""

type Objects = Mapping[str, JsonObjectType]
"""Objects by their identifiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person as they are told to one server."""

    patient_id: str = field(repr=False)
    source: str = field(repr=False)
    time_zone: tzinfo
    server: str
    """A name of the server."""
    diary: bool
    names: Mapping[EntryKind, str]
    """What people call the kinds of entries."""
    since: int
    """The epoch second before which nothing is sent."""

    @property
    def sight(self) -> str:
        """A name of how the person is told: another one where the same data are told in another way."""
        names = sorted(self.names.items()) if self.diary else ()
        parts = (_FORMAT, self.time_zone, self.diary, names)
        return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:_NAME_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time, and all objects that there have to be of it, and none else of those that were sent so."""

    start: int
    """Epoch seconds, likewise `end`, which is the first one behind it. Both are of whole half hours."""
    end: int
    entries: Objects = field(repr=False)
    treatments: Objects = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is to be sent, and the cursors for before and after it was."""

    spans: list[Span]
    before: Cursor
    after: Cursor
    is_last: bool


def next_batch(store: Store, view: PersonView, cursor: Cursor | None, *, now: int, thin_before: int) -> Batch:
    """Return what changed after `cursor`, in the order of changes.

    `now` is in epoch seconds, and so is `thin_before`, before which nothing is told: what is thinned out here
    stays there.
    """
    if cursor is not None and (cursor.since, cursor.server) != (view.since, view.server):
        cursor = None
    is_as_before = cursor is not None and cursor.sight == view.sight
    position = Position(cursor.epoch, cursor.read_at) if cursor else None
    changes = store.changes(view.patient_id, position, cursor.number if cursor and is_as_before else 0)
    before = _begin(view, cursor, changes, now)
    # A clock that was years ahead at the set-up would have nothing sent for years.
    first = max(min(view.since, _days_before(now)), thin_before)
    hours: set[int] = set()
    number, is_last = before.number, True
    for change, of_change in groupby(changes.hours, attrgetter("number")):
        if len(hours) >= MOST_HOURS:
            is_last = False
            break
        start = first if change > before.again else max(first, before.again_from)
        hours |= {hour for hour, _ in of_change if hour >= start}
        number = change
    return Batch(
        spans=[_span(store, view, before.sent_by, *run) for run in _runs(hours)],
        before=before,
        after=replace(before, number=max(number, changes.now.number) if is_last else number),
        is_last=is_last,
    )


def _begin(view: PersonView, cursor: Cursor | None, changes: Changes, now: int) -> Cursor:
    """Return the cursor for before anything of these changes was sent."""
    epoch, read_at = changes.now
    again_from = _days_before(now)
    if cursor is None or changes.is_reset:
        return Cursor(
            epoch=epoch,
            number=0,
            read_at=read_at,
            sent_by=token_hex(_SENT_BY_LENGTH),
            again=read_at,
            again_from=again_from,
            since=view.since,
            server=view.server,
            sight=view.sight,
        )
    if cursor.sight == view.sight:
        return replace(cursor, epoch=epoch, read_at=read_at)
    return replace(
        cursor,
        epoch=epoch,
        number=0,
        read_at=read_at,
        again=max(cursor.number, cursor.again),
        again_from=again_from if cursor.number >= cursor.again else min(again_from, cursor.again_from),
        sight=view.sight,
    )


def _days_before(now: int) -> int:
    """Return the first hour that is sent to a server that was set up at `now`."""
    return now - now % _HOUR - DAYS_BEFORE * _DAY


def _runs(hours: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield start and end of hours that follow each other."""
    start = end = 0
    for hour in sorted(hours):
        if hour != end:
            if end:
                yield start, end
            start = hour
        end = hour + _HOUR
    if end:
        yield start, end


def _span(store: Store, view: PersonView, sent_by: str, start: int, end: int) -> Span:
    """Return the span of these hours, and as much longer as an entry of them may be told later."""
    end += _REACH
    diary: list[DiaryEntry] = []
    if view.diary:
        kept = store.entries(view.patient_id, start - _REACH, end)
        diary = [entry for entry in kept if start <= told_at(entry).timestamp() < end]
    readings = store.readings(view.patient_id, start, end)
    zone, source = view.time_zone, view.source
    entries = sent_entries(readings, diary, time_zone=zone, source=source)
    treatments = sent_treatments(diary, time_zone=zone, source=source, names=view.names)
    return Span(
        start=start,
        end=end,
        entries=_by_identifier(entries, sent_by),
        treatments=_by_identifier(treatments, sent_by),
    )


def _by_identifier(objects: Iterable[JsonObjectType], sent_by: str) -> dict[str, JsonObjectType]:
    return {str(each["identifier"]): {**each, SENT_BY: sent_by} for each in objects}
