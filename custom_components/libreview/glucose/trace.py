"""Many readings, as two columns of numbers: a year of them would be too many for objects."""

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
    def of(cls, readings: Iterable[tuple[int, int]]) -> Self:
        """Lay out pairs of instant and mg/dL, which stand in the order of time."""
        trace = cls()
        for at, mg_dl in readings:
            trace.at.append(at)
            trace.mg_dl.append(mg_dl)
        return trace

    def __len__(self) -> int:
        """How many readings there are."""
        return len(self.at)
