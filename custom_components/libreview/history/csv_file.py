"""A CSV export whose wall clocks have become instants: pure, and best run beside the event loop."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
import re
from typing import Final
import unicodedata

from ..cloud.csv_export import CsvExport
from ..cloud.floating_time import SeenOffset, instants, resolve
from ..cloud.report_entries import FloatingEntry
from ..glucose.freshness import CLOCK_TOLERANCE
from ..models import Device, DiaryEntry, EntryKind, MeasuringRange, Source
from .codes import RANGE_CODE, SOURCE_CODE, Row

_CSV: Final = SOURCE_CODE[Source.CSV]
_RANGES: Final = {
    -1: RANGE_CODE[MeasuringRange.BELOW],
    0: RANGE_CODE[MeasuringRange.WITHIN],
    1: RANGE_CODE[MeasuringRange.ABOVE],
}
_WORD: Final = re.compile(r"\w{2,}")
_STEPS: Final = 5000
"""After so many rows it is told how far things are."""

type Progress = Callable[[float], None]
"""Told the share that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """What a file says of a person, in the order of time. Nothing in it lies in the future."""

    devices: tuple[Device, ...]
    entries: tuple[DiaryEntry, ...] = field(repr=False)
    at: array[int] = field(repr=False)
    """Epoch seconds (UTC) of the readings, in the order of the file."""
    order: array[int] = field(repr=False)
    """The places of the readings in the file, in the order of time."""
    export: CsvExport

    def rows(
        self, numbers: Sequence[int | None] | None = None, *, progress: Progress = lambda _: None
    ) -> Iterator[Row]:
        """The readings as rows, for the numbers that the store gives to the devices."""
        readings = self.export.readings
        known = [*(numbers or [None] * len(self.devices)), None]  # A reading of no device has the place -1.
        for count, place in enumerate(self.order):
            if not count % _STEPS:
                progress(count / len(self.order))
            yield Row(
                self.at[place],
                readings.mg_dl[place],
                _CSV,
                None,
                _RANGES[readings.measuring_ranges[place]],
                known[readings.devices[place]],
            )


def understand(export: CsvExport, zone: tzinfo, seen: Sequence[SeenOffset], now: datetime) -> CsvFile:
    """Find out the instants of its wall clocks, by the person's zone and what was seen of their phone."""
    latest = now + CLOCK_TOLERANCE
    at = instants(export.readings.walls, zone, seen, not_after=now)
    last = int(latest.timestamp())
    order = array("q", (place for place, instant in enumerate(at) if instant <= last))
    entries = [
        entry
        for kind in EntryKind
        for entry in _entries([each for each in export.entries if each.kind is kind], zone, seen, now)
        if entry.at <= latest
    ]
    return CsvFile(
        devices=export.devices,
        entries=tuple(sorted(entries, key=lambda entry: entry.at)),
        at=at,
        order=array("q", sorted(order, key=at.__getitem__)),
        export=export,
    )


def _entries(
    floating: Sequence[FloatingEntry], zone: tzinfo, seen: Sequence[SeenOffset], now: datetime
) -> Iterator[DiaryEntry]:
    """Those of one kind, which stand in the order of time: only that tells a doubled hour apart."""
    walls = [entry.wall for entry in floating]
    for entry, at in zip(floating, resolve(walls, zone, seen=seen, not_after=now), strict=True):
        yield entry.resolved(at)


def is_another_name(named: str, title: str) -> bool:
    """Whether a file names somebody who has no name in common with a person."""
    words, others = _words(named), _words(title)
    return bool(words) and bool(others) and not words & others


def _words(name: str) -> set[str]:
    """The names in a name, without accents: not every device can write them."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return set(_WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter))))
