"""Hours as rows of a statistic: what they should say, and which of them say something else.

An hour is named by the epoch seconds at which it begins.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from math import isclose

from ..glucose.hourly import Hour
from ..glucose.units import MG_DL_PER_MMOL_L, shown
from ..models import GlucoseUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An hour of a statistic, in the statistic's unit."""

    mean: float
    low: float
    high: float

    def is_like(self, other: Row) -> bool:
        """Whether the two say the same, but for what a database may lose of a float."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return all(isclose(mine, theirs, rel_tol=1e-6) for mine, theirs in pairs)


def row_of(hour: Hour, unit: GlucoseUnit) -> Row:
    """Tell an hour as the glucose sensor would have: in the numbers of the Libre app, and their mean."""
    factor = MG_DL_PER_MMOL_L if unit is GlucoseUnit.MMOL_L else 1
    return Row(mean=hour.mean / factor, low=shown(hour.low, unit), high=shown(hour.high, unit))


def corrections(known: Mapping[int, Hour], rows: Mapping[int, Row], unit: GlucoseUnit) -> dict[int, Row]:
    """Give what has to be written so that `rows` tell what is known."""
    wanted = {hour: row_of(each, unit) for hour, each in known.items()}
    return {hour: row for hour, row in wanted.items() if not (hour in rows and row.is_like(rows[hour]))}
