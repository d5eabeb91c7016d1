"""Episodes: times in which glucose was too low or too high for long enough to be an event.

As in the international consensus (Battelino 2019 and 2023): an episode begins with 15 min or more beyond the
border, and lasts until 15 min or more on the other side of it. Episodes of level 2 (very low, very high) are
found beside those of level 1 that hold them.

The same as `episode_calculation` of iglu finds in evenly spaced readings, except that
- a gap ends an episode, also a short one: iglu draws a straight line over gaps of up to 45 min;
- an episode that a gap or the window cuts off ends where glucose was last beyond the border: iglu adds what
  follows of the other side when that is shorter than 15 min.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ..models import Range
from .columns import Trace
from .ranges import Thresholds, find_range
from .time_weights import hold_seconds

MIN_DURATION: Final = 15 * 60 - 30
"""Seconds. An episode, and the time that ends it, last at least this: 15 min less half a minute, for readings
come some seconds early or late."""

EPISODE_RANGES: Final = {
    Range.LOW: frozenset({Range.LOW, Range.VERY_LOW}),
    Range.VERY_LOW: frozenset({Range.VERY_LOW}),
    Range.HIGH: frozenset({Range.HIGH, Range.VERY_HIGH}),
    Range.VERY_HIGH: frozenset({Range.VERY_HIGH}),
}
"""The ranges beyond the border of each kind of episode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One time of low, very low, high or very high glucose, from `start` until `end` (epoch seconds)."""

    kind: Range
    start: int
    end: int
    extreme: int
    """The lowest value of a low, the highest one of a high, in mg/dL."""


@dataclass(slots=True)
class _Stretch:
    """Readings in one range that follow each other without a gap."""

    glucose_range: Range
    start: int
    end: int
    lowest: int
    highest: int


def episodes(trace: Trace, *, start: int, end: int, thresholds: Thresholds) -> list[Episode]:
    """Return the episodes that begin in the window [start, end) (epoch seconds), in the order of time.

    Readings of `trace` from before the window show which episodes were under way then.
    """
    found = [
        episode
        for part in _split_at_gaps(_stretches(trace, end, thresholds))
        for kind in EPISODE_RANGES
        for episode in _find_kind(kind, part)
        if episode.start >= start
    ]
    return sorted(found, key=lambda episode: episode.start)


def _find_kind(kind: Range, stretches: list[_Stretch]) -> Iterator[Episode]:
    beyond: list[_Stretch] = []
    for is_beyond, group in groupby(
        stretches, key=lambda stretch: stretch.glucose_range in EPISODE_RANGES[kind]
    ):
        run = list(group)
        is_long = run[-1].end - run[0].start >= MIN_DURATION
        if is_beyond and (beyond or is_long):
            beyond += run
        elif beyond and is_long:
            yield _episode(kind, beyond)
            beyond = []
    if beyond:
        yield _episode(kind, beyond)


def _episode(kind: Range, beyond: list[_Stretch]) -> Episode:
    is_low = kind in EPISODE_RANGES[Range.LOW]
    lowest = min(stretch.lowest for stretch in beyond)
    highest = max(stretch.highest for stretch in beyond)
    return Episode(
        kind=kind, start=beyond[0].start, end=beyond[-1].end, extreme=lowest if is_low else highest
    )


def _split_at_gaps(stretches: Iterable[_Stretch]) -> Iterator[list[_Stretch]]:
    part: list[_Stretch] = []
    for stretch in stretches:
        if part and part[-1].end != stretch.start:
            yield part
            part = []
        part.append(stretch)
    if part:
        yield part


def _stretches(trace: Trace, end: int, thresholds: Thresholds) -> Iterator[_Stretch]:
    ranges = {mg_dl: find_range(mg_dl, thresholds) for mg_dl in set(trace.mg_dl)}
    stretch: _Stretch | None = None
    for at, mg_dl, held in zip(trace.at, trace.mg_dl, hold_seconds(trace), strict=True):
        if at >= end:
            break
        if stretch is not None and stretch.glucose_range is ranges[mg_dl] and stretch.end == at:
            stretch.end = at + held
            stretch.lowest = min(stretch.lowest, mg_dl)
            stretch.highest = max(stretch.highest, mg_dl)
        else:
            if stretch is not None:
                yield stretch
            stretch = _Stretch(ranges[mg_dl], at, at + held, mg_dl, mg_dl)
    if stretch is not None:
        stretch.end = min(stretch.end, end)
        yield stretch
