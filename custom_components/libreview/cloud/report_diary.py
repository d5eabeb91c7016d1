"""The diary in a report: notes, carbohydrates and insulin, wherever they stand.

The names and the nesting are recorded nowhere public, so everything is walked through. What a number is about
is said by its own name, by that of something around it, or by the name of a kind beside it, the nearest
first; when it was, likewise.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
import re
from typing import Final

from ..models import EntryKind
from . import report_amounts as amounts
from .report_amounts import Amount, Said
from .report_entries import Find, Weight
from .report_members import Member, Standing, TypeOf, clues, holds, key_moment, settled, standing, type_of
from .report_times import NO_MOMENT, Moment, hour, moment_of
from .report_words import Meaning, Role, Subject, Topic, meaning, opaque, printable

_DEEPEST: Final = 40
_HOURS: Final = 24
_LONGEST_NOTE: Final = 1000
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NAMELESS: Final = Meaning(Role.WRAPPER)
_DRIFT: Final = timedelta(days=1)
"""How far an entry may lie from the day it stands in."""
_CLEARING: Final = (Role.ASIDE, Role.UNKNOWN)
_PASSING: Final = (Role.WRAPPER, Role.TIME)
_READING: Final = (Role.TIME, Role.AMOUNT, Role.DERIVED, Role.ASIDE, Role.PRESENCE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is, and what is known from what encloses it."""

    moment: Moment
    day: date | None
    path: tuple[str, ...]
    key: str = ""
    means: Meaning = _NAMELESS
    """Of the last name, which speaks of plain values in lists and tables below it."""
    subject: Subject | None = None
    non_numeric: bool = False
    presence: bool = False
    listed: bool = False
    cell: int = 0
    depth: int = 0

    def below(self, key: str, means: Meaning, *, walked: bool = False) -> _Place:
        """The place under a name; `walked` when it is no plain value."""
        subject = settled(means, self.subject)
        passing = means.subject is None and means.role in _PASSING
        return replace(
            self,
            path=(*self.path, key.lower()),
            key=key,
            means=self.means if passing else replace(means, counted=means.counted and not walked),
            subject=None if means.role in _CLEARING else subject,
            non_numeric=self.non_numeric or means.role is Role.NON_NUMERIC,
            presence=self.presence or means.role is Role.PRESENCE,
            listed=False,
            depth=self.depth + 1,
        )


