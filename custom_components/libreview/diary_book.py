"""What has been read of one person's diary, and which of it is new: pure, without a clock and without I/O.

A report is the truth for the days it speaks of: what was changed or deleted in the app is so here too.
What was once handed out as new never is again, whatever later reports leave out or tell more precisely.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
import hashlib
from typing import Any, Final, Self

from .models import DiaryEntry, EntryKind, Precision

KEPT_DAYS: Final = 90
_REMEMBERED_DAYS: Final = 100
"""Longer than entries are kept, and than any report reaches back."""
_HOUR: Final = timedelta(hours=1)

type _Minute = int | None
"""The minute of the hour, None where only the hour is known."""


class HandedOut:
    """Which entries were handed out before, remembered by fingerprint.

    A fingerprint is that of an entry's hour, kind, amount and text; beside it are the minutes, one for each
    of several equal entries. The wall clock counts, for the instant it is taken for may change.
    """

    def __init__(self, days: dict[str, dict[str, list[_Minute]]] | None = None) -> None:
        """Continue from what `data` gave."""
        self.data = days or {}

    @classmethod
    def parse(cls, value: Any) -> Self:
        """What was written down. Raises ValueError or the like for what makes no sense."""
        return cls(
            {
                date.fromisoformat(day).isoformat(): {
                    str(fingerprint): [None if minute is None else int(minute) for minute in minutes]
                    for fingerprint, minutes in known.items()
                }
                for day, known in value.items()
            }
        )

    def new_among(self, entries: Iterable[DiaryEntry]) -> list[DiaryEntry]:
        """The entries that were never seen before; from now on they have been."""
        groups: dict[tuple[str, str], list[DiaryEntry]] = {}
        for entry in entries:
            key = (entry.wall.date().isoformat(), _fingerprint(entry))
            groups.setdefault(key, []).append(entry)
        new = []
        for (day, fingerprint), group in groups.items():
            known = self.data.setdefault(day, {}).setdefault(fingerprint, [])
            new += _unmatched(sorted(group, key=lambda entry: entry.wall), known)
        return new

    def forget_before(self, day: date) -> None:
        """Drop what is so old that nobody tells of it any more."""
        self.data = {each: known for each, known in self.data.items() if each >= day.isoformat()}


class DiaryBook:
    """The diary of one person, as far as it has been read."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.entries: tuple[DiaryEntry, ...] = ()
        """The last 90 days, in the order of time."""
        self.is_blank = True
        """Whether no report has spoken of any day yet. What the first one tells is the past, and not new."""
        self._begun_at: datetime | None = None
        self._handed_out = HandedOut()

    def update(
        self,
        entries: Iterable[DiaryEntry],
        days: Collection[date],
        *,
        window: tuple[date, date],
        now: datetime,
    ) -> tuple[DiaryEntry, ...]:
        """Take in a report on the days of `window` (first and last), and give what is new, oldest first.

        `days` are those it speaks of. What it tells of others is left out.
        """
        first, last = window
        told = [entry for entry in entries if first <= entry.wall.date() <= last]
        spoken = {day for day in days if first <= day <= last} | {entry.wall.date() for entry in told}
        today = now.date()
        kept = (
            entry
            for entry in self.entries
            if entry.wall.date() not in spoken and (today - entry.wall.date()).days <= KEPT_DAYS
        )
        self.entries = tuple(sorted((*kept, *told), key=_order))
        new = self._handed_out.new_among(told)
        self._handed_out.forget_before(today - timedelta(days=_REMEMBERED_DAYS))
        if self.is_blank:
            new = [entry for entry in new if self._begun_at is not None and _end(entry) > self._begun_at]
        self.is_blank = self.is_blank and not spoken
        self._begun_at = self._begun_at or now
        return tuple(sorted(new, key=_order))

    @property
    def data(self) -> dict[str, Any]:
        """All of it, to be written down."""
        return {
            "begun_at": self._begun_at and self._begun_at.isoformat(),
            "is_blank": self.is_blank,
            "entries": [_written(entry) for entry in self.entries],
            "handed_out": self._handed_out.data,
        }

    @classmethod
    def parse(cls, value: Any) -> Self:
        """What was written down; an empty book in place of what makes no sense."""
        book = cls()
        try:
            begun_at = value["begun_at"]
            begun = None if begun_at is None else datetime.fromisoformat(begun_at).astimezone(UTC)
            entries = tuple(sorted(map(_entry, value["entries"]), key=_order))
            handed_out = HandedOut.parse(value["handed_out"])
            is_blank = bool(value["is_blank"])
        except ArithmeticError, AttributeError, LookupError, TypeError, ValueError:
            return book
        book.entries, book.is_blank = entries, is_blank
        book._begun_at, book._handed_out = begun, handed_out
        return book


def _order(entry: DiaryEntry) -> tuple[datetime, datetime, str]:
    return entry.at, entry.wall, entry.kind


def _end(entry: DiaryEntry) -> datetime:
    """The last instant at which it may have been made."""
    return entry.at + (_HOUR if entry.precision is Precision.HOUR else timedelta())


def _fingerprint(entry: DiaryEntry) -> str:
    # Whether a plain 1 of a report is an amount or a flag shows only beside other numbers, and so may change.
    amount = "" if entry.amount in (None, 1) else repr(float(entry.amount))
    parts = (str(entry.kind), entry.wall.strftime("%H"), amount, entry.text)
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()[:16]


def _minute(entry: DiaryEntry) -> _Minute:
    return entry.wall.minute if entry.precision is Precision.MINUTE else None


def _unmatched(group: list[DiaryEntry], known: list[_Minute]) -> list[DiaryEntry]:
    """The entries of a group beyond those already known, which are then added to `known`.

    Each known one stands for one entry, for that of the same minute before that of another precision, whose
    minute it takes on.
    """
    pairs = sorted(
        (distance, index, place)
        for index, entry in enumerate(group)
        for place, minute in enumerate(known)
        if (distance := _distance(_minute(entry), minute)) is not None
    )
    matched: dict[int, int] = {}
    for _, index, place in pairs:
        if index not in matched and place not in matched.values():
            matched[index] = place
    for index, place in matched.items():
        known[place] = _minute(group[index])
    new = [entry for index, entry in enumerate(group) if index not in matched]
    known += map(_minute, new)
    return new


def _distance(one: _Minute, other: _Minute) -> int | None:
    """How little they are alike, None when they cannot be the same."""
    if one == other:
        return 0
    return 1 if one is None or other is None else None


def _written(entry: DiaryEntry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "wall": entry.wall.isoformat(),
        "at": entry.at.isoformat(),
        "amount": entry.amount,
        "text": entry.text,
        "precision": entry.precision,
    }


def _entry(value: Any) -> DiaryEntry:
    return DiaryEntry(
        kind=EntryKind(value["kind"]),
        wall=datetime.fromisoformat(value["wall"]).replace(tzinfo=None),
        at=datetime.fromisoformat(value["at"]).astimezone(UTC),
        amount=None if value["amount"] is None else float(value["amount"]),
        text=str(value["text"]),
        precision=Precision(value["precision"]),
    )
