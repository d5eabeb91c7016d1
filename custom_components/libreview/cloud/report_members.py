"""The members of one object of a report, and what they say of each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

from ..models import EntryKind
from .report_times import Clue, Moment, hour, instant
from .report_words import Meaning, Role, Subject, Topic, about, meaning, names_unit, of_whole_day, opaque

_INSULIN: Final = frozenset((Topic.INSULIN, EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN))
_HOURS: Final = 24
_SHORT_NUMBER: Final = 2


class Member(NamedTuple):
    """A key of an object, its value, and what the key means."""

    key: str
    value: object
    means: Meaning


@dataclass(frozen=True, slots=True)
class TypeOf:
    """What an object says it is. `missed` is the key whose type was not understood."""

    subject: Subject | None
    ignored: bool = False
    missed: str | None = None


_IGNORED: Final = TypeOf(None, ignored=True)


def holds(value: object) -> bool:
    """Whether a value holds others."""
    return isinstance(value, dict | list)


def settled(means: Meaning, around: Subject | None) -> Subject | None:
    """What a name is about, where it stands."""
    if around in _INSULIN and means.in_insulin is not None:
        return means.in_insulin
    if means.subject is Topic.INSULIN and around in _INSULIN:
        return around
    return means.subject or (around if means.in_insulin is None else None)


class Standing(Enum):
    """What a member is to the object that it stands in."""

    HOLDING = auto()
    """It holds others, each to be looked at by itself."""
    NAMED = auto()
    """An entry of its own, by its name."""
    KEYED = auto()
    """One of a table, whose key is its time."""
    INSIDE = auto()
    """It belongs to what the object is."""
    PART = auto()
    """A part of a dose, unless the dose itself is told."""
    FLAG = auto()
    """It says that there is something, unless that itself is told."""
    NOTHING = auto()


def standing(member: Member, around: Subject | None) -> Standing:
    """What this member is to an object that is about `around`."""
    key, value, means = member
    subject = settled(means, around)
    if holds(value):
        skipped = means.role is Role.DERIVED or _parts_of_time(member)
        return Standing.NOTHING if skipped else Standing.HOLDING
    if means.role is Role.PRESENCE and subject is not None:
        return Standing.FLAG
    if means.role is Role.SUBJECT and means.part and subject is EntryKind.RAPID_ACTING_INSULIN:
        return Standing.PART
    if means.role in (Role.AMOUNT, Role.TEXT, Role.NUMERIC, Role.TYPE):
        return Standing.INSIDE
    if means.role in (Role.SUBJECT, Role.NON_NUMERIC):
        same = subject is around and isinstance(around, EntryKind) and around is not EntryKind.NOTE
        kindless = means.role is Role.NON_NUMERIC and means.subject is None
        return Standing.INSIDE if same or kindless else Standing.NAMED
    return Standing.KEYED if opaque(key) else Standing.NOTHING


def clues(members: list[Member]) -> Iterator[tuple[Clue, object]]:
    """What the members say of the time, also when it stands in an object of its own."""
    for member in members:
        if member.means.role is Role.TIME and member.means.clue is not None:
            if not holds(member.value):
                yield member.means.clue, member.value
            elif parts := _parts_of_time(member):
                yield from clues(parts)


def _parts_of_time(member: Member) -> list[Member]:
    """The members of a time that is told in pieces: {"Hour": 7, "Minute": 25}."""
    if member.means.role is not Role.TIME or not isinstance(member.value, dict):
        return []
    parts = [Member(key, each, meaning(key)) for key, each in member.value.items()]
    pieces = all(part.means.role is Role.TIME and not holds(part.value) for part in parts)
    return parts if pieces else []


def key_moment(key: str, parent: Mapping[str, object], *, hours: bool) -> Moment | None:
    """The time that a key of a table is, None for an index or an id.

    Keys that count from 0 without a gap are indices, unless they go through the whole day or `hours` says so.
    """
    digits = key.lower().lstrip("hour_")
    if digits.isascii() and digits.isdigit() and len(digits) <= _SHORT_NUMBER:
        named = digits != key
        indices = len(parent) < _HOURS and set(parent) == {str(index) for index in range(len(parent))}
        return hour(digits) if named or hours or not indices else None
    moment = instant(key)
    if moment is None or moment.clock is None or moment.clock.minute or moment.clock.second:
        return moment
    return Moment(moment.date, moment.clock, bucket=moment.date is None)


def type_of(members: list[Member], around: Subject | None) -> TypeOf:
    """What the members say about the kind of the object they stand in."""
    measured = any(member.means.role is Role.AMOUNT for member in members)
    found: set[Subject] = set()
    missed: str | None = None
    for member in members:
        if _ignores(member, around):
            is_type = member.means.role is Role.TYPE and measured
            return TypeOf(None, ignored=True, missed=member.key if is_type else None)
        subject = _said(member, around, measured=measured)
        if subject is not None:
            found.add(subject)
        elif _names_type(member):
            missed = member.key
    specific = found - {Topic.INSULIN}
    if len(specific) > 1:
        return _IGNORED
    if found:
        return TypeOf(next(iter(specific or found)))
    return TypeOf(around, missed=missed if around is None else None)


def _class_name(kind: str) -> str:
    """The last part of a type's full name: com.abbottdiabetescare.informatics.customnote is a customnote."""
    return kind.partition(",")[0].rpartition(".")[2].strip() or kind


def _names_type(member: Member) -> bool:
    key, value, means = member
    return means.role is Role.TYPE and isinstance(value, str) and bool(value.strip()) and not names_unit(key)


def _ignores(member: Member, around: Subject | None) -> bool:
    """Whether this says that the object is no entry: deleted, a total, an exercise."""
    _, value, means = member
    if means.role is Role.DELETED:
        return value in (True, "true")
    if around is EntryKind.NOTE or not isinstance(value, str):
        return False
    name = _class_name(value) if means.role is Role.TYPE else value
    said = meaning(name)
    if means.role is not Role.TITLE and not _names_type(member):
        return False
    if said.role is Role.ASIDE:
        return means.role is Role.TYPE
    return said.role is Role.DERIVED or (said.subject is not None and of_whole_day(name))


def _said(member: Member, around: Subject | None, *, measured: bool) -> Subject | None:
    """The kind that this names, if it does."""
    _, value, means = member
    if means.role is Role.PRESENCE and measured and value is True and isinstance(means.subject, EntryKind):
        return means.subject
    if means.role is Role.TITLE and isinstance(value, str):
        return about(value)
    if _names_type(member):
        said = meaning(_class_name(str(value)))
        named = said.subject is not None or said.in_insulin is not None
        return settled(said, means.subject or around) if named else means.subject
    return None
