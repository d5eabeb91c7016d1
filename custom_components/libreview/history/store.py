"""The store: the readings and diary entries of an account's persons, in one SQLite file.

Everything here blocks on the disk, so it has to be run in Home Assistant's executor. Readers and the one
writer do not wait for each other. What a method has written when it returns survives a kill of the process.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import batched, pairwise
from time import sleep
from typing import Final

from ..cloud.floating_time import SeenOffset
from ..glucose.columns import Trace
from ..glucose.time_weights import LONGEST_HOLD
from ..models import Device, DiaryEntry, EntryKind, KeptReading, MeasuringRange, Reading, Source
from . import entry_table, import_table, merge_plan, offset_table, person_table, reading_table
from .reading_table import RowCounts
from .row_codec import ReadingRow, to_reading, to_row
from .store_changes import StoreChanges
from .store_hours import StoreHours
from .utc_offsets import have_same_offsets

GIVES_WAY_AFTER: Final = 20
"""Readings handed out in a row. They are in a file within 2 ms; Python would wait for 5 ms to give way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedReport:
    """What is kept of a report, whose wall clocks were resolved to instants."""

    reports_of: str = field(repr=False)
    """The id at LibreView of the person whose report it is."""
    time_zone: tzinfo
    """The time zone by which its times were resolved."""
    readings: Sequence[Reading] = field(default=(), repr=False)
    walls: Sequence[datetime] = field(default=(), repr=False)
    """The wall clocks of `readings`, one for each."""
    entries: Sequence[DiaryEntry] = field(default=(), repr=False)
    days: Collection[date] = ()
    """The days on the person's own clock of which it tells all entries."""
    unclear: Collection[tuple[EntryKind, date]] = ()
    """The kinds and days of which it may hold entries that were not understood."""
    read_at: datetime
    """The instant at which it was asked for."""


