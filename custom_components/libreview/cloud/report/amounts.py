"""Amounts of doses and meals, as a report may spell them: 4, "4,5 U", "45 g", true, "2 servings"."""

from dataclasses import dataclass
from enum import Enum, auto
import re
from typing import Final

from ...models import MAX_AMOUNT, EntryKind
from .members import Member
from .splitting import split_words
from .words import Role, Topic, names_servings, names_unit


class NoAmount(Enum):
    """The reasons why a value is no amount of a dose or a meal."""

    EMPTY = auto()
    """There is no value: null, or an empty text."""
    ZERO = auto()
    """Zero, or no: nothing was logged."""
    UNQUANTIFIED = auto()
    """Something was logged, but not in grams or units."""
    UNREADABLE = auto()
    """It cannot be understood, or cannot be true."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Grams of carbohydrates or units of insulin. `plain` is a bare number, without its unit."""

    number: float
    plain: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """The amount that the values of one object give together."""

    amount: Amount | NoAmount
    measured: bool = False
    """Whether a key names the number as an amount."""
    unreadable: tuple[str, ...] = ()
    """The keys whose values could not be understood."""


_MAX_PLAIN: Final = {EntryKind.RAPID_ACTING_INSULIN: 100.0, EntryKind.LONG_ACTING_INSULIN: 160.0}
"""The most that a pen gives at once: a greater number without unit may be anything, such as glucose."""
_NUMBER_AND_UNIT: Final = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s*([^\d\s][^\d]{0,30})?", re.ASCII)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}(?!\d)", re.ASCII)
_YES: Final = frozenset(("true", "yes", "x", "✓", "non-numeric", "nonnumeric", "logged"))
_NO: Final = frozenset(("false", "no", "none", "null", "-", "–", "—", "n/a", "off"))  # noqa: RUF001 (dashes that people see)
_GRAMS: Final = frozenset(
    ("g", "gr", "gm", "gram", "grams", "gramm", "g carbs", "g carb", "grams carbs", "g.")
)
_UNITS: Final = frozenset(("u", "iu", "i.u.", "ie", "i.e.", "unit", "units", "u.", "einheiten", "e", "ui"))


def parse_amount(value: object, kind: EntryKind) -> Amount | NoAmount:
    """Return the amount of this kind that a value is."""
    if value is None:
        return NoAmount.EMPTY
    if isinstance(value, bool):
        return NoAmount.UNQUANTIFIED if value else NoAmount.ZERO
    if isinstance(value, int | float):
        return _to_amount(value, kind, plain=True)
    if isinstance(value, str):
        return _parse_text(value.strip().lower(), kind)
    return NoAmount.UNREADABLE


def is_own_unit(unit: str, kind: EntryKind) -> bool | None:
    """Return whether amounts of the kind are kept in this unit; None for a unit of something else."""
    word = unit.strip().lower()
    if word in _GRAMS:
        return True if kind is EntryKind.CARBOHYDRATES else None
    if word in _UNITS:
        return None if kind is EntryKind.CARBOHYDRATES else True
    return False if kind is EntryKind.CARBOHYDRATES and names_servings(word) else None


def find_subject_by_unit(members: list[Member]) -> EntryKind | Topic | None:
    """Return what the unit of some values, in a text or in a name, says that they are about."""
    for key, value, _ in members:
        if isinstance(value, str):
            match = _NUMBER_AND_UNIT.fullmatch(value.strip().lower())
            words: tuple[str, ...] = (value.strip().lower() if match is None else match[2] or "",)
        else:
            words = split_words(key) if not isinstance(value, bool) else ()
        for word in words:
            if word in _UNITS or word in ("dose", "doses"):
                return Topic.INSULIN
            if word in _GRAMS:
                return EntryKind.CARBOHYDRATES
    return None


def is_own_unit_text(value: object, kind: EntryKind) -> bool:
    """Return whether a value is nothing but the kind's unit."""
    return isinstance(value, str) and is_own_unit(value, kind) is True


