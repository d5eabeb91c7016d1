"""What a report says, put together: the same entry may stand in it in several places and forms."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from typing import Final

from ..models import DiaryEntry, EntryKind, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingEntry:
    """An entry of the diary on the person's own clock (`wall`, naive), in grams or units of insulin."""

    wall: datetime
    kind: EntryKind
    amount: float | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    precision: Precision

    def resolved(self, at: datetime) -> DiaryEntry:
        """The same with the instant (UTC) that its wall clock is taken for."""
        return DiaryEntry(
            kind=self.kind,
            wall=self.wall,
            at=at,
            amount=self.amount,
            text=self.text,
            precision=self.precision,
        )


class Weight(Enum):
    """How much a find says by itself."""

    STATED = auto()
    AMBIGUOUS = auto()
    """A plain 1: a flag, unless the same place holds other numbers."""
    PRESENCE = auto()
    """A flag that something was logged in that hour, which may be what stands elsewhere."""
    EMPTY = auto()
    """An entry without amount: a dose that was not counted, or an empty cell of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """Something in the report that looks like an entry.

    `place` is where it was found, without indices and times, and `cell` the list it stood in, 0 when it is
    an entry even if it is empty.
    """

    kind: EntryKind
    wall: datetime
    bucket: bool
    amount: float | None
    text: str
    weight: Weight
    place: tuple[str, ...]
    cell: int

    @property
    def hour(self) -> datetime:
        """The hour that it lies in."""
        return self.wall.replace(minute=0, second=0)

    @property
    def in_hour(self) -> bool:
        """Whether the wall clock may stand for the whole hour."""
        return self.bucket or self.wall == self.hour


_EMPTY_TABLE: Final = 12
"""Nobody logs doses without amount in as many hours of one day."""


def entries_of(finds: Iterable[Find]) -> tuple[FloatingEntry, ...]:
    """The entries, in the order of the wall clock, each as often as the place that has it most often."""
    hours: defaultdict[tuple[EntryKind, datetime], list[Find]] = defaultdict(list)
    for find in _weighed(list(finds)):
        hours[find.kind, find.hour].append(find)
    kept = [find for group in hours.values() for find in _merged(_without_repetitions(group))]
    by_minute = {find.kind for find in kept if not find.in_hour}
    entries = [
        FloatingEntry(
            wall=find.wall,
            kind=find.kind,
            amount=find.amount,
            text=find.text,
            precision=(Precision.MINUTE if find.kind in by_minute and not find.bucket else Precision.HOUR),
        )
        for find in kept
    ]
    return tuple(sorted(entries, key=_order))


def _order(entry: FloatingEntry) -> tuple[datetime, str, float, str]:
    return entry.wall, entry.kind, entry.amount or 0.0, entry.text


def _weighed(finds: list[Find]) -> list[Find]:
    """Decide what is only understood from the whole report: plain ones, and empty cells."""
    numbers = {(find.kind, find.place[1:]) for find in finds if find.weight is Weight.STATED and find.amount}
    cells: defaultdict[int, set[EntryKind]] = defaultdict(set)
    table: defaultdict[tuple[EntryKind, tuple[str, ...], date], set[int]] = defaultdict(set)
    for find in finds:
        if find.weight is Weight.EMPTY:
            if find.cell:
                cells[find.cell].add(find.kind)
            table[find.kind, find.place, find.wall.date()].add(find.wall.hour)
    result = []
    for find in finds:
        if find.weight is Weight.AMBIGUOUS and (find.kind, find.place[1:]) not in numbers:
            find = _flag(find)  # noqa: PLW2901 (the same find, understood)
        elif find.weight is Weight.EMPTY and (
            len(cells.get(find.cell, ())) > 1
            or len(table[find.kind, find.place, find.wall.date()]) >= _EMPTY_TABLE
        ):
            continue
        result.append(find)
    return result


def _flag(find: Find) -> Find:
    return Find(
        kind=find.kind,
        wall=find.wall,
        bucket=find.bucket,
        amount=None,
        text=find.text,
        weight=Weight.PRESENCE,
        place=find.place,
        cell=find.cell,
    )


def _without_repetitions(finds: list[Find]) -> list[Find]:
    """Drop what one place says of the whole hour when another place says it in detail."""
    if len(finds) == 1:
        return finds
    details: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    for find in finds:
        if find.amount is not None:
            details[find.place].append(find.amount)
    sums = {place: round(sum(amounts), 3) for place, amounts in details.items() if len(amounts) > 1}
    told = {find.wall for find in finds if find.weight is not Weight.PRESENCE}
    return [
        find
        for find in finds
        if not (find.weight is Weight.PRESENCE and (find.wall in told or (told and find.in_hour)))
        and not (
            find.in_hour
            and find.amount is not None
            and any(total == round(find.amount, 3) for place, total in sums.items() if place != find.place)
        )
    ]


def _merged(finds: list[Find]) -> list[Find]:
    """The finds of one kind and hour, those that stand in several places counted once."""
    same: defaultdict[tuple[float | None, str], list[Find]] = defaultdict(list)
    for find in finds:
        same[find.amount, find.text].append(find)
    return [find for alike in same.values() for find in _counted(alike)]


def _counted(alike: list[Find]) -> list[Find]:
    """Finds that differ only in the minute and the place."""
    if len(alike) == 1:
        return alike
    places: defaultdict[tuple[str, ...], Counter[datetime]] = defaultdict(Counter)
    examples: dict[datetime, Find] = {}
    for find in alike:
        places[find.place][find.wall] += 1
        if find.wall not in examples or examples[find.wall].bucket:
            examples[find.wall] = find
    exact = {
        place: sum(count for wall, count in walls.items() if not examples[wall].in_hour)
        for place, walls in places.items()
    }
    kept: list[Find] = []
    for wall, example in examples.items():
        times = 0
        for place, walls in places.items():
            # What stands at the beginning of the hour here may stand at its minute there.
            elsewhere = max((count for other, count in exact.items() if other != place), default=0)
            times = max(times, walls[wall] - (elsewhere if example.in_hour else 0))
        kept += [example] * times
    return kept
