"""The members of one object of a report: their roles in it, and what they say of its time and type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

from ...models import EntryKind
from .splitting import split_words
from .times import Clue, ReportedTime, parse_hour, parse_instant
from .vocabulary import is_known_name
from .words import (
    Meaning,
    Role,
    Subject,
    Topic,
    is_of_whole_day,
    is_opaque,
    names_unit,
    parse_name,
    parse_subject,
)

_INSULIN: Final = frozenset((Topic.INSULIN, EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN))
_DOSES: Final = _INSULIN | {EntryKind.CARBOHYDRATES}
_HOURS: Final = 24
_SHORT_NUMBER: Final = 2


class Member(NamedTuple):
    """A key of an object, its value, and the meaning of the key."""

    key: str
    value: object
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class ObjectType:
    """The subject of an object. `unknown_key` is the key whose type was not understood."""

    subject: Subject | None
    ignored: bool = False
    unknown_key: str | None = None
    contradiction: frozenset[Subject] = frozenset()
    """The subjects that are named for one and the same object, if those cannot all be true."""


def is_container(value: object) -> bool:
    """Return whether a value holds others."""
    return isinstance(value, dict | list)


def resolve_subject(meaning: Meaning, around: Subject | None) -> Subject | None:
    """Return the subject of a name, below something about `around`."""
    if around in _INSULIN and meaning.in_insulin is not None:
        return meaning.in_insulin
    if meaning.subject is Topic.INSULIN and around in _INSULIN:
        return around
    return meaning.subject or (around if meaning.in_insulin is None else None)


class MemberRole(Enum):
    """The roles of a member in its object."""

    CONTAINER = auto()
    """It holds other values, each to be looked at by itself."""
    NAMED = auto()
    """An entry of its own, by its name."""
    KEYED = auto()
    """A row of a table, whose key is its time."""
    ATTRIBUTE = auto()
    """A part of what the object is about, such as its amount."""
    PART = auto()
    """A part of a dose, unless the whole dose stands there too."""
    FLAG = auto()
    """A flag that something was logged, unless that stands there too."""
    IGNORED = auto()


def find_member_role(member: Member, around: Subject | None) -> MemberRole:
    """Return the role of a member in an object that is about `around`."""
    key, value, meaning = member
    subject = resolve_subject(meaning, around)
    if is_container(value):
        known_as_other = meaning.role is Role.IRRELEVANT and is_known_name(key)
        skipped = meaning.role is Role.DERIVED or known_as_other or _parts_of_time(member)
        return MemberRole.IGNORED if skipped else MemberRole.CONTAINER
    if meaning.role is Role.PRESENCE and subject is not None:
        return MemberRole.FLAG
    if meaning.role is Role.SUBJECT and meaning.part and subject is EntryKind.RAPID_ACTING_INSULIN:
        return MemberRole.PART
    if meaning.role in (Role.AMOUNT, Role.TEXT, Role.NUMERIC, Role.TYPE):
        return MemberRole.ATTRIBUTE
    if meaning.role in (Role.SUBJECT, Role.NON_NUMERIC):
        same = subject is around and isinstance(around, EntryKind) and around is not EntryKind.NOTE
        kindless = meaning.role is Role.NON_NUMERIC and meaning.subject is None
        return MemberRole.ATTRIBUTE if same or kindless else MemberRole.NAMED
    return MemberRole.KEYED if is_opaque(key) else MemberRole.IGNORED


def find_time_clues(members: list[Member]) -> Iterator[tuple[Clue, object]]:
    """Yield what the members say of the time, also where it stands in an object of its own."""
    local = find_local_instants(members)
    for member in members:
        if member.meaning.role is Role.TIME and member.meaning.clue is not None:
            if not is_container(member.value):
                if not (local and member.meaning.clue is Clue.INSTANT and member.key not in local):
                    yield member.meaning.clue, member.value
            elif parts := _parts_of_time(member):
                yield from find_time_clues(parts)


def find_local_instants(members: Iterable[Member]) -> frozenset[str]:
    """Return the keys whose instants are said to be those of the wall clock, which the others may not be."""
    return frozenset(
        member.key
        for member in members
        if member.meaning.clue is Clue.INSTANT
        and not is_container(member.value)
        and member.value
        and not {"local", "wall"}.isdisjoint(split_words(member.key))
    )


def _parts_of_time(member: Member) -> list[Member]:
    """Return the members of a time in pieces, such as {"Hour": 7, "Minute": 25}, none of anything else."""
    if member.meaning.role is not Role.TIME or not isinstance(member.value, dict):
        return []
    parts = [Member(key, value, parse_name(key)) for key, value in member.value.items()]
    pieces = all(part.meaning.role is Role.TIME and not is_container(part.value) for part in parts)
    return parts if pieces else []


def parse_key_time(key: str, parent: Mapping[str, object], *, hours: bool) -> ReportedTime | None:
    """Return the time that a key of a table is, None for an index or an id.

    Keys that count from 0 without a gap are indices, unless they go through the whole day or `hours` says so.
    """
    digits = key.lower().lstrip("hour_")
    if digits.isascii() and digits.isdigit() and len(digits) <= _SHORT_NUMBER:
        named = digits != key
        indices = len(parent) < _HOURS and set(parent) == {str(index) for index in range(len(parent))}
        return parse_hour(digits) if named or hours or not indices else None
    moment = parse_instant(key)
    if moment is None or moment.clock is None or moment.clock.minute or moment.clock.second:
        return moment
    return ReportedTime(moment.date, moment.clock, whole_hour=moment.date is None)


def parse_type(members: list[Member], around: Subject | None) -> ObjectType:
    """Return what the members say about the subject of the object they stand in."""
    measured = any(member.meaning.role is Role.AMOUNT for member in members)
    found: set[Subject] = set()
    unknown_key: str | None = None
    for member in members:
        if _rules_out_entry(member, around):
            is_type = member.meaning.role is Role.TYPE and measured
            return ObjectType(None, ignored=True, unknown_key=member.key if is_type else None)
        subject = _find_named_subject(member, around, measured=measured)
        if subject is not None:
            found.add(subject)
        elif _is_type_name(member):
            unknown_key = member.key
    specific = found - {Topic.INSULIN}
    stated = specific | {subject for subject in (around,) if subject in _DOSES}
    if len(stated - {Topic.INSULIN}) > 1 or (around is Topic.INSULIN and not specific <= _INSULIN):
        return ObjectType(None, ignored=True, contradiction=frozenset(stated))
    if found:
        return ObjectType(next(iter(specific or found)))
    return ObjectType(around, unknown_key=unknown_key if around is None else None)


def parse_class_name(kind: str) -> str:
    """Return the last part of a type's full name, as in com.abbottdiabetescare.informatics.customnote."""
    return kind.partition(",")[0].rpartition(".")[2].strip() or kind


