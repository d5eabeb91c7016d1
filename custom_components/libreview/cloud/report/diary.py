"""Finding the diary in a report: notes, carbohydrates and insulin, wherever they stand.

The names and the nesting are recorded nowhere public, so everything is walked through. The subject of a
number is given by its own name, by that of something around it, or by the name of a kind beside it, the
nearest first; its time likewise.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import count
import re
from typing import Final

from ...models import EntryKind
from . import amounts
from .amounts import Amount, NoAmount, Statement
from .entries import Evidence, join_parts
from .findings import Findings
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
from .understanding import all_understood, is_about_dose, no_flag_set, tells_unit
from .words import Role, Topic, is_of_whole_day, is_opaque, parse_name

_DEEPEST: Final = 40
_HOURS: Final = 24
_LONGEST_NOTE: Final = 1000
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_READING_ROLES: Final = (Role.TIME, Role.AMOUNT, Role.DERIVED, Role.IRRELEVANT, Role.PRESENCE)


class ReportedDiary:
    """Walks through the days of a report and gathers candidates for entries."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.found = Findings()
        self._cells = count(1)

    def add_day(self, value: object, day: date | None, index: int) -> None:
        """Gather the candidates in one of the days, whose own time is a date and nothing more."""
        place = Place(ReportedTime(day), day, (str(index),))
        if isinstance(value, dict):
            self._walk_object(value, place, timed=False)
        else:
            self._walk(value, place)

    def add_beside(self, members: Mapping[str, object]) -> None:
        """Gather the candidates that stand beside the days, which have their own dates."""
        for key, value in members.items():
            meaning = parse_name(key)
            role = find_member_role(Member(key, value, meaning), None)
            if role is MemberRole.CONTAINER:
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
        return self.found.add(kind, replace(place, cell=0), evidence=Evidence.EMPTY)

    def _walk_object(self, value: dict[str, object], place: Place, *, timed: bool = True) -> set[EntryKind]:
        members = [Member(key, member, parse_name(key)) for key, member in value.items()]
        own = parse_reported_time(find_time_clues(members)) if timed else NO_TIME
        kind = parse_type(members, place.subject)
        self._count_unknown(members, kind)
        for subject in kind.contradiction:
            self.found.doubts.add(subject, own.within(place.moment).date)
        if kind.ignored:
            return set()
        place = replace(place, moment=own.within(place.moment), subject=kind.subject)
        groups: defaultdict[MemberRole, list[Member]] = defaultdict(list)
        for member in members:
            groups[find_member_role(member, place.subject)].append(member)
        if timed:
            place = _judge(members, [*groups[MemberRole.NAMED], *groups[MemberRole.KEYED]], own, place)
        found = self._walk_members(value, groups, place)
        # An object with containers has its amounts in those, unless one stands right here.
        is_whole = bool(groups[MemberRole.ATTRIBUTE]) or not groups[MemberRole.CONTAINER]
        is_one = timed and (place.listed or own.clock is not None)
        if is_whole and is_one and found <= {EntryKind.NOTE}:
            found |= self._emit_empty(groups[MemberRole.ATTRIBUTE], own, place)
        return found

    def _walk_members(
        self, value: dict[str, object], groups: Mapping[MemberRole, list[Member]], place: Place
    ) -> set[EntryKind]:
        """Gather what stands within an object, then what it says itself, of which the former may be parts."""
        candidates = self.found.candidates
        begin = len(candidates)
        found: set[EntryKind] = set()
        for member in groups.get(MemberRole.CONTAINER, ()):
            found |= self._walk(member.value, self._place_under(member, value, place))
        parts = len(candidates)
        for role in (MemberRole.NAMED, MemberRole.KEYED):
            for member in groups.get(role, ()):
                found |= self._walk_scalar(member.value, self._place_under(member, value, place))
        found |= self._walk_attributes(groups.get(MemberRole.ATTRIBUTE, []), groups, place)
        if begin < parts < len(candidates):
            candidates[begin:] = join_parts(candidates[begin:parts], candidates[parts:])
        for role in (MemberRole.PART, MemberRole.FLAG):
            kinds = frozenset(found)
            for member in groups.get(role, ()):
                if resolve_subject(member.meaning, place.subject) not in kinds:
                    found |= self._walk_scalar(member.value, self._place_under(member, value, place))
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
        self, attributes: list[Member], groups: Mapping[MemberRole, list[Member]], place: Place
    ) -> set[EntryKind]:
        """Gather the entry that an object is as a whole, by the amount or the text that stands in it."""
        kind = place.subject
        if kind is Topic.GLUCOSE:
            return set()
        if kind is EntryKind.NOTE:
            roles = (Role.TEXT, Role.AMOUNT)
            members = [member for group in groups.values() for member in group]
            return self._walk_texts([member for member in members if member.meaning.role in roles], place)
        if not isinstance(kind, EntryKind):
            for member in attributes:
                self.found.add_doubt(member.key, member.value, place)
            if kind is None:
                self.found.add_doubts_by_unit(attributes, place)
            return set()
        statement = amounts.combine_amounts(attributes, kind)
        for key in statement.unreadable:
            self.found.count_name(key)
        return self._emit_statement(kind, statement, place)

    def _emit_statement(self, kind: EntryKind, statement: Statement, place: Place) -> set[EntryKind]:
        amount = statement.amount
        is_unreadable = bool(statement.unreadable) or amount is NoAmount.UNREADABLE
        if not is_unreadable and amount in (NoAmount.EMPTY, NoAmount.ZERO):
            return set()
        if place.presence:
            return self.found.add(kind, place, evidence=Evidence.PRESENCE)
        if is_unreadable or place.non_numeric or not isinstance(amount, Amount):
            return self.found.add(kind, place)
        return self.found.add(kind, place, amount=amount, measured=statement.measured)

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
        return self.found.add(
            kind, replace(place, cell=place.cell if in_table else 0), evidence=Evidence.EMPTY
        )

    def _walk_scalar(self, value: object, place: Place) -> set[EntryKind]:
        kind = place.subject
        if kind is EntryKind.NOTE:
            if not isinstance(value, str) or place.presence or place.non_numeric:
                return set()
            text = _clean_note(value)
            return self.found.add(kind, place, text=text) if text else set()
        if not isinstance(kind, EntryKind):
            if kind is not Topic.GLUCOSE:
                self.found.add_doubt(place.key, value, place)
            return set()
        amount = amounts.parse_amount(value, kind)
        if amount in (NoAmount.EMPTY, NoAmount.ZERO) or amounts.is_own_unit_text(value, kind):
            return set()
        counted = place.meaning.counted and place.meaning.in_insulin is not kind
        if isinstance(amount, Amount) and amount.plain and counted:
            return self._walk_count(kind, place)
        if amount is NoAmount.UNREADABLE:
            self.found.count_name(place.key)
        if place.presence and not place.non_numeric:
            return self.found.add(kind, place, evidence=Evidence.PRESENCE)
        if place.non_numeric or not isinstance(amount, Amount) or (amount.plain and not place.named):
            return self.found.add(kind, place)
        return self.found.add(kind, place, amount=amount, measured=place.meaning.measured)

    def _walk_count(self, kind: EntryKind, place: Place) -> set[EntryKind]:
        """Gather a number of entries in an hour, which may stand elsewhere with their amounts."""
        self.found.count_name(place.key)
        if place.moment.clock is None or is_of_whole_day(place.key):
            return set()
        return self.found.add(kind, place, evidence=Evidence.PRESENCE)

    def _count_unknown(self, members: list[Member], kind: ObjectType) -> None:
        for member in members:
            if member.meaning.role is Role.UNKNOWN:
                self.found.count_name(member.key)
        if kind.unknown_key is not None:
            self.found.count_name(kind.unknown_key)


def _judge(members: list[Member], columns: list[Member], own: ReportedTime, place: Place) -> Place:
    """Return the place of an object, not understood if something in it may turn its amounts round."""
    unit_told = place.unit_told or tells_unit(members, place.subject)
    subjects = [place.subject, *(resolve_subject(column.meaning, place.subject) for column in columns)]
    understood = (
        all_understood(members, place.subject, unit_told=unit_told)
        if own.clock is not None or any(map(is_about_dose, subjects))
        else no_flag_set(members)
    )
    return replace(place, understood=place.understood and understood, unit_told=unit_told)


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
