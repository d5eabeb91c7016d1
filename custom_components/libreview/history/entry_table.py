"""The queries on the diary entries of the store: table `entry`.

A report replaces earlier ones for the days it covers, except that an entry which a CSV file has to the minute
is not added again by the hour. A file replaces no day: it may have been made in the middle of one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
import sqlite3
from typing import Final, NamedTuple

from ..models import DiaryEntry, EntryKind, Precision, Source
from .reading_table import RowCounts
from .row_codec import to_wall_seconds
from .sources import SOURCE_CODE

_HOUR: Final = 3600
_DAY: Final = 86400
_REPORT: Final = SOURCE_CODE[Source.REPORT]
_CSV: Final = SOURCE_CODE[Source.CSV]


class _EntryKey(NamedTuple):
    """The identity of an entry. Its instant is no part of it, for its wall clock may be resolved anew."""

    wall: int
    """Seconds since 1970 on the person's own clock."""
    kind: str
    amount: float | None
    text: str
    precision: str
    nth: int = 0
    """The number among equal ones, from 0: two equal doses are two entries."""


type _HourContent = tuple[int, str, float | None, str]
"""The hour on the wall clock, kind, amount and text: what a report and a file have in common of an entry."""


def keep_report(
    connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry], days: Collection[date]
) -> None:
    """Replace the reported entries of `days` (on the person's own clock) by those of a newer report."""
    reported = _number_entries(entries)
    for day in days:
        start = to_wall_seconds(datetime.combine(day, datetime.min.time()))
        of_day = {key: at for key, at in reported.items() if start <= key.wall < start + _DAY}
        in_files = Counter(_hour_content(key) for key, _ in _find_stored(connection, person, start, _CSV))
        wanted = {}
        for key, at in of_day.items():
            if in_files[_hour_content(key)] > 0:
                in_files[_hour_content(key)] -= 1
            else:
                wanted[key] = at
        before = dict(_find_stored(connection, person, start, _REPORT))
        outdated = (key for key, at in before.items() if wanted.get(key) != at)
        _delete(connection, person, outdated, _REPORT)
        new = {key: at for key, at in wanted.items() if before.get(key) != at}
        _insert(connection, person, new, _REPORT)


def add_reported(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> None:
    """Add those entries of earlier reports that are not there, and replace or delete none."""
    reported = _number_entries(entries)
    for start in {key.wall - key.wall % _DAY for key in reported}:
        there = Counter(
            _hour_content(key)
            for source in (_REPORT, _CSV)
            for key, _ in _find_stored(connection, person, start, source)
        )
        new = {}
        for key, at in reported.items():
            if not start <= key.wall < start + _DAY:
                continue
            if there[_hour_content(key)] > 0:
                there[_hour_content(key)] -= 1
            else:
                new[key] = at
        _insert(connection, person, new, _REPORT)


def delete_reports(connection: sqlite3.Connection, person: int) -> None:
    """Delete the reported entries of a person."""
    connection.execute("DELETE FROM entry WHERE person = ? AND source = ?", (person, _REPORT))


def keep_file(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> RowCounts:
    """Add the entries of a CSV file. One to the minute replaces the report's copy to the hour."""
    new, replaced, known = _compare_file(connection, person, entries)
    _delete(connection, person, replaced, _REPORT)
    _insert(connection, person, new, _CSV)
    return RowCounts(new=len(new), known=known)


def plan_file(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> RowCounts:
    """Return the counts that `keep_file` would return, without writing anything."""
    new, _, known = _compare_file(connection, person, entries)
    return RowCounts(new=len(new), known=known)


def entries(connection: sqlite3.Connection, person: int, start: int, end: int) -> list[DiaryEntry]:
    """Return the entries of [start, end) (epoch seconds), in the order of time."""
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


def _compare_file(
    connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]
) -> tuple[dict[_EntryKey, int], list[_EntryKey], int]:
    """Return the new entries of a file, the reported ones that they replace, and how many are known."""
    in_file = _number_entries(entries)
    new: dict[_EntryKey, int] = {}
    replaced: list[_EntryKey] = []
    by_day: dict[int, dict[_EntryKey, int]] = {}
    for key, at in in_file.items():
        by_day.setdefault(key.wall - key.wall % _DAY, {})[key] = at
    for start, of_day in by_day.items():
        reported = [key for key, _ in _find_stored(connection, person, start, _REPORT)]
        known = {*reported, *(key for key, _ in _find_stored(connection, person, start, _CSV))}
        by_hour: dict[_HourContent, list[_EntryKey]] = {}
        for key in reported:
            if key.precision == Precision.HOUR:
                by_hour.setdefault(_hour_content(key), []).append(key)
        for key, at in of_day.items():
            if key in known:
                continue
            new[key] = at
            if (same := by_hour.get(_hour_content(key))) and key.precision == Precision.MINUTE:
                replaced.append(same.pop())
    return new, replaced, len(in_file) - len(new)


def _number_entries(entries: Iterable[DiaryEntry]) -> dict[_EntryKey, int]:
    """Return the keys of entries with their instants (epoch seconds), equal entries numbered."""
    counts: Counter[_EntryKey] = Counter()
    numbered = {}
    for entry in entries:
        key = _EntryKey(to_wall_seconds(entry.wall), entry.kind, entry.amount, entry.text, entry.precision)
        numbered[key._replace(nth=counts[key])] = int(entry.at.timestamp())
        counts[key] += 1
    return numbered


def _find_stored(
    connection: sqlite3.Connection, person: int, day: int, source: int
) -> list[tuple[_EntryKey, int]]:
    """Return the keys and instants of the stored entries of one source and day of the person's own clock."""
    found = connection.execute(
        "SELECT wall, kind, amount, text, precision, nth, at FROM entry"
        " WHERE person = ? AND wall >= ? AND wall < ? AND source = ?",
        (person, day, day + _DAY, source),
    )
    return [(_EntryKey(*key), at) for *key, at in found]


def _insert(
    connection: sqlite3.Connection, person: int, entries: Mapping[_EntryKey, int], source: int
) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entry (person, source, at, wall, kind, amount, text, precision, nth)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((person, source, at, *key) for key, at in entries.items()),
    )


def _delete(connection: sqlite3.Connection, person: int, keys: Iterable[_EntryKey], source: int) -> None:
    connection.executemany(
        "DELETE FROM entry WHERE person = ? AND source = ? AND wall = ? AND kind = ? AND amount IS ?"
        " AND text = ? AND precision = ? AND nth = ?",
        ((person, source, *key) for key in keys),
    )


def _hour_content(key: _EntryKey) -> _HourContent:
    return key.wall - key.wall % _HOUR, key.kind, key.amount, key.text
