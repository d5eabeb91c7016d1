"""Traces to work with: evenly spaced ones, and any that hypothesis thinks of."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import accumulate

from hypothesis import strategies as st

from custom_components.libreview.glucose.columns import Trace

START = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def evenly(values: Iterable[int], *, every: int = 5 * MINUTE, start: int = START) -> Trace:
    """Lay out values that were measured `every` so many seconds."""
    return Trace.from_pairs((start + number * every, mg_dl) for number, mg_dl in enumerate(values))


def at_minutes(*readings: tuple[float, int]) -> Trace:
    """Lay out readings by their minutes after the start."""
    return Trace.from_pairs((START + round(minute * MINUTE), mg_dl) for minute, mg_dl in readings)


def shifted(trace: Trace, seconds: int) -> Trace:
    """Give the same readings at another time."""
    return Trace.from_pairs((at + seconds, mg_dl) for at, mg_dl in zip(trace.at, trace.mg_dl, strict=True))


glucose = st.integers(20, 500)
usual_intervals = st.sampled_from([MINUTE, 5 * MINUTE, 15 * MINUTE])


def traces(intervals: st.SearchStrategy[int], *, min_size: int = 0) -> st.SearchStrategy[Trace]:
    """Draw traces whose readings lie such `intervals` apart."""
    return st.lists(st.tuples(intervals, glucose), min_size=min_size, max_size=40).map(_laid_out)


def _laid_out(steps: list[tuple[int, int]]) -> Trace:
    instants = accumulate((interval for interval, _ in steps), initial=START)
    return Trace.from_pairs(zip(instants, (mg_dl for _, mg_dl in steps), strict=False))


any_trace = traces(usual_intervals | st.integers(1, 5 * HOUR))
gapless = traces(st.integers(1, 15 * MINUTE), min_size=1)
"""No reading is so far from the next one that it could be a gap."""
