"""The queries on the readings of the store: tables `reading` and `device`."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import batched
import sqlite3
from typing import Final, Self

from ..glucose.columns import INSTANTS, VALUES, Trace
from ..glucose.hourly import HOUR, hourly
from ..glucose.time_weights import LONGEST_HOLD
from ..models import Device, MeasuringRange, Source
from . import hidden_reading_table
from .deduplication import SLOT, MergeResult
from .merge_plan import BATCH, plan
from .pending_hours import mark_around, note_unwritten, reached_hours
from .row_codec import RANGE_CODE, ReadingRow, to_measuring_range, to_wall_seconds
from .sources import SOURCE_CODE, TRAITS_BY_CODE

_REPORT: Final = SOURCE_CODE[Source.REPORT]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """The numbers of rows (readings, or diary entries) that were added and that were left out."""

    new: int = 0
    known: int = 0
    """Copies of what was there already."""
    thinned_out: int = 0
    """Readings too old to be kept one by one, where their quarter of an hour has one already."""
    moved: int = 0
    """Readings that were there, at another instant."""

    def __add__(self, other: RowCounts) -> RowCounts:
        """Return the sums of both."""
        return RowCounts(
            new=self.new + other.new,
            known=self.known + other.known,
            thinned_out=self.thinned_out + other.thinned_out,
            moved=self.moved + other.moved,
        )

    @classmethod
    def from_merge(cls, merge: MergeResult) -> Self:
        """Return the counts of a merge."""
        return cls(
            new=len(merge.added),
            known=merge.known,
            thinned_out=merge.thinned_out,
            moved=len(merge.moved),
        )


def keep(
    connection: sqlite3.Connection,
    person: int,
    rows: Iterable[ReadingRow],
    thin_before: int,
    file: int | None = None,
) -> RowCounts:
    """Merge in `rows`, which stand in the order of time, and mark their hours for the statistics.

    Of rows before `thin_before` (epoch seconds) one is kept in each quarter of an hour. `file` is the number
    of the import that brings them. What files have told and does not hold is noted.

    Reports and files name their readings by their wall clocks, and what those mean may be known better than
    before. So a reading that is told again moves to the instant of now. What is left out stays as it is.
    """
    kept = RowCounts()
    number = file or 0
    for merge in plan(connection, person, rows, thin_before, number):
        _note_glucose(connection, person, merge.moved)
        hidden_reading_table.hide_replaced(connection, person, merge.hidden, number)
        hidden_reading_table.hide_covered(connection, person, merge.covered)
        if file is None:
            hidden_reading_table.settle(connection, person, merge.settled)
        else:
            hidden_reading_table.hide(connection, person, merge.behind, file, merge.twice)
            left_out = (*merge.settled, *merge.thinned)
            hidden_reading_table.supersede(connection, person, left_out, file, merge.twice)
        connection.executemany(
            "DELETE FROM reading WHERE person = ? AND at = ?", ((person, at) for at in merge.replaced)
        )
        connection.executemany(
            "INSERT INTO reading (person, at, mg_dl, source, trend, measuring_range, device, wall, file)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((person, *row, file) for row in merge.added),
        )
        connection.executemany(
            "UPDATE reading SET wall = ? WHERE person = ? AND at = ?",
            ((row.wall, person, row.at) for row in merge.dated),
        )
        # Not those of live ones, which Home Assistant recorded itself.
        late = [row.at for row in merge.added if not TRAITS_BY_CODE[row.source].is_live]
        if late or not merge.added:
            mark_around(connection, person, (*late, *merge.replaced))
        kept += RowCounts.from_merge(merge)
    return kept


def keep_file(
    connection: sqlite3.Connection, person: int, rows: Iterable[ReadingRow], thin_before: int, file: int
) -> RowCounts:
    """Merge in the rows of a file, as `keep` does. What those that moved away have covered is told again."""
    kept = keep(connection, person, rows, thin_before, file)
    _tell_again(connection, person, hidden_reading_table.take_covered(connection, person))
    return kept


def keep_report(
    connection: sqlite3.Connection, person: int, rows: Sequence[ReadingRow], former_zone: tzinfo
) -> None:
    """Merge in the rows of a report, which stand in the order of time and have their wall clocks.

    `former_zone` is the one by which earlier reports were resolved.
    """
    if not rows:
        return
    _note_walls(connection, person, former_zone)
    if keep(connection, person, rows, 0).moved:  # Away from what stood behind them, or onto it.
        _tell_again(connection, person, hidden_reading_table.take_behind_reports(connection, person))


def _note_walls(connection: sqlite3.Connection, person: int, time_zone: tzinfo) -> None:
    """Note the wall clocks of reported readings that were kept without, before version 4 of the file."""
    found = connection.execute(
        "SELECT at FROM reading WHERE person = ? AND source = ? AND wall IS NULL", (person, _REPORT)
    )
    walls = [
        (to_wall_seconds(datetime.fromtimestamp(at, time_zone).replace(tzinfo=None)), person, at)
        for (at,) in found.fetchall()
    ]
    connection.executemany("UPDATE reading SET wall = ? WHERE person = ? AND at = ?", walls)


def take_back_file(connection: sqlite3.Connection, person: int, file: int) -> None:
    """Delete the readings that imports from a number on brought, and bring those back that they replaced."""
    found = connection.execute(
        "SELECT at FROM reading WHERE person = ? AND file >= ? ORDER BY at", (person, file)
    )
    instants = [at for (at,) in found]
    _note_glucose(connection, person, instants)
    _delete(connection, person, instants)
    hidden_reading_table.forget_file(connection, person, file)
    _tell_again(connection, person, hidden_reading_table.take_replaced(connection, person, file))


def _tell_again(
    connection: sqlite3.Connection, person: int, imports: Sequence[tuple[int, Sequence[ReadingRow]]]
) -> None:
    """Merge in what imports have told, in the order of their numbers, and what that has uncovered."""
    while imports:
        moved = [keep(connection, person, told, 0, file).moved for file, told in imports]
        # It ends, for a reading only ever moves to where a later import has it.
        imports = hidden_reading_table.take_covered(connection, person) if any(moved) else ()


def _note_glucose(connection: sqlite3.Connection, person: int, instants: Iterable[int]) -> None:
    """Note the hours that readings of these instants are about to leave, some of which may be emptied."""
    for hours in batched(sorted(reached_hours(instants)), BATCH, strict=False):
        columns = trace(connection, person, hours[0] - LONGEST_HOLD, hours[-1] + HOUR)
        note_unwritten(connection, person, hourly(columns, hours))


def delete_reports(connection: sqlite3.Connection, person: int) -> None:
    """Delete the reported readings of a person, and bring those of files back that stood behind them."""
    found = connection.execute("SELECT at FROM reading WHERE person = ? AND source = ?", (person, _REPORT))
    instants = [at for (at,) in found]
    _note_glucose(connection, person, instants)
    _delete(connection, person, instants)
    _tell_again(connection, person, hidden_reading_table.take_of_reports(connection, person))


def _delete(connection: sqlite3.Connection, person: int, instants: Sequence[int]) -> None:
    """Delete the readings at these instants, and mark their hours for the statistics."""
    connection.executemany(
        "DELETE FROM reading WHERE person = ? AND at = ?", ((person, at) for at in instants)
    )
    mark_around(connection, person, instants)


def trace(connection: sqlite3.Connection, person: int, start: int, end: int) -> Trace:
    """Return the readings of [start, end) (epoch seconds) as columns."""
    columns = Trace(at=array(INSTANTS), mg_dl=array(VALUES))
    cursor = connection.execute(
        "SELECT at, mg_dl FROM reading WHERE person = ? AND at >= ? AND at < ? ORDER BY at",
        (person, start, end),
    )
    while batch := cursor.fetchmany(BATCH):
        columns.at.extend(at for at, _ in batch)
        columns.mg_dl.extend(mg_dl for _, mg_dl in batch)
    return columns


def beyond(
    connection: sqlite3.Connection, person: int, start: int, end: int
) -> list[tuple[int, MeasuringRange]]:
    """Return the instants of [start, end) (epoch seconds) at which the sensor showed LO or HI, and which."""
    return [
        (at, to_measuring_range(code))
        for at, code in connection.execute(
            "SELECT at, measuring_range FROM reading"
            " WHERE person = ? AND at >= ? AND at < ? AND measuring_range != ? ORDER BY at",
            (person, start, end, RANGE_CODE[MeasuringRange.WITHIN]),
        )
    ]


def rows(connection: sqlite3.Connection, person: int, start: int, end: int) -> list[ReadingRow]:
    """Return the readings of [start, end) (epoch seconds) as rows, in the order of time."""
    return [
        ReadingRow(*row)
        for row in connection.execute(
            "SELECT at, mg_dl, source, trend, measuring_range, device FROM reading"
            " WHERE person = ? AND at >= ? AND at < ? ORDER BY at",
            (person, start, end),
        )
    ]


def thin(connection: sqlite3.Connection, before: int) -> int:
    """Keep the first of the readings before `before` (epoch seconds) in each quarter of an hour.

    One of a later file stays only where there is none of before, which stays when the file is taken back.
    Returns how many were deleted.
    """
    hidden_reading_table.thin(connection, before, SLOT)
    return connection.execute(
        "DELETE FROM reading WHERE at < ?1 AND EXISTS (SELECT 1 FROM reading AS other"
        " WHERE other.person = reading.person AND other.at < ?1"
        " AND other.at BETWEEN reading.at - reading.at % ?2 AND reading.at - reading.at % ?2 + ?2 - 1"
        " AND (ifnull(other.file, 0), other.at) < (ifnull(reading.file, 0), reading.at))",
        (before, SLOT),
    ).rowcount


def device_id(connection: sqlite3.Connection, person: int, device: Device | None) -> int | None:
    """Return the row id of a device, which is added when seen for the first time."""
    if device is None:
        return None
    key = (person, device.name, device.serial or "")
    connection.execute("INSERT OR IGNORE INTO device (person, name, serial) VALUES (?, ?, ?)", key)
    found: int = connection.execute(
        "SELECT id FROM device WHERE person = ? AND name = ? AND serial = ?", key
    ).fetchone()[0]
    return found


def devices(connection: sqlite3.Connection, person: int) -> dict[int, Device]:
    """Return the devices of a person by their row ids."""
    found = connection.execute("SELECT id, name, serial FROM device WHERE person = ?", (person,))
    return {row_id: Device(name=name, serial=serial or None) for row_id, name, serial in found}
