"""What a diabetes nurse reads off two weeks of glucose: time in ranges, mean, variability, GMI.

All figures are weighted by the time that each reading stands for. So it does not matter how often a sensor
was read, and gaps do not count.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from ..models import Range
from .ranges import Thresholds, range_of
from .trace import Trace
from .weights import weights

ENOUGH: Final = 0.7
"""The international consensus (Battelino 2019) asks for 70 % of the data of 14 days."""
GMI_AT_ZERO: Final = 3.31
GMI_PER_MG_DL: Final = 0.02392


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of one window, each None when no reading covers any of it."""

    shares: Mapping[Range, float] | None
    """The share of the covered time (0 to 1) in each of the five zones; together they are 1."""
    mean: float | None
    """mg/dL."""
    sd: float | None
    """mg/dL: the standard deviation of the curve, which stands at each reading until the next.

    The whole covered time is known, so this is the deviation of a population. That of a sample, as iglu takes
    it of n readings, is greater by the factor √(n / (n - 1)): by 0.1 % for 500 readings, two days of Libre 3.
    """
    cv: float | None
    """The coefficient of variation, sd / mean (0.36 is the consensus' border of stable glucose)."""
    gmi: float | None
    """The glucose management indicator in %, an estimate of HbA1c (Bergenstal 2018)."""
    completeness: float
    """The share of the window that readings cover (0 to 1)."""
    readings: int
    """How many were measured in the window."""

    @property
    def is_enough(self) -> bool:
        """Whether the figures may be shown as those of the window."""
        return self.completeness >= ENOUGH

    def share(self, *zones: Range) -> float | None:
        """Give the share of the covered time (0 to 1) in any of `zones`."""
        return None if self.shares is None else sum(self.shares[zone] for zone in zones)


def metrics(trace: Trace, *, start: int, end: int, thresholds: Thresholds) -> Metrics:
    """Work out the figures of the window [start, end) (epoch seconds).

    `trace` may begin earlier, best by `weights.LONGEST_HOLD`: what lies before holds into the window.
    """
    seconds_at: defaultdict[int, int] = defaultdict(int)
    for mg_dl, seconds in zip(trace.mg_dl, weights(trace, start=start, end=end), strict=True):
        seconds_at[mg_dl] += seconds
    covered = sum(seconds_at.values())
    completeness = covered / (end - start) if covered else 0.0
    readings = bisect_left(trace.at, end) - bisect_left(trace.at, start)
    if not covered:
        return Metrics(
            shares=None,
            mean=None,
            sd=None,
            cv=None,
            gmi=None,
            completeness=completeness,
            readings=readings,
        )
    mean = sum(mg_dl * seconds for mg_dl, seconds in seconds_at.items()) / covered
    sd = sqrt(sum((mg_dl - mean) ** 2 * seconds for mg_dl, seconds in seconds_at.items()) / covered)
    in_zone = dict.fromkeys(Range, 0)
    for mg_dl, seconds in seconds_at.items():
        in_zone[range_of(mg_dl, thresholds)] += seconds
    return Metrics(
        shares={zone: seconds / covered for zone, seconds in in_zone.items()},
        mean=mean,
        sd=sd,
        cv=sd / mean if mean else None,
        gmi=GMI_AT_ZERO + GMI_PER_MG_DL * mean,
        completeness=completeness,
        readings=readings,
    )
