"""Deciding which copy of a reading is kept that came live, in a graph, in a report and in a CSV file.

Pure functions on rows of numbers, for a file may hold a year of them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..glucose.series import SAME_IN_A_REPORT, SAME_READING
from .row_codec import ReadingRow
from .sources import TABLE, SourceTraits
from .wall_clocks import FARTHEST_IN_PLACE, KnownRow, WallClocks

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
    return FARTHEST_IN_PLACE


_TOLERANCES: Final = {one.code: {other.code: _tolerance(one, other) for other in TABLE} for one in TABLE}
_RANKS: Final = {traits.code: traits.rank for traits in TABLE}
_MAY_GO: Final = {traits.code: traits.may_go for traits in TABLE}
REACH: Final = max(max(tolerances.values()) for tolerances in _TOLERANCES.values())
"""Seconds. Readings farther apart than this are never copies of each other."""


@dataclass(slots=True, kw_only=True)
class MergeResult:
    """The changes that merging rows makes in the table, and how many of the rows are left out."""

    added: list[ReadingRow] = field(default_factory=list, repr=False)
    replaced: list[int] = field(default_factory=list, repr=False)
    """Epoch seconds of the rows to delete, since one that says more, or was told later, is there or added."""
    moved: list[int] = field(default_factory=list, repr=False)
    """Those of `replaced` whose wall clocks were resolved to another instant, in the order of time."""
    hidden: list[int] = field(default_factory=list, repr=False)
    """Those of `replaced` for which the other row may go again."""
    covered: list[int] = field(default_factory=list, repr=False)
    """Those of `replaced` that are another reading, of an earlier file by another time zone."""
    behind: list[tuple[ReadingRow, int | None]] = field(default_factory=list, repr=False)
    """Rows left out for one that may go again, each with the number of its import, 0 for a report's.

    None for one that is another reading.
    """
    twice: frozenset[int] = frozenset()
    """The wall clocks that an import has at two instants."""
    settled: list[ReadingRow] = field(default_factory=list, repr=False)
    """Rows left out for one that never goes."""
    thinned: list[ReadingRow] = field(default_factory=list, repr=False)
    """Rows left out since there is one in their slot."""
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
    told, doubled = _distinct(rows)
    merge = MergeResult(known=doubled)
    replaced: dict[int, None] = {}
    hidden: dict[int, None] = {}
    slot = -1
    together = [*told, *around]
    clocks = WallClocks(known, together)
    # What one import has at two instants is two readings, of an hour that the clock shows twice.
    elsewhere = {
        at: [other for other in copies if not file or other.file != file]
        for at, copies in clocks.find_elsewhere().items()
    }
    moving = {
        other.at for row in together for other in elsewhere.get(row.at, ()) if not _outranks(other, row, file)
    }
    known = [other for other in known if other.at not in moving] if moving else known
    merge.twice = clocks.find_twice() if file else frozenset()
    renewed = _find_renewed(known, [row for row in together if row.wall in merge.twice], file)
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
                merge.known += at in there
                merge.thinned_out += at not in there
                merge.thinned.append(row)
                hidden |= earlier
                continue
        near = [other for other in _find_near(known, row) if not clocks.are_apart(row, other)]
        better = [other for other in (*near, *before) if _outranks(other, row, file)]
        same = [other for other in near if _says_again(row, other)] if row.wall not in renewed else []
        if better or same:
            hidden |= earlier
            _leave_out(merge, row, better, same)
            continue
        gone = dict.fromkeys(other.at for other in near if not _is_another(row, other))
        covered = [other.at for other in near if other.at not in gone]
        if at in moving:  # It stands where this one is to be.
            moved.add(at)
            gone[at] = None
        replaced |= dict.fromkeys((*gone, *covered))
        if _MAY_GO[row.source]:
            hidden |= earlier | gone
        merge.covered += covered
        merge.added.append(row)
        slot = at // SLOT
    merge.replaced = list(replaced)
    merge.moved = sorted(moved)
    merge.hidden = list(hidden)
    return merge


def _find_renewed(known: Sequence[KnownRow], rows: Sequence[ReadingRow], file: int) -> frozenset[int | None]:
    """Return the wall clocks of which an import says something new at one of the instants that it has.

    `rows` are those of the import with such wall clocks. All of them become its own then, for told again
    one by one, by several imports, they would be taken for one reading.
    """
    first = {row.at: row for row in reversed(rows)}
    return frozenset(
        row.wall
        for row in first.values()
        if not any(
            _outranks(other, row, file) or (other.file != file and _says_again(row, other))
            for other in _find_near(known, row)
        )
    )


def _find_near(known: Sequence[KnownRow], row: ReadingRow) -> list[KnownRow]:
    """Return known rows that are no farther away than copies of a row can be."""
    tolerances = _TOLERANCES[row.source]
    return [
        other
        for other in _between(known, row.at - REACH, row.at + REACH + 1)
        if abs(other.at - row.at) <= tolerances[other.source]
    ]


def _leave_out(
    merge: MergeResult, row: ReadingRow, better: Sequence[KnownRow], same: Iterable[KnownRow]
) -> None:
    """Note a row that is left out for better ones or those that say the same."""
    merge.known += 1
    if not all(_MAY_GO[other.source] for other in better):
        merge.settled.append(row)
    elif better:
        copied = (other.file for other in better if not _is_another(row, other))
        merge.behind.append((row, min(copied, default=None)))
    merge.dated += [row for other in same if other.wall is None and row.wall is not None]


def _is_another(row: ReadingRow, other: KnownRow) -> bool:
    """Return True if a row and one at its instant are two readings, by two time zones."""
    return row.source == other.source and None not in (row.wall, other.wall) and row.wall != other.wall


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
