"""Deciding which copy of a reading is kept that came live, in a graph, in a report and in a CSV file.

Pure functions on rows of numbers, for a file may hold a year of them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ..glucose.series import SAME_IN_A_REPORT, SAME_READING
from .row_codec import ReadingRow
from .sources import TABLE, SourceTraits

_DROPPED_SECONDS: Final = 59
"""Seconds. The report's copy of a reading is up to this much later than the file's, which has no seconds."""
SLOT: Final = 900
"""Seconds. Of readings that are too old to be kept one by one, one is kept in each slot."""


def _tolerance(one: SourceTraits, other: SourceTraits) -> int:
    """Return how many seconds apart two copies of one reading can be."""
    if one.has_exact_times and other.has_exact_times:
        return int(SAME_READING.total_seconds())
    if one is other:
        return 0
    if one.has_exact_times or other.has_exact_times:
        return int(SAME_IN_A_REPORT.total_seconds())
    return _DROPPED_SECONDS


_TOLERANCES: Final = {one.code: {other.code: _tolerance(one, other) for other in TABLE} for one in TABLE}
_RANKS: Final = {traits.code: traits.rank for traits in TABLE}
REACH: Final = max(max(tolerances.values()) for tolerances in _TOLERANCES.values())
"""Seconds. Readings farther apart than this are never copies of each other."""


class KnownRow(NamedTuple):
    """What is to be known of a row that is there. `at` are epoch seconds (UTC), `source` is a code."""

    at: int
    source: int
    mg_dl: int
    measuring_range: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeResult:
    """The changes that merging rows makes in the table, and how many of the rows are left out."""

    added: list[ReadingRow] = field(default_factory=list, repr=False)
    replaced: list[int] = field(default_factory=list, repr=False)
    """Epoch seconds of the rows to delete, since one that says more, or was told later, was added."""
    known: int = 0
    """Rows left out as copies of what was there."""
    thinned_out: int = 0
    """Rows left out since they are too old to be kept one by one."""


def merge_rows(known: Sequence[KnownRow], rows: Iterable[ReadingRow], *, thin_before: int = 0) -> MergeResult:
    """Work out what merging `rows` changes. Of copies the one from the source with the lower rank is kept.

    Of one rank the one told later is: that of `rows`. `known` are the rows that are there; both stand in the
    order of time. Of rows before `thin_before` (epoch seconds) one is kept in each slot.
    """
    added: list[ReadingRow] = []
    replaced: dict[int, None] = {}
    thinned_out = 0
    slot = -1
    told, copies = _distinct(rows)
    for row in told:
        at = row.at
        if at < thin_before:
            there = [other.at for other in _between(known, at - at % SLOT, at - at % SLOT + SLOT)]
            if there or slot == at // SLOT:
                copies += at in there
                thinned_out += at not in there
                continue
        tolerances, rank = _TOLERANCES[row.source], _RANKS[row.source]
        near = [
            other
            for other in _between(known, at - REACH, at + REACH + 1)
            if abs(other.at - at) <= tolerances[other.source]
        ]
        if any(_RANKS[other.source] < rank or _says_again(row, other) for other in near):
            copies += 1
            continue
        replaced |= dict.fromkeys(other.at for other in near)
        added.append(row)
        slot = at // SLOT
    return MergeResult(added=added, replaced=list(replaced), known=copies, thinned_out=thinned_out)


def _distinct(rows: Iterable[ReadingRow]) -> tuple[list[ReadingRow], int]:
    """Return rows told at once without copies of each other, and how many those were.

    The latest of copies stays; of one instant the first, which is the lowest in the order of rows.
    """
    kept: list[ReadingRow] = []
    copies = 0
    for row in rows:
        if kept and row.at - kept[-1].at <= _TOLERANCES[row.source][kept[-1].source]:
            copies += 1
            if row.at == kept[-1].at:
                continue
            kept.pop()
        kept.append(row)
    return kept, copies


def _says_again(row: ReadingRow, known: KnownRow) -> bool:
    """Return True if a row brings nothing new to a known one of its rank."""
    is_same = (known.at, known.mg_dl, known.measuring_range) == (row.at, row.mg_dl, row.measuring_range)
    return is_same and _RANKS[known.source] == _RANKS[row.source]


def _between(known: Sequence[KnownRow], start: int, end: int) -> Sequence[KnownRow]:
    """Return the known rows of [start, end) (epoch seconds)."""
    return known[bisect_left(known, (start,)) : bisect_left(known, (end,))]
