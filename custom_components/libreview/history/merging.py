"""One reading, told several times: live, by the graph, by a report and by a CSV file. Which copy is kept.

Pure functions on rows of numbers, for a file may hold a year of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..glucose.series import SAME_IN_A_REPORT, SAME_READING
from ..models import Source
from .codes import SOURCES, Row

_WALL_CLOCKS: Final = {Source.REPORT, Source.CSV}
"""What tells the clock of a phone, to the minute, and not an instant."""
_ONE_MINUTE: Final = 59
"""Seconds. A CSV file leaves the seconds out, and so a reading of a report lies this much later at most."""
SLOT: Final = 900
"""Seconds. Of what is older than all is kept for, one reading is kept in each of these."""


def _tolerance(one: Source, other: Source) -> int:
    """How many seconds apart two copies of one reading can be."""
    walls = len({one, other} & _WALL_CLOCKS)
    if walls == 0:
        return int(SAME_READING.total_seconds())
    if one is other:
        return 0
    return _ONE_MINUTE if walls == 2 else int(SAME_IN_A_REPORT.total_seconds())


_TOLERANCES: Final = tuple(tuple(_tolerance(one, other) for other in SOURCES) for one in SOURCES)
REACH: Final = max(max(row) for row in _TOLERANCES)
"""Seconds. What is farther from a reading than this is never a copy of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What becomes of the table: rows to add, instants of rows to remove, and how many were known."""

    added: list[Row] = field(default_factory=list, repr=False)
    replaced: list[int] = field(default_factory=list, repr=False)
    known: int = 0
    sparse: int = 0
    """How many were left out because they are too old to be kept one by one."""


def merged(known: Sequence[tuple[int, int]], rows: Iterable[Row], *, sparse_before: int = 0) -> Merged:
    """Bring new rows into what is known, which is (instant, source) of rows, both in the order of time.

    Of what lies before `sparse_before` one reading is kept in each quarter of an hour.
    """
    added: list[Row] = []
    replaced: dict[int, None] = {}
    copies = sparse = 0
    first, last_at, last_source, slot = 0, -REACH, 0, -1
    for row in rows:
        at, tolerances = row.at, _TOLERANCES[row.source]
        while first < len(known) and known[first][0] < at - SLOT:
            first += 1
        if at < sparse_before:
            there = _in_slot(known, first, at // SLOT)
            if there or slot == at // SLOT:
                copies += at in there
                sparse += at not in there
                continue
        is_copy = at - last_at <= tolerances[last_source]
        worse: list[int] = []
        place = first
        while not is_copy and place < len(known) and known[place][0] <= at + REACH:
            other, source = known[place]
            place += 1
            if abs(other - at) <= tolerances[source]:
                is_copy = source <= row.source
                worse.append(other)
        if is_copy:
            copies += 1
            continue
        replaced |= dict.fromkeys(worse)
        added.append(row)
        last_at, last_source, slot = at, row.source, at // SLOT
    return Merged(added=added, replaced=list(replaced), known=copies, sparse=sparse)


def _in_slot(known: Sequence[tuple[int, int]], first: int, slot: int) -> list[int]:
    """The instants that are known of a quarter of an hour; none before `first` is."""
    found = []
    place = first
    while place < len(known) and known[place][0] < (slot + 1) * SLOT:
        if known[place][0] >= slot * SLOT:
            found.append(known[place][0])
        place += 1
    return found
