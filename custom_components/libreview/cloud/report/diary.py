"""Finding the diary in a report: notes, carbohydrates and insulin, wherever they stand.

The names and the nesting are recorded nowhere public, so everything is walked through. The subject of a
number is given by its own name, by that of something around it, or by the name of a kind beside it, the
nearest first; its time likewise.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
import re
from typing import Final

from ...models import EntryKind
from . import amounts
from .amounts import Amount, NoAmount
from .entries import Candidate, Evidence
from .members import (
    Member,
    MemberRole,
    ObjectType,
    find_member_role,
    find_time_clues,
    is_container,
    parse_key_time,
    parse_type,
    resolve_subject,
)
from .place import Place
from .times import NO_TIME, ReportedTime, parse_hour, parse_reported_time
from .words import Role, Topic, is_opaque, is_printable, parse_name

_DEEPEST: Final = 40
_HOURS: Final = 24
_LONGEST_NOTE: Final = 1000
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MAX_DRIFT: Final = timedelta(days=1)
"""An entry farther than this from the day it stands in is left out."""
_READING_ROLES: Final = (Role.TIME, Role.AMOUNT, Role.DERIVED, Role.IRRELEVANT, Role.PRESENCE)


class ReportedDiary:
    """Walks through the days of a report and gathers candidates for entries."""

    def __init__(self) -> None:
        """Begin without candidates."""
        self.candidates: list[Candidate] = []
        self.unknown: Counter[str] = Counter()
        self._cells = count(1)

    def add_day(self, value: object, day: date | None, index: int) -> None:
        """Gather the candidates in one of the days, whose own time is a date and nothing more."""
        place = Place(ReportedTime(day), day, (str(index),))
        if isinstance(value, dict):
            self._walk_object(value, place, timed=False)
        else:
            self._walk(value, place)

    def add_beside(self, members: Mapping[str, object]) -> None:
        """Gather the candidates that stand beside the days under the name of a kind of entries."""
        for key, value in members.items():
            meaning = parse_name(key)
            if (
                meaning.role is Role.SUBJECT
                and isinstance(meaning.subject, EntryKind)
                and is_container(value)
            ):
                self._walk(value, Place(NO_TIME, None, ("",)).below(key, meaning, walked=True))

    def _walk(self, value: object, place: Place) -> set[EntryKind]:
        """Gather the candidates in a value, and return their kinds."""
        if place.depth > _DEEPEST:
            return set()
        if isinstance(value, dict):
            return self._walk_object(value, place)
        if isinstance(value, list):
            return self._walk_list(value, place)
        return self._walk_scalar(value, place)

    def _walk_list(self, values: list[object], place: Place) -> set[EntryKind]:
        by_hour = len(values) == _HOURS and place.moment.clock is None
        inner = replace(place, listed=not by_hour, cell=next(self._cells), depth=place.depth + 1)
        found: set[EntryKind] = set()
        for index, value in enumerate(values):
            if place.subject is Topic.GLUCOSE and isinstance(value, dict) and _is_reading(value):
                continue
            if by_hour:
                inner = replace(inner, moment=(parse_hour(index) or NO_TIME).within(place.moment))
            found |= self._walk(value, inner) if value not in (None, "") else self._walk_null(inner)
        return found

    def _walk_null(self, place: Place) -> set[EntryKind]:
        """Gather a null in a list that belongs to one time: something was logged then, without its amount."""
        kind = place.subject
        if not place.listed or place.moment.clock is None or not isinstance(kind, EntryKind):
            return set()
        if kind is EntryKind.NOTE or place.presence or place.non_numeric:
            return set()
        return self._emit(kind, replace(place, cell=0), evidence=Evidence.EMPTY)

    def _walk_object(self, value: dict[str, object], place: Place, *, timed: bool = True) -> set[EntryKind]:
        members = [Member(key, member, parse_name(key)) for key, member in value.items()]
        own = parse_reported_time(find_time_clues(members)) if timed else NO_TIME
        kind = parse_type(members, place.subject)
        self._count_unknown(members, kind)
        if kind.ignored:
            return set()
        place = replace(place, moment=own.within(place.moment), subject=kind.subject)
        groups: defaultdict[MemberRole, list[Member]] = defaultdict(list)
        for member in members:
            groups[find_member_role(member, place.subject)].append(member)
        found: set[EntryKind] = set()
        for member in groups[MemberRole.CONTAINER]:
            found |= self._walk(member.value, self._place_under(member, value, place))
        for member in groups[MemberRole.NAMED] + groups[MemberRole.KEYED]:
            found |= self._walk_scalar(member.value, self._place_under(member, value, place))
        found |= self._walk_attributes(members, groups[MemberRole.ATTRIBUTE], place)
        for last in (groups[MemberRole.PART], groups[MemberRole.FLAG]):
            kinds = frozenset(found)
            for member in last:
                if resolve_subject(member.meaning, place.subject) not in kinds:
                    found |= self._walk_scalar(member.value, self._place_under(member, value, place))
        # An object with containers has its amounts in those, unless one stands right here.
        is_whole = bool(groups[MemberRole.ATTRIBUTE]) or not groups[MemberRole.CONTAINER]
        is_one = timed and (place.listed or own.clock is not None)
        if is_whole and is_one and found <= {EntryKind.NOTE}:
            found |= self._emit_empty(groups[MemberRole.ATTRIBUTE], own, place)
        return found

    def _place_under(self, member: Member, parent: dict[str, object], place: Place) -> Place:
        if is_opaque(member.key):
            return self._place_under_opaque(member.key, parent, place)
        return place.below(member.key, member.meaning, walked=is_container(member.value))

    def _place_under_opaque(self, key: str, parent: dict[str, object], place: Place) -> Place:
        """Return the place under a key that is no name, which may be a time."""
        moment = parse_key_time(
            key, parent, hours=place.meaning.clue is not None or "hour" in place.key.lower()
        )
        below = replace(place, depth=place.depth + 1)
        if moment is None:
            return replace(below, listed=True)
        return replace(below, moment=moment.within(place.moment), listed=False)

    def _walk_attributes(
        self, members: list[Member], attributes: list[Member], place: Place
    ) -> set[EntryKind]:
        """Gather the entry that an object is as a whole, by the amount or the text that stands in it."""
        kind = place.subject
        if kind is Topic.GLUCOSE:
            return set()
        if kind is EntryKind.NOTE:
            roles = (Role.TEXT, Role.AMOUNT)
            texts = [member for member in members if member.meaning.role in roles]
            return self._walk_texts(texts, place)
        if not isinstance(kind, EntryKind):
            for member in attributes:
                if member.value not in (None, "", 0):
                    self._count_name(member.key)
            return set()
        statement = amounts.combine_amounts(attributes, kind)
        for key in statement.unreadable:
            self._count_name(key)
        is_amount = isinstance(statement.amount, Amount)
        if statement.amount is NoAmount.UNQUANTIFIED or (place.non_numeric and is_amount):
            return self._emit(kind, place, evidence=Evidence.PRESENCE if place.presence else Evidence.STATED)
        if isinstance(statement.amount, Amount):
            if place.presence:
                return self._emit(kind, place, evidence=Evidence.PRESENCE)
            return self._emit(kind, place, amount=statement.amount, measured=statement.measured)
        return set()

    def _walk_texts(self, members: list[Member], place: Place) -> set[EntryKind]:
        found: set[EntryKind] = set()
        for member in members:
            if isinstance(member.value, str):
                found |= self._walk_scalar(
                    member.value, replace(place, path=(*place.path, member.key.lower()))
                )
        return found

    def _emit_empty(self, attributes: list[Member], own: ReportedTime, place: Place) -> set[EntryKind]:
        """Gather an object of a kind that has an amount, with none in it."""
        kind = place.subject
        if not isinstance(kind, EntryKind) or kind is EntryKind.NOTE:
            return set()
        if amounts.combine_amounts(attributes, kind).amount is not NoAmount.EMPTY:
            return set()
        in_table = bool(attributes) and own.clock is None
        return self._emit(kind, replace(place, cell=place.cell if in_table else 0), evidence=Evidence.EMPTY)

    def _walk_scalar(self, value: object, place: Place) -> set[EntryKind]:
        kind = place.subject
        if kind is EntryKind.NOTE:
            if not isinstance(value, str) or place.presence or place.non_numeric:
                return set()
            text = _clean_note(value)
            return self._emit(kind, place, text=text) if text else set()
        if not isinstance(kind, EntryKind):
            if value not in (None, "", 0) and kind is not Topic.GLUCOSE:
                self._count_name(place.key)
            return set()
        amount = amounts.parse_amount(value, kind)
        if amount in (NoAmount.EMPTY, NoAmount.ZERO):
            return set()
        counted = place.meaning.counted and place.meaning.in_insulin is not kind
        if amount is NoAmount.UNREADABLE or (isinstance(amount, Amount) and amount.plain and counted):
            self._count_name(place.key)
            return set()
        if place.presence and not place.non_numeric:
            return self._emit(kind, place, evidence=Evidence.PRESENCE)
        if place.non_numeric or not isinstance(amount, Amount):
            return self._emit(kind, place)
        return self._emit(kind, place, amount=amount, measured=place.meaning.measured)

    def _emit(
        self,
        kind: EntryKind,
        place: Place,
        *,
        amount: Amount | None = None,
        measured: bool = True,
        text: str = "",
        evidence: Evidence = Evidence.STATED,
    ) -> set[EntryKind]:
        wall = place.moment.wall
        if wall is None or (place.day is not None and abs(wall.date() - place.day) > _MAX_DRIFT):
            self._count_name(place.key)
            return set()
        if amount is not None and amount.plain and amount.number == 1 and not measured:
            evidence = Evidence.AMBIGUOUS
        self.candidates.append(
            Candidate(
                kind=kind,
                wall=wall,
                whole_hour=place.moment.whole_hour,
                amount=None if amount is None else amount.number,
                text=text,
                evidence=evidence,
                place=place.path,
                cell=place.cell,
            )
        )
        return {kind}

    def _count_unknown(self, members: list[Member], kind: ObjectType) -> None:
        for member in members:
            if member.meaning.role is Role.UNKNOWN:
                self._count_name(member.key)
        if kind.unknown_key is not None:
            self._count_name(kind.unknown_key)

    def _count_name(self, key: str) -> None:
        if is_printable(key):
            self.unknown[key] += 1


def _is_reading(value: dict[str, object]) -> bool:
    """Return whether there is nothing in here but a reading. There are many of them, so they are skipped."""
    for key in value:
        meaning = parse_name(key)
        if meaning.role not in _READING_ROLES or meaning.subject is not None:
            return False
    return True


def _clean_note(text: str) -> str:
    """Return a note without characters that cannot be stored or shown, cut to its greatest length."""
    text = text[: 4 * _LONGEST_NOTE].encode("utf-8", "replace").decode()
    return _CONTROLS.sub("", text).strip()[:_LONGEST_NOTE].rstrip()
