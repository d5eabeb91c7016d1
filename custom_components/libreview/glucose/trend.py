"""Change and rate of change of glucose, computed from the readings themselves.

Both depend on when readings were measured, never on how often the cloud was polled or repeated a reading.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from operator import attrgetter
from statistics import linear_regression

from ..models import MeasuringRange, Reading
from .series import distinct

CHANGE_OVER = timedelta(minutes=5)
"""The time over which the change is computed."""
RATE_OVER = timedelta(minutes=15)
"""The time over which the rate of change is computed."""
SHORTEST_SPAN = timedelta(minutes=5)
"""Readings that span less give no rate: the noise of two neighbours outweighs the slope between them."""
LONGEST_GAP = timedelta(minutes=11)
"""Over a longer gap there is neither: glucose may have turned round unseen. A five-minute sensor with one
reading lost, or the slowest poll (10 min), and a minute of tolerance."""


def change(readings: Sequence[Reading]) -> float | None:
    """Return the change in mg/dL over exactly the 5 min before the newest of readings in the order of time.

    Where no reading lies 5 min back, the value is interpolated between its two neighbours. None when there
    are none on both sides, when they are too far apart, or when one of the values was out of the measuring
    range (LO, HI).
    """
    series = _last(readings, CHANGE_OVER + LONGEST_GAP)
    if not series:
        return None
    newest = series[-1]
    then = newest.at - CHANGE_OVER
    before = next((reading for reading in reversed(series) if reading.at <= then), None)
    after = next(reading for reading in series if reading.at >= then)
    if before is None or after.at - before.at > LONGEST_GAP or not _measured((before, after, newest)):
        return None
    span = after.at - before.at
    share = (then - before.at) / span if span else 0.0
    return newest.mg_dl - (before.mg_dl + share * (after.mg_dl - before.mg_dl))


def rate_of_change(readings: Sequence[Reading]) -> float | None:
    """Return the slope in mg/dL per minute of the straight line through the last 15 min (least squares).

    The readings are in the order of time. None when they span less than 5 min, leave a gap of more than
    11 min, or hold a value out of the measuring range (LO, HI).
    """
    recent = _last(readings, RATE_OVER)
    if not recent or recent[-1].at - recent[0].at < SHORTEST_SPAN or not _measured(recent):
        return None
    if any(later.at - earlier.at > LONGEST_GAP for earlier, later in pairwise(recent)):
        return None
    minutes = [(reading.at - recent[0].at) / timedelta(minutes=1) for reading in recent]
    return linear_regression(minutes, [reading.mg_dl for reading in recent]).slope


def _last(readings: Sequence[Reading], span: timedelta) -> list[Reading]:
    """Return those of readings in the order of time that are at most so much older than the newest."""
    if not readings:
        return []
    return distinct(readings[bisect_left(readings, readings[-1].at - span, key=attrgetter("at")) :])


def _measured(readings: Iterable[Reading]) -> bool:
    return all(reading.measuring_range is MeasuringRange.WITHIN for reading in readings)
