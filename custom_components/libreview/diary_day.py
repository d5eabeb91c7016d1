"""The days of a diary: what belongs to one of them, and when each entry was on the calendar."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import takewhile
from math import fsum
from typing import Final

from .glucose.units import shown
from .models import DiaryEntry, EntryKind, GlucoseUnit, Precision

UNITS: Final = {
    EntryKind.CARBOHYDRATES: "g",
    EntryKind.RAPID_ACTING_INSULIN: "U",
    EntryKind.LONG_ACTING_INSULIN: "U",
    EntryKind.BLOOD_GLUCOSE: GlucoseUnit.MG_DL,
    EntryKind.KETONES: "mmol/L",
}
"""What the amounts of an entry are counted in; a note has none."""
_LASTS: Final = {Precision.HOUR: timedelta(hours=1), Precision.MINUTE: timedelta(minutes=5)}
LONGEST: Final = max(_LASTS.values())
"""So long an entry stands on the calendar at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal:
    """What was entered of one kind on one day, in grams or units."""

    known_amount: float = field(repr=False)
    """The sum of the doses that have an amount."""
    entries: int
    without_amount: int

    @property
    def amount(self) -> float | None:
        """The sum; None when a dose without amount is among them, for any number would be too small."""
        return None if self.without_amount else self.known_amount


def amount_shown(entry: DiaryEntry, unit: GlucoseUnit) -> tuple[float, str] | None:
    """The amount of an entry and what it is counted in, blood glucose in the unit that the person reads."""
    if entry.amount is None or entry.kind not in UNITS:
        return None
    if entry.kind is EntryKind.BLOOD_GLUCOSE:
        return plain(shown(round(entry.amount), unit)), unit
    return plain(entry.amount), UNITS[entry.kind]


def total_of(entries: Iterable[DiaryEntry], kind: EntryKind, day: date) -> DayTotal:
    """Sum up what was entered of a kind on a day of the person's own clock."""
    amounts = [each.amount for each in entries if each.kind is kind and each.wall.date() == day]
    known = [amount for amount in amounts if amount is not None]
    return DayTotal(
        # Sums of tenths and halves, without the last binary digits.
        known_amount=plain(round(fsum(known), 2)),
        entries=len(amounts),
        without_amount=len(amounts) - len(known),
    )


def plain(amount: float) -> float:
    """The same amount, without a decimal point where nothing follows it."""
    return int(amount) if amount == int(amount) else amount


def midnight(day: date, clock: tzinfo) -> datetime:
    """The instant (UTC) at which a day begins; where the clocks skip midnight, that of the skip.

    No zone has set its clocks back over midnight since 2011, so that no date comes twice.
    """
    return datetime.combine(day, time(), clock).astimezone(UTC)


def span(entry: DiaryEntry) -> tuple[datetime, datetime]:
    """From when to when an entry stands on the calendar: the hour it lies in, or five minutes."""
    return entry.at, entry.at + _LASTS[entry.precision]


def going_on(entries: Sequence[DiaryEntry], now: datetime) -> DiaryEntry | None:
    """The latest entry whose time is now."""
    return next((each for each in _around(entries, now) if each.at <= now < span(each)[1]), None)


def moments(entries: Sequence[DiaryEntry], now: datetime) -> Iterator[datetime]:
    """The instants at which entries begin and end, of those that are not over."""
    for entry in _around(entries, now):
        yield from span(entry)


def _around(entries: Sequence[DiaryEntry], now: datetime) -> Iterator[DiaryEntry]:
    """The entries that may not be over, the latest first."""
    return takewhile(lambda entry: entry.at > now - LONGEST, reversed(entries))
