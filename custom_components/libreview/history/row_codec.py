"""Conversion between readings and the rows of numbers in which the store has them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ..models import Device, KeptReading, MeasuringRange, Reading, Source, Trend
from .sources import SOURCE_CODE, TRAITS_BY_CODE

_TRENDS: Final = tuple(Trend)
_RANGES: Final = (MeasuringRange.WITHIN, MeasuringRange.BELOW, MeasuringRange.ABOVE)

TREND_CODE: Final[Mapping[Trend | None, int | None]] = {
    None: None,
    **{trend: code for code, trend in enumerate(_TRENDS)},
}
RANGE_CODE: Final[Mapping[MeasuringRange, int]] = {
    measuring_range: code for code, measuring_range in enumerate(_RANGES)
}


class ReadingRow(NamedTuple):
    """A row of the table `reading`, without its person. `at` are epoch seconds (UTC), `source` is a code."""

    at: int
    mg_dl: int
    source: int
    trend: int | None
    measuring_range: int
    device: int | None
    wall: int | None = None
    """Seconds since 1970 of the wall clock in the report or file, read as if it were UTC."""


def to_row(
    reading: Reading, source: Source, device: int | None = None, wall: datetime | None = None
) -> ReadingRow:
    """Convert a reading to a row, with its instant cut to whole seconds."""
    return ReadingRow(
        int(reading.at.timestamp()),
        reading.mg_dl,
        SOURCE_CODE[source],
        TREND_CODE[reading.trend],
        RANGE_CODE[reading.measuring_range],
        device,
        None if wall is None else to_wall_seconds(wall),
    )


def to_wall_seconds(wall: datetime) -> int:
    """Return seconds since 1970 of a wall clock, read as if it were UTC."""
    return int(wall.replace(tzinfo=UTC).timestamp())


def to_measuring_range(code: int) -> MeasuringRange:
    """Convert the code of a row to the measuring range that it stands for."""
    return _RANGES[code]


def to_reading(row: ReadingRow, devices: Mapping[int, Device]) -> KeptReading:
    """Convert a row to a reading. `devices` are the person's devices by their row ids."""
    return KeptReading(
        reading=Reading(
            at=datetime.fromtimestamp(row.at, UTC),
            mg_dl=row.mg_dl,
            trend=None if row.trend is None else _TRENDS[row.trend],
            measuring_range=to_measuring_range(row.measuring_range),
        ),
        source=TRAITS_BY_CODE[row.source].source,
        device=None if row.device is None else devices.get(row.device),
    )
