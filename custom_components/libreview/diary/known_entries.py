"""Which entries of a report are new: pure, without a clock and without I/O.

An entry that was reported as new never is again, even if later reports omit it or give its time more
precisely. The entries themselves are in the history.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
import hashlib
from typing import Any, Final, Self

from ..history.entry_matching import label_of
from ..models import DiaryEntry, Precision

_REMEMBERED_DAYS: Final = 100
"""Days. Reported entries are forgotten after this, when no report can bring them any more."""
_HOUR: Final = timedelta(hours=1)

type _Minute = int | None
"""The minute of the hour, or None where only the hour is known."""


class ReportedEntries:
    """The entries that were reported as new before, as fingerprints by day.

    A fingerprint is that of an entry's hour, kind and amount, and of its text where that is what was entered:
    a note written beside a dose makes it no new one. With it come the minutes, one for each of several equal
    entries. Days and hours are those of the wall clock, for the instants may be corrected.
    """

    def __init__(self, days: dict[str, dict[str, list[_Minute]]] | None = None) -> None:
        """Continue from the `data` of an earlier object."""
        self.data = days or {}

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Return the entries of `data`. Raises ValueError or the like if they are not understood."""
        return cls(
            {
                date.fromisoformat(day).isoformat(): {
                    str(fingerprint): [None if minute is None else int(minute) for minute in minutes]
                    for fingerprint, minutes in known.items()
                }
                for day, known in value.items()
            }
        )

    def add(self, entries: Iterable[DiaryEntry]) -> list[DiaryEntry]:
        """Add entries, and return those that were not there before."""
        groups: dict[tuple[str, str], list[DiaryEntry]] = {}
        for entry in entries:
            key = (entry.wall.date().isoformat(), _fingerprint(entry))
            groups.setdefault(key, []).append(entry)
        new = []
        for (day, fingerprint), group in groups.items():
            of_day = self.data.setdefault(day, {})
            known = of_day.setdefault(fingerprint, [])
            for former in {_fingerprint(entry, entry.text) for entry in group} - {fingerprint}:
                known += of_day.pop(former, ())
            new += _add_unmatched(sorted(group, key=lambda entry: entry.wall), known)
        return new

    def forget_before(self, day: date) -> None:
        """Forget the entries of earlier days."""
        oldest = day.isoformat()
        self.data = {key: known for key, known in self.data.items() if key >= oldest}


class KnownEntries:
    """What reports of one person have brought so far, as far as it tells which entries are new."""

    def __init__(self) -> None:
        """Start without any report."""
        self.is_blank = True
        """True until a report has covered a day. The entries of that first one are the past, and not new."""
        self._begun_at: datetime | None = None
        """The instant of the first report, even of an empty one."""
        self._reported = ReportedEntries()

    def update(
        self,
        entries: Iterable[DiaryEntry],
        days: Collection[date],
        *,
        window: tuple[date, date],
        now: datetime,
    ) -> tuple[DiaryEntry, ...]:
        """Take in a report on the days of `window` (first and last); return the new entries, oldest first.

        `days` are those that the report covers. Entries outside the window are left out.
        """
        first, last = window
        received = [entry for entry in entries if first <= entry.wall.date() <= last]
        covered = {day for day in days if first <= day <= last} | {entry.wall.date() for entry in received}
        new = self._reported.add(received)
        self._reported.forget_before(now.date() - timedelta(days=_REMEMBERED_DAYS))
        if self.is_blank:
            new = [
                entry for entry in new if self._begun_at is not None and _last_instant(entry) > self._begun_at
            ]
        self.is_blank = self.is_blank and not covered
        self._begun_at = self._begun_at or now
        return tuple(sorted(new, key=_sort_key))

    @property
    def data(self) -> dict[str, Any]:
        """Everything as JSON."""
        return {
            "begun_at": self._begun_at and self._begun_at.isoformat(),
            "is_blank": self.is_blank,
            "handed_out": self._reported.data,
        }

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Return what `data` was, a new object if it is not understood."""
        known = cls()
        try:
            begun_at = value["begun_at"]
            begun = None if begun_at is None else datetime.fromisoformat(begun_at).astimezone(UTC)
            reported = ReportedEntries.parse(value["handed_out"])
            is_blank = bool(value["is_blank"])
        except ArithmeticError, AttributeError, LookupError, TypeError, ValueError:
            return known
        known.is_blank, known._begun_at, known._reported = is_blank, begun, reported
        return known


def _sort_key(entry: DiaryEntry) -> tuple[datetime, datetime, str]:
    return entry.at, entry.wall, entry.kind


def _last_instant(entry: DiaryEntry) -> datetime:
    """Return the last instant at which the entry may have been made."""
    return entry.at + (_HOUR if entry.precision is Precision.HOUR else timedelta())


def _fingerprint(entry: DiaryEntry, text: str | None = None) -> str:
    """Return the fingerprint of an entry. `text` is for that of former versions, which had all of it."""
    label = label_of(entry.kind, entry.text) if text is None else text
    # Whether a plain 1 of a report is an amount or a flag shows only beside other numbers, and so may change.
    amount = "" if entry.amount in (None, 1) else repr(float(entry.amount))
    parts = (str(entry.kind), entry.wall.strftime("%H"), amount, label)
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()[:16]


def _minute(entry: DiaryEntry) -> _Minute:
    return entry.wall.minute if entry.precision is Precision.MINUTE else None


def _add_unmatched(group: list[DiaryEntry], known: list[_Minute]) -> list[DiaryEntry]:
    """Add the minutes of a group of equal entries to `known`, and return the entries that were not there.

    Each known minute stands for one entry: for one of the same minute, else for one of another precision, and
    then it is replaced by that entry's.
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
    """Return 0 for the same minute, 1 if one of the two is unknown, None if they differ."""
    if one == other:
        return 0
    return 1 if one is None or other is None else None
