"""Of many readings, those that a drawing needs."""

from .trace import Trace


def thinned(trace: Trace, most: int) -> Trace:
    """Give at most `most` of the readings, the lows and highs among them.

    Where there are more, time is divided evenly, and of each part the lowest and the highest stay.
    """
    if len(trace) <= most or most < 2:
        return trace
    start, parts = trace.at[0], most // 2
    width = (trace.at[-1] - start) // parts + 1
    kept: list[int] = []
    first = 0
    while first < len(trace):
        until = start + ((trace.at[first] - start) // width + 1) * width
        beyond = first
        lowest = highest = first
        while beyond < len(trace) and trace.at[beyond] < until:
            if trace.mg_dl[beyond] < trace.mg_dl[lowest]:
                lowest = beyond
            if trace.mg_dl[beyond] > trace.mg_dl[highest]:
                highest = beyond
            beyond += 1
        kept += sorted({lowest, highest})
        first = beyond
    return Trace.of((trace.at[index], trace.mg_dl[index]) for index in kept)
