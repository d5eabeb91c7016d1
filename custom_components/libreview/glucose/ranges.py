"""The five ranges a glucose value can lie in, and the thresholds between them."""

from dataclasses import dataclass, fields
from itertools import pairwise

from ..models import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The borders of a person's ranges in mg/dL; `low` and `high` themselves are in range.

    The defaults are those of the international consensus on time in range. Raises `ValueError` unless each
    border is above the one before it.
    """

    very_low: int = 54
    low: int = 70
    high: int = 180
    very_high: int = 250

    def __post_init__(self) -> None:
        """Raise `ValueError` unless the borders rise."""
        borders = [(border.name, getattr(self, border.name)) for border in fields(self)]
        for (lower_name, lower), (upper_name, upper) in pairwise(borders):
            if lower >= upper:
                msg = f"{lower_name} ({lower} mg/dL) must be below {upper_name} ({upper} mg/dL)"
                raise ValueError(msg)


CONSENSUS = Thresholds()
"""The thresholds of the international consensus on time in range."""


def find_range(mg_dl: int, thresholds: Thresholds = CONSENSUS) -> Range:
    """Return the range that `mg_dl` lies in."""
    if mg_dl < thresholds.very_low:
        return Range.VERY_LOW
    if mg_dl < thresholds.low:
        return Range.LOW
    if mg_dl <= thresholds.high:
        return Range.IN_RANGE
    if mg_dl <= thresholds.very_high:
        return Range.HIGH
    return Range.VERY_HIGH
