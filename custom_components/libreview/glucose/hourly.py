"""Mean, lowest and highest glucose of single hours, as Home Assistant's statistics keep them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .trace import Trace
from .weights import holds

HOUR: Final = 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The glucose of one hour in mg/dL: the mean weighted by time, the least and the most."""

    mean: float
    low: int
    high: int
    covered: int
    """How many seconds of the hour readings stand for."""


def hourly(trace: Trace, hours: Iterable[int]) -> dict[int, Hour]:
    """Tell of each of `hours` (epoch seconds at which a full hour of UTC begins) that readings reach into.

    As for the weights, a reading from before the hour may hold into it, and counts with its low and high too.
    """
    held = holds(trace)
    told = {}
    for hour in hours:
        end = hour + HOUR
        first = max(bisect_right(trace.at, hour) - 1, 0)
        beyond = bisect_left(trace.at, end)
        covered = total = 0
        low, high = 0, 0
        for index in range(first, beyond):
            at, mg_dl = trace.at[index], trace.mg_dl[index]
            seconds = min(at + held[index], end) - max(at, hour)
            if seconds > 0:
                low, high = (min(low, mg_dl), max(high, mg_dl)) if covered else (mg_dl, mg_dl)
                covered += seconds
                total += seconds * mg_dl
        if covered:
            told[hour] = Hour(mean=total / covered, low=low, high=high, covered=covered)
    return told
