"""The queries on the persons of the store: table `person`, on which all others hang.

Who is removed is kept aside with their whole history, and is there again when they are followed again.
"""

from collections.abc import Collection
from datetime import tzinfo
import sqlite3
from typing import Final, NamedTuple

from homeassistant.util import dt as dt_util

from . import entry_table, hidden_reading_table, import_table, reading_table

_UNDATED: Final = 0
_DAY: Final = 86400
"""Seconds."""


class RemovedPerson(NamedTuple):
    """Somebody who is not followed any more, but kept aside."""

    patient_id: str
    removed_at: int | None
    """Epoch seconds, None before a clock that is right has told them."""
    days: int
    """The number of days with readings or entries."""
    first: int
    """Epoch seconds of the first of them."""
    last: int
    """Epoch seconds of the last of them."""


def ensure(connection: sqlite3.Connection, patient_id: str) -> int:
    """Return the row id of a person, who is added when seen for the first time."""
    connection.execute("INSERT OR IGNORE INTO person (patient_id) VALUES (?)", (patient_id,))
    return find(connection, patient_id)


def find(connection: sqlite3.Connection, patient_id: str) -> int:
    """Return the row id of a person; -1, which no row has, for somebody of whom nothing was kept."""
    found = connection.execute("SELECT id FROM person WHERE patient_id = ?", (patient_id,)).fetchone()
    return found[0] if found else -1


def find_reports(connection: sqlite3.Connection, patient_id: str) -> tuple[str | None, tzinfo | None]:
    """Return whose reports a person's are, and the time zone by which the last one was resolved."""
    query = "SELECT reports_of, zone FROM person WHERE patient_id = ?"
    reports_of, zone = connection.execute(query, (patient_id,)).fetchone() or (None, None)
    return reports_of, zone and dt_util.get_time_zone(zone)


def note_reports(connection: sqlite3.Connection, person: int, reports_of: str, time_zone: tzinfo) -> None:
    """Note whose reports a person's are, and the time zone by which the last one was resolved."""
    connection.execute(
        "UPDATE person SET reports_of = ?, zone = ?, reports_lost = 0 WHERE id = ?",
        (reports_of, str(time_zone), person),
    )


def delete_reports(connection: sqlite3.Connection, person: int) -> None:
    """Delete what reports have told of a person, but not whose they were: the login may come back."""
    reading_table.delete_reports(connection, person)
    last = import_table.find(connection, person)
    hidden_reading_table.forget_replaced(connection, person, last and last.number)
    entry_table.delete_reports(connection, person)
    connection.execute("UPDATE person SET zone = NULL, reports_lost = 1 WHERE id = ?", (person,))


def has_lost_reports(connection: sqlite3.Connection, person: int) -> bool:
    """Return True if what reports had told of a person was deleted, and no report was read since."""
    found = connection.execute("SELECT 1 FROM person WHERE id = ? AND reports_lost", (person,))
    return found.fetchone() is not None


def disown_reports(connection: sqlite3.Connection, person: int) -> None:
    """Delete all that reports have told of a person, for they were somebody else's."""
    delete_reports(connection, person)
    entry_table.disown_reports(connection, person)
    connection.execute("UPDATE person SET reports_of = NULL WHERE id = ?", (person,))


def follow_only(
    connection: sqlite3.Connection, patient_ids: Collection[str], with_diary: Collection[str]
) -> None:
    """Put all persons but these aside, and delete the reports of those who have no diary any more.

    Who is back has all of before, reports too, until a login of their diary has come and gone once more.
    """
    known = connection.execute("SELECT id, patient_id, removed_at, spared FROM person").fetchall()
    for person, patient_id, removed_at, spared in known:
        if patient_id not in patient_ids:
            connection.execute(
                "UPDATE person SET removed_at = ifnull(removed_at, ?) WHERE id = ?", (_UNDATED, person)
            )
        elif removed_at is not None:
            connection.execute(
                "UPDATE person SET removed_at = NULL, spared = 1, zone = NULL WHERE id = ?", (person,)
            )
        elif not spared and patient_id not in with_diary:
            delete_reports(connection, person)
        if spared and patient_id in with_diary:
            connection.execute("UPDATE person SET spared = 0 WHERE id = ?", (person,))


def count_days(connection: sqlite3.Connection, person: int) -> int:
    """Return the number of days (UTC) with readings or entries of a person."""
    return _days(connection, person)[0]


def count_all_days(connection: sqlite3.Connection) -> int:
    """Return the number of days (UTC) with readings or entries of anybody."""
    found: int = connection.execute(
        "SELECT count(*) FROM (SELECT at / 86400 FROM reading UNION SELECT at / 86400 FROM entry)"
    ).fetchone()[0]
    return found


def _days(connection: sqlite3.Connection, person: int) -> tuple[int, int, int]:
    """Return the number of days (UTC) with something of a person, and when the first and the last began."""
    count, first, last = connection.execute(
        "SELECT count(*), ifnull(min(day), 0), ifnull(max(day), 0) FROM ("
        "SELECT at / 86400 AS day FROM reading WHERE person = ?1"
        " UNION SELECT at / 86400 FROM entry WHERE person = ?1 AND standing IN (?2, ?3))",
        (person, *entry_table.HOLDING),
    ).fetchone()
    return count, first * _DAY, last * _DAY


def removed(connection: sqlite3.Connection) -> list[RemovedPerson]:
    """Return who is kept aside, but for those of whom there is no reading and no entry."""
    found = connection.execute("SELECT id, patient_id, removed_at FROM person WHERE removed_at IS NOT NULL")
    persons = [
        RemovedPerson(patient_id, removed_at or None, *_days(connection, person))
        for person, patient_id, removed_at in found.fetchall()
    ]
    return [person for person in persons if person.days]


def date_removed(connection: sqlite3.Connection, now: int, delete_before: int) -> None:
    """Note when persons were removed, where that is not known, and delete those removed before that."""
    connection.execute("UPDATE person SET removed_at = ? WHERE removed_at = ?", (now, _UNDATED))
    connection.execute("DELETE FROM person WHERE removed_at < ?", (delete_before,))


def delete_removed(connection: sqlite3.Connection, patient_id: str) -> None:
    """Delete a person who is kept aside, and nobody who is followed."""
    connection.execute("DELETE FROM person WHERE patient_id = ? AND removed_at IS NOT NULL", (patient_id,))
