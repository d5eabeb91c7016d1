"""The store: what has been read of an account's persons, in one SQLite file.

Everything here waits for the disk, so it belongs into Home Assistant's executor. Readers and the one writer
do not wait for each other. What a method has written when it returns survives the death of the process.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
import sqlite3
from threading import Lock
from typing import Final

from ..glucose.trace import Trace
from ..models import Device, DiaryEntry, KeptReading, Reading, Source
from . import entry_table, hour_table, reading_table
from .codes import Row, reading_of, row_of
from .file import connect, opened
from .reading_table import Kept

_ALL_TIME: Final = (0, 2**62)
_PATIENCE: Final = 5.0
"""Seconds."""


class Store:
    """The open file. Every method may raise sqlite3.Error, such as for a full disk."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises UnreadableStoreError, OSError or sqlite3.Error."""
        self.path: Final = path
        self._writing = Lock()
        self._looking = Lock()
        path.touch(mode=0o600, exist_ok=True)  # Readings are nobody else's business.
        self._writer = opened(path)
        self._reader = connect(path)

    def close(self) -> None:
        """Finish, with everything in the one file."""
        with self._writing, self._looking:
            self._reader.close()
            self._writer.close()

    def rest(self) -> None:
        """Hold the file still and whole, for somebody to copy it. Writers wait, readers do not.

        Raises sqlite3.OperationalError where a writer takes too long.
        """
        if not self._writing.acquire(timeout=_PATIENCE):
            raise sqlite3.OperationalError("The file is being written.")
        try:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except BaseException:
            self._writing.release()
            raise

    def go_on(self) -> None:
        """End the rest."""
        self._writing.release()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    @contextmanager
    def _look(self) -> Iterator[sqlite3.Connection]:
        with self._looking:
            yield self._reader

    def touch(self) -> None:
        """Do nothing, with the file open."""

    # Bringing in.

    def keep(self, told: Iterable[tuple[str, Source, Device | None, Sequence[Reading]]]) -> None:
        """Bring in readings of several persons, all of them or none."""
        with self._change() as connection:
            for patient_id, source, device, readings in told:
                person = _person(connection, patient_id)
                number = reading_table.device_id(connection, person, device)
                rows = sorted(row_of(each, source, number) for each in readings)
                reading_table.keep(connection, person, rows, 0)

    def keep_report(
        self,
        patient_id: str,
        readings: Sequence[Reading],
        entries: Iterable[DiaryEntry],
        days: Collection[date],
    ) -> None:
        """Take in a report. It replaces what earlier ones told of the same time and days."""
        rows = sorted(row_of(each, Source.REPORT) for each in readings)
        with self._change() as connection:
            person = _person(connection, patient_id)
            if rows:
                reading_table.forget_source(
                    connection,
                    person,
                    Source.REPORT,
                    span=(rows[0].at, rows[-1].at),
                    besides={row.at for row in rows},
                )
                reading_table.keep(connection, person, rows, 0)
            entry_table.keep_report(connection, person, entries, days)

    def keep_file(
        self,
        patient_id: str,
        devices: Sequence[Device],
        rows: Callable[[Sequence[int | None]], Iterable[Row]],
        entries: Sequence[DiaryEntry],
        *,
        sparse_before: int,
    ) -> tuple[Kept, Kept]:
        """Bring in a CSV file, and say what came of its readings and of its entries.

        `rows` gives the rows in the order of time for the numbers of the devices.
        """
        with self._change() as connection:
            person = _person(connection, patient_id)
            numbers = [reading_table.device_id(connection, person, device) for device in devices]
            return (
                reading_table.keep(connection, person, rows(numbers), sparse_before),
                entry_table.keep_file(connection, person, entries),
            )

    def plan_file(
        self, patient_id: str, rows: Iterable[Row], entries: Sequence[DiaryEntry], *, sparse_before: int
    ) -> tuple[Kept, Kept]:
        """What `keep_file` would come to."""
        with self._look() as connection:
            person = _known(connection, patient_id)
            changes = reading_table.plan(connection, person, rows, sparse_before)
            kept = sum(map(Kept.of, changes), Kept())
            return kept, entry_table.plan_file(connection, person, entries)

    def keep_sensor(self, patient_id: str, activated_at: int) -> None:
        """Note when a sensor was put on."""
        with self._change() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO sensor (person, activated_at) VALUES (?, ?)",
                (_person(connection, patient_id), activated_at),
            )

    def expect_reports(self, patient_id: str, reports_of: str, zone: str) -> bool:
        """Note whose reports are read for a person, and the time zone that they are understood by.

        Says whether earlier ones are to be read anew: they were somebody else's, or taken for other instants.
        """
        with self._change() as connection:
            person = _person(connection, patient_id)
            before: tuple[str | None, str | None] = connection.execute(
                "SELECT reports_of, zone FROM person WHERE id = ?", (person,)
            ).fetchone()
            if before == (reports_of, zone):
                return False
            connection.execute(
                "UPDATE person SET reports_of = ?, zone = ? WHERE id = ?", (reports_of, zone, person)
            )
            reading_table.forget_source(connection, person, Source.REPORT, span=_ALL_TIME)
            if before[0] != reports_of:
                entry_table.forget_reports(connection, person)
            return before[0] is not None

    def thin(self, before: int) -> int:
        """Of readings that are older, keep one in each quarter of an hour. Says how many went."""
        with self._change() as connection:
            return reading_table.thin(connection, before)

    def keep_only(self, patient_ids: Collection[str], *, with_diary: Collection[str]) -> None:
        """Forget all persons but these, and the reports of those who have no diary any more."""
        with self._change() as connection:
            known = connection.execute("SELECT id, patient_id, reports_of FROM person").fetchall()
            for person, patient_id, reports_of in known:
                if patient_id not in patient_ids:
                    connection.execute("DELETE FROM person WHERE id = ?", (person,))
                elif reports_of is not None and patient_id not in with_diary:
                    reading_table.forget_source(connection, person, Source.REPORT, span=_ALL_TIME)
                    entry_table.forget_reports(connection, person)
                    connection.execute(
                        "UPDATE person SET reports_of = NULL, zone = NULL WHERE id = ?", (person,)
                    )

    # Getting out. `start` is included, `end` is not; both are epoch seconds.

    def trace(self, patient_id: str, start: int, end: int) -> Trace:
        """The readings of a time, as columns."""
        with self._look() as connection:
            return reading_table.trace(connection, _known(connection, patient_id), start, end)

    def readings(self, patient_id: str, start: int, end: int) -> list[KeptReading]:
        """The readings of a time, with all that is known of them."""
        with self._look() as connection:
            person = _known(connection, patient_id)
            devices = reading_table.devices(connection, person)
            return [reading_of(row, devices) for row in reading_table.rows(connection, person, start, end)]

    def entries(self, patient_id: str, start: int, end: int) -> list[DiaryEntry]:
        """The diary entries of a time, in its order."""
        with self._look() as connection:
            return entry_table.entries(connection, _known(connection, patient_id), start, end)

    def sensors(self, patient_id: str, start: int, end: int) -> list[int]:
        """When sensors were put on."""
        with self._look() as connection:
            found = connection.execute(
                "SELECT activated_at FROM sensor WHERE person = ? AND activated_at >= ? AND activated_at < ?"
                " ORDER BY activated_at",
                (_known(connection, patient_id), start, end),
            )
            return [at for (at,) in found]

    def devices(self, patient_id: str) -> list[Device]:
        """What readings of a person came from."""
        with self._look() as connection:
            return list(reading_table.devices(connection, _known(connection, patient_id)).values())

    def owners(self, serials: Collection[str]) -> set[str]:
        """The persons of whom devices with these serial numbers are known."""
        with self._look() as connection:
            found = connection.execute(
                "SELECT patient_id, serial FROM device JOIN person ON person.id = device.person"
            )
            return {patient_id for patient_id, serial in found if serial in serials}

    # The hours that Home Assistant's statistics are to be told again.

    def due_hours(self, patient_id: str, before: int) -> dict[int, int]:
        """Those that began before an instant, oldest first, and how often they were marked."""
        with self._look() as connection:
            return hour_table.due(connection, _known(connection, patient_id), before)

    def hours_done(self, patient_id: str, hours: Mapping[int, int]) -> None:
        """They have been told, as they were when they had been marked so often."""
        with self._change() as connection:
            hour_table.done(connection, _person(connection, patient_id), hours)


def _person(connection: sqlite3.Connection, patient_id: str) -> int:
    """The number of a person, who is given one when they are seen for the first time."""
    connection.execute("INSERT OR IGNORE INTO person (patient_id) VALUES (?)", (patient_id,))
    return _known(connection, patient_id)


def _known(connection: sqlite3.Connection, patient_id: str) -> int:
    """The number of a person; one that nobody has for somebody of whom nothing was kept."""
    found = connection.execute("SELECT id FROM person WHERE patient_id = ?", (patient_id,)).fetchone()
    return found[0] if found else -1
