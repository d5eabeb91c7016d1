"""The metrics of a window of glucose: time in ranges, mean, variability, GMI.

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
from .columns import Trace
from .ranges import Thresholds, find_range
from .time_weights import weights

MIN_COMPLETENESS: Final = 0.7
"""The share (0 to 1) of a window that readings have to cover for its metrics to stand for it.

The international consensus (Battelino 2019) asks for 70 % of the data of 14 days."""
GMI_AT_ZERO: Final = 3.31
GMI_PER_MG_DL: Final = 0.02392
"""GMI in % = 3.31 + 0.02392 * mean glucose in mg/dL (Bergenstal 2018)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of one window, each but the last two None when no reading covers any of it."""

    shares: Mapping[Range, float] | None
    """The share of the covered time (0 to 1) in each of the five ranges; together they are 1."""
    mean: float | None
    """The mean weighted by time, in mg/dL."""
    sd: float | None
    """The standard deviation, in mg/dL, of the curve that stands at each reading until the next.

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
    """The number of readings measured in the window."""

    @property
    def is_enough(self) -> bool:
        """True if readings cover enough of the window for the figures to stand for it."""
        return self.completeness >= MIN_COMPLETENESS

    def share(self, *ranges: Range) -> float | None:
        """Return the share of the covered time (0 to 1) in any of `ranges`."""
        shares = self.shares
        return None if shares is None else sum(shares[glucose_range] for glucose_range in ranges)


def metrics(trace: Trace, *, start: int, end: int, thresholds: Thresholds) -> Metrics:
    """Return the metrics of the window [start, end) (epoch seconds).

    `trace` may begin earlier, best by `time_weights.LONGEST_HOLD`: what lies before holds into the window.
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
    in_range = dict.fromkeys(Range, 0)
    for mg_dl, seconds in seconds_at.items():
        in_range[find_range(mg_dl, thresholds)] += seconds
    return Metrics(
        shares={glucose_range: seconds / covered for glucose_range, seconds in in_range.items()},
        mean=mean,
        sd=sd,
        cv=sd / mean if mean else None,
        gmi=GMI_AT_ZERO + GMI_PER_MG_DL * mean,
        completeness=completeness,
        readings=readings,
    )
