"""The queries on the last import of each person: tables `import` and `replaced_reading`.

Only the last one can be taken back, so only what that one replaced is kept.
"""

from collections.abc import Iterable
import sqlite3
from typing import NamedTuple

from .row_codec import ReadingRow


class KeptFile(NamedTuple):
    """The last import of a person."""

    number: int
    """That of the import among the person's."""
    kept_at: int
    """Epoch seconds."""
    readings: int
    """The number of readings that it brought."""
    entries: int
    """The number of entries that it brought."""
    made_at: int
    """Epoch seconds at which the file was made, 0 where that is not known."""


def next_number(connection: sqlite3.Connection, person: int) -> int:
    """Return the number that a new import gets."""
    last = connection.execute(
        "SELECT max(ifnull((SELECT max(file) FROM entry WHERE person = ?1), 0),"
        " ifnull((SELECT file FROM import WHERE person = ?1), 0))",
        (person,),
    )
    number: int = last.fetchone()[0] + 1
    return number


def note(connection: sqlite3.Connection, person: int, kept: KeptFile) -> None:
    """Note what the last import of a person brought. From now on no earlier one can be taken back."""
    connection.execute("DELETE FROM replaced_reading WHERE person = ? AND file != ?", (person, kept.number))
    connection.execute(
        "INSERT OR REPLACE INTO import (person, file, kept_at, readings, entries, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (person, *kept),
    )


def note_replaced(connection: sqlite3.Connection, person: int, file: int, instants: Iterable[int]) -> None:
    """Note the readings that an import is about to replace, but for its own."""
    connection.executemany(
        "INSERT OR IGNORE INTO replaced_reading"
        " SELECT person, ?, at, mg_dl, source, trend, measuring_range, device, wall FROM reading"
        " WHERE person = ? AND at = ? AND file IS NOT ?",
        ((file, person, at, file) for at in instants),
    )


def find(connection: sqlite3.Connection, person: int) -> KeptFile | None:
    """Return the last import of a person, None when there was none, or it was taken back."""
    found = connection.execute(
        "SELECT file, kept_at, readings, entries, made_at FROM import"
        " WHERE person = ? AND readings + entries > 0",
        (person,),
    ).fetchone()
    return KeptFile(*found) if found else None


def replaced(connection: sqlite3.Connection, person: int) -> list[ReadingRow]:
    """Return the readings that the last import replaced, in the order of time."""
    found = connection.execute(
        "SELECT at, mg_dl, source, trend, measuring_range, device, wall FROM replaced_reading"
        " WHERE person = ? ORDER BY at",
        (person,),
    )
    return [ReadingRow(*row) for row in found]


def forget(connection: sqlite3.Connection, person: int) -> None:
    """Forget the last import, which was taken back, and devices that nothing else has measured with.

    Its number stays: readings of earlier imports keep theirs, so that none may be given to another file.
    """
    connection.execute("UPDATE import SET readings = 0, entries = 0 WHERE person = ?", (person,))
    connection.execute("DELETE FROM replaced_reading WHERE person = ?", (person,))
    connection.execute(
        "DELETE FROM device WHERE person = ?1"
        " AND id NOT IN (SELECT device FROM reading WHERE person = ?1 AND device IS NOT NULL)",
        (person,),
    )
