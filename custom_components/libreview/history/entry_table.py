"""The queries on the diary entries of the store: table `entry`.

It has all that reports and files have told, also what does not hold any more: `entry_standing` says which.
A report tells all entries of the days it covers. A file tells of no day that it is whole: it may have been
made in the middle of one.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
import sqlite3
from typing import Final

from ..models import DiaryEntry, EntryKind, Precision, Source
from .entry_matching import EntryKey, EntryRow, Standing, label_of, match_reported, number, to_rows
from .entry_standing import resolve_day
from .reading_table import RowCounts
from .row_codec import to_wall_seconds
from .sources import SOURCE_CODE

_DAY: Final = 86400
_OF_REPORTS: Final = 0
"""The number of reports among those of imports."""
HOLDING: Final = (Standing.UNTOLD, Standing.CONFIRMED)
_COLUMNS: Final = "wall, kind, amount, precision, nth, at, text, standing, rowid, file, told_at"


def keep_report(
    connection: sqlite3.Connection,
    person: int,
    entries: Iterable[DiaryEntry],
    days: Collection[date],
    *,
    unclear: Collection[tuple[EntryKind, date]],
    read_at: int,
) -> None:
    """Take in what a report that was read at `read_at` tells of `days` (on the person's own clock).

    What it does not tell any more is withdrawn, and with it an entry of a file. No entry of a file is so of
    an `unclear` kind and day: it may be what was not understood.
    """
    reported = _by_day(to_rows(entries))
    for day in days:
        start = to_wall_seconds(datetime.combine(day, datetime.min.time()))
        told = {row.key: row for row in reported.get(start, ())}
        before = [row for row in _find_day(connection, person, start) if row.file == _OF_REPORTS]
        for row in before:
            if (again := told.pop(row.key, None)) is not None:
                _update(connection, row, again._replace(told_at=read_at))
            elif row.standing is not Standing.WITHDRAWN and not (
                row.standing is Standing.REPLACED and (row.key.kind, day) in unclear
            ):
                _update(connection, row, row._replace(standing=Standing.WITHDRAWN, told_at=read_at))
        _insert(connection, person, (row._replace(told_at=read_at) for row in told.values()))
        _resolve(connection, person, start)


def add_reported(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> None:
    """Add those entries of earlier reports that are not there, and replace or withdraw none."""
    for start, of_day in _by_day(to_rows(entries)).items():
        there = _find_day(connection, person, start)
        standing = [row for row in there if row.standing is not Standing.REPLACED]
        missing = [row for row, same in match_reported(of_day, standing) if same is None]
        _insert(connection, person, number(missing, [row for row in there if row.file == _OF_REPORTS]))
        _resolve(connection, person, start)


def delete_reports(connection: sqlite3.Connection, person: int) -> None:
    """Delete the reported entries of a person that hold. What reports have said of those in files stays."""
    connection.execute(
        "DELETE FROM entry WHERE person = ? AND file = ? AND standing = ?",
        (person, _OF_REPORTS, Standing.UNTOLD),
    )


def disown_reports(connection: sqlite3.Connection, person: int) -> None:
    """Delete all that reports have told of a person, and what they have said of entries in files."""
    connection.execute("DELETE FROM entry WHERE person = ? AND file = ?", (person, _OF_REPORTS))
    connection.execute("UPDATE entry SET standing = ? WHERE person = ?", (Standing.UNTOLD, person))
    for day in _days_with_several_files(connection, person):
        _resolve(connection, person, day)


def keep_file(
    connection: sqlite3.Connection,
    person: int,
    entries: Iterable[DiaryEntry],
    file: int,
    *,
    since: int,
    made_at: int,
) -> RowCounts:
    """Take in the entries of a CSV file as those of the import number `file`, and count them.

    Imports from the number `since` on are taken back together. `made_at` is when the file was made (epoch
    seconds), 0 where that is not known.
    """
    rows = [row._replace(file=file, told_at=made_at) for row in to_rows(entries)]
    counts = RowCounts()
    for start, of_day in _by_day(rows).items():
        there = _find_day(connection, person, start)
        counts += _count(of_day, there)
        _delete(connection, _told_again(row for row in there if row.file < since))
        _delete(connection, _told_again(row for row in there if row.file >= since))
        _insert(connection, person, of_day)
        _resolve(connection, person, start)
    return counts


def take_back_file(connection: sqlite3.Connection, person: int, file: int) -> None:
    """Delete what imports from a number on brought. What there was before holds again if reports agree."""
    days = _days_since(connection, person, file)
    connection.execute("DELETE FROM entry WHERE person = ? AND file >= ?", (person, file))
    for day in days:
        _resolve(connection, person, day)


def plan_file(connection: sqlite3.Connection, person: int, entries: Iterable[DiaryEntry]) -> RowCounts:
    """Return the counts that `keep_file` would return, without writing anything."""
    days = _by_day(to_rows(entries)).items()
    counts = (_count(of_day, _find_day(connection, person, start)) for start, of_day in days)
    return sum(counts, RowCounts())


def entries(connection: sqlite3.Connection, person: int, start: int, end: int) -> list[DiaryEntry]:
    """Return the entries of [start, end) (epoch seconds) that hold, in the order of time."""
    found = connection.execute(
        "SELECT at, wall, kind, amount, text, precision FROM entry"
        " WHERE person = ? AND at >= ? AND at < ? AND standing IN (?, ?) ORDER BY at, wall, kind, nth",
        (person, start, end, *HOLDING),
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


def _resolve(connection: sqlite3.Connection, person: int, day: int) -> None:
    """Work out anew which rows of a day hold."""
    rows = _find_day(connection, person, day)
    standings = resolve_day(rows)
    connection.executemany(
        "UPDATE entry SET standing = ? WHERE rowid = ?",
        ((standings[row.id], row.id) for row in rows if standings[row.id] is not row.standing),
    )


def _count(rows: list[EntryRow], there: list[EntryRow]) -> RowCounts:
    """Return the counts of the rows of a file: those known that an earlier file has, or a report just so."""
    filed = {row.key for row in there if row.file}
    others = [row for row in rows if row.key not in filed]
    reported = [row for row in there if not row.file and row.standing is Standing.UNTOLD]
    known = Counter(row.key.unnumbered for row in others) & Counter(row.key.unnumbered for row in reported)
    new = len(others) - known.total()
    return RowCounts(new=new, known=len(rows) - new)


def _told_again(rows: Iterable[EntryRow]) -> list[EntryRow]:
    """Return the rows of earlier files that a later one tells as well, whose text is the one that counts."""
    last: dict[EntryKey, EntryRow] = {}
    earlier = []
    for row in sorted((row for row in rows if row.file), key=lambda row: row.file):
        if (before := last.get(row.key)) is not None:
            earlier.append(before)
        last[row.key] = row
    return earlier


def _by_day(rows: Iterable[EntryRow]) -> dict[int, list[EntryRow]]:
    """Return rows by their days, each by the second at which it begins on the person's own clock."""
    days: defaultdict[int, list[EntryRow]] = defaultdict(list)
    for row in rows:
        days[row.key.wall - row.key.wall % _DAY].append(row)
    return dict(sorted(days.items()))


def _days_since(connection: sqlite3.Connection, person: int, file: int) -> list[int]:
    found = connection.execute(
        "SELECT DISTINCT wall - wall % ? FROM entry WHERE person = ? AND file >= ?", (_DAY, person, file)
    )
    return [day for (day,) in found]


def _days_with_several_files(connection: sqlite3.Connection, person: int) -> list[int]:
    found = connection.execute(
        "SELECT wall - wall % ?1 AS day FROM entry WHERE person = ?2"
        " GROUP BY day HAVING count(DISTINCT file) > 1",
        (_DAY, person),
    )
    return [day for (day,) in found]


def _find_day(connection: sqlite3.Connection, person: int, day: int) -> list[EntryRow]:
    """Return the rows of a day of the person's own clock."""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM entry WHERE person = ? AND wall >= ? AND wall < ? ORDER BY rowid",  # noqa: S608
        (person, day, day + _DAY),
    )
    return [
        EntryRow(
            EntryKey(wall, kind, amount, label_of(kind, text), precision, nth),
            at,
            text,
            Standing(standing),
            *rest,
        )
        for wall, kind, amount, precision, nth, at, text, standing, *rest in found
    ]


def _insert(connection: sqlite3.Connection, person: int, rows: Iterable[EntryRow]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entry"
        " (person, source, at, wall, kind, amount, text, precision, nth, standing, file, told_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                person,
                SOURCE_CODE[Source.CSV if row.file else Source.REPORT],
                row.at,
                row.key.wall,
                row.key.kind,
                row.key.amount,
                row.text,
                row.key.precision,
                row.key.nth,
                row.standing,
                row.file,
                row.told_at,
            )
            for row in rows
        ),
    )


def _update(connection: sqlite3.Connection, row: EntryRow, new: EntryRow) -> None:
    connection.execute(
        "UPDATE entry SET at = ?, text = ?, standing = ?, told_at = ? WHERE rowid = ?",
        (new.at, new.text, new.standing, new.told_at, row.id),
    )


def _delete(connection: sqlite3.Connection, rows: Iterable[EntryRow]) -> None:
    connection.executemany("DELETE FROM entry WHERE rowid = ?", ((row.id,) for row in rows))
