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
        self._found: list[tuple[Subject, date | None, float | None]] = []

    def add(self, subject: Subject | None, day: date | None, amount: Amount | None = None) -> None:
        """Remember a dose on a day, or on any of the report's if that is None.

        Give its amount if it may be the sum of the day, for nothing else is known of it.
        """
        if subject in _KINDS:
            self._found.append((subject, day, None if amount is None else amount.number))

    def find_unclear(
        self, entries: Iterable[FloatingEntry], days: Iterable[date]
    ) -> frozenset[tuple[EntryKind, date]]:
        """Return the kinds and days whose entries may not be all; what is the sum of its day is no doubt."""
        sums: defaultdict[tuple[EntryKind, date], float] = defaultdict(float)
        for entry in entries if self._found else ():
            sums[entry.kind, entry.wall.date()] += entry.amount or 0.0
        all_days = frozenset(days)
        return frozenset(
            (kind, day)
            for subject, stated, amount in frozenset(self._found)
            for day in (all_days if stated is None else (stated,))
            if stated is None
            or amount is None
            or abs(sum(sums[kind, day] for kind in _KINDS[subject]) - amount) > _LAST_DIGIT
            for kind in _KINDS[subject]
        )