def _is_type_name(member: Member) -> bool:
    key, value, meaning = member
    return (
        meaning.role is Role.TYPE and isinstance(value, str) and bool(value.strip()) and not names_unit(key)
    )


def _rules_out_entry(member: Member, around: Subject | None) -> bool:
    """Return whether this says that the object is no entry: deleted, a total, an exercise."""
    _, value, meaning = member
    if meaning.role is Role.DELETED:
        return value is True or str(value).lower() in ("true", "yes", "1")
    if around is EntryKind.NOTE or not isinstance(value, str):
        return False
    name = parse_class_name(value) if meaning.role is Role.TYPE else value
    type_meaning = parse_name(name)
    if (meaning.role is not Role.TITLE or around in _DOSES) and not _is_type_name(member):
        return False
    if type_meaning.role is Role.IRRELEVANT:
        return meaning.role is Role.TYPE
    return type_meaning.role is Role.DERIVED or (type_meaning.subject is not None and is_of_whole_day(name))


def _find_named_subject(member: Member, around: Subject | None, *, measured: bool) -> Subject | None:
    """Return the subject that this member names for its object, None if it names none."""
    _, value, meaning = member
    if (
        meaning.role is Role.PRESENCE
        and measured
        and value is True
        and isinstance(meaning.subject, EntryKind)
    ):
        return meaning.subject
    if meaning.role is Role.TITLE and isinstance(value, str):
        return parse_subject(value)
    if _is_type_name(member):
        type_meaning = parse_name(parse_class_name(str(value)))
        is_known = type_meaning.subject is not None or type_meaning.in_insulin is not None
        return resolve_subject(type_meaning, meaning.subject or around) if is_known else meaning.subject
    return None
