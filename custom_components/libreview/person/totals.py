"""The sums of a day of the diary, and the instant at which a day begins."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from math import fsum

from ..models import DiaryEntry, EntryKind
from .display import trim_zero


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal:
    """The sum of one kind of entry on one day, in grams or units."""

    known_amount: float = field(repr=False)
    """The sum of the doses that have an amount."""
    entries: int
    """The number of entries."""
    without_amount: int
    """The number of those without an amount."""

    @property
    def amount(self) -> float | None:
        """The sum; None when a dose without amount is among them, for any number would be too small."""
        return None if self.without_amount else self.known_amount


def sum_of_day(entries: Iterable[DiaryEntry], kind: EntryKind, day: date) -> DayTotal:
    """Return the sum of the entries of a kind on a day of the person's wall clock."""
    amounts = [entry.amount for entry in entries if entry.kind is kind and entry.wall.date() == day]
    known = [amount for amount in amounts if amount is not None]
    return DayTotal(
        # Without the last binary digits; nobody writes more than thousandths.
        known_amount=trim_zero(round(fsum(known), 3)),
        entries=len(amounts),
        without_amount=len(amounts) - len(known),
    )


def midnight(day: date, time_zone: tzinfo) -> datetime:
    """Return the instant (UTC) at which a day begins; where the clocks skip midnight, that of the skip.

    No time zone has set its clocks back over midnight since 2011, so that no date comes twice.
    """
    return datetime.combine(day, time(), time_zone).astimezone(UTC)
