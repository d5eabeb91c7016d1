"""What reports and files have told of readings, and what has to hold of it: each reading once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from custom_components.libreview.history.row_codec import ReadingRow, to_wall_seconds
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.models import Reading, Source

EVERY: Final = timedelta(minutes=37)
"""Between readings: in no time zone does one fall onto another one of another zone."""

type Resolved = dict[datetime, Reading]
"""Readings by their wall clocks."""


@dataclass(slots=True)
class ToldReadings:
    """The readings that the report and the imports tell."""

    reported: Resolved = field(default_factory=dict)
    files: list[Resolved] = field(default_factory=list)
    """Those of each import, in order."""
    files_before: list[Resolved] = field(default_factory=list)
    """Those that stay when the last import is taken back."""

    def expected(self) -> list[Reading]:
        """Return what has to hold: the report's word, else that of the last import."""
        told: Resolved = {}
        for each in (*self.files, self.reported):
            told |= each
        return sorted(told.values(), key=lambda reading: reading.at)


def resolve(walls: Iterable[datetime], zone: tzinfo, shift: int = 0) -> Resolved:
    """Return the readings at wall clocks. `shift` is what a rounding adds to their values."""
    return {
        wall: Reading(at=wall.replace(tzinfo=zone).astimezone(UTC), mg_dl=100 + wall.minute + shift)
        for wall in walls
    }


def walls_between(start: datetime, end: datetime) -> list[datetime]:
    """Return the wall clocks at which a sensor has measured."""
    return [start + number * EVERY for number in range(int((end - start) / EVERY) + 1)]


def to_rows(resolved: Resolved) -> list[ReadingRow]:
    """Return readings as the rows of a file, in the order of time."""
    return [
        ReadingRow(
            int(reading.at.timestamp()),
            reading.mg_dl,
            SOURCE_CODE[Source.CSV],
            None,
            0,
            None,
            to_wall_seconds(wall),
        )
        for wall, reading in sorted(resolved.items())
    ]
