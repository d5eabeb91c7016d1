"""The part of the store about the hours that Home Assistant's statistics have yet to learn."""

from collections.abc import Mapping, Sequence

from ..glucose.hourly import Hour
from . import pending_hours, person_table
from .database import Database


class StoreHours(Database):
    """The queries on hours that changed. Every method may raise sqlite3.Error, such as for a full disk."""

    def due_hours(self, patient_id: str, before: int) -> dict[int, int]:
        """Return the due hours that began before `before`, oldest first, with how often each was marked."""
        with self._read() as connection:
            return pending_hours.find_due(connection, person_table.find(connection, patient_id), before)

    def written_hours(self, patient_id: str, hours: Sequence[int]) -> dict[int, Hour]:
        """Return the glucose that was written to statistics of those of `hours`, oldest first, if it was."""
        with self._read() as connection:
            return pending_hours.find_written(connection, person_table.find(connection, patient_id), hours)

    def settle_hours(self, patient_id: str, hours: Mapping[int, int], written: Mapping[int, Hour]) -> None:
        """Note what the statistics hold of `hours` now: what is `written`, and nothing of the others.

        Marks go whose counter is still that of `hours`: an hour marked again meanwhile stays.
        """
        with self._write_transaction() as connection:
            pending_hours.settle(connection, person_table.ensure(connection, patient_id), hours, written)
