"""How much, as a report may spell it: 4, "4,5 U", "45 g", true, "2 servings"."""

from dataclasses import dataclass
from enum import Enum, auto
import re
from typing import Final

from ..models import EntryKind
from .report_members import Member
from .report_words import Role, names_servings, names_unit


class Said(Enum):
    """What a value says about a dose or a meal."""

    NOTHING = auto()
    """There is no value: null, or an empty text."""
    NONE_LOGGED = auto()
    """Zero, or no."""
    SOMETHING = auto()
    """There is one, of an amount that is not told in grams or units."""
    ODD = auto()
    """It cannot be understood, or cannot be true."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Grams of carbohydrates or units of insulin. `plain` is a bare number, without its unit."""

    number: float
    plain: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """What the values of one object say together; `odd` are the keys that could not be understood."""

    said: Amount | Said
    measured: bool = False
    odd: tuple[str, ...] = ()


HIGHEST: Final = {
    EntryKind.CARBOHYDRATES: 1000.0,
    EntryKind.RAPID_ACTING_INSULIN: 300.0,
    EntryKind.LONG_ACTING_INSULIN: 300.0,
}
"""No meal has more grams, no pen gives more units."""
_NUMBER_AND_UNIT: Final = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s*([^\d\s][^\d]{0,30})?", re.ASCII)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}(?!\d)", re.ASCII)
_YES: Final = frozenset(("true", "yes", "x", "✓", "non-numeric", "nonnumeric", "logged"))
_NO: Final = frozenset(("false", "no", "none", "null", "-", "–", "—", "n/a", "off"))  # noqa: RUF001 (dashes that people see)
_GRAMS: Final = frozenset(
    ("g", "gr", "gm", "gram", "grams", "gramm", "g carbs", "g carb", "grams carbs", "g.")
)
_UNITS: Final = frozenset(("u", "iu", "i.u.", "ie", "i.e.", "unit", "units", "u.", "einheiten", "e", "ui"))


def read(value: object, kind: EntryKind) -> Amount | Said:
    """How much of this kind a value tells."""
    if value is None:
        return Said.NOTHING
    if isinstance(value, bool):
        return Said.SOMETHING if value else Said.NONE_LOGGED
    if isinstance(value, int | float):
        return _checked(value, kind, plain=True)
    if isinstance(value, str):
        return _read_text(value.strip().lower(), kind)
    return Said.ODD


def measures(unit: str, kind: EntryKind) -> bool | None:
    """Whether this unit is the one that the kind is kept in; None for one that belongs to something else."""
    word = unit.strip().lower()
    if word in _GRAMS:
        return True if kind is EntryKind.CARBOHYDRATES else None
    if word in _UNITS:
        return None if kind is EntryKind.CARBOHYDRATES else True
    return False if kind is EntryKind.CARBOHYDRATES and names_servings(word) else None


def together(members: list[Member], kind: EntryKind) -> Statement:
    """How much of this kind the values of one object tell; if they contradict each other, nothing."""
    in_unit, numeric = _unit_of(members, kind)
    if in_unit is None:
        return Statement(Said.ODD, odd=tuple(key for key, _, means in members if names_unit(key)))
    said = {
        key: (read(value, kind), means)
        for key, value, means in members
        if (means.role in (Role.AMOUNT, Role.SUBJECT) or _is_measure(value, means.role, kind))
        and not _is_unit(key, value)
    }
    if len(said) > 1:
        said = {key: each for key, each in said.items() if key.lower() != "unit"}
    odd = tuple(
        key
        for key, (each, means) in said.items()
        if each is Said.ODD or (isinstance(each, Amount) and each.plain and means.counted)
    )
    good = {key: each for key, (each, _) in said.items() if key not in odd}
    told = {each for each in good.values() if isinstance(each, Amount)}
    if not numeric or (told and not in_unit) or (not told and Said.SOMETHING in good.values()):
        return Statement(Said.SOMETHING, odd=odd)
    if len({each.number for each in told}) > 1:
        return Statement(Said.ODD, odd=(*odd, *good))
    if told:
        measured = any(means.measured for key, (each, means) in said.items() if each in told)
        return Statement(min(told, key=lambda each: each.plain), measured, odd)
    if odd or Said.NONE_LOGGED in good.values():
        return Statement(Said.ODD if odd else Said.NONE_LOGGED, odd=odd)
    return Statement(Said.NOTHING)


def _unit_of(members: list[Member], kind: EntryKind) -> tuple[bool | None, bool]:
    """Whether the unit named beside an amount is the kind's (see `measures`), and whether it is a number."""
    in_unit: bool | None = True
    numeric = True
    for key, value, means in members:
        if isinstance(value, str) and _is_unit(key, value):
            in_unit = measures(value, kind) if in_unit else in_unit
        elif means.role is Role.NON_NUMERIC:
            numeric = numeric and not _is_yes(value)
        elif means.role is Role.NUMERIC:
            numeric = numeric and value not in (False, "false")
        elif means.role is Role.PRESENCE and means.subject is None and names_servings(key) and _is_yes(value):
            # Counted in servings, unless grams stand beside it.
            numeric = numeric and any(
                isinstance(read(other.value, kind), Amount)
                for other in members
                if other.means.role in (Role.AMOUNT, Role.SUBJECT)
            )
    return in_unit, numeric


def _is_measure(value: object, role: Role, kind: EntryKind) -> bool:
    """Whether a text says how much, with the unit in it, as a cell of a table does."""
    said = read(value, kind) if role is Role.TEXT and isinstance(value, str) else None
    return isinstance(said, Amount) and not said.plain


def _is_unit(key: str, value: object) -> bool:
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


def _read_text(text: str, kind: EntryKind) -> Amount | Said:
    if not text:
        return Said.NOTHING
    if text in _NO:
        return Said.NONE_LOGGED
    if text in _YES:
        return Said.SOMETHING
    match = _NUMBER_AND_UNIT.fullmatch(text)
    if match is None or _THOUSANDS.match(text):
        return Said.ODD
    unit = match[2]
    amount = _checked(float(match[1].replace(",", ".")), kind, plain=unit is None)
    if unit is None or not isinstance(amount, Amount):
        return amount
    measured = measures(unit, kind)
    if measured is None:
        return Said.ODD
    return amount if measured else Said.SOMETHING


def _checked(number: float, kind: EntryKind, *, plain: bool) -> Amount | Said:
    if number == 0:
        return Said.NONE_LOGGED
    return Amount(float(number), plain) if 0 < number <= HIGHEST[kind] else Said.ODD
