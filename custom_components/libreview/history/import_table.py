"""The queries on the last import of each person: table `import`. Only that one can be taken back."""

import sqlite3
from typing import NamedTuple

from . import hidden_reading_table


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
        " ifnull((SELECT max(file) FROM reading WHERE person = ?1), 0),"
        " ifnull((SELECT max(max(file, replaced_by)) FROM hidden_reading WHERE person = ?1), 0),"
        " ifnull((SELECT file FROM import WHERE person = ?1), 0))",
        (person,),
    )
    number: int = last.fetchone()[0] + 1
    return number


def note(connection: sqlite3.Connection, person: int, kept: KeptFile) -> None:
    """Note what the last import of a person brought. From now on no earlier one can be taken back."""
    hidden_reading_table.forget_replaced(connection, person, kept.number)
    hidden_reading_table.forget_outdated(connection, person, kept.number)
    connection.execute(
        "INSERT OR REPLACE INTO import (person, file, kept_at, readings, entries, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (person, *kept),
    )


def find(connection: sqlite3.Connection, person: int) -> KeptFile | None:
    """Return the last import of a person, None when there was none, or it was taken back."""
    found = connection.execute(
        "SELECT file, kept_at, readings, entries, made_at FROM import"
        " WHERE person = ? AND readings + entries > 0",
        (person,),
    ).fetchone()
    return KeptFile(*found) if found else None


def forget(connection: sqlite3.Connection, person: int) -> None:
    """Forget the last import, which was taken back, and devices that nothing else has measured with.

    Its number stays: readings of earlier imports keep theirs, so that none may be given to another file.
    """
    connection.execute("UPDATE import SET readings = 0, entries = 0 WHERE person = ?", (person,))
    hidden_reading_table.forget_replaced(connection, person, None)
    connection.execute(
        "DELETE FROM device WHERE person = ?1"
        " AND id NOT IN (SELECT device FROM reading WHERE person = ?1 AND device IS NOT NULL"
        " UNION SELECT device FROM hidden_reading WHERE person = ?1 AND device IS NOT NULL)",
        (person,),
    )
