"""Which entries of a report and of CSV files are one: pure functions on what both can know of an entry.

That is its kind, its time and its amount. A text beside an amount is no part of it, since a report has none.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from typing import Final, NamedTuple

from ..models import DiaryEntry, EntryKind, Precision
from .row_codec import to_wall_seconds

_HOUR: Final = 3600
_NAMED_BY_TEXT: Final = frozenset((EntryKind.NOTE, EntryKind.BLOOD_GLUCOSE))
"""The kinds whose text is what was entered: a note, and HI or LO. The index of the table names them too."""


class Standing(IntEnum):
    """The word of LibreView's reports on an entry of a file. The numbers are those on disk."""

    UNTOLD = 0
    """No report has told it."""
    CONFIRMED = 1
    """The last report of its day tells it."""
    WITHDRAWN = 2
    """A report told it, and the last one of its day does not: it was changed or deleted in the app."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanges:
    """The changes that the entries of a file make."""

    added: list[EntryRow] = field(default_factory=list, repr=False)
    replaced: list[EntryRow] = field(default_factory=list, repr=False)
    """The rows to delete, since the file tells them better."""
    new: int = 0
    known: int = 0
    """The entries that were there already, some without the text that the file has."""


def label_of(kind: str, text: str) -> str:
    """Return the text, where that is what was entered, else nothing."""
    return text if kind in _NAMED_BY_TEXT else ""


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
    reported: Sequence[EntryRow], filed: Sequence[EntryRow]
) -> tuple[list[EntryRow], list[EntryRow]]:
    """Return the reported rows that no file has, and the rows of files that are reported.

    Both of one minute are one, and of one hour where either is known to the hour only: rather with an entry
    that was confirmed before than with one that was not, or was withdrawn. A reported dose of which the
    amount is not known is any of its kind and hour that no other one is.
    """
    pairs, rest = _pair(reported, filed)
    told = [same for _, same in pairs if same is not None]
    unfiled = [row for row, same in pairs if same is None]
    for is_same in (_is_of_same_hour, _is_of_unknown_amount):
        unmatched, unfiled = unfiled, []
        for row in unmatched:
            candidates = [each for each in rest if is_same(row, each)]
            if candidates:
                told.append(max(candidates, key=_likelihood))
                rest.remove(told[-1])
            else:
                unfiled.append(row)
    return unfiled, told


def _is_of_same_hour(row: EntryRow, filed: EntryRow) -> bool:
    return row.key.hour == filed.key.hour and Precision.HOUR in (row.key.precision, filed.key.precision)


def _is_of_unknown_amount(row: EntryRow, filed: EntryRow) -> bool:
    key = row.key
    if key.amount is not None or key.kind in _NAMED_BY_TEXT:
        return False
    if key.precision == filed.key.precision == Precision.MINUTE:
        return key._replace(amount=filed.key.amount, nth=0) == filed.key.unnumbered
    return key.hour == filed.key._replace(amount=None).hour


def _pair(
    rows: Iterable[EntryRow], others: Iterable[EntryRow]
) -> tuple[list[tuple[EntryRow, EntryRow | None]], list[EntryRow]]:
    """Return each row with the one of the others that is equal, or None, and the others that are left.

    Equal ones are told apart by nothing but how many they are, so those that hold are taken first.
    """
    equals: dict[EntryKey, list[EntryRow]] = {}
    for other in sorted(others, key=_likelihood):
        equals.setdefault(other.key.unnumbered, []).append(other)
    pairs = [(row, equal.pop() if (equal := equals.get(row.key.unnumbered)) else None) for row in rows]
    return pairs, [other for equal in equals.values() for other in equal]


def _likelihood(row: EntryRow) -> tuple[int, int, int]:
    likelihood = (Standing.WITHDRAWN, Standing.UNTOLD, Standing.CONFIRMED).index(row.standing)
    return likelihood, -row.key.wall, -row.key.nth


def compare_file(
    rows: Sequence[EntryRow], reported: Sequence[EntryRow], filed: Sequence[EntryRow]
) -> FileChanges:
    """Return what the rows of a file change, beside those that reports and earlier files have told.

    What the file tells of one minute and kind replaces what an earlier one told of it, but for notes, of
    which a minute may hold several. What was withdrawn since is neither replaced nor replaces anything: the
    file is older than the report that withdrew it.
    """
    pairs, rest = _pair(rows, filed)
    added = _number([row for row, before in pairs if before is None], filed)
    unfiled, told = match_reported(reported, added)
    confirmed = {row.key for row in told}
    staying = {row.id for row in unfiled}
    new = sum(copy is None for _, copy in _pair(added, reported)[0])
    changes = FileChanges(
        added=[row._replace(standing=Standing.CONFIRMED) if row.key in confirmed else row for row in added],
        replaced=[row for row in reported if row.id not in staying],
        new=new,
        known=len(rows) - new,
    )
    for row, before in pairs:
        if before is not None and before.text != row.text:
            changes.replaced.append(before)
            changes.added.append(before._replace(at=row.at, text=row.text))
    minutes = {
        (row.key.wall, row.key.kind)
        for row, before in pairs
        if row.key.kind not in _NAMED_BY_TEXT
        and (before is None or before.standing is not Standing.WITHDRAWN)
    }
    changes.replaced.extend(
        row
        for row in rest
        if (row.key.wall, row.key.kind) in minutes and row.standing is not Standing.WITHDRAWN
    )
    return changes


def _number(rows: Iterable[EntryRow], others: Iterable[EntryRow]) -> list[EntryRow]:
    """Return rows with numbers that none of the others has."""
    taken = {row.key for row in others}
    numbered = []
    for row in rows:
        key = next(key for nth in count() if (key := row.key._replace(nth=nth)) not in taken)
        taken.add(key)
        numbered.append(row._replace(key=key))
    return numbered
