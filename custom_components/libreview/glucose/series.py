"""Readings one after another: bringing together what several answers of the cloud told."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ..models import MeasuringRange, Reading
from .freshness import is_from_future

SAME_READING = timedelta(seconds=10)
"""Readings this close are one: the graph's copy of a reading is a second or two off (recording of
nightscout-librelink-up), and no sensor measures more often than once a minute."""
SAME_IN_A_REPORT = timedelta(minutes=2)
"""A reading of a report this close to a live one is the same: a report tells the clock of a phone."""


def distinct(readings: Iterable[Reading]) -> list[Reading]:
    """Sort `readings` by time and keep one of each, the one that says most when copies differ."""
    kept: list[Reading] = []
    for reading in sorted(readings, key=lambda reading: (reading.at, _detail(reading))):
        if not kept or reading.at - kept[-1].at > SAME_READING:
            kept.append(reading)
        elif _detail(reading) > _detail(kept[-1]):
            kept[-1] = reading
    return kept


def merge(
    readings: Iterable[Reading], newer: Iterable[Reading], *, now: datetime, keep: timedelta
) -> tuple[Reading, ...]:
    """Join two series into one, oldest first, of what was measured in the time `keep` before `now`.

    Readings from the future are left out: once the wrong clock is put right they would pass for the newest.
    """
    return tuple(
        reading
        for reading in distinct((*readings, *newer))
        if now - reading.at <= keep and not is_from_future(reading, now)
    )


def supplemented(live: Sequence[Reading], reported: Sequence[Reading]) -> tuple[Reading, ...]:
    """Add to the live readings what only the report has. All are in the order of time."""
    times = [reading.at for reading in live]

    def is_missing(at: datetime) -> bool:
        near = bisect_left(times, at - SAME_IN_A_REPORT), bisect_right(times, at + SAME_IN_A_REPORT)
        return near[0] == near[1]

    missing = [reading for reading in reported if is_missing(reading.at)]
    return tuple(sorted((*live, *missing), key=lambda reading: reading.at)) if missing else tuple(live)


def _detail(reading: Reading) -> tuple[bool, bool, int, str]:
    """Rank copies of a reading: a live one has a trend. The rest makes the choice the same in any order."""
    out_of_range = reading.measuring_range is not MeasuringRange.WITHIN
    return reading.trend is not None, out_of_range, reading.mg_dl, reading.trend or ""
