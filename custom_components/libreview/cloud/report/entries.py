"""Merging the candidates of a report into entries: the same entry may stand in several places and forms."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum, auto
from heapq import nlargest
from math import fsum
from typing import Final

from ...models import DiaryEntry, EntryKind, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingEntry:
    """An entry of the diary on the person's own clock (`wall`, naive), in grams or units of insulin."""

    wall: datetime
    kind: EntryKind
    amount: float | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    precision: Precision

    def to_diary_entry(self, at: datetime) -> DiaryEntry:
        """Return the entry with the instant (UTC) that its wall clock was resolved to."""
        return DiaryEntry(
            kind=self.kind,
            wall=self.wall,
            at=at,
            amount=self.amount,
            text=self.text,
            precision=self.precision,
        )


class Evidence(Enum):
    """The certainty of a candidate by itself."""

    STATED = auto()
    AMBIGUOUS = auto()
    """A plain 1: a flag, unless the same place holds other numbers."""
    PRESENCE = auto()
    """A flag that something was logged in that hour, which may stand elsewhere with its amount."""
    EMPTY = auto()
    """An entry without amount: a dose that was not counted, or an empty cell of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something in the report that looks like an entry.

    `wall` is the wall clock (naive), `whole_hour` whether that names an hour of a table, `amount` in grams or
    units. `place` is the path of keys to it, without indices and times, and `cell` the number of the list it
    stood in, 0 when it is an entry even if it is empty.
    """

    kind: EntryKind
    wall: datetime
    whole_hour: bool
    amount: float | None
    text: str
    evidence: Evidence
    place: tuple[str, ...]
    cell: int

    @property
    def hour(self) -> datetime:
        """Return the wall clock hour that it lies in."""
        return self.wall.replace(minute=0, second=0)

    @property
    def in_hour(self) -> bool:
        """Return whether the wall clock may stand for the whole hour."""
        return self.whole_hour or self.wall == self.hour


def join_parts(parts: list[Candidate], wholes: list[Candidate]) -> list[Candidate]:
    """Return the candidates of one object, where parts of a whole never add to it.

    `parts` stand in objects within it, `wholes` in itself. A whole that is not the sum of its parts is not
    understood, and keeps no amount.
    """
    inside: defaultdict[EntryKind, list[Candidate]] = defaultdict(list)
    for part in parts:
        if part.evidence is not Evidence.PRESENCE and part.kind is not EntryKind.NOTE:
            inside[part.kind].append(part)
    told = {whole.kind for whole in wholes if whole.evidence is not Evidence.PRESENCE}
    is_sum = {
        whole.kind: _sum_up(inside[whole.kind]) == whole.amount for whole in wholes if inside[whole.kind]
    }
    return [
        *(
            part
            for part in parts
            if part.kind not in told or is_sum.get(part.kind, part.kind is EntryKind.NOTE)
        ),
        *(
            whole if whole.kind not in is_sum else replace(whole, amount=None)
            for whole in wholes
            if not is_sum.get(whole.kind)
        ),
    ]


def _sum_up(parts: list[Candidate]) -> float | None:
    """Return the sum of some doses, None if one of them has no amount."""
    amounts = [part.amount for part in parts if part.amount is not None]
    return round(fsum(amounts), 3) if len(amounts) == len(parts) else None


_EMPTY_TABLE: Final = 12
"""Hours of one day with empty entries in one place that make them empty cells of a table."""


def find_entries(candidates: Iterable[Candidate]) -> tuple[FloatingEntry, ...]:
    """Return the entries by wall clock, each as often as it stands in the place that has it most often."""
    hours: defaultdict[tuple[EntryKind, datetime], list[Candidate]] = defaultdict(list)
    for candidate in _resolve_ambiguous(list(candidates)):
        hours[candidate.kind, candidate.hour].append(candidate)
    kept = [candidate for group in hours.values() for candidate in _merge_places(_drop_repetitions(group))]
    by_minute = {candidate.kind for candidate in kept if not candidate.in_hour}
    entries = [
        FloatingEntry(
            wall=candidate.wall,
            kind=candidate.kind,
            amount=candidate.amount,
            text=candidate.text,
            precision=(
                Precision.MINUTE
                if candidate.kind in by_minute and not candidate.whole_hour
                else Precision.HOUR
            ),
        )
        for candidate in kept
    ]
    return tuple(sorted(entries, key=_sort_key))


