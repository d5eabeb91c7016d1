"""How much time each reading stands for, so that gaps count for nobody and crowded readings not too much.

A reading holds until the next one. After a longer silence it stands for one expected interval, and the rest
of the silence is a gap.
"""

from array import array
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Final

from .trace import INSTANTS, Trace

SHORTEST_INTERVAL: Final = 5 * 60
"""Seconds between readings in the memory of today's sensors: live readings come every minute, yet a reading
or two lost of those makes no gap."""
LONGEST_INTERVAL: Final = 15 * 60
"""Seconds between readings in the memory of a Libre 2, the slowest there is."""
INTERVALS_HELD: Final = 3
"""So many expected intervals a reading may hold: two readings lost one after the other make no gap."""
LONGEST_HOLD: Final = INTERVALS_HELD * LONGEST_INTERVAL
"""Seconds that a reading can hold at most. So long before a window readings matter to what is told of it."""
NEVER_A_GAP: Final = INTERVALS_HELD * SHORTEST_INTERVAL
NEIGHBOURS: Final = 2


def holds(trace: Trace) -> array[int]:
    """Give how many seconds each reading stands for: until the next one, unless a gap begins before that.

    Readings are expected at the median of the intervals around: two before, the one in question, two after.
    The last reading stands for one expected interval.
    """
    intervals = array(INSTANTS, (later - earlier for earlier, later in pairwise(trace.at)))
    seconds = intervals[:]
    for index, interval in enumerate(intervals):
        if interval > NEVER_A_GAP:
            expected = _expected(intervals, index)
            if interval > INTERVALS_HELD * expected:
                seconds[index] = expected
    if trace.at:
        seconds.append(_expected(intervals, len(intervals)))
    return seconds


def weights(trace: Trace, *, start: int, end: int) -> array[int]:
    """Give how many seconds of the window [start, end) (epoch seconds) each reading of `trace` stands for.

    A reading from before the window may hold into it: hand in what was measured up to `LONGEST_HOLD` before.
    """
    held = holds(trace)
    seconds = array(INSTANTS, bytes(held.itemsize * len(held)))
    inside, of_window = cut(trace, held, start=start, end=end)
    seconds[inside] = of_window
    return seconds


def cut(trace: Trace, held: array[int], *, start: int, end: int) -> tuple[slice, array[int]]:
    """Find the readings that hold within the window [start, end), and for how many seconds of it each does.

    `held` is what `holds` gives. For those who look through many windows of one trace.
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


def _expected(intervals: array[int], index: int) -> int:
    # Of an even number the lower one in the middle: two readings far apart are no sign that this is usual.
    around = sorted(intervals[max(index - NEIGHBOURS, 0) : index + NEIGHBOURS + 1])
    median = around[(len(around) - 1) // 2] if around else SHORTEST_INTERVAL
    return min(max(median, SHORTEST_INTERVAL), LONGEST_INTERVAL)
