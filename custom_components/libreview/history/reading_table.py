"""The readings of the store: bringing new ones in, and getting them out."""

from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
import sqlite3
from typing import Final, Self

from ..glucose.trace import INSTANTS, VALUES, Trace
from ..models import Device, Source
from .codes import SOURCE_CODE, Row
from .hour_table import mark_around
from .merging import SLOT, Merged, merged

_BATCH: Final = 5000
"""Rows. A year of them at once would keep other threads waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of readings: how many were new, were known already, or are too old to be kept one by one."""

    new: int = 0
    known: int = 0
    sparse: int = 0

    def __add__(self, other: Kept) -> Kept:
        """Both together."""
        return Kept(
            new=self.new + other.new, known=self.known + other.known, sparse=self.sparse + other.sparse
        )

    @classmethod
    def of(cls, change: Merged) -> Self:
        """What comes of a change."""
        return cls(new=len(change.added), known=change.known, sparse=change.sparse)


def plan(
    connection: sqlite3.Connection, person: int, rows: Iterable[Row], sparse_before: int
) -> Iterator[Merged]:
    """What would become of rows, which stand in the order of time, batch by batch."""
    for batch in batched(rows, _BATCH, strict=False):
        known = connection.execute(
            "SELECT at, source FROM reading WHERE person = ? AND at BETWEEN ? AND ? ORDER BY at",
            (person, batch[0].at - SLOT, batch[-1].at + SLOT),
        ).fetchall()
        yield merged(known, batch, sparse_before=sparse_before)


def keep(connection: sqlite3.Connection, person: int, rows: Iterable[Row], sparse_before: int) -> Kept:
    """Bring in rows, which stand in the order of time."""
    kept = Kept()
    for change in plan(connection, person, rows, sparse_before):
        connection.executemany(
            "DELETE FROM reading WHERE person = ? AND at = ?", ((person, at) for at in change.replaced)
        )
        connection.executemany(
            "INSERT INTO reading (person, at, mg_dl, source, trend, measuring_range, device)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((person, *row) for row in change.added),
        )
        # Home Assistant saw the live ones itself.
        later = [row.at for row in change.added if row.source != SOURCE_CODE[Source.LIVE]]
        if later:
            mark_around(connection, person, (*later, *change.replaced))
        kept += Kept.of(change)
    return kept


def forget_source(
    connection: sqlite3.Connection,
    person: int,
    source: Source,
    *,
    span: tuple[int, int],
    besides: Collection[int] = (),
) -> None:
    """Drop the readings of one source between two instants and at both, but for the instants `besides`."""
    code = SOURCE_CODE[source]
    found = connection.execute(
        "SELECT at FROM reading WHERE person = ? AND at BETWEEN ? AND ? AND source = ?",
        (person, *span, code),
    )
    gone = [at for (at,) in found if at not in besides]
    connection.executemany("DELETE FROM reading WHERE person = ? AND at = ?", ((person, at) for at in gone))
    mark_around(connection, person, gone)


def trace(connection: sqlite3.Connection, person: int, start: int, end: int) -> Trace:
    """The readings from `start` up to `end` as columns."""
    columns = Trace(at=array(INSTANTS), mg_dl=array(VALUES))
    cursor = connection.execute(
        "SELECT at, mg_dl FROM reading WHERE person = ? AND at >= ? AND at < ? ORDER BY at",
        (person, start, end),
    )
    while batch := cursor.fetchmany(_BATCH):
        columns.at.extend(at for at, _ in batch)
        columns.mg_dl.extend(mg_dl for _, mg_dl in batch)
    return columns


def rows(connection: sqlite3.Connection, person: int, start: int, end: int) -> list[Row]:
    """The readings from `start` up to `end` with all that is known of them."""
    return [
        Row(*row)
        for row in connection.execute(
            "SELECT at, mg_dl, source, trend, measuring_range, device FROM reading"
            " WHERE person = ? AND at >= ? AND at < ? ORDER BY at",
            (person, start, end),
        )
    ]


def thin(connection: sqlite3.Connection, before: int) -> int:
    """Of what is older, keep the first reading in each quarter of an hour. Says how many went."""
    return connection.execute(
        "DELETE FROM reading WHERE at < ? AND EXISTS (SELECT 1 FROM reading AS earlier"
        " WHERE earlier.person = reading.person AND earlier.at < reading.at"
        " AND earlier.at >= reading.at - reading.at % ?)",
        (before, SLOT),
    ).rowcount


def device_id(connection: sqlite3.Connection, person: int, device: Device | None) -> int | None:
    """The number of a device, which is given one when it is seen for the first time."""
    if device is None:
        return None
    key = (person, device.name, device.serial or "")
    connection.execute("INSERT OR IGNORE INTO device (person, name, serial) VALUES (?, ?, ?)", key)
    found: int = connection.execute(
        "SELECT id FROM device WHERE person = ? AND name = ? AND serial = ?", key
    ).fetchone()[0]
    return found


def devices(connection: sqlite3.Connection, person: int) -> dict[int, Device]:
    """The devices of a person, by their numbers."""
    found = connection.execute("SELECT id, name, serial FROM device WHERE person = ?", (person,))
    return {number: Device(name=name, serial=serial or None) for number, name, serial in found}
