"""The hours that Home Assistant's statistics have yet to learn, and what they hold of hours by our word.

The tables are `due_hour` and `written_hour`. An hour is named by the epoch seconds at which it begins. The
first one counts how often each was marked, so that an hour that changes while it is being written is not
lost. The second one has the glucose of each hour as it was last written, by which the hour is known again in
the statistics when it is emptied: with a file that was taken back or with the reports, or its readings have
moved.
"""

from collections.abc import Iterable, Mapping, Sequence
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


def settle(
    connection: sqlite3.Connection, person: int, hours: Mapping[int, int], written: Mapping[int, Hour]
) -> None:
    """Note what the statistics hold of `hours` now: what is `written`, and nothing of the others.

    Marks go whose counter is still that of `hours`: an hour marked again meanwhile stays.
    """
    connection.executemany(
        "DELETE FROM written_hour WHERE person = ? AND hour = ?", ((person, hour) for hour in hours)
    )
    note_unwritten(connection, person, written)
    connection.executemany(
        "DELETE FROM due_hour WHERE person = ? AND hour = ? AND times = ?",
        ((person, hour, times) for hour, times in hours.items()),
    )


def note_unwritten(connection: sqlite3.Connection, person: int, hours: Mapping[int, Hour]) -> None:
    """Note the glucose of hours of which it is not known what was written, such as by an earlier version."""
    connection.executemany(
        "INSERT OR IGNORE INTO written_hour (person, hour, mean, low, high, covered)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (person, hour, glucose.mean, glucose.low, glucose.high, glucose.covered)
            for hour, glucose in hours.items()
        ),
    )


def find_written(connection: sqlite3.Connection, person: int, hours: Sequence[int]) -> dict[int, Hour]:
    """Return the glucose that was written of those of `hours`, which stand in order, if it was."""
    found = connection.execute(
        "SELECT hour, mean, low, high, covered FROM written_hour WHERE person = ? AND hour BETWEEN ? AND ?",
        (person, hours[0], hours[-1]),
    )
    wanted = set(hours)
    return {
        hour: Hour(mean=mean, low=low, high=high, covered=covered)
        for hour, mean, low, high, covered in found
        if hour in wanted
    }
