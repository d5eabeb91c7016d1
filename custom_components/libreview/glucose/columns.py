"""Many readings as two columns of numbers: a year of them would be too many for objects."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

INSTANTS: Final = "q"
"""The type code of a column of epoch seconds (UTC)."""
VALUES: Final = "h"
"""The type code of a column of mg/dL."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Readings in the order of time, no two of one instant: epoch seconds (UTC), and mg/dL beside them."""

    at: array[int] = field(default_factory=lambda: array(INSTANTS))
    mg_dl: array[int] = field(default_factory=lambda: array(VALUES), repr=False)

    @classmethod
    def from_pairs(cls, readings: Iterable[tuple[int, int]]) -> Self:
        """Build columns of pairs of epoch seconds (UTC) and mg/dL, which stand in the order of time."""
        trace = cls()
        for at, mg_dl in readings:
            trace.at.append(at)
            trace.mg_dl.append(mg_dl)
        return trace

    def __len__(self) -> int:
        """Return the number of readings."""
        return len(self.at)


def downsample(trace: Trace, most: int) -> Trace:
    """Return at most `most` of the readings for a drawing, the lows and highs among them.

    Where there are more, time is divided evenly, and of each part the lowest and the highest stay.
    """
    if len(trace) <= most or most < 2:
        return trace
    start, parts = trace.at[0], most // 2
    width = (trace.at[-1] - start) // parts + 1
    kept: list[int] = []
    first = 0
    while first < len(trace):
        until = start + ((trace.at[first] - start) // width + 1) * width
        beyond = first
        lowest = highest = first
        while beyond < len(trace) and trace.at[beyond] < until:
            if trace.mg_dl[beyond] < trace.mg_dl[lowest]:
                lowest = beyond
            if trace.mg_dl[beyond] > trace.mg_dl[highest]:
                highest = beyond
            beyond += 1
        kept += sorted({lowest, highest})
        first = beyond
    return Trace.from_pairs((trace.at[index], trace.mg_dl[index]) for index in kept)