def combine_amounts(members: list[Member], kind: EntryKind) -> Statement:
    """Return the amount of this kind in the values of one object, none if they contradict each other."""
    in_unit, numeric = _check_unit(members, kind)
    if in_unit is None:
        return Statement(
            NoAmount.UNREADABLE, unreadable=tuple(key for key, _, _ in members if names_unit(key))
        )
    found = {
        key: (parse_amount(value, kind), meaning)
        for key, value, meaning in members
        if (meaning.role in (Role.AMOUNT, Role.SUBJECT) or _is_amount_with_unit(value, meaning.role, kind))
        and not is_unit(key, value)
        and not is_own_unit_text(value, kind)
    }
    if len(found) > 1:
        found = {key: amount for key, amount in found.items() if key.lower() != "unit"}
    unreadable = tuple(
        key
        for key, (amount, meaning) in found.items()
        if amount is NoAmount.UNREADABLE or (isinstance(amount, Amount) and amount.plain and meaning.counted)
    )
    readable = {key: amount for key, (amount, _) in found.items() if key not in unreadable}
    amounts = {amount for amount in readable.values() if isinstance(amount, Amount)}
    is_unquantified = not amounts and NoAmount.UNQUANTIFIED in readable.values()
    if not numeric or (amounts and not in_unit) or is_unquantified:
        return Statement(NoAmount.UNQUANTIFIED, unreadable=unreadable)
    if len({amount.number for amount in amounts}) > 1:
        return Statement(NoAmount.UNREADABLE, unreadable=(*unreadable, *readable))
    if amounts:
        measured = any(meaning.measured for amount, meaning in found.values() if amount in amounts)
        return Statement(min(amounts, key=lambda amount: amount.plain), measured, unreadable)
    if unreadable or NoAmount.ZERO in readable.values():
        return Statement(NoAmount.UNREADABLE if unreadable else NoAmount.ZERO, unreadable=unreadable)
    return Statement(NoAmount.EMPTY)


def _check_unit(members: list[Member], kind: EntryKind) -> tuple[bool | None, bool]:
    """Return whether the unit of an amount is the kind's (see `is_own_unit`), and whether it is numeric."""
    in_unit: bool | None = True
    numeric = True
    for key, value, meaning in members:
        if isinstance(value, str) and is_unit(key, value):
            in_unit = is_own_unit(value, kind) if in_unit else in_unit
        elif meaning.role is Role.NON_NUMERIC:
            numeric = numeric and not _is_yes(value)
        elif meaning.role is Role.NUMERIC:
            numeric = numeric and value not in (False, "false")
        elif (
            meaning.role is Role.PRESENCE
            and meaning.subject is None
            and names_servings(key)
            and _is_yes(value)
        ):
            # Counted in servings, unless grams stand beside it.
            numeric = numeric and any(
                isinstance(parse_amount(other.value, kind), Amount)
                for other in members
                if other.meaning.role in (Role.AMOUNT, Role.SUBJECT)
            )
    return in_unit, numeric


def _is_amount_with_unit(value: object, role: Role, kind: EntryKind) -> bool:
    """Return whether a text is an amount with its unit, as in a cell of a table."""
    amount = parse_amount(value, kind) if role is Role.TEXT and isinstance(value, str) else None
    return isinstance(amount, Amount) and not amount.plain


def is_unit(key: str, value: object) -> bool:
    """Return whether this is the unit of something."""
    return (
        isinstance(value, str)
        and names_unit(key)
        and bool(value.strip())
        and not any(sign.isdigit() for sign in value)
    )


def _is_yes(value: object) -> bool:
    return value is True or (
        value not in (None, "", 0) and isinstance(value, int | float | str) and str(value).lower() not in _NO
    )


def _parse_text(text: str, kind: EntryKind) -> Amount | NoAmount:
    if not text:
        return NoAmount.EMPTY
    if text in _NO:
        return NoAmount.ZERO
    if text in _YES:
        return NoAmount.UNQUANTIFIED
    match = _NUMBER_AND_UNIT.fullmatch(text)
    if match is None or _THOUSANDS.match(text):
        return NoAmount.UNREADABLE
    unit = match[2]
    amount = _to_amount(float(match[1].replace(",", ".")), kind, plain=unit is None)
    if unit is None or not isinstance(amount, Amount):
        return amount
    measured = is_own_unit(unit, kind)
    if measured is None:
        return NoAmount.UNREADABLE
    return amount if measured else NoAmount.UNQUANTIFIED


def _to_amount(number: float, kind: EntryKind, *, plain: bool) -> Amount | NoAmount:
    if number == 0:
        return NoAmount.ZERO
    greatest = _MAX_PLAIN.get(kind, MAX_AMOUNT[kind]) if plain else MAX_AMOUNT[kind]
    return Amount(float(number), plain) if 0 < number <= greatest else NoAmount.UNREADABLE
