"""Which readings are one by their wall clocks, whatever instants those were resolved to.

A wall clock names a reading, also where another time zone gives it another instant. In reports it has
seconds. In files it has none, and whether LibreView cuts or rounds them is not known.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from ..models import Source
from .row_codec import ReadingRow
from .sources import SOURCE_CODE

_MINUTE: Final = 60
_REPORT: Final = SOURCE_CODE[Source.REPORT]
_CSV: Final = SOURCE_CODE[Source.CSV]
_NO_VALUE: Final = -(2**16)
SAME_VALUE: Final = 1
"""mg/dL. The values of one reading differ by up to this if a report or a file has them in mmol/L."""
FARTHEST_IN_PLACE: Final = 59
"""Seconds. A report's copy of a reading is up to this far from the file's if one time zone resolved both."""


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


type Row = ReadingRow | KnownRow


class WallClocks:
    """The wall clocks of known rows and of those that are told at once.

    A reported reading is that of a file of the same minute. Only where its value is not that one's, but that
    of the next minute, to which its seconds are rounded, it is this one. So none stands for two of a file.
    Should LibreView round, one of several equal values at intervals of a minute may be there twice.
    """

    def __init__(self, known: Sequence[KnownRow], told: Sequence[ReadingRow]) -> None:
        """Take in rows, both in the order of time."""
        self._known = known
        self._told = told
        self._rounded = _find_rounded([*known, *told])

    def are_apart(self, row: ReadingRow, other: KnownRow) -> bool:
        """Return True if a report's row and a file's, which one time zone resolved, are two readings."""
        if row.wall is None or other.wall is None or row.source == other.source:
            return False
        is_one_zone = row.wall - row.at == other.wall - other.at
        return is_one_zone and self._minute(row) != self._minute(other)

    def find_twice(self) -> frozenset[int]:
        """Return the wall clocks that are told at two instants: of an hour that the clock shows twice."""
        last = {row.wall: row.at for row in self._told}
        return frozenset(row.wall for row in self._told if row.wall is not None and row.at != last[row.wall])

    def find_elsewhere(self) -> dict[int, list[KnownRow]]:
        """Return known copies of told rows that stand at other instants, by the instants of the rows.

        A clock that goes back shows the same wall twice, so what is told in its place is no copy of others.
        """
        if not (away := self._minutes_away()):
            return {}
        by_wall: defaultdict[int, list[KnownRow]] = defaultdict(list)
        for other in self._known:
            if other.wall is not None and (minute := self._minute(other)) in away:
                by_wall[minute].append(other)
        told: defaultdict[int, list[ReadingRow]] = defaultdict(list)
        for row in self._told:
            if row.wall is not None and (minute := self._minute(row)) in away:
                told[minute].append(row)
        found: dict[int, list[KnownRow]] = {}
        for minute, of_minute in told.items():
            there = by_wall[minute]
            at_home = {
                (row.at, other.at) for row in of_minute for other in there if self._is_in_place(row, other)
            }
            placed = {at for _, at in at_home}
            for row in of_minute:
                if row.at not in {at for at, _ in at_home}:
                    copies = [
                        other for other in there if other.at not in placed and _is_same_wall(row, other)
                    ]
                    if copies:
                        found[row.at] = copies
        return found

    def _minutes_away(self) -> set[int]:
        """Return the wall clocks, in minutes, of known and told rows that are not in place of each other.

        Mostly there are none, for a file that is told again is in place. That is quickly seen.
        """
        known = {self._place(other): other for other in self._known if other.wall is not None}
        if not known:
            return set()
        told = {self._place(row): row for row in self._told if row.wall is not None}
        return {
            self._minute(row)
            for row in self._told
            if row.wall is not None
            and not ((other := known.get(self._place(row))) and self._is_in_place(row, other))
        } & {
            self._minute(other)
            for other in self._known
            if other.wall is not None
            and not ((row := told.get(self._place(other))) and self._is_in_place(row, other))
        }

    def _is_in_place(self, row: ReadingRow, other: KnownRow) -> bool:
        """Return True if a row of the same wall clock, of which both have one, stands where this one does."""
        if row.wall is None or other.wall is None:
            return False
        if row.source == other.source:
            return (row.at, row.wall) == (other.at, other.wall)
        return abs(row.at - other.at) <= FARTHEST_IN_PLACE and self._minute(row) == self._minute(other)

    def _minute(self, row: Row) -> int:
        """Return the minute at which a file has a reading with a wall clock, on that."""
        return (row.wall or 0) // _MINUTE + (row.wall in self._rounded and row.source == _REPORT)

    def _place(self, row: Row) -> int:
        """Return the same minute in UTC."""
        return row.at // _MINUTE + (row.wall in self._rounded and row.source == _REPORT)


def rounded(wall: int) -> int:
    """Return a wall clock (seconds) rounded to the minute."""
    return (wall + _MINUTE // 2) // _MINUTE * _MINUTE


def cut(wall: int) -> int:
    """Return a wall clock (seconds) without its seconds."""
    return wall - wall % _MINUTE


def _is_same_wall(row: ReadingRow, other: KnownRow) -> bool:
    """Return True if the wall clocks of two sources agree: a file's has no seconds."""
    return row.source != other.source or row.wall == other.wall


def _find_rounded(rows: Sequence[Row]) -> frozenset[int]:
    """Return the wall clocks of reported readings that are those of the next minute in files."""
    reported = {row.wall: row.mg_dl for row in rows if row.source == _REPORT and row.wall is not None}
    if not reported:
        return frozenset()
    filed = {row.wall: row.mg_dl for row in rows if row.source == _CSV}
    return frozenset(
        wall
        for wall, mg_dl in reported.items()
        if (later := rounded(wall)) in filed
        and abs(filed[later] - mg_dl) <= SAME_VALUE < abs(filed.get(cut(wall), _NO_VALUE) - mg_dl)
    )