class Store(StoreHours, StoreChanges):
    """The queries of an open file. Every method may raise sqlite3.Error, such as for a full disk."""

    # Write.

    def keep(self, received: Iterable[tuple[str, Source, Device | None, Sequence[Reading]]]) -> None:
        """Merge in readings of several persons, all of them or none."""
        with self._write_transaction() as connection:
            for patient_id, source, device, readings in received:
                person = person_table.ensure(connection, patient_id)
                number = reading_table.device_id(connection, person, device)
                rows = sorted(to_row(reading, source, number) for reading in readings)
                reading_table.keep(connection, person, rows, 0)

    def keep_report(self, patient_id: str, report: ResolvedReport) -> None:
        """Merge in a report, and note whose it is and by which time zone its times were resolved.

        What it tells again takes the place of what earlier ones told: readings of the same wall clocks, and
        the entries of its days.
        """
        rows = sorted(
            to_row(reading, Source.REPORT, wall=wall)
            for reading, wall in zip(report.readings, report.walls, strict=True)
        )
        with self._write_transaction() as connection:
            person = person_table.ensure(connection, patient_id)
            _, former_zone = person_table.find_reports(connection, patient_id)
            reading_table.keep_report(connection, person, rows, former_zone or report.time_zone)
            entry_table.keep_report(
                connection,
                person,
                report.entries,
                report.days,
                unclear=report.unclear,
                read_at=int(report.read_at.timestamp()),
            )
            person_table.note_reports(connection, person, report.reports_of, report.time_zone)

    def add_reported_entries(self, patient_id: str, entries: Sequence[DiaryEntry]) -> None:
        """Add those entries of earlier reports that are not there, and replace or delete none."""
        with self._write_transaction() as connection:
            entry_table.add_reported(connection, person_table.ensure(connection, patient_id), entries)

    def keep_file(
        self,
        patient_id: str,
        devices: Sequence[Device],
        rows: Callable[[Sequence[int | None]], Iterable[ReadingRow]],
        entries: Sequence[DiaryEntry],
        *,
        thin_before: int,
        made_at: int = 0,
        kept_at: int = 0,
    ) -> tuple[RowCounts, RowCounts]:
        """Merge in a CSV file, and return the counts of its readings and of its entries.

            file = resolve_export(parse_csv(content), time_zone, seen_offsets, now)
            readings, entries = store.keep_file(
                patient_id, file.devices, file.rows, file.entries, thin_before=history.thin_before
            )

        `rows` is called with the numbers that the store gave to `devices`, and returns the rows in the order
        of time. Of readings before `thin_before` (epoch seconds) one is kept in each quarter of an hour.
        `made_at` is when the file was made, 0 where that is not known, and `kept_at` is now. Until the next
        file the import can be taken back.
        """
        with self._write_transaction() as connection:
            person = person_table.ensure(connection, patient_id)
            file = import_table.next_number(connection, person)
            numbers = [reading_table.device_id(connection, person, device) for device in devices]
            readings = reading_table.keep_file(connection, person, rows(numbers), thin_before, file)
            last = import_table.find(connection, person)
            brings = readings.new or entry_table.plan_file(connection, person, entries).new
            # What brings nothing new is taken back with the one before, such as the same file again.
            since = file if brings or last is None else last.number
            kept = entry_table.keep_file(connection, person, entries, file, since=since, made_at=made_at)
            if brings:
                last = import_table.KeptFile(file, kept_at, readings.new, kept.new, made_at)
                import_table.note(connection, person, last)
            return readings, kept

    def take_back_file(self, patient_id: str, number: int) -> bool:
        """Take back the import of that number, whole. Return False if it is not the last one (any more)."""
        with self._write_transaction() as connection:
            person = person_table.find(connection, patient_id)
            last = import_table.find(connection, person)
            if last is None or last.number != number:
                return False
            reading_table.take_back_file(connection, person, number)
            entry_table.take_back_file(connection, person, number)
            if person_table.has_lost_reports(connection, person):
                entry_table.delete_reports(connection, person)  # Those that stood behind the file's.
            import_table.forget(connection, person)
            return True

    def plan_file(
        self,
        patient_id: str,
        rows: Iterable[ReadingRow],
        entries: Sequence[DiaryEntry],
        *,
        thin_before: int,
    ) -> tuple[RowCounts, RowCounts]:
        """Return the counts that `keep_file` would return, without writing anything."""
        with self._read() as connection:
            person = person_table.find(connection, patient_id)
            number = import_table.next_number(connection, person)
            merges = merge_plan.plan(connection, person, rows, thin_before, number)
            kept = sum(map(RowCounts.from_merge, merges), RowCounts())
            return kept, entry_table.plan_file(connection, person, entries)

    def keep_sensor(self, patient_id: str, activated_at: int) -> None:
        """Note when a sensor was activated (epoch seconds)."""
        with self._write_transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO sensor (person, activated_at) VALUES (?, ?)",
                (person_table.ensure(connection, patient_id), activated_at),
            )

    def keep_utc_offsets(self, patient_id: str, seen: Sequence[SeenOffset]) -> None:
        """Keep the newest observed UTC offsets of a person's phone, in place of those since the first one."""
        with self._write_transaction() as connection:
            offset_table.keep(connection, person_table.ensure(connection, patient_id), seen)

    def expect_reports(self, patient_id: str, reports_of: str, time_zone: tzinfo, now: datetime) -> bool:
        """Return True if earlier reports have to be read again, until one of the next is kept.

        They have to where nobody's were noted (the file may be new in place of one that was lost, the person
        be back), and where they were resolved by a time zone with other offsets from UTC. Those of somebody
        else are deleted.
        """
        with self._read() as connection:
            before, former_zone = person_table.find_reports(connection, patient_id)
        if before not in (None, reports_of):
            with self._write_transaction() as connection:
                person_table.disown_reports(connection, person_table.find(connection, patient_id))
        if before != reports_of or former_zone is None:
            return True
        return not have_same_offsets(former_zone, time_zone, now)

    def thin(self, before: int) -> int:
        """Keep the first of the readings older than `before` (epoch seconds) in each quarter of an hour.

        Returns how many were deleted.
        """
        with self._write_transaction() as connection:
            return reading_table.thin(connection, before)

    def keep_only(self, patient_ids: Collection[str], *, with_diary: Collection[str]) -> None:
        """Put all persons but these aside, and delete the reports of those who have no diary any more."""
        with self._write_transaction() as connection:
            person_table.follow_only(connection, patient_ids, with_diary)

    def date_removed(self, now: int, delete_before: int) -> None:
        """Note when persons were removed, and delete who was removed before that (epoch seconds)."""
        with self._write_transaction() as connection:
            person_table.date_removed(connection, now, delete_before)

    def delete_removed(self, patient_id: str) -> None:
        """Delete a person who is kept aside."""
        with self._write_transaction() as connection:
            person_table.delete_removed(connection, patient_id)

    # Read. `start` is included, `end` is not; both are epoch seconds.

    def trace(self, patient_id: str, start: int, end: int) -> Trace:
        """Return the readings of [start, end) as columns."""
        with self._read() as connection:
            return reading_table.trace(connection, person_table.find(connection, patient_id), start, end)

    def beyond(self, patient_id: str, start: int, end: int) -> list[tuple[int, MeasuringRange]]:
        """Return the instants (epoch seconds) of [start, end) with LO or HI instead of a number."""
        with self._read() as connection:
            return reading_table.beyond(connection, person_table.find(connection, patient_id), start, end)

    def window(self, patient_id: str, start: int, end: int) -> Trace:
        """Return the readings that figures of [start, end) are made of: also the last ones before it.

        A reading stands for up to `LONGEST_HOLD` seconds, so that one before the window holds into it.
        """
        return self.trace(patient_id, start - LONGEST_HOLD, end)

    def readings(self, patient_id: str, start: int, end: int) -> list[KeptReading]:
        """Return the readings of [start, end) in the order of time, with their sources and devices."""
        with self._read() as connection:
            person = person_table.find(connection, patient_id)
            devices = reading_table.devices(connection, person)
            return [to_reading(row, devices) for row in reading_table.rows(connection, person, start, end)]

    def iter_readings(self, patient_id: str, start: int, end: int) -> Iterator[KeptReading]:
        """Iterate over `readings`, with only some of them in memory at once. Gives way to other threads."""
        borders = [*self.trace(patient_id, start, end).at[:: merge_plan.BATCH], end]
        for since, until in pairwise(borders):
            for some in batched(self.readings(patient_id, since, until), GIVES_WAY_AFTER, strict=False):
                sleep(0)
                yield from some

    def entries(self, patient_id: str, start: int, end: int) -> list[DiaryEntry]:
        """Return the diary entries of [start, end) in the order of time."""
        with self._read() as connection:
            return entry_table.entries(connection, person_table.find(connection, patient_id), start, end)

    def last_file(self, patient_id: str) -> import_table.KeptFile | None:
        """Return a person's last import, None where there is none that can be taken back."""
        with self._read() as connection:
            return import_table.find(connection, person_table.find(connection, patient_id))

    def sensors(self, patient_id: str, start: int, end: int) -> list[int]:
        """Return when sensors were activated (epoch seconds), in the order of time."""
        with self._read() as connection:
            found = connection.execute(
                "SELECT activated_at FROM sensor WHERE person = ? AND activated_at >= ? AND activated_at < ?"
                " ORDER BY activated_at",
                (person_table.find(connection, patient_id), start, end),
            )
            return [at for (at,) in found]

    def utc_offsets(self) -> dict[str, list[SeenOffset]]:
        """Return the observed UTC offsets of all persons' phones by patient id, oldest first."""
        with self._read() as connection:
            return offset_table.find_all(connection)

    def devices(self, patient_id: str) -> list[Device]:
        """Return the devices that measured a person's readings."""
        with self._read() as connection:
            return list(reading_table.devices(connection, person_table.find(connection, patient_id)).values())

    def count_days(self, patient_id: str) -> int:
        """Return the number of days with readings or entries of a person."""
        with self._read() as connection:
            return person_table.count_days(connection, person_table.find(connection, patient_id))

    def count_all_days(self) -> int:
        """Return the number of days with readings or entries of anybody."""
        with self._read() as connection:
            return person_table.count_all_days(connection)

    def removed(self) -> list[person_table.RemovedPerson]:
        """Return who is kept aside."""
        with self._read() as connection:
            return person_table.removed(connection)

    def owners(self, serials: Collection[str]) -> set[str]:
        """Return the ids of the persons whose readings came from devices with these serial numbers."""
        with self._read() as connection:
            found = connection.execute(
                "SELECT patient_id, serial FROM device JOIN person ON person.id = device.person"
            )
            return {patient_id for patient_id, serial in found if serial in serials}
