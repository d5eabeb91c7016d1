"""Hours as rows of a statistic: computing them, and finding those that have to be corrected.

An hour is named by the epoch seconds at which it begins.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from math import isclose

from ..glucose.hourly import Hour
from ..glucose.units import to_display
from ..models import MG_DL_PER_MMOL_L, GlucoseUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsRow:
    """One hour of a statistic, in the unit of the statistic (mg/dL or mmol/L)."""

    mean: float
    low: float
    high: float

    def is_like(self, other: StatisticsRow) -> bool:
        """Return True if both hold the same numbers, but for what a database may lose of a float."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return all(isclose(mine, theirs, rel_tol=1e-6) for mine, theirs in pairs)


def to_statistics_row(hour: Hour, unit: GlucoseUnit) -> StatisticsRow:
    """Convert an hour to a row as if the glucose sensor had been recorded.

    The extremes are the numbers that the Libre app shows in `unit`; the mean is not rounded.
    """
    factor = MG_DL_PER_MMOL_L if unit is GlucoseUnit.MMOL_L else 1
    return StatisticsRow(
        mean=hour.mean / factor, low=to_display(hour.low, unit), high=to_display(hour.high, unit)
    )


def emptied(
    known: Mapping[int, Hour],
    rows: Mapping[int, StatisticsRow],
    written: Mapping[int, Hour],
    unit: GlucoseUnit,
) -> list[int]:
    """Return the hours to delete in a statistic that holds `rows`: those of which nothing is `known` now.

    What is not as it was `written`, the recorder has compiled itself. It stays.
    """
    before = {hour: to_statistics_row(glucose, unit) for hour, glucose in written.items()}
    return [hour for hour in before.keys() & rows.keys() - known.keys() if before[hour].is_like(rows[hour])]


def corrections(
    known: Mapping[int, Hour], rows: Mapping[int, StatisticsRow], unit: GlucoseUnit
) -> dict[int, StatisticsRow]:
    """Return the rows to write so that a statistic in `unit`, which holds `rows`, agrees with `known`."""
    wanted = {hour: to_statistics_row(glucose, unit) for hour, glucose in known.items()}
    return {hour: row for hour, row in wanted.items() if not (hour in rows and row.is_like(rows[hour]))}
