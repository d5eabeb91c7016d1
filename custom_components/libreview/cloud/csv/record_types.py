"""The record types of a CSV export: the columns that each may fill, and the values and entries in a row."""

from collections.abc import Iterator, Sequence
from math import fsum
import re
from typing import Final, NamedTuple

from ...models import MAX_AMOUNT, MG_DL_PER_MMOL_L, EntryKind, GlucoseUnit
from .headings import Column
from .problems import LineProblem

VALUES: Final = range(Column.HISTORIC, Column.USER_CHANGE_INSULIN + 1)
"""The columns that hold what was measured or logged."""
BELOW, WITHIN, ABOVE = -1, 0, 1
"""Codes of the measuring range."""
_LOWEST_MG_DL, _HIGHEST_MG_DL = 20, 600
"""Values outside are out of range, for no sensor and no strip gives them."""
LOW_END, HIGH_END = 40, 500
"""mg/dL. LibreView writes these for LO and HI.

In two real exports (Deigoodle/GlucoPy) 40 stands ten times as often as 41, and nothing below it. So a sensor
that measured exactly 40 cannot be told from one that showed LO, which it did nine times out of ten.
"""
_LO, _HI = (LOW_END, BELOW), (HIGH_END, ABOVE)
_RANGE_WORDS: Final = {"lo": _LO, "low": _LO, "hi": _HI, "high": _HI}
_NUMBER: Final = re.compile(r"\d{1,5}(?:[.,]\d{1,20})?", re.ASCII)
_WHOLE_PART: Final = re.compile(r"\d{1,4}", re.ASCII)
_DECIMALS: Final = re.compile(r"\d{1,2}", re.ASCII)
_MAX_AMOUNT: Final = MAX_AMOUNT | {EntryKind.KETONES: 20.0}
"""Grams, units, and mmol/L of ketones. A greater number is no amount."""
_DOSE_PARTS: Final = (Column.MEAL_INSULIN, Column.CORRECTION_INSULIN, Column.USER_CHANGE_INSULIN)
_INSULIN: Final = frozenset(
    (Column.RAPID_FLAG, Column.RAPID, Column.LONG_FLAG, Column.LONG, Column.NOTE, *_DOSE_PARTS)
)
_FOOD: Final = frozenset((Column.FOOD_FLAG, Column.GRAMS, Column.SERVINGS, Column.NOTE))
_OWN_COLUMNS: Final = {
    "0": frozenset((Column.HISTORIC, Column.SCAN)),
    "1": frozenset((Column.HISTORIC, Column.SCAN)),
    "2": frozenset((Column.STRIP,)),
    "3": frozenset((Column.KETONES,)),
    "4": _INSULIN,
    "5": _FOOD,
    "6": frozenset((Column.NOTE,)),
}
"""The columns that a record type may fill."""
_DECIMALS_BESIDE: Final = {
    "0": (Column.HISTORIC,),
    "1": (Column.SCAN,),
    "2": (Column.STRIP,),
    "3": (Column.KETONES,),
    "4": (Column.RAPID, Column.LONG),
}
"""By type, columns whose decimals, split off by an unquoted comma, land in a column it never fills."""


class Logged(NamedTuple):
    """An entry of a row, without its time."""

    kind: EntryKind
    amount: float | None
    text: str = ""


def parse_glucose(text: str, unit: GlucoseUnit) -> tuple[int, int] | LineProblem:
    """Return a value in mg/dL, and BELOW, WITHIN or ABOVE the measuring range; or why it is no value."""
    if (out_of_range := _RANGE_WORDS.get(text.strip().lower())) is not None:
        return out_of_range
    if (value := parse_number(text)) is None:
        return LineProblem.BAD_GLUCOSE
    if unit is GlucoseUnit.MMOL_L:
        mg_dl = round(value * MG_DL_PER_MMOL_L)
    elif (mg_dl := int(value)) != value:
        return LineProblem.BAD_GLUCOSE
    if not _LOWEST_MG_DL <= mg_dl <= _HIGHEST_MG_DL:
        return LineProblem.GLUCOSE_OUT_OF_RANGE
    return mg_dl, BELOW if mg_dl <= LOW_END else ABOVE if mg_dl >= HIGH_END else WITHIN


def parse_number(text: str, *, signed: bool = False) -> float | None:
    """Return a number with a decimal point or comma, None for any other text."""
    plain = text.strip()
    sign = -1 if signed and plain.startswith("-") else 1
    plain = plain.removeprefix("-") if signed else plain
    return sign * float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def own_columns(kind: str) -> frozenset[Column] | None:
    """Return the columns that rows of this record type may fill; None for a type that does not exist."""
    return _OWN_COLUMNS.get(kind)


