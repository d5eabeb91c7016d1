"""The diary entries of the store.

A report is the truth for the days it speaks of, except that what a CSV file told to the minute is not told
again by the hour. A file is never the truth for a day: it may have been made in the middle of it.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
import sqlite3
from typing import Final, NamedTuple

from ..models import DiaryEntry, EntryKind, Precision, Source
from .codes import SOURCE_CODE
from .reading_table import Kept

_HOUR: Final = 3600
_DAY: Final = 86400
_REPORT: Final = SOURCE_CODE[Source.REPORT]
_CSV: Final = SOURCE_CODE[Source.CSV]


class _Told(NamedTuple):
    """What makes an entry the one it is. Its instant is not part of that, for it may be understood anew."""

    wall: int
    kind: str
    amount: float | None
    text: str
    precision: str
    nth: int = 0


type _Content = tuple[int, str, float | None, str]
"""The hour on the wall clock, kind, amount and text: what a report and a file have in common of an entry."""


def keep_report(
    connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry], days: Collection[date]
) -> None:
    """Take in what a report told of these days of the person's own clock."""
    told = _counted(entries)
    for day in days:
        start = _wall(datetime.combine(day, datetime.min.time()))
        of_day = {each: at for each, at in told.items() if start <= each.wall < start + _DAY}
        exact = Counter(_content(each) for each, _ in _stored(connection, person, start, _CSV))
        wanted = {}
        for each, at in of_day.items():
            if exact[_content(each)] > 0:
                exact[_content(each)] -= 1
            else:
                wanted[each] = at
        before = dict(_stored(connection, person, start, _REPORT))
        _remove(connection, person, (each for each, at in before.items() if wanted.get(each) != at), _REPORT)
        new = {each: at for each, at in wanted.items() if before.get(each) != at}
        _insert(connection, person, new, _REPORT)


def forget_reports(connection: sqlite3.Connection, person: int) -> None:
    """Drop what reports told of a person."""
    connection.execute("DELETE FROM entry WHERE person = ? AND source = ?", (person, _REPORT))


def keep_file(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> Kept:
    """Bring in the entries of a CSV file."""
    new, covered, known = _news(connection, person, entries)
    _remove(connection, person, covered, _REPORT)
    _insert(connection, person, new, _CSV)
    return Kept(new=len(new), known=known)


def plan_file(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> Kept:
    """What would come of the entries of a CSV file."""
    new, _, known = _news(connection, person, entries)
    return Kept(new=len(new), known=known)


def entries(connection: sqlite3.Connection, person: int, start: int, end: int) -> list[DiaryEntry]:
    """The entries from `start` up to `end`, in the order of time."""
    found = connection.execute(
        "SELECT at, wall, kind, amount, text, precision FROM entry"
        " WHERE person = ? AND at >= ? AND at < ? ORDER BY at, wall, kind, nth",
        (person, start, end),
    )
    return [
        DiaryEntry(
            at=datetime.fromtimestamp(at, UTC),
            wall=datetime.fromtimestamp(wall, UTC).replace(tzinfo=None),
            kind=EntryKind(kind),
            amount=amount,
            text=text,
            precision=Precision(precision),
        )
        for at, wall, kind, amount, text, precision in found
    ]


def _news(
    connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]
) -> tuple[dict[_Told, int], list[_Told], int]:
    """Of a file: entries that are new, those of reports that they stand for, and how many were known."""
    told = _counted(entries)
    new: dict[_Told, int] = {}
    covered: list[_Told] = []
    by_day: dict[int, dict[_Told, int]] = {}
    for each, at in told.items():
        by_day.setdefault(each.wall - each.wall % _DAY, {})[each] = at
    for start, of_day in by_day.items():
        known = {each for source in (_REPORT, _CSV) for each, _ in _stored(connection, person, start, source)}
        by_hour: dict[_Content, list[_Told]] = {}
        for each, _ in _stored(connection, person, start, _REPORT):
            if each.precision == Precision.HOUR:
                by_hour.setdefault(_content(each), []).append(each)
        for each, at in of_day.items():
            if each in known:
                continue
            new[each] = at
            if (same := by_hour.get(_content(each))) and each.precision == Precision.MINUTE:
                covered.append(same.pop())
    return new, covered, len(told) - len(new)


def _counted(entries: Iterable[DiaryEntry]) -> dict[_Told, int]:
    """The entries with their instants, equal ones numbered, for two equal doses are two."""
    seen: Counter[_Told] = Counter()
    told = {}
    for entry in entries:
        each = _Told(_wall(entry.wall), entry.kind, entry.amount, entry.text, entry.precision)
        told[each._replace(nth=seen[each])] = int(entry.at.timestamp())
        seen[each] += 1
    return told


def _stored(connection: sqlite3.Connection, person: int, day: int, source: int) -> list[tuple[_Told, int]]:
    """The entries of one day of the person's own clock that came from one source, with their instants."""
    found = connection.execute(
        "SELECT wall, kind, amount, text, precision, nth, at FROM entry"
        " WHERE person = ? AND wall >= ? AND wall < ? AND source = ?",
        (person, day, day + _DAY, source),
    )
    return [(_Told(*told), at) for *told, at in found]


def _insert(connection: sqlite3.Connection, person: int, entries: dict[_Told, int], source: int) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entry (person, source, at, wall, kind, amount, text, precision, nth)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((person, source, at, *each) for each, at in entries.items()),
    )


def _remove(connection: sqlite3.Connection, person: int, entries: Iterable[_Told], source: int) -> None:
    connection.executemany(
        "DELETE FROM entry WHERE person = ? AND source = ? AND wall = ? AND kind = ? AND amount IS ?"
        " AND text = ? AND precision = ? AND nth = ?",
        ((person, source, *each) for each in entries),
    )


def _content(entry: _Told) -> _Content:
    return entry.wall - entry.wall % _HOUR, entry.kind, entry.amount, entry.text


def _wall(wall: datetime) -> int:
    return int(wall.replace(tzinfo=UTC).timestamp())
