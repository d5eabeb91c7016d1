"""Deciding which copy of a reading is kept that came live, in a graph, in a report and in a CSV file.

Pure functions on rows of numbers, for a file may hold a year of them.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ..glucose.series import SAME_IN_A_REPORT, SAME_READING
from .row_codec import ReadingRow
from .sources import TABLE, SourceTraits

_DROPPED_SECONDS: Final = 59
"""Seconds. The report's copy of a reading is up to this much later than the file's, which has no seconds."""
_MINUTE: Final = 60
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
_MAY_GO: Final = {traits.code: traits.may_go for traits in TABLE}
REACH: Final = max(max(tolerances.values()) for tolerances in _TOLERANCES.values())
"""Seconds. Readings farther apart than this are never copies of each other."""


class KnownRow(NamedTuple):
    """What is to be known of a row that is there. `at` are epoch seconds (UTC), `source` is a code."""

    at: int
    source: int
    mg_dl: int
    measuring_range: int
    wall: int | None = None
    """As in `ReadingRow`."""
    file: int = 0
    """The number of the import that brought it, 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeResult:
    """The changes that merging rows makes in the table, and how many of the rows are left out."""

    added: list[ReadingRow] = field(default_factory=list, repr=False)
    replaced: list[int] = field(default_factory=list, repr=False)
    """Epoch seconds of the rows to delete, since one that says more, or was told later, is there or added."""
    moved: list[int] = field(default_factory=list, repr=False)
    """Those of `replaced` whose wall clocks were resolved to another instant, in the order of time."""
    hidden: list[int] = field(default_factory=list, repr=False)
    """Those of `replaced` for which the other row may go again."""
    behind: list[tuple[ReadingRow, int]] = field(default_factory=list, repr=False)
    """Rows left out for one that may go again, each with the number of its import, 0 for a report's."""
    settled: list[ReadingRow] = field(default_factory=list, repr=False)
    """Rows left out for one that never goes."""
    dated: list[ReadingRow] = field(default_factory=list, repr=False)
    """Rows left out as copies, whose wall clocks were not known."""
    known: int = 0
    """Rows left out as copies of what was there."""
    thinned_out: int = 0
    """Rows left out since they are too old to be kept one by one."""


def merge_rows(
    known: Sequence[KnownRow],
    rows: Iterable[ReadingRow],
    *,
    thin_before: int = 0,
    file: int = 0,
    around: Sequence[ReadingRow] = (),
) -> MergeResult:
    """Work out what merging `rows` changes. Of copies the one from the source with the lower rank is kept.

    Of one rank the one of the later import is, else the one told later: that of `rows`, which are those of
    the import number `file`, 0 for none. `known` are the rows that are there; both stand in the order of
    time. Of rows before `thin_before` (epoch seconds) one is kept in each slot. `around` are rows told
    together with these, before and after them: what those are copies of has moved, or will.
    """
    added: list[ReadingRow] = []
    behind: list[tuple[ReadingRow, int]] = []
    settled: list[ReadingRow] = []
    dated: list[ReadingRow] = []
    replaced: dict[int, None] = {}
    hidden: dict[int, None] = {}
    thinned_out = 0
    slot = -1
    told, copies = _distinct(rows)
    together = [*told, *around]
    elsewhere = _find_elsewhere(known, together)
    moving = {
        other.at for row in together for other in elsewhere.get(row.at, ()) if not _outranks(other, row, file)
    }
    known = [other for other in known if other.at not in moving] if moving else known
    moved: set[int] = set()
    for row in told:
        at = row.at
        before = elsewhere.get(at, ())
        earlier = dict.fromkeys(other.at for other in before if other.at in moving)
        moved.update(earlier)
        replaced |= earlier
        if at < thin_before:
            there = [other.at for other in _between(known, at - at % SLOT, at - at % SLOT + SLOT)]
            if there or slot == at // SLOT:
                copies += at in there
                thinned_out += at not in there
                hidden |= earlier
                continue
        tolerances = _TOLERANCES[row.source]
        near = [
            other
            for other in _between(known, at - REACH, at + REACH + 1)
            if abs(other.at - at) <= tolerances[other.source]
        ]
        better = [other for other in (*near, *before) if _outranks(other, row, file)]
        same = [other for other in near if _says_again(row, other)]
        if better or same:
            copies += 1
            hidden |= earlier
            if not all(_MAY_GO[other.source] for other in better):
                settled.append(row)
            elif better:
                behind.append((row, min(other.file for other in better)))
            dated += [row for other in same if other.wall is None and row.wall is not None]
            continue
        gone = dict.fromkeys(other.at for other in near)
        if at in moving:  # It stands where this one is to be.
            moved.add(at)
            gone[at] = None
        replaced |= gone
        if _MAY_GO[row.source]:
            hidden |= earlier | gone
        added.append(row)
        slot = at // SLOT
    return MergeResult(
        added=added,
        replaced=list(replaced),
        moved=sorted(moved),
        hidden=list(hidden),
        behind=behind,
        settled=settled,
        dated=dated,
        known=copies,
        thinned_out=thinned_out,
    )