class Diary:
    """Walks through the days of a report and gathers what looks like entries."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.finds: list[Find] = []
        self.unknown: Counter[str] = Counter()
        self._cells = count(1)

    def add_day(self, value: object, day: date | None, index: int) -> None:
        """Read one of the days, whose own time is a date and nothing more."""
        place = _Place(Moment(day), day, (str(index),))
        if isinstance(value, dict):
            self._object(value, place, timed=False)
        else:
            self._walk(value, place)

    def add_beside(self, members: Mapping[str, object]) -> None:
        """Read what stands beside the days under the name of a kind of entries."""
        for key, value in members.items():
            means = meaning(key)
            if means.role is Role.SUBJECT and isinstance(means.subject, EntryKind) and holds(value):
                self._walk(value, _Place(NO_MOMENT, None, ("",)).below(key, means, walked=True))

    def _walk(self, value: object, place: _Place) -> set[EntryKind]:
        """Gather the entries in a value; the kinds of those found."""
        if place.depth > _DEEPEST:
            return set()
        if isinstance(value, dict):
            return self._object(value, place)
        if isinstance(value, list):
            return self._list(value, place)
        return self._scalar(value, place)

    def _list(self, values: list[object], place: _Place) -> set[EntryKind]:
        by_hour = len(values) == _HOURS and place.moment.clock is None
        inner = replace(place, listed=not by_hour, cell=next(self._cells), depth=place.depth + 1)
        found: set[EntryKind] = set()
        for index, value in enumerate(values):
            if place.subject is Topic.GLUCOSE and isinstance(value, dict) and _is_reading(value):
                continue
            if by_hour:
                inner = replace(inner, moment=(hour(index) or NO_MOMENT).within(place.moment))
            found |= self._walk(value, inner) if value not in (None, "") else self._nothing(inner)
        return found

    def _nothing(self, place: _Place) -> set[EntryKind]:
        """A null in a list that belongs to one time: something was logged then, and not how much."""
        kind = place.subject
        if not place.listed or place.moment.clock is None or not isinstance(kind, EntryKind):
            return set()
        if kind is EntryKind.NOTE or place.presence or place.non_numeric:
            return set()
        return self._emit(kind, replace(place, cell=0), weight=Weight.EMPTY)

    def _object(self, value: dict[str, object], place: _Place, *, timed: bool = True) -> set[EntryKind]:
        members = [Member(key, each, meaning(key)) for key, each in value.items()]
        own = moment_of(clues(members)) if timed else NO_MOMENT
        kind = type_of(members, place.subject)
        self._count_unknown(members, kind)
        if kind.ignored:
            return set()
        place = replace(place, moment=own.within(place.moment), subject=kind.subject)
        groups: defaultdict[Standing, list[Member]] = defaultdict(list)
        for member in members:
            groups[standing(member, place.subject)].append(member)
        found: set[EntryKind] = set()
        for member in groups[Standing.HOLDING]:
            found |= self._walk(member.value, self._under(member, value, place))
        for member in groups[Standing.NAMED] + groups[Standing.KEYED]:
            found |= self._scalar(member.value, self._under(member, value, place))
        found |= self._statement(members, groups[Standing.INSIDE], place)
        for late in (groups[Standing.PART], groups[Standing.FLAG]):
            told = frozenset(found)
            for member in late:
                if settled(member.means, place.subject) not in told:
                    found |= self._scalar(member.value, self._under(member, value, place))
        # What holds others holds the amounts too, unless one stands right here.
        is_whole = bool(groups[Standing.INSIDE]) or not groups[Standing.HOLDING]
        is_one = timed and (place.listed or own.clock is not None)
        if is_whole and is_one and found <= {EntryKind.NOTE}:
            found |= self._empty(groups[Standing.INSIDE], own, place)
        return found

    def _under(self, member: Member, parent: dict[str, object], place: _Place) -> _Place:
        if opaque(member.key):
            return self._between(member.key, parent, place)
        return place.below(member.key, member.means, walked=holds(member.value))

    def _between(self, key: str, parent: dict[str, object], place: _Place) -> _Place:
        """The place under a key that is no name, which may be a time."""
        moment = key_moment(key, parent, hours=place.means.clue is not None or "hour" in place.key.lower())
        below = replace(place, depth=place.depth + 1)
        if moment is None:
            return replace(below, listed=True)
        return replace(below, moment=moment.within(place.moment), listed=False)

    def _statement(self, members: list[Member], inside: list[Member], place: _Place) -> set[EntryKind]:
        """What an object says as a whole, by the amount or the text that stands in it."""
        kind = place.subject
        if kind is Topic.GLUCOSE:
            return set()
        if kind is EntryKind.NOTE:
            roles = (Role.TEXT, Role.AMOUNT)
            texts = [member for member in members if member.means.role in roles]
            return self._texts(texts, place)
        if not isinstance(kind, EntryKind):
            for member in inside:
                if member.value not in (None, "", 0):
                    self._miss(member.key)
            return set()
        statement = amounts.together(inside, kind)
        for key in statement.odd:
            self._miss(key)
        if statement.said is Said.SOMETHING or (place.non_numeric and not isinstance(statement.said, Said)):
            return self._emit(kind, place, weight=Weight.PRESENCE if place.presence else Weight.STATED)
        if isinstance(statement.said, Amount):
            if place.presence:
                return self._emit(kind, place, weight=Weight.PRESENCE)
            return self._emit(kind, place, amount=statement.said, measured=statement.measured)
        return set()

    def _texts(self, members: list[Member], place: _Place) -> set[EntryKind]:
        found: set[EntryKind] = set()
        for member in members:
            if isinstance(member.value, str):
                found |= self._scalar(member.value, replace(place, path=(*place.path, member.key.lower())))
        return found

    def _empty(self, inside: list[Member], own: Moment, place: _Place) -> set[EntryKind]:
        """An object of a kind that has an amount, with none in it."""
        kind = place.subject
        if not isinstance(kind, EntryKind) or kind is EntryKind.NOTE:
            return set()
        if amounts.together(inside, kind).said is not Said.NOTHING:
            return set()
        in_table = bool(inside) and own.clock is None
        return self._emit(kind, replace(place, cell=place.cell if in_table else 0), weight=Weight.EMPTY)

    def _scalar(self, value: object, place: _Place) -> set[EntryKind]:
        kind = place.subject
        if kind is EntryKind.NOTE:
            if not isinstance(value, str) or place.presence or place.non_numeric:
                return set()
            text = _clean(value)
            return self._emit(kind, place, text=text) if text else set()
        if not isinstance(kind, EntryKind):
            if value not in (None, "", 0) and kind is not Topic.GLUCOSE:
                self._miss(place.key)
            return set()
        said = amounts.read(value, kind)
        if said in (Said.NOTHING, Said.NONE_LOGGED):
            return set()
        counted = place.means.counted and place.means.in_insulin is not kind
        if said is Said.ODD or (isinstance(said, Amount) and said.plain and counted):
            self._miss(place.key)
            return set()
        if place.presence and not place.non_numeric:
            return self._emit(kind, place, weight=Weight.PRESENCE)
        if place.non_numeric or not isinstance(said, Amount):
            return self._emit(kind, place)
        return self._emit(kind, place, amount=said, measured=place.means.measured)

    def _emit(
        self,
        kind: EntryKind,
        place: _Place,
        *,
        amount: Amount | None = None,
        measured: bool = True,
        text: str = "",
        weight: Weight = Weight.STATED,
    ) -> set[EntryKind]:
        wall = place.moment.wall
        if wall is None or (place.day is not None and abs(wall.date() - place.day) > _DRIFT):
            self._miss(place.key)
            return set()
        if amount is not None and amount.plain and amount.number == 1 and not measured:
            weight = Weight.AMBIGUOUS
        self.finds.append(
            Find(
                kind=kind,
                wall=wall,
                bucket=place.moment.bucket,
                amount=None if amount is None else amount.number,
                text=text,
                weight=weight,
                place=place.path,
                cell=place.cell,
            )
        )
        return {kind}

    def _count_unknown(self, members: list[Member], kind: TypeOf) -> None:
        for member in members:
            if member.means.role is Role.UNKNOWN:
                self._miss(member.key)
        if kind.missed is not None:
            self._miss(kind.missed)

    def _miss(self, key: str) -> None:
        if printable(key):
            self.unknown[key] += 1


def _is_reading(value: dict[str, object]) -> bool:
    """Whether there is nothing in here but a reading; there are many of them."""
    for key in value:
        means = meaning(key)
        if means.role not in _READING or means.subject is not None:
            return False
    return True


def _clean(text: str) -> str:
    """A note without what could not be stored or shown."""
    text = text[: 4 * _LONGEST_NOTE].encode("utf-8", "replace").decode()
    return _CONTROLS.sub("", text).strip()[:_LONGEST_NOTE].rstrip()
