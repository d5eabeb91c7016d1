"""Mean, lowest and highest glucose of single hours, as Home Assistant's statistics keep them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sumprod
from typing import Final

from .trace import Trace
from .weights import cut, holds

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
        inside, seconds = cut(trace, held, start=hour, end=hour + HOUR)
        if seconds:
            values = trace.mg_dl[inside]
            covered = sum(seconds)
            told[hour] = Hour(
                mean=sumprod(seconds, values) / covered, low=min(values), high=max(values), covered=covered
            )
    return told
