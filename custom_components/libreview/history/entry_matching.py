"""Which entries of a report and of CSV files are one: pure functions on what both can know of an entry.

That is its kind, its time and its amount. A text beside an amount is no part of it, since a report has none.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import IntEnum
from itertools import count
from typing import Final, NamedTuple

from ..models import DiaryEntry, EntryKind, Precision
from .row_codec import to_wall_seconds

_MINUTE: Final = 60
_HOUR: Final = 3600
NAMED_BY_TEXT: Final = frozenset((EntryKind.NOTE, EntryKind.BLOOD_GLUCOSE))
"""The kinds whose text is what was entered: a note, and HI or LO. The index of the table names them too."""


class Standing(IntEnum):
    """Whether a row is an entry that holds, or why not. The numbers are those on disk."""

    UNTOLD = 0
    """It holds: a report tells it that no file has, or a file that no report has told."""
    CONFIRMED = 1
    """It holds: a file tells it, and so does the last report of its day."""
    WITHDRAWN = 2
    """A report told it, and the last one of its day does not: it was changed or deleted in the app."""
    REPLACED = 3
    """Another row stands for it: that of a file to the minute for a report's, that of a later file."""


class EntryKey(NamedTuple):
    """The identity of an entry. Its instant is no part of it, for its wall clock may be resolved anew."""

    wall: int
    """Seconds since 1970 on the person's own clock."""
    kind: str
    amount: float | None
    label: str
    """The text, where that is what was entered (`label_of`)."""
    precision: str
    nth: int = 0
    """The number among equal ones, from 0: two equal doses are two entries."""

    @property
    def unnumbered(self) -> EntryKey:
        """Return what all equal entries have in common."""
        return self._replace(nth=0)

    @property
    def hour(self) -> tuple[int, str, float | None, str]:
        """Return what a report to the hour and a file have in common of an entry."""
        return self.wall - self.wall % _HOUR, self.kind, self.amount, self.label


class EntryRow(NamedTuple):
    """An entry as it is, or is to be, in the table. `at` are epoch seconds (UTC)."""

    key: EntryKey
    at: int
    text: str
    standing: Standing = Standing.UNTOLD
    id: int = 0
    """The number of the row, once it has one."""
    file: int = 0
    """The number of the import that brought it, 0 for a report's."""
    told_at: int = 0
    """When a report last told or withdrew it, or its file was made (epoch seconds); 0 where unknown."""

    @property
    def minute(self) -> tuple[int, str]:
        """Return what entries have in common of which one corrects the other: minute and kind."""
        return self.key.wall, self.key.kind

    def is_later_than(self, other: EntryRow) -> bool:
        """Return True if a file tells this later than a report or another file tells the other."""
        if self.told_at and other.told_at:
            return self.told_at > other.told_at
        return self.file > other.file > 0


def label_of(kind: str, text: str) -> str:
    """Return the text, where that is what was entered, else nothing."""
    return text if kind in NAMED_BY_TEXT else ""


def to_rows(entries: Iterable[DiaryEntry]) -> list[EntryRow]:
    """Return entries as rows, equal ones numbered."""
    counts: Counter[EntryKey] = Counter()
    rows = []
    for entry in entries:
        label = label_of(entry.kind, entry.text)
        key = EntryKey(to_wall_seconds(entry.wall), entry.kind, entry.amount, label, entry.precision)
        rows.append(EntryRow(key._replace(nth=counts[key]), int(entry.at.timestamp()), entry.text))
        counts[key] += 1
    return rows


def match_reported(
    reported: Sequence[EntryRow], filed: Sequence[EntryRow], *, certain: Collection[int] = ()
) -> list[tuple[EntryRow, EntryRow | None]]:
    """Return each reported row with the row of a file that is the same entry, or with None.

    Both of one minute are one, and of one hour where either is known to the hour only: rather with an entry
    that was confirmed before than with one that was not, or was withdrawn, and first of all with a `certain`
    one (their numbers). What is left is one with the equal entry that the file has a minute later, in case it
    has rounded the seconds. A reported dose of which the amount is not known is any of its kind and hour that
    no other one is.
    """

    def likelihood(row: EntryRow) -> tuple[bool, int, int, int]:
        return row.id in certain, *_likelihood(row)

    pairs, rest = _pair(reported, filed, likelihood)
    for is_same in (_is_of_next_minute, _is_of_same_hour, _is_of_unknown_amount):
        for place, (row, same) in enumerate(pairs):
            candidates = [] if same else [each for each in rest if is_same(row, each)]
            if candidates:
                best = max(candidates, key=likelihood)
                rest.remove(best)
                pairs[place] = row, best
    return pairs


def _is_of_next_minute(row: EntryRow, filed: EntryRow) -> bool:
    is_exact = row.key.precision == filed.key.precision == Precision.MINUTE
    return is_exact and row.key._replace(wall=row.key.wall + _MINUTE, nth=0) == filed.key.unnumbered


def _is_of_same_hour(row: EntryRow, filed: EntryRow) -> bool:
    return row.key.hour == filed.key.hour and Precision.HOUR in (row.key.precision, filed.key.precision)


def _is_of_unknown_amount(row: EntryRow, filed: EntryRow) -> bool:
    key = row.key
    if key.amount is not None or key.kind in NAMED_BY_TEXT:
        return False
    if key.precision == filed.key.precision == Precision.MINUTE:
        return key._replace(amount=filed.key.amount, nth=0) == filed.key.unnumbered
    return key.hour == filed.key._replace(amount=None).hour


def _pair(
    rows: Iterable[EntryRow],
    others: Iterable[EntryRow],
    likelihood: Callable[[EntryRow], tuple[bool, int, int, int]],
) -> tuple[list[tuple[EntryRow, EntryRow | None]], list[EntryRow]]:
    """Return each row with the one of the others that is equal, or None, and the others that are left.

    Equal ones are told apart by nothing but how many they are, so those that hold are taken first.
    """
    equals: dict[EntryKey, list[EntryRow]] = {}
    for other in sorted(others, key=likelihood):
        equals.setdefault(other.key.unnumbered, []).append(other)
    pairs = [(row, equal.pop() if (equal := equals.get(row.key.unnumbered)) else None) for row in rows]
    return pairs, [other for equal in equals.values() for other in equal]


def _likelihood(row: EntryRow) -> tuple[int, int, int]:
    likelihood = (Standing.WITHDRAWN, Standing.REPLACED, Standing.UNTOLD, Standing.CONFIRMED)
    return likelihood.index(row.standing), -row.key.wall, -row.key.nth


def number(rows: Iterable[EntryRow], others: Iterable[EntryRow]) -> list[EntryRow]:
    """Return rows with numbers that none of the others has."""
    taken = {row.key for row in others}
    numbered = []
    for row in rows:
        key = next(key for nth in count() if (key := row.key._replace(nth=nth)) not in taken)
        taken.add(key)
        numbered.append(row._replace(key=key))
    return numbered
