"""The days of which a report holds a dose that was not understood, so that their sums cannot be known."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final

from ...models import EntryKind
from .amounts import Amount
from .entries import FloatingEntry
from .words import Subject, Topic

_KINDS: Final = {
    EntryKind.CARBOHYDRATES: (EntryKind.CARBOHYDRATES,),
    EntryKind.RAPID_ACTING_INSULIN: (EntryKind.RAPID_ACTING_INSULIN,),
    EntryKind.LONG_ACTING_INSULIN: (EntryKind.LONG_ACTING_INSULIN,),
    Topic.INSULIN: (EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN),
}
"""The kinds of entries that a dose of each subject may be."""
_LAST_DIGIT: Final = 0.005


class Doubts:
    """Gathers doses without a time or a kind, and tells which sums they leave unknown."""

    def __init__(self) -> None:
        """Begin without any."""
        self._found: list[tuple[Subject, date, float | None]] = []

    def add(self, subject: Subject | None, day: date | None, amount: Amount | None = None) -> None:
        """Remember a dose on a day; its amount if nothing else is known, for it may be the sum of the day."""
        if subject in _KINDS and day is not None:
            self._found.append((subject, day, None if amount is None else amount.number))

    def find_unclear(self, entries: Iterable[FloatingEntry]) -> frozenset[tuple[EntryKind, date]]:
        """Return the kinds and days whose entries may not be all; what is their sum is no doubt."""
        sums: defaultdict[tuple[EntryKind, date], float] = defaultdict(float)
        for entry in entries if self._found else ():
            sums[entry.kind, entry.wall.date()] += entry.amount or 0.0
        return frozenset(
            (kind, day)
            for subject, day, amount in self._found
            if amount is None or abs(sum(sums[kind, day] for kind in _KINDS[subject]) - amount) > _LAST_DIGIT
            for kind in _KINDS[subject]
        )
