"""Which entries of a report and of CSV files are one: pure functions on what both can know of an entry.

That is its kind, its time and its amount. A text beside an amount is no part of it, since a report has none.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
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
    that was confirmed before than with one that was not, or was withdrawn.
    """
    by_key = {row.key: row for row in filed}
    exact = {row.key for row in reported if row.key in by_key}
    told = [by_key[key] for key in exact]
    by_hour: dict[object, list[EntryRow]] = {}
    for row in sorted(filed, key=_least_likely_first):
        if row.key not in exact:
            by_hour.setdefault(row.key.hour, []).append(row)
    unfiled = []
    for row in reported:
        if row.key in exact:
            continue
        candidates = by_hour.get(row.key.hour, [])
        same = [each for each in candidates if Precision.HOUR in (row.key.precision, each.key.precision)]
        if same:
            candidates.remove(same[-1])
            told.append(same[-1])
        else:
            unfiled.append(row)
    return unfiled, told


def _least_likely_first(row: EntryRow) -> tuple[int, int]:
    likelihood = (Standing.WITHDRAWN, Standing.UNTOLD, Standing.CONFIRMED).index(row.standing)
    return likelihood, -row.key.wall


def compare_file(
    rows: Sequence[EntryRow], reported: Sequence[EntryRow], filed: Sequence[EntryRow]
) -> FileChanges:
    """Return what the rows of a file change, beside those that reports and earlier files have told.

    What the file tells of one minute and kind replaces what an earlier one told of it, but for what was
    withdrawn since, and notes, of which a minute may hold several.
    """
    by_key = {row.key: row for row in filed}
    unfiled, told = match_reported(reported, [row for row in rows if row.key not in by_key])
    exact = {row.key for row in reported}
    confirmed = {row.key for row in told}
    staying = {row.id for row in unfiled}
    known = sum(row.key in by_key or row.key in exact for row in rows)
    changes = FileChanges(
        replaced=[row for row in reported if row.id not in staying], new=len(rows) - known, known=known
    )
    for row in rows:
        before = by_key.get(row.key)
        standing = Standing.CONFIRMED if row.key in confirmed else Standing.UNTOLD
        if before is None:
            changes.added.append(row._replace(standing=standing))
        elif before.text != row.text:
            changes.replaced.append(before)
            changes.added.append(row._replace(standing=before.standing))
    keys = {row.key for row in rows}
    minutes = {(key.wall, key.kind) for key in keys if key.kind not in _NAMED_BY_TEXT}
    changes.replaced.extend(
        row
        for row in filed
        if row.key not in keys
        and (row.key.wall, row.key.kind) in minutes
        and row.standing is not Standing.WITHDRAWN
    )
    return changes
