"""The part of the store about what changed since somebody last looked."""

from typing import NamedTuple

from . import change_table, person_table
from .change_table import ChangedHour, Position
from .database import Database


class Changes(NamedTuple):
    """The hours of a person that changed."""

    now: Position
    """The position after all changes."""
    hours: list[ChangedHour]
    """In the order of changes."""
    is_reset: bool
    """True if these are all hours, because it is not known which changed."""


class StoreChanges(Database):
    """The queries on changes. Every method may raise sqlite3.Error."""

    def changes(self, patient_id: str, since: Position | None, after: int) -> Changes:
        """Return the hours of changes after a number, or all where the file was never at `since`.

        `since` is the position at which somebody was told last. Its number is higher than `after` where they
        were told a part: an older copy of the file may have the hours of the other part in another order.
        """
        with self._read() as connection:
            person = person_table.find(connection, patient_id)
            # First the position: what changes meanwhile is told again, and never left out.
            now = change_table.now(connection)
            is_known = since is not None and change_table.is_known(connection, since)
            hours = list(change_table.changed_since(connection, person, after if is_known else 0))
            return Changes(now=now, hours=hours, is_reset=not is_known)

    def first_change(self, patient_id: str) -> int:
        """Return a number that stays the same for as long as the person is not deleted."""
        with self._read() as connection:
            return change_table.first_change(connection, person_table.find(connection, patient_id))

    def last_change(self, patient_id: str) -> Position:
        """Return the position of a person's last change: the same for as long as nothing changes."""
        with self._read() as connection:
            person = person_table.find(connection, patient_id)
            number = change_table.last_change(connection, person)
            return Position(change_table.now(connection).epoch, number)
