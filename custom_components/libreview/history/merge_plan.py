"""Working out batch by batch what merging readings changes in the table `reading`, without changing it."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
import sqlite3
from typing import Final

from ..cloud.floating_time import WIDEST_OFFSET
from .deduplication import SLOT, MergeResult, are_copies, merge_rows
from .row_codec import ReadingRow
from .wall_clocks import KnownRow

BATCH: Final = 250
"""Rows that are merged or read at once, so few that no collection of garbage begins meanwhile.

Python counts what is made and not thrown away. What is alive then it looks at again with everything else
that there is, and all threads wait for that.
"""
_WIDEST_OFFSET: Final = int(WIDEST_OFFSET.total_seconds())


def plan(
    connection: sqlite3.Connection, person: int, rows: Iterable[ReadingRow], thin_before: int, file: int = 0
) -> Iterator[MergeResult]:
    """Work out, batch by batch, what merging `rows` would change. They stand in the order of time.

    It is the same in batches of any size, and whether or not the changes are made between them.
    """
    changes = _Changes()
    for before, batch, after in _batches(rows):
        reach = _reach(batch[0])
        first, last = batch[0].at - reach, batch[-1].at + reach
        cursor = connection.execute(
            "SELECT at, source, mg_dl, measuring_range, wall, ifnull(file, 0) FROM reading"
            " WHERE person = ? AND at BETWEEN ? AND ? ORDER BY at",
            (person, first, last),
        )
        known = changes.applied_to(map(KnownRow._make, cursor), first, last)
        merge = merge_rows(known, batch, thin_before=thin_before, file=file, around=[*before, *after])
        changes.note(merge, file)
        yield merge


def _reach(row: ReadingRow) -> int:
    """Return how many seconds from a row what is known can have to do with it."""
    return SLOT if row.wall is None else _WIDEST_OFFSET


def _batches(
    rows: Iterable[ReadingRow],
) -> Iterator[tuple[Sequence[ReadingRow], Sequence[ReadingRow], Sequence[ReadingRow]]]:
    """Yield rows in batches, each between the rows before and after it that may be of the same wall clocks.

    Copies of one reading that are told at once are never in two batches.
    """
    coming = iter(rows)
    before: list[ReadingRow] = []
    ahead: deque[ReadingRow] = deque()
    while True:
        ahead.extend(islice(coming, max(BATCH - len(ahead), 0)))
        if not ahead:
            return
        batch = [ahead.popleft() for _ in range(min(BATCH, len(ahead)))]
        reach = _reach(batch[0])
        while (ahead or _fetch(coming, ahead)) and are_copies(ahead[0], batch[-1]):
            batch.append(ahead.popleft())
        while not (ahead and ahead[-1].at > batch[-1].at + reach) and _fetch(coming, ahead):
            pass
        yield before, batch, ahead
        before = [row for row in (*before, *batch) if row.at >= batch[-1].at - reach]


def _fetch(coming: Iterator[ReadingRow], ahead: deque[ReadingRow]) -> bool:
    """Append the next row that comes. Return False if there is none."""
    there = len(ahead)
    ahead.extend(islice(coming, 1))
    return len(ahead) > there


class _Changes:
    """What the merges of earlier batches have changed within the reach of the next ones."""

    def __init__(self) -> None:
        self._gone: set[int] = set()
        self._come: dict[int, KnownRow] = {}

    def applied_to(self, known: Iterable[KnownRow], first: int, last: int) -> list[KnownRow]:
        """Return the rows of [first, last] (epoch seconds), and forget changes from before."""
        self._gone = {at for at in self._gone if at >= first}
        self._come = {at: row for at, row in self._come.items() if at >= first}
        there = [row for row in known if row.at not in self._gone and row.at not in self._come]
        return sorted((*there, *(row for row in self._come.values() if row.at <= last)))

    def note(self, merge: MergeResult, file: int) -> None:
        """Note the changes of a merge of the import number `file`, 0 for none."""
        self._gone.update(merge.replaced)
        for at in merge.replaced:
            self._come.pop(at, None)
        for row in merge.added:
            self._come[row.at] = KnownRow(row.at, row.source, row.mg_dl, row.measuring_range, row.wall, file)