def _find_elsewhere(known: Sequence[KnownRow], rows: Sequence[ReadingRow]) -> dict[int, list[KnownRow]]:
    """Return known copies of rows that stand at other instants, by the instants of the rows.

    A wall clock names a reading, whatever instant it was resolved to: by another time zone it was another
    one. A clock that goes back shows the same wall twice, so what is told in its place is no copy of others.
    """
    if not (away := _minutes_away(known, rows)):
        return {}
    by_wall: defaultdict[int, list[KnownRow]] = defaultdict(list)
    for other in known:
        if other.wall is not None and other.wall // _MINUTE in away:
            by_wall[other.wall // _MINUTE].append(other)
    told: defaultdict[int, list[ReadingRow]] = defaultdict(list)
    for row in rows:
        if row.wall is not None and row.wall // _MINUTE in away:
            told[row.wall // _MINUTE].append(row)
    found: dict[int, list[KnownRow]] = {}
    for minute, of_minute in told.items():
        there = by_wall[minute]
        at_home = {(row.at, other.at) for row in of_minute for other in there if _is_in_place(row, other)}
        placed = {at for _, at in at_home}
        for row in of_minute:
            if row.at not in {at for at, _ in at_home}:
                copies = [other for other in there if other.at not in placed and _is_same_wall(row, other)]
                if copies:
                    found[row.at] = copies
    return found


def _minutes_away(known: Sequence[KnownRow], rows: Sequence[ReadingRow]) -> set[int]:
    """Return the wall clocks, in minutes, of known rows and of told ones that are not in place of each other.

    Mostly there are none, for a file that is told again is in place. That is quickly seen.
    """
    there = {other.at // _MINUTE: other for other in known if other.wall is not None}
    if not there:
        return set()
    told = {row.at // _MINUTE: row for row in rows if row.wall is not None}
    return {
        row.wall // _MINUTE
        for row in rows
        if row.wall is not None and not ((other := there.get(row.at // _MINUTE)) and _is_in_place(row, other))
    } & {
        other.wall // _MINUTE
        for other in known
        if other.wall is not None
        and not ((row := told.get(other.at // _MINUTE)) and _is_in_place(row, other))
    }


def _is_same_wall(row: ReadingRow, other: KnownRow) -> bool:
    """Return True if the wall clocks of two sources agree: a file's has no seconds."""
    return row.source != other.source or row.wall == other.wall


def _is_in_place(row: ReadingRow, other: KnownRow) -> bool:
    """Return True if a row of the same wall clock, of which both have one, stands where this one does."""
    if row.wall is None or other.wall is None or row.wall // _MINUTE != other.wall // _MINUTE:
        return False
    return _is_same_wall(row, other) and abs(row.at - other.at) <= _TOLERANCES[row.source][other.source]


def _outranks(known: KnownRow, row: ReadingRow, file: int) -> bool:
    """Return True if a known row says more than a copy of the import number `file`, or was told later."""
    rank, other = _RANKS[row.source], _RANKS[known.source]
    return other < rank or (other == rank and known.file > file)


def are_copies(row: ReadingRow, before: ReadingRow) -> bool:
    """Return True if a row is of the same reading as the one told before it at once."""
    return row.at - before.at <= _TOLERANCES[row.source][before.source]


def _distinct(rows: Iterable[ReadingRow]) -> tuple[list[ReadingRow], int]:
    """Return rows told at once without copies of each other, and how many those were.

    The latest of copies stays; of one instant the first, which is the lowest in the order of rows.
    """
    kept: list[ReadingRow] = []
    copies = 0
    for row in rows:
        if kept and are_copies(row, kept[-1]):
            copies += 1
            if row.at == kept[-1].at:
                continue
            kept.pop()
        kept.append(row)
    return kept, copies


def _says_again(row: ReadingRow, known: KnownRow) -> bool:
    """Return True if a row brings nothing new to a known one of its rank."""
    is_same = (known.at, known.mg_dl, known.measuring_range) == (row.at, row.mg_dl, row.measuring_range)
    is_same_wall = known.wall is None or row.wall in (None, known.wall)
    return is_same and is_same_wall and _RANKS[known.source] == _RANKS[row.source]


def _between(known: Sequence[KnownRow], start: int, end: int) -> Sequence[KnownRow]:
    """Return the known rows of [start, end) (epoch seconds)."""
    return known[bisect_left(known, (start,)) : bisect_left(known, (end,))]
