"""A CSV export whose wall clocks are resolved to instants. Pure, but slow: to be run in the executor."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from ..cloud.csv.export import CsvExport
from ..cloud.floating_time import SeenOffset, resolve, resolve_seconds
from ..cloud.report.entries import FloatingEntry
from ..glucose.freshness import CLOCK_TOLERANCE
from ..models import Device, DiaryEntry, EntryKind, MeasuringRange, Source
from .row_codec import RANGE_CODE, ReadingRow
from .sources import SOURCE_CODE

_CSV: Final = SOURCE_CODE[Source.CSV]
_RANGES: Final = {
    -1: RANGE_CODE[MeasuringRange.BELOW],
    0: RANGE_CODE[MeasuringRange.WITHIN],
    1: RANGE_CODE[MeasuringRange.ABOVE],
}
_ROWS_PER_PROGRESS: Final = 5000
"""Rows. The progress is reported after as many."""

type Progress = Callable[[float], None]
"""Called, in any thread, with the share that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedExport:
    """The readings and entries of a file, in the order of time. None lies in the future."""

    devices: tuple[Device, ...]
    entries: tuple[DiaryEntry, ...] = field(repr=False)
    at: array[int] = field(repr=False)
    """Epoch seconds (UTC) of the readings, in the order of the file."""
    order: array[int] = field(repr=False)
    """Indices into `at` and the readings of `export`, in the order of time."""
    export: CsvExport

    def rows(
        self, device_ids: Sequence[int | None] | None = None, *, progress: Progress = lambda _: None
    ) -> Iterator[ReadingRow]:
        """Iterate over the readings as rows. `device_ids` are the store's ids of `devices`, in order."""
        readings = self.export.readings
        ids = [*(device_ids or [None] * len(self.devices)), None]  # A reading of no device has the index -1.
        for count, index in enumerate(self.order):
            if not count % _ROWS_PER_PROGRESS:
                progress(count / len(self.order))
            yield ReadingRow(
                self.at[index],
                readings.mg_dl[index],
                _CSV,
                None,
                _RANGES[readings.measuring_ranges[index]],
                ids[readings.devices[index]],
                readings.walls[index],
            )


def resolve_export(
    export: CsvExport, time_zone: tzinfo, seen_offsets: Sequence[SeenOffset], now: datetime
) -> ResolvedExport:
    """Resolve the wall clocks of a file by the person's time zone and the UTC offsets seen on their phone.

    What would lie after `now`, with the tolerance for a clock that is ahead, is left out.
    """
    latest = now + CLOCK_TOLERANCE
    at = resolve_seconds(export.readings.walls, time_zone, seen_offsets, not_after=now)
    last = int(latest.timestamp())
    order = array("q", (index for index, instant in enumerate(at) if instant <= last))
    entries = [
        entry
        for kind in EntryKind
        for entry in _resolve_entries(
            [floating for floating in export.entries if floating.kind is kind], time_zone, seen_offsets, now
        )
        if entry.at <= latest
    ]
    return ResolvedExport(
        devices=export.devices,
        entries=tuple(sorted(entries, key=lambda entry: entry.at)),
        at=at,
        order=array("q", sorted(order, key=at.__getitem__)),
        export=export,
    )


def _resolve_entries(
    entries: Sequence[FloatingEntry], time_zone: tzinfo, seen_offsets: Sequence[SeenOffset], now: datetime
) -> Iterator[DiaryEntry]:
    """Resolve entries of one kind, in the order of time: only their order tells a doubled hour apart."""
    walls = [entry.wall for entry in entries]
    instants_of_walls = resolve(walls, time_zone, seen=seen_offsets, not_after=now)
    for entry, at in zip(entries, instants_of_walls, strict=True):
        yield entry.to_diary_entry(at)