def _sort_key(entry: FloatingEntry) -> tuple[datetime, str, float, str]:
    return entry.wall, entry.kind, entry.amount or 0.0, entry.text


def _resolve_ambiguous(candidates: list[Candidate]) -> list[Candidate]:
    """Decide by the whole report which plain 1 is a flag, and drop the empty cells of tables."""
    numbers = {
        (candidate.kind, candidate.place[1:])
        for candidate in candidates
        if candidate.evidence is Evidence.STATED and candidate.amount
    }
    cells: defaultdict[int, set[EntryKind]] = defaultdict(set)
    table: defaultdict[tuple[EntryKind, tuple[str, ...], date], set[int]] = defaultdict(set)
    for candidate in candidates:
        if candidate.evidence is Evidence.EMPTY:
            if candidate.cell:
                cells[candidate.cell].add(candidate.kind)
            table[candidate.kind, candidate.place, candidate.wall.date()].add(candidate.wall.hour)
    result = []
    for candidate in candidates:
        if candidate.evidence is Evidence.AMBIGUOUS and (candidate.kind, candidate.place[1:]) not in numbers:
            candidate = _to_flag(candidate)  # noqa: PLW2901 (the same find, understood)
        elif candidate.evidence is Evidence.EMPTY and (
            len(cells.get(candidate.cell, ())) > 1
            or len(table[candidate.kind, candidate.place, candidate.wall.date()]) >= _EMPTY_TABLE
        ):
            continue
        result.append(candidate)
    return result


def _to_flag(candidate: Candidate) -> Candidate:
    return Candidate(
        kind=candidate.kind,
        wall=candidate.wall,
        whole_hour=candidate.whole_hour,
        amount=None,
        text=candidate.text,
        evidence=Evidence.PRESENCE,
        place=candidate.place,
        cell=candidate.cell,
    )


def _drop_repetitions(candidates: list[Candidate]) -> list[Candidate]:
    """Drop what one place says of the whole hour where another says it in detail."""
    if len(candidates) == 1:
        return candidates
    details: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    for candidate in candidates:
        if candidate.amount is not None:
            details[candidate.place].append(candidate.amount)
    # The places by the sum of what stands there in detail.
    summed: defaultdict[float, set[tuple[str, ...]]] = defaultdict(set)
    for place, amounts in details.items():
        if len(amounts) > 1:
            summed[round(sum(amounts), 3)].add(place)
    stated = {candidate.wall for candidate in candidates if candidate.evidence is not Evidence.PRESENCE}
    return [
        candidate
        for candidate in candidates
        if not (
            candidate.evidence is Evidence.PRESENCE
            and (candidate.wall in stated or (stated and candidate.in_hour))
        )
        and not (
            candidate.in_hour
            and candidate.amount is not None
            and (places := summed.get(round(candidate.amount, 3)))
            and places != {candidate.place}
        )
    ]


def _merge_places(candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates of one kind and hour, those that stand in several places once."""
    same: defaultdict[tuple[float | None, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        same[candidate.amount, candidate.text].append(candidate)
    return [candidate for alike in same.values() for candidate in _count_alike(alike)]


def _count_alike(alike: list[Candidate]) -> list[Candidate]:
    """Return each of some candidates that differ only in minute and place, as often as it was logged."""
    if len(alike) == 1:
        return alike
    places: defaultdict[tuple[str, ...], Counter[datetime]] = defaultdict(Counter)
    examples: dict[datetime, Candidate] = {}
    for candidate in alike:
        places[candidate.place][candidate.wall] += 1
        if candidate.wall not in examples or examples[candidate.wall].whole_hour:
            examples[candidate.wall] = candidate
    exact = {
        place: sum(count for wall, count in walls.items() if not examples[wall].in_hour)
        for place, walls in places.items()
    }
    first, second = nlargest(2, (*exact.values(), 0, 0))
    times = dict.fromkeys(examples, 0)
    for place, walls in places.items():
        # What stands at the beginning of the hour here may stand at its minute there.
        elsewhere = second if exact[place] == first else first
        for wall, count in walls.items():
            times[wall] = max(times[wall], count - (elsewhere if examples[wall].in_hour else 0))
    return [example for wall, example in examples.items() for _ in range(times[wall])]
