"""Whether an amount may be taken for a dose: only if all that is said of it, and beside it, is understood.

A known word with an unknown one, a flag or a unit that means something else, half of a clock: an amount
beside such is no amount, and its entry has none. What is harmless is listed (`vocabulary`); nothing else is.
"""

from collections.abc import Iterable
from typing import Final

from ...models import EntryKind
from .amounts import Amount, is_own_unit, is_unit, parse_amount
from .members import Member, find_local_instants, is_container, parse_class_name
from .splitting import LONGEST_NAME, split_words
from .times import Clue, parse_reported_time
from .vocabulary import (
    HARMLESS_IF_NO,
    HARMLESS_IF_YES,
    is_amount_name,
    is_harmless_name,
    is_holder_name,
    is_known_name,
)
from .words import (
    Meaning,
    Role,
    Subject,
    Topic,
    is_opaque,
    names_unit,
    parse_name,
    parse_subject,
)

INSULIN_KINDS: Final = (EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN)
DOSE_KINDS: Final = (*INSULIN_KINDS, EntryKind.CARBOHYDRATES)

_NO_DOSES: Final = (Topic.GLUCOSE, EntryKind.NOTE)

_NO: Final = frozenset(("", "0", "false", "no"))
_YES: Final = frozenset(("1", "true", "yes"))
_TELLING: Final = frozenset(("suffix", "format", "source"))
"""Words of texts that may say what an amount is: tenths of units, recommended ones."""
_DEEPEST: Final = 4
"""Levels of objects within an entry that are looked through."""


def is_about_dose(subject: Subject | None) -> bool:
    """Return whether this is about a dose or a meal, be it of a kind that nothing says yet."""
    return subject in DOSE_KINDS or subject is Topic.INSULIN


def all_understood(members: list[Member], subject: Subject | None, *, unit_told: bool) -> bool:
    """Return whether an entry's object holds nothing that could make another thing of its amounts.

    The `y` of a point is the height at which it is drawn, unless the unit of that is told.
    """
    if not unit_told and any(member.key.lower() == "y" for member in members):
        return False
    return _tells_one_time(members) and all(_is_understood(member, subject) for member in members)


def no_flag_set(members: Iterable[Member]) -> bool:
    """Return whether nothing beside some entries says of them all that they are no such entries."""
    return all(_is_flag_harmless(member) is not False for member in members)


def _is_understood(member: Member, subject: Subject | None, depth: int = 0) -> bool:
    key, value, meaning = member
    harmless = _is_flag_harmless(member)
    if is_opaque(key) or harmless is not None:
        return harmless is not False
    if not is_known_name(key):
        return False
    if isinstance(value, str) and value and not _TELLING.isdisjoint(split_words(key)):
        return _is_told_text_understood(key, value, subject)
    if is_container(value):
        return (
            not isinstance(value, dict) or depth == _DEEPEST or _is_inside_understood(value, subject, depth)
        )
    return _is_value_understood(member, meaning, subject)


def _is_inside_understood(inside: dict[str, object], subject: Subject | None, depth: int) -> bool:
    """Return whether there is only what is understood in a part of an entry, such as a list of properties."""
    members = (Member(key, value, parse_name(key)) for key, value in inside.items())
    return all(_is_understood(member, subject, depth + 1) for member in members)


def _is_value_understood(member: Member, meaning: Meaning, subject: Subject | None) -> bool:
    key, value, _ = member
    match meaning.role:
        case Role.TIME:
            return value in (None, "") or meaning.clue is Clue.MINUTE or _has_time(member)
        case Role.TYPE:
            of_meal = meaning.subject is EntryKind.CARBOHYDRATES is subject
            return (
                of_meal
                or value is None
                or (isinstance(value, str) and _is_kind_understood(parse_class_name(value)))
            )
        case Role.TITLE | Role.TEXT:
            return value in (None, "") or (isinstance(value, str) and _is_text_understood(value, subject))
        case Role.AMOUNT if names_unit(key) and (is_unit(key, value) or key.lower() == "unit"):
            return not isinstance(subject, EntryKind) or is_own_unit(str(value), subject) is True
        case Role.AMOUNT | Role.SUBJECT if isinstance(value, int | float) and not isinstance(value, bool):
            return is_amount_name(key) or meaning.subject in _NO_DOSES
        case Role.WRAPPER | Role.UNKNOWN:
            return value is None or is_harmless_name(key)
    return True


def _is_kind_understood(text: str) -> bool:
    """Return whether a text that may be the name of a kind is one, and no time or place of it."""
    if is_about_dose(parse_name(text).subject):
        return is_holder_name(text)
    return parse_subject(text) is not None or is_known_name(text)


def _is_text_understood(text: str, subject: Subject | None) -> bool:
    if _is_kind_understood(text):
        return True
    return isinstance(subject, EntryKind) and isinstance(parse_amount(text, subject), Amount)


def _is_told_text_understood(key: str, text: str, subject: Subject | None) -> bool:
    """Return whether a text that may make another number of an amount, such as its suffix, does not."""
    if "suffix" in split_words(key):
        return isinstance(subject, EntryKind) and is_own_unit(text, subject) is True
    is_flag = not (HARMLESS_IF_NO | HARMLESS_IF_YES).isdisjoint(split_words(text))
    return is_known_name(text) and not is_flag and parse_name(text).role is not Role.DERIVED


def _is_flag_harmless(member: Member) -> bool | None:
    """Return whether a flag says nothing against an entry; None for what is no such flag."""
    words = frozenset(split_words(member.key)) if len(member.key) <= LONGEST_NAME else frozenset[str]()
    text = str(member.value).lower() if member.value is not None else ""
    if words & HARMLESS_IF_NO:
        return text in _NO
    if member.meaning.role is Role.DERIVED and (text in _YES - {"1"} or ("is" in words and text not in _NO)):
        return False
    if words & HARMLESS_IF_YES and member.meaning.subject is None:
        is_time = member.meaning.role is Role.TIME
        return text in _YES if not is_time else None if text else False
    return None


def _has_time(member: Member) -> bool:
    clue = member.meaning.clue
    return clue is not None and parse_reported_time([(clue, member.value)]).is_known


def _tells_one_time(members: list[Member]) -> bool:
    """Return whether the clocks beside each other agree."""
    local = find_local_instants(members)
    clocks = {
        parse_reported_time([(Clue.INSTANT, member.value)]).clock
        for member in members
        if member.meaning.clue is Clue.INSTANT
        and not is_container(member.value)
        and (not local or member.key in local)
    }
    return len(clocks - {None}) <= 1


def tells_unit(members: Iterable[Member], subject: Subject | None) -> bool:
    """Return whether some text in here is the unit of the subject's amounts, as a chart's axis has one."""
    return isinstance(subject, EntryKind) and any(
        isinstance(text, str) and is_own_unit(text, subject)
        for member in members
        for text in (member.value.values() if isinstance(member.value, dict) else (member.value,))
    )
