"""Hours as rows of a statistic: what they should say, and which of them say something else.

An hour is named by the epoch seconds at which it begins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from math import isclose
from typing import Final

from ..glucose.hourly import HOUR, Hour
from ..glucose.units import MG_DL_PER_MMOL_L, shown
from ..models import GlucoseUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An hour of a statistic, in the statistic's unit; nothing but None where it is a gap."""

    mean: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_flat(self) -> bool:
        """Whether nothing changed in this hour. A gap is flat too."""
        return self.low == self.high

    def is_like(self, other: Row) -> bool:
        """Whether the two say the same, but for what a database may lose of a float."""
        return all(
            mine == theirs if mine is None or theirs is None else isclose(mine, theirs, rel_tol=1e-6)
            for mine, theirs in zip(astuple(self), astuple(other), strict=True)
        )


GAP: Final = Row()


def row_of(hour: Hour, unit: GlucoseUnit) -> Row:
    """Tell an hour as the glucose sensor would have: in the numbers of the Libre app, and their mean."""
    factor = MG_DL_PER_MMOL_L if unit is GlucoseUnit.MMOL_L else 1
    return Row(mean=hour.mean / factor, low=shown(hour.low, unit), high=shown(hour.high, unit))


def corrections(
    hours: Iterable[int], known: Mapping[int, Hour], rows: Mapping[int, Row], unit: GlucoseUnit
) -> dict[int, Row]:
    """Give the rows that have to be written so that `hours` say what is known of them.

    Where nothing is known a flat row becomes a gap: it is the last value from before, carried forward.
    """
    wanted = {hour: _wanted(known.get(hour), rows.get(hour), unit) for hour in hours}
    return {
        hour: row
        for hour, row in wanted.items()
        if row is not None and not (hour in rows and row.is_like(rows[hour]))
    }


def _wanted(known: Hour | None, row: Row | None, unit: GlucoseUnit) -> Row | None:
    if known is not None:
        return row_of(known, unit)
    return GAP if row is not None and row.is_flat else None


def with_neighbours(hours: Iterable[int]) -> set[int]:
    """Add the hours beside: a value that was carried into an hour was carried through a part of those."""
    return {near for hour in hours for near in (hour - HOUR, hour, hour + HOUR)}
