"""The hours of which Home Assistant's statistics may know less than the store.

An hour is the epoch seconds at which it begins. It is counted how often one was marked, so that what changes
while it is being told is not lost.
"""

from collections.abc import Iterable, Mapping
import sqlite3

from ..glucose.hourly import HOUR
from ..glucose.weights import LONGEST_HOLD


def mark_around(connection: sqlite3.Connection, person: int, instants: Iterable[int]) -> None:
    """Have the hours told again in which these instants lie, and those into which their readings may hold."""
    mark(connection, person, {each - each % HOUR for at in instants for each in (at, at + LONGEST_HOLD)})


def mark(connection: sqlite3.Connection, person: int, hours: Iterable[int]) -> None:
    """Have these hours told again."""
    connection.executemany(
        "INSERT INTO due_hour (person, hour) VALUES (?, ?)"
        " ON CONFLICT (person, hour) DO UPDATE SET times = times + 1",
        ((person, hour) for hour in hours),
    )


def due(connection: sqlite3.Connection, person: int, before: int) -> dict[int, int]:
    """The due hours that began before an instant, oldest first, and how often each was marked."""
    found = connection.execute(
        "SELECT hour, times FROM due_hour WHERE person = ? AND hour < ? ORDER BY hour", (person, before)
    )
    return dict(found)


def done(connection: sqlite3.Connection, person: int, hours: Mapping[int, int]) -> None:
    """These hours have been told, as they were when they had been marked so often."""
    connection.executemany(
        "DELETE FROM due_hour WHERE person = ? AND hour = ? AND times = ?",
        ((person, hour, times) for hour, times in hours.items()),
    )
