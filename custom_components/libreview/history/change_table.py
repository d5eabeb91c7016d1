"""The hours in which something changed, in order: tables `change_count`, `change_epoch` and `changed_hour`.

Triggers of the file write them, whatever inserts, changes or deletes a reading or an entry. The number of a
change is higher than all before. An hour is noted with its last change alone.

An epoch begins with the tables themselves, and with the first write after a file is opened. A position (an
epoch and a number) that the file does not know is one of another file, or of what was lost when an older copy
of it was brought back.
"""

from collections.abc import Iterator
import secrets
import sqlite3
from typing import Final, NamedTuple

_MOST_EPOCHS: Final = 200
"""Who has not asked since so many starts of Home Assistant begins anew."""


class Position(NamedTuple):
    """A point in the order of changes."""

    epoch: str
    number: int


class ChangedHour(NamedTuple):
    """An hour, by the epoch second at which it begins, and the number of its last change."""

    hour: int
    number: int


def begin_epoch(connection: sqlite3.Connection) -> None:
    """Begin a new epoch, and forget those of long ago."""
    connection.execute(
        "INSERT INTO change_epoch (name, began) SELECT ?, number FROM change_count", (secrets.token_hex(4),)
    )
    connection.execute(
        "DELETE FROM change_epoch WHERE id <= (SELECT max(id) FROM change_epoch) - ?", (_MOST_EPOCHS,)
    )


def now(connection: sqlite3.Connection) -> Position:
    """Return the position after all changes."""
    found = connection.execute(
        "SELECT (SELECT name FROM change_epoch ORDER BY id DESC LIMIT 1), number FROM change_count"
    ).fetchone()
    return Position(*found)


def is_known(connection: sqlite3.Connection, position: Position) -> bool:
    """Return True if the file has been at this position."""
    ended = connection.execute(
        "SELECT ifnull("
        " (SELECT later.began FROM change_epoch AS later WHERE later.id > this.id ORDER BY later.id LIMIT 1),"
        " (SELECT number FROM change_count))"
        " FROM change_epoch AS this WHERE this.name = ?",
        (position.epoch,),
    ).fetchone()
    return ended is not None and 0 <= position.number <= ended[0]


def first_change(connection: sqlite3.Connection, person: int) -> int:
    """Return the number of a person's first change: another one where they were deleted and came back."""
    found = connection.execute("SELECT first_change FROM person WHERE id = ?", (person,)).fetchone()
    return found[0] if found else 0


def last_change(connection: sqlite3.Connection, person: int) -> int:
    """Return the number of a person's last change, 0 where there was none."""
    found = connection.execute(
        "SELECT ifnull(max(number), 0) FROM changed_hour WHERE person = ?", (person,)
    ).fetchone()
    return int(found[0])


def changed_since(connection: sqlite3.Connection, person: int, number: int) -> Iterator[ChangedHour]:
    """Return the hours of changes after this number, in the order of changes."""
    found = connection.execute(
        "SELECT hour, number FROM changed_hour WHERE person = ? AND number > ? ORDER BY number, hour",
        (person, number),
    )
    return map(ChangedHour._make, found.fetchall())
