"""The hours that Home Assistant's statistics have yet to learn: tables `due_hour` and `emptied_hour`.

An hour is named by the epoch seconds at which it begins. The table counts how often each was marked, so that
an hour that changes while it is being written to the statistics is not lost. An emptied hour has lost all of
its readings: with a file that was taken back or with the reports, or they have moved.
"""

from collections.abc import Collection, Iterable, Mapping
import sqlite3

from ..glucose.hourly import HOUR, Hour
from ..glucose.time_weights import LONGEST_HOLD


def mark_around(connection: sqlite3.Connection, person: int, instants: Iterable[int]) -> None:
    """Mark the hours in which readings of these instants lie, and those into which they may hold."""
    mark(connection, person, reached_hours(instants))


def reached_hours(instants: Iterable[int]) -> set[int]:
    """Return the hours in which readings of these instants lie, and those into which they may hold."""
    reached = (second for at in instants for second in (at, at + LONGEST_HOLD))
    return {second - second % HOUR for second in reached}


def mark(connection: sqlite3.Connection, person: int, hours: Iterable[int]) -> None:
    """Mark hours as due, and count it where they are marked already."""
    connection.executemany(
        "INSERT INTO due_hour (person, hour) VALUES (?, ?)"
        " ON CONFLICT (person, hour) DO UPDATE SET times = times + 1",
        ((person, hour) for hour in hours),
    )


def find_due(connection: sqlite3.Connection, person: int, before: int) -> dict[int, int]:
    """Return the marked hours that began before `before`, oldest first, with how often each was marked."""
    found = connection.execute(
        "SELECT hour, times FROM due_hour WHERE person = ? AND hour < ? ORDER BY hour", (person, before)
    )
    return dict(found)


def unmark(connection: sqlite3.Connection, person: int, hours: Mapping[int, int]) -> None:
    """Remove marks whose counter is still that of `hours`: an hour marked again meanwhile stays."""
    connection.executemany(
        "DELETE FROM due_hour WHERE person = ? AND hour = ? AND times = ?",
        ((person, hour, times) for hour, times in hours.items()),
    )


def note_emptied(connection: sqlite3.Connection, person: int, hours: Mapping[int, Hour]) -> None:
    """Note hours that may lose all of their readings, with their glucose of before, unless noted already."""
    connection.executemany(
        "INSERT OR IGNORE INTO emptied_hour (person, hour, mean, low, high, covered)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (person, hour, before.mean, before.low, before.high, before.covered)
            for hour, before in hours.items()
        ),
    )


def noted_hours(connection: sqlite3.Connection, person: int) -> list[int]:
    """Return the hours that `note_emptied` noted, oldest first."""
    found = connection.execute("SELECT hour FROM emptied_hour WHERE person = ? ORDER BY hour", (person,))
    return [hour for (hour,) in found]


def find_emptied(connection: sqlite3.Connection, person: int, before: int) -> dict[int, Hour]:
    """Return the emptied hours that began before `before`, oldest first, with their glucose of before."""
    found = connection.execute(
        "SELECT hour, mean, low, high, covered FROM emptied_hour WHERE person = ? AND hour < ? ORDER BY hour",
        (person, before),
    )
    return {
        hour: Hour(mean=mean, low=low, high=high, covered=covered) for hour, mean, low, high, covered in found
    }


def forget_emptied(connection: sqlite3.Connection, person: int, hours: Collection[int]) -> None:
    """Forget that these hours were emptied."""
    connection.executemany(
        "DELETE FROM emptied_hour WHERE person = ? AND hour = ?", ((person, hour) for hour in hours)
    )