def find_split_decimals(row: Sequence[str], kind: str, unit: GlucoseUnit) -> list[Column]:
    """Return the columns whose decimals may be in the next one, after an unquoted decimal comma.

    So 13,0 stands in two fields (Deigoodle/GlucoPy).
    """
    if unit is GlucoseUnit.MG_DL and kind in "012":
        return []
    return [
        column
        for column in _DECIMALS_BESIDE.get(kind, ())
        if _WHOLE_PART.fullmatch(row[column]) and _DECIMALS.fullmatch(row[column + 1])
    ]


def join_split_decimals(row: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Return the row with the decimals of these columns put back."""
    result = list(row)
    for column in columns:
        result[column] = f"{row[column]}.{row[column + 1]}"
        result[column + 1] = ""
    return result


def parse_entries(row: Sequence[str], kind: str, unit: GlucoseUnit) -> tuple[Logged, ...] | LineProblem:
    """Return the entries in a row of a record type from 2 to 6, or why it is unreadable.

    An event of the device, a row of type 6 without text, has none.
    """
    found: list[Logged] = []
    for entry in _PARSERS[kind](row, unit):
        if isinstance(entry, LineProblem):
            return entry
        found.append(entry)
    return tuple(found) if found or kind == "6" else LineProblem.MISSING_VALUE


def _parse_strip(row: Sequence[str], unit: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    text = row[Column.STRIP]
    if not text:
        return
    if text.lower() in _RANGE_WORDS:
        yield Logged(EntryKind.BLOOD_GLUCOSE, None, "LO" if _RANGE_WORDS[text.lower()][1] == BELOW else "HI")
        return
    value = parse_glucose(text, unit)
    yield value if isinstance(value, LineProblem) else Logged(EntryKind.BLOOD_GLUCOSE, float(value[0]))


def _parse_ketones(row: Sequence[str], _: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    if row[Column.KETONES]:
        yield _parse_amount(EntryKind.KETONES, row[Column.KETONES])


def _parse_food(row: Sequence[str], _: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    if row[Column.GRAMS]:
        yield _parse_amount(EntryKind.CARBOHYDRATES, row[Column.GRAMS], row[Column.NOTE])
    elif row[Column.FOOD_FLAG] or row[Column.SERVINGS]:
        # The grams of a serving are the person's own setting, which the file does not hold.
        yield Logged(EntryKind.CARBOHYDRATES, None, row[Column.NOTE])


def _parse_insulin(row: Sequence[str], _: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    text = row[Column.NOTE]
    if row[Column.RAPID]:
        yield _parse_amount(EntryKind.RAPID_ACTING_INSULIN, row[Column.RAPID], text)
    elif any(row[column] for column in _DOSE_PARTS):
        yield _sum_dose_parts(row)
    elif row[Column.RAPID_FLAG]:
        yield Logged(EntryKind.RAPID_ACTING_INSULIN, None, text)
    is_only_dose = not any(row[column] for column in (Column.RAPID, Column.RAPID_FLAG, *_DOSE_PARTS))
    if row[Column.LONG]:
        yield _parse_amount(EntryKind.LONG_ACTING_INSULIN, row[Column.LONG], text if is_only_dose else "")
    elif row[Column.LONG_FLAG]:
        yield Logged(EntryKind.LONG_ACTING_INSULIN, None, text if is_only_dose else "")


def _parse_note(row: Sequence[str], _: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    if row[Column.NOTE]:
        yield Logged(EntryKind.NOTE, None, row[Column.NOTE])


_PARSERS: Final = {
    "2": _parse_strip,
    "3": _parse_ketones,
    "4": _parse_insulin,
    "5": _parse_food,
    "6": _parse_note,
}


def _parse_amount(kind: EntryKind, text: str, note: str = "") -> Logged | LineProblem:
    value = parse_number(text)
    return LineProblem.BAD_AMOUNT if value is None or value > _MAX_AMOUNT[kind] else Logged(kind, value, note)


def _sum_dose_parts(row: Sequence[str]) -> Logged | LineProblem:
    """Return a dose that is written as three parts: for the meal, for a correction, changed by the person."""
    kind = EntryKind.RAPID_ACTING_INSULIN
    parts = [parse_number(row[column], signed=True) for column in _DOSE_PARTS if row[column]]
    total = round(fsum(part for part in parts if part is not None), 3)
    if None in parts or not 0 <= total <= _MAX_AMOUNT[kind]:
        return LineProblem.BAD_AMOUNT
    return Logged(kind, total, row[Column.NOTE])
