"""What the walk through a report found: candidates for entries, doses in doubt, names that nobody knows."""

from collections import Counter
from datetime import timedelta
from typing import Final

from ...models import EntryKind
from . import amounts
from .amounts import Amount, NoAmount
from .doubts import Doubts
from .entries import Candidate, Evidence
from .members import Member
from .place import Place
from .words import Role, Topic, is_printable

_MAX_DRIFT: Final = timedelta(days=1)
"""An entry farther than this from the day it stands in is left out."""


class Findings:
    """Gathers what is found."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.candidates: list[Candidate] = []
        self.doubts = Doubts()
        self.unknown: Counter[str] = Counter()

    def add(
        self,
        kind: EntryKind,
        place: Place,
        *,
        amount: Amount | None = None,
        measured: bool = True,
        text: str = "",
        evidence: Evidence = Evidence.STATED,
    ) -> set[EntryKind]:
        """Add a candidate, without amount where that was not understood; return its kind if it has a time."""
        if not place.understood and kind is not EntryKind.NOTE:
            amount = None
        wall = place.moment.wall
        if wall is None or (place.day is not None and abs(wall.date() - place.day) > _MAX_DRIFT):
            self.count_name(place.key)
            if evidence is Evidence.STATED and kind is not EntryKind.NOTE:
                may_be_sum = not place.cell
                day = place.moment.date if wall is None else place.day
                self.doubts.add(kind, day, amount if may_be_sum else None)
            return set()
        if amount is not None and amount.plain and amount.number == 1 and not measured:
            evidence = Evidence.AMBIGUOUS
        self.candidates.append(
            Candidate(
                kind=kind,
                wall=wall.replace(second=0),  # A file has none, nor need another place of the report.
                whole_hour=place.moment.whole_hour,
                amount=None if amount is None else amount.number,
                text=text,
                evidence=evidence,
                place=place.path,
                cell=place.cell,
            )
        )
        return {kind}

    def add_doubt(self, key: str, value: object, place: Place) -> None:
        """Remember what is about nothing, or about insulin of which nothing says the type."""
        if value in (None, "", 0):
            return
        self.count_name(key)
        kind = EntryKind.RAPID_ACTING_INSULIN
        amount = amounts.parse_amount(value, kind)
        nothing = amount is NoAmount.ZERO or amounts.is_own_unit_text(value, kind)
        if place.subject is Topic.INSULIN and not place.presence and not nothing:
            may_be_sum = place.moment.clock is None and place.understood and not place.cell
            total = amount if may_be_sum and isinstance(amount, Amount) else None
            self.doubts.add(place.subject, place.moment.date, total)

    def add_doubts_by_unit(self, members: list[Member], place: Place) -> None:
        """Remember amounts about nothing that are in grams or units, as entries of an unknown type are."""
        subject = amounts.find_subject_by_unit(members)
        if subject is None or (place.moment.clock is None and not place.cell):
            return
        kind = subject if isinstance(subject, EntryKind) else EntryKind.LONG_ACTING_INSULIN
        if any(
            isinstance(amounts.parse_amount(member.value, kind), Amount)
            for member in members
            if member.meaning.role in (Role.AMOUNT, Role.TEXT)
        ):
            self.doubts.add(subject, place.moment.date)

    def count_name(self, key: str) -> None:
        """Count a name that was not understood, if it may be shown to others."""
        if is_printable(key):
            self.unknown[key] += 1
