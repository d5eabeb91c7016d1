"""Time weights: the seconds for which each reading stands, so that neither gaps nor crowded readings distort.

A reading holds until the next one. After a longer silence it stands for one expected interval, and the rest
of the silence is a gap.
"""

from array import array
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Final

from .columns import INSTANTS, Trace

SHORTEST_INTERVAL: Final = 5 * 60
"""Seconds. The least interval at which readings are expected: that of the memory of today's sensors. Live
readings come every minute, yet one or two lost of those make no gap."""
LONGEST_INTERVAL: Final = 15 * 60
"""Seconds. The greatest interval at which readings are expected: that of the memory of a Libre 2."""
INTERVALS_HELD: Final = 3
"""The number of expected intervals that a reading may hold: two readings lost in a row make no gap."""
LONGEST_HOLD: Final = INTERVALS_HELD * LONGEST_INTERVAL
"""Seconds that a reading can hold at most. Readings matter to a window from this long before it."""
NEVER_A_GAP: Final = INTERVALS_HELD * SHORTEST_INTERVAL
"""Seconds. A silence of up to this is never a gap."""
NEIGHBOURS: Final = 2
"""The number of intervals before, and after, that tell at which interval a reading was expected."""


def hold_seconds(trace: Trace) -> array[int]:
    """Return for how many seconds each reading stands: until the next one, unless a gap begins before that.

    Readings are expected at the median of the intervals around: two before, the one in question, two after.
    The last reading stands for one expected interval.
    """
    intervals = array(INSTANTS, (later - earlier for earlier, later in pairwise(trace.at)))
    seconds = intervals[:]
    for index, interval in enumerate(intervals):
        if interval > NEVER_A_GAP:
            expected = _expected_interval(intervals, index)
            if interval > INTERVALS_HELD * expected:
                seconds[index] = expected
    if trace.at:
        seconds.append(_expected_interval(intervals, len(intervals)))
    return seconds


def weights(trace: Trace, *, start: int, end: int) -> array[int]:
    """Return for how many seconds of the window [start, end) (epoch seconds) each reading of `trace` stands.

    A reading from before the window may hold into it: pass what was measured up to `LONGEST_HOLD` before.
    """
    held = hold_seconds(trace)
    seconds = array(INSTANTS, bytes(held.itemsize * len(held)))
    inside, of_window = clip_holds(trace, held, start=start, end=end)
    seconds[inside] = of_window
    return seconds


def clip_holds(trace: Trace, held: array[int], *, start: int, end: int) -> tuple[slice, array[int]]:
    """Return the slice of readings that hold within [start, end), and for how many seconds of it each does.

    `held` is the result of `hold_seconds`, computed once by callers with many windows of one trace.
    """
    first = max(bisect_right(trace.at, start) - 1, 0)
    beyond = bisect_left(trace.at, end)
    if start >= end or first >= beyond:
        return slice(0), array(INSTANTS)
    if trace.at[first] + held[first] <= start:
        first += 1
    seconds = held[first:beyond]
    if seconds:
        # Only these two can reach over an edge, for no reading holds beyond the next one.
        seconds[0] -= max(start - trace.at[first], 0)
        seconds[-1] -= max(trace.at[beyond - 1] + held[beyond - 1] - end, 0)
    return slice(first, beyond), seconds


def _expected_interval(intervals: array[int], index: int) -> int:
    # Of an even number the lower one in the middle: two readings far apart are no sign that this is usual.
    around = sorted(intervals[max(index - NEIGHBOURS, 0) : index + NEIGHBOURS + 1])
    median = around[(len(around) - 1) // 2] if around else SHORTEST_INTERVAL
    return min(max(median, SHORTEST_INTERVAL), LONGEST_INTERVAL)
