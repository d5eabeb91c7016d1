"""The queries on the diary entries of the store: table `entry`.

A report replaces earlier ones for the days it covers, except that an entry which a CSV file has to the minute
is not added again by the hour, and that one which reports told and tell no more is hidden. A file replaces no
day: it may have been made in the middle of one.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
import sqlite3
from typing import Final

from ..models import DiaryEntry, EntryKind, Precision, Source
from .entry_matching import (
    EntryKey,
    EntryRow,
    FileChanges,
    Standing,
    compare_file,
    label_of,
    match_reported,
    to_rows,
)
from .reading_table import RowCounts
from .row_codec import to_wall_seconds
from .sources import SOURCE_CODE

_DAY: Final = 86400
_REPORT: Final = SOURCE_CODE[Source.REPORT]
_CSV: Final = SOURCE_CODE[Source.CSV]
_SOURCES: Final = (_REPORT, _CSV)


def keep_report(
    connection: sqlite3.Connection,
    person: int,
    entries: Iterable[DiaryEntry],
    days: Collection[date],
    unclear: Collection[tuple[EntryKind, date]],
) -> None:
    """Replace the reported entries of `days` (on the person's own clock) by those of a newer report.

    An entry of a file goes with the report that told it, and comes back with one that tells it again. None of
    an `unclear` kind and day goes: it may be what was not understood.
    """
    reported = to_rows(entries)
    for day in days:
        start = to_wall_seconds(datetime.combine(day, datetime.min.time()))
        of_day = [row for row in reported if start <= row.key.wall < start + _DAY]
        filed = _find_stored(connection, person, start, _CSV)
        unfiled, told = match_reported(of_day, filed)
        staying = {row.id for row in told}
        _set_standing(connection, Standing.CONFIRMED, told)
        _set_standing(
            connection,
            Standing.WITHDRAWN,
            (
                row
                for row in filed
                if row.standing is Standing.CONFIRMED
                and row.id not in staying
                and (row.key.kind, day) not in unclear
            ),
        )
        wanted = {row[:3] for row in unfiled}
        before = _find_stored(connection, person, start, _REPORT)
        _delete(connection, (row for row in before if row[:3] not in wanted))
        there = {row[:3] for row in before}
        _insert(connection, person, (row for row in unfiled if row[:3] not in there), _REPORT)


def add_reported(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> None:
    """Add those entries of earlier reports that are not there, and replace or delete none."""
    reported = to_rows(entries)
    for start in {row.key.wall - row.key.wall % _DAY for row in reported}:
        of_day = [row for row in reported if start <= row.key.wall < start + _DAY]
        there = [row for source in _SOURCES for row in _find_stored(connection, person, start, source)]
        missing, _ = match_reported(of_day, there)
        _insert(connection, person, missing, _REPORT)


def delete_reports(connection: sqlite3.Connection, person: int) -> None:
    """Delete the reported entries of a person. What reports have said of those in files stays."""
    connection.execute("DELETE FROM entry WHERE person = ? AND source = ?", (person, _REPORT))


def forget_standing(connection: sqlite3.Connection, person: int) -> None:
    """Forget what reports have said of a person's entries in files, for the reports were not theirs."""
    connection.execute("UPDATE entry SET standing = ? WHERE person = ?", (Standing.UNTOLD, person))


def keep_file(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> RowCounts:
    """Add the entries of a CSV file. One to the minute replaces the report's copy to the hour."""
    counts = RowCounts()
    for changes in _compare_file(connection, person, entries):
        _delete(connection, changes.replaced)
        _insert(connection, person, changes.added, _CSV)
        counts += _count(changes)
    return counts


def plan_file(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> RowCounts:
    """Return the counts that `keep_file` would return, without writing anything."""
    return sum(map(_count, _compare_file(connection, person, entries)), RowCounts())


def entries(connection: sqlite3.Connection, person: int, start: int, end: int) -> list[DiaryEntry]:
    """Return the entries of [start, end) (epoch seconds) that hold, in the order of time."""
    found = connection.execute(
        "SELECT at, wall, kind, amount, text, precision FROM entry"
        " WHERE person = ? AND at >= ? AND at < ? AND standing != ? ORDER BY at, wall, kind, nth",
        (person, start, end, Standing.WITHDRAWN),
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
) -> list[FileChanges]:
    """Return what a file changes, for each of its days."""
    by_day: dict[int, list[EntryRow]] = {}
    for row in to_rows(entries):
        by_day.setdefault(row.key.wall - row.key.wall % _DAY, []).append(row)
    return [
        compare_file(rows, *(_find_stored(connection, person, day, source) for source in _SOURCES))
        for day, rows in by_day.items()
    ]


def _count(changes: FileChanges) -> RowCounts:
    return RowCounts(new=changes.new, known=changes.known)


def _find_stored(connection: sqlite3.Connection, person: int, day: int, source: int) -> list[EntryRow]:
    """Return the stored entries of one source and day of the person's own clock."""
    found = connection.execute(
        "SELECT wall, kind, amount, precision, nth, at, text, standing, rowid FROM entry"
        " WHERE person = ? AND wall >= ? AND wall < ? AND source = ?",
        (person, day, day + _DAY, source),
    )
    return [
        EntryRow(
            EntryKey(wall, kind, amount, label_of(kind, text), precision, nth),
            at,
            text,
            Standing(standing),
            row_id,
        )
        for wall, kind, amount, precision, nth, at, text, standing, row_id in found
    ]


def _insert(connection: sqlite3.Connection, person: int, rows: Iterable[EntryRow], source: int) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entry (person, source, at, wall, kind, amount, text, precision, nth, standing)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                person,
                source,
                row.at,
                row.key.wall,
                row.key.kind,
                row.key.amount,
                row.text,
                row.key.precision,
                row.key.nth,
                row.standing,
            )
            for row in rows
        ),
    )


def _delete(connection: sqlite3.Connection, rows: Iterable[EntryRow]) -> None:
    connection.executemany("DELETE FROM entry WHERE rowid = ?", ((row.id,) for row in rows))


def _set_standing(connection: sqlite3.Connection, standing: Standing, rows: Iterable[EntryRow]) -> None:
    connection.executemany(
        "UPDATE entry SET standing = ? WHERE rowid = ?", ((standing, row.id) for row in rows)
    )
