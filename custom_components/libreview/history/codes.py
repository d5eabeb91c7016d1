"""Readings as rows of numbers, which is how the store has them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ..models import Device, KeptReading, MeasuringRange, Reading, Source, Trend

SOURCES: Final = (Source.LIVE, Source.GRAPH, Source.REPORT, Source.CSV)
"""By their codes. A source with a lower code says more about a reading and wins."""
_TRENDS: Final = tuple(Trend)
_RANGES: Final = (MeasuringRange.WITHIN, MeasuringRange.BELOW, MeasuringRange.ABOVE)

SOURCE_CODE: Final[Mapping[Source, int]] = {source: code for code, source in enumerate(SOURCES)}
TREND_CODE: Final[Mapping[Trend | None, int | None]] = {
    None: None,
    **{trend: code for code, trend in enumerate(_TRENDS)},
}
RANGE_CODE: Final[Mapping[MeasuringRange, int]] = {each: code for code, each in enumerate(_RANGES)}


class Row(NamedTuple):
    """A reading as it stands in the table, but for whose it is."""

    at: int
    mg_dl: int
    source: int
    trend: int | None
    measuring_range: int
    device: int | None


def row_of(reading: Reading, source: Source, device: int | None = None) -> Row:
    """A reading as a row; its instant in whole seconds."""
    return Row(
        int(reading.at.timestamp()),
        reading.mg_dl,
        SOURCE_CODE[source],
        TREND_CODE[reading.trend],
        RANGE_CODE[reading.measuring_range],
        device,
    )


def reading_of(row: Row, devices: Mapping[int, Device]) -> KeptReading:
    """The reading that a row stands for."""
    return KeptReading(
        reading=Reading(
            at=datetime.fromtimestamp(row.at, UTC),
            mg_dl=row.mg_dl,
            trend=None if row.trend is None else _TRENDS[row.trend],
            measuring_range=_RANGES[row.measuring_range],
        ),
        source=SOURCES[row.source],
        device=None if row.device is None else devices.get(row.device),
    )
