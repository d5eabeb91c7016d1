"""Going through years of readings, of which only some days are in memory at once."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ..models import KeptReading
from .store import Store

_AT_ONCE: Final = 5000


def readings_of(store: Store, patient_id: str, start: int, end: int) -> Iterator[KeptReading]:
    """The readings of [start, end) (epoch seconds) in the order of time, one after the other."""
    borders = [*store.trace(patient_id, start, end).at[::_AT_ONCE], end]
    for since, until in pairwise(borders):
        yield from store.readings(patient_id, since, until)
