"""The queries on what files have told of readings and does not hold: table `hidden_reading`.

Such a reading stands behind a report's copy of it, until the login of the diary is removed, or behind another
reading that a later file has at its instant, until that moves away, or was replaced by the last import, until
that is taken back. Then it is told again.
"""

from collections.abc import Collection, Iterable
from itertools import groupby
from operator import itemgetter
import sqlite3
from typing import Final

from ..models import Source
from .row_codec import ReadingRow
from .sources import SOURCE_CODE
from .wall_clocks import SAME_VALUE, cut, rounded

_REPORT: Final = 0
"""What stands in place of the number of an import for a reading behind a report's."""
_SETTLED: Final = -1
"""Likewise for one of which a report says that it is a live one, at whatever instant."""
_COVERED: Final = -2
"""Likewise for one at whose instant a later file has another reading, by another time zone."""
_LAST: Final = 2**62
"""Above the numbers of all imports."""
_CSV: Final = SOURCE_CODE[Source.CSV]


def hide_replaced(
    connection: sqlite3.Connection, person: int, instants: Iterable[int], replaced_by: int
) -> None:
    """Note those readings of files that are about to be replaced, but for the replacing import's own."""
    connection.executemany(
        "INSERT OR REPLACE INTO hidden_reading"
        " SELECT person, at, ifnull(file, 0), ?1, mg_dl, measuring_range, device, wall FROM reading"
        " WHERE person = ?2 AND at = ?3 AND source = ?4 AND ifnull(file, 0) != ?1",
        ((replaced_by, person, at, _CSV) for at in instants),
    )


def hide_covered(connection: sqlite3.Connection, person: int, instants: Iterable[int]) -> None:
    """Note those readings of files that are about to give way to other ones at their instants."""
    hide_replaced(connection, person, instants, _COVERED)


def hide(
    connection: sqlite3.Connection,
    person: int,
    rows: Iterable[tuple[ReadingRow, int | None]],
    file: int,
    twice: Collection[int],
) -> None:
    """Note readings of an import, each with what it is behind, unless the import before has told the same.

    What each is behind is the number of an import, 0 for a report's copy, None for another reading. Those of
    wall clocks that the import has `twice` are all noted, or the one of two would stand for both.
    """
    connection.executemany(
        "INSERT OR REPLACE INTO hidden_reading SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
        " WHERE ?8 IS NULL OR ?9 OR (?2, ?4, ?5, ?6) IS NOT ("
        " SELECT at, replaced_by, mg_dl, measuring_range FROM hidden_reading"
        " WHERE person = ?1 AND wall = ?8 AND file < ?3 ORDER BY file DESC LIMIT 1)",
        (
            (
                *(person, row.at, file, _COVERED if replaced_by is None else replaced_by),
                *(row.mg_dl, row.measuring_range, row.device, row.wall, row.wall in twice),
            )
            for row, replaced_by in rows
        ),
    )


def settle(connection: sqlite3.Connection, person: int, rows: Iterable[ReadingRow]) -> None:
    """Note that reported readings are live ones: what files have told of them waits for the login to go."""
    connection.executemany(
        "UPDATE hidden_reading SET replaced_by = ?1 WHERE person = ?2 AND replaced_by IN (?3, ?4)"
        " AND (wall = ?5 OR (wall = ?6 AND abs(mg_dl - ?7) <= ?8))",
        (
            (_SETTLED, person, _REPORT, _COVERED, cut(row.wall), rounded(row.wall), row.mg_dl, SAME_VALUE)
            for row in rows
            if row.wall is not None
        ),
    )


def supersede(
    connection: sqlite3.Connection, person: int, rows: Iterable[ReadingRow], file: int, twice: Collection[int]
) -> None:
    """Note that an import tells what earlier ones had at other instants, of readings that it leaves out."""
    connection.executemany(
        "UPDATE hidden_reading SET replaced_by = ?1"
        " WHERE person = ?2 AND wall = ?3 AND at != ?4 AND file < ?1 AND replaced_by <= ?5",
        (
            (file, person, row.wall, row.at, _REPORT)
            for row in rows
            if row.wall is not None and row.wall not in twice
        ),
    )


def take_covered(connection: sqlite3.Connection, person: int) -> list[tuple[int, list[ReadingRow]]]:
    """Remove and return what stands behind other readings of files, by the number of its import."""
    return _take(connection, person, _COVERED, _COVERED)


def take_behind_reports(connection: sqlite3.Connection, person: int) -> list[tuple[int, list[ReadingRow]]]:
    """Remove and return what stands behind readings of reports or files, by the number of its import."""
    return _take(connection, person, _REPORT, _REPORT)


def take_of_reports(connection: sqlite3.Connection, person: int) -> list[tuple[int, list[ReadingRow]]]:
    """Remove and return what does not hold by the word of reports or is covered, by its import."""
    return _take(connection, person, _SETTLED, _REPORT)


def take_replaced(
    connection: sqlite3.Connection, person: int, since: int
) -> list[tuple[int, list[ReadingRow]]]:
    """Remove and return what imports from a number on have replaced, or is covered, by its own import."""
    return _take(connection, person, since, _LAST)


def _take(
    connection: sqlite3.Connection, person: int, first: int, last: int
) -> list[tuple[int, list[ReadingRow]]]:
    found = connection.execute(
        "DELETE FROM hidden_reading WHERE person = ? AND (replaced_by BETWEEN ? AND ? OR replaced_by = ?)"
        " RETURNING file, at, mg_dl, measuring_range, device, wall",
        (person, first, last, _COVERED),
    )
    imports = groupby(sorted(found.fetchall(), key=itemgetter(0, 1)), key=itemgetter(0))
    return [
        (file, [ReadingRow(at, mg_dl, _CSV, None, *rest) for _, at, mg_dl, *rest in rows])
        for file, rows in imports
    ]


def forget_file(connection: sqlite3.Connection, person: int, file: int) -> None:
    """Forget what imports from a number on have told."""
    connection.execute("DELETE FROM hidden_reading WHERE person = ? AND file >= ?", (person, file))


def forget_replaced(connection: sqlite3.Connection, person: int, since: int | None) -> None:
    """Forget what imports before that number have replaced, for None all: they stay."""
    connection.execute(
        "DELETE FROM hidden_reading WHERE person = ? AND replaced_by > ? AND replaced_by < ?",
        (person, _REPORT, _LAST if since is None else since),
    )


def forget_outdated(connection: sqlite3.Connection, person: int, last: int) -> None:
    """Forget what stands behind reports and was told differently by a later import, but for the `last`."""
    connection.execute(
        "DELETE FROM hidden_reading WHERE person = ?1 AND EXISTS (SELECT 1 FROM hidden_reading AS later"
        " WHERE later.person = ?1 AND later.at = hidden_reading.at AND later.wall IS hidden_reading.wall"
        " AND later.file > hidden_reading.file AND later.file < ?2)",
        (person, last),
    )


def thin(connection: sqlite3.Connection, before: int, slot: int) -> None:
    """Keep the first of each import's readings before `before` (epoch seconds) in each `slot` (seconds)."""
    connection.execute(
        "DELETE FROM hidden_reading WHERE at < ?1 AND EXISTS (SELECT 1 FROM hidden_reading AS other"
        " WHERE other.person = hidden_reading.person AND other.file = hidden_reading.file"
        " AND other.at >= hidden_reading.at - hidden_reading.at % ?2 AND other.at < hidden_reading.at)",
        (before, slot),
    )
