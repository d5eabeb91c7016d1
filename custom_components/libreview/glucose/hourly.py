"""Mean, lowest and highest glucose of single hours, as Home Assistant's statistics keep them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sumprod
from typing import Final

from .columns import Trace
from .time_weights import clip_holds, hold_seconds

HOUR: Final = 60 * 60
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The glucose of one hour in mg/dL: the mean weighted by time, the lowest and the highest value."""

    mean: float
    low: int
    high: int
    covered: int
    """The number of seconds of the hour that readings stand for."""


def hourly(trace: Trace, hours: Iterable[int]) -> dict[int, Hour]:
    """Return the glucose of those of `hours` that readings reach into.

    An hour is named by the epoch seconds at which it begins, which is a full hour of UTC. As for the weights,
    a reading from before the hour may hold into it, and then counts for low and high too.
    """
    held = hold_seconds(trace)
    result = {}
    for hour in hours:
        inside, seconds = clip_holds(trace, held, start=hour, end=hour + HOUR)
        if seconds:
            values = trace.mg_dl[inside]
            covered = sum(seconds)
            result[hour] = Hour(
                mean=sumprod(seconds, values) / covered, low=min(values), high=max(values), covered=covered
            )
    return result
