"""The part of the store about the hours that Home Assistant's statistics have yet to learn."""

from collections.abc import Collection, Mapping

from ..glucose.hourly import Hour
from . import pending_hours, person_table
from .database import Database


class StoreHours(Database):
    """The queries on hours that changed. Every method may raise sqlite3.Error, such as for a full disk."""

    def due_hours(self, patient_id: str, before: int) -> dict[int, int]:
        """Return the due hours that began before `before`, oldest first, with how often each was marked."""
        with self._read() as connection:
            return pending_hours.find_due(connection, person_table.find(connection, patient_id), before)

    def unmark_hours(self, patient_id: str, hours: Mapping[int, int]) -> None:
        """Remove marks whose counter is still that of `hours`: an hour marked again meanwhile stays."""
        with self._write_transaction() as connection:
            pending_hours.unmark(connection, person_table.ensure(connection, patient_id), hours)

    def emptied_hours(self, patient_id: str, before: int) -> dict[int, Hour]:
        """Return the hours before `before` that lost all readings with a file, and their glucose of then."""
        with self._read() as connection:
            return pending_hours.find_emptied(connection, person_table.find(connection, patient_id), before)

    def forget_emptied(self, patient_id: str, hours: Collection[int]) -> None:
        """Forget that these hours were emptied."""
        with self._write_transaction() as connection:
            pending_hours.forget_emptied(connection, person_table.find(connection, patient_id), hours)
