"""One row of a CSV export: what its record type lets it say, and what it says."""

from collections.abc import Iterator, Sequence
from math import fsum
import re
from typing import Final, NamedTuple

from ..models import EntryKind, GlucoseUnit
from .csv_headings import Column
from .csv_lines import LineProblem

VALUES: Final = range(Column.HISTORIC, Column.USER_CHANGE_INSULIN + 1)
"""The columns that hold what was measured or logged."""
BELOW, WITHIN, ABOVE = -1, 0, 1
_MMOL_FACTOR: Final = 18
"""Abbott's own: all recorded pairs of values satisfy mmol/L = mg/dL ÷ 18, to one decimal."""
_LOWEST, _HIGHEST = 20, 600
LOW_END, HIGH_END = 40, 500
"""What LibreView writes for LO and HI, in mg/dL.

In two real exports (Deigoodle/GlucoPy) 40 stands ten times as often as 41, and nothing below it. So a sensor
that measured exactly 40 cannot be told from one that showed LO, which it did nine times out of ten.
"""
_LO, _HI = (LOW_END, BELOW), (HIGH_END, ABOVE)
_WORDS: Final = {"lo": _LO, "low": _LO, "hi": _HI, "high": _HI}
_NUMBER: Final = re.compile(r"\d{1,5}(?:[.,]\d{1,3})?", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,4}", re.ASCII)
_DECIMALS: Final = re.compile(r"\d{1,2}", re.ASCII)
_MOST: Final = {
    EntryKind.CARBOHYDRATES: 1000.0,
    EntryKind.RAPID_ACTING_INSULIN: 300.0,
    EntryKind.LONG_ACTING_INSULIN: 300.0,
    EntryKind.KETONES: 20.0,
}
"""No meal has more grams, no pen gives more units, no blood has more mmol/L."""
PARTS: Final = (Column.MEAL_INSULIN, Column.CORRECTION_INSULIN, Column.USER_CHANGE_INSULIN)
_INSULIN: Final = frozenset(
    (Column.RAPID_FLAG, Column.RAPID, Column.LONG_FLAG, Column.LONG, Column.NOTE, *PARTS)
)
_FOOD: Final = frozenset((Column.FOOD_FLAG, Column.GRAMS, Column.SERVINGS, Column.NOTE))
_OWN: Final = {
    "0": frozenset((Column.HISTORIC,)),
    "1": frozenset((Column.SCAN,)),
    "2": frozenset((Column.STRIP,)),
    "3": frozenset((Column.KETONES,)),
    "4": _INSULIN,
    "5": _FOOD,
    "6": frozenset((Column.NOTE,)),
}
"""Which columns a record type may fill."""
_SPREAD: Final = {
    "0": (Column.HISTORIC,),
    "1": (Column.SCAN,),
    "2": (Column.STRIP,),
    "3": (Column.KETONES,),
    "4": (Column.RAPID, Column.LONG),
}
"""Where the decimals of an unquoted decimal comma end up in a column that the type has no use for."""


class Logged(NamedTuple):
    """What a row says, without its time."""

    kind: EntryKind
    amount: float | None
    text: str = ""


def glucose(text: str, unit: GlucoseUnit) -> tuple[int, int] | LineProblem:
    """A value of the sensor in mg/dL, and whether it is one, or stands for LO or HI."""
    if (word := _WORDS.get(text.strip().lower())) is not None:
        return word
    if (value := number(text)) is None:
        return LineProblem.BAD_GLUCOSE
    if unit is GlucoseUnit.MMOL_L:
        mg_dl = round(value * _MMOL_FACTOR)
    elif (mg_dl := int(value)) != value:
        return LineProblem.BAD_GLUCOSE
    if not _LOWEST <= mg_dl <= _HIGHEST:
        return LineProblem.GLUCOSE_OUT_OF_RANGE
    return mg_dl, BELOW if mg_dl <= LOW_END else ABOVE if mg_dl >= HIGH_END else WITHIN


def number(text: str, *, signed: bool = False) -> float | None:
    """A number with a decimal point or comma; None for anything else."""
    plain = text.strip()
    sign = -1 if signed and plain.startswith("-") else 1
    plain = plain.removeprefix("-") if signed else plain
    return sign * float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def own_columns(kind: str) -> frozenset[Column] | None:
    """The columns that rows of this record type may fill; None for a type that LibreView does not have."""
    return _OWN.get(kind)


def spread(row: Sequence[str], kind: str, unit: GlucoseUnit) -> list[Column]:
    """Where unquoted decimal commas may have torn a row apart: 13,0 in two fields (Deigoodle/GlucoPy)."""
    if unit is GlucoseUnit.MG_DL and kind in "012":
        return []
    return [
        column
        for column in _SPREAD.get(kind, ())
        if _WHOLE.fullmatch(row[column]) and _DECIMALS.fullmatch(row[column + 1])
    ]


def joined(row: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """The row with the numbers put together again."""
    result = list(row)
    for column in columns:
        result[column] = f"{row[column]}.{row[column + 1]}"
        result[column + 1] = ""
    return result


def logged(row: Sequence[str], kind: str, unit: GlucoseUnit) -> tuple[Logged, ...] | LineProblem:
    """What a row of a record type from 2 to 6 says; nothing for an event of the device, which has no text."""
    found: list[Logged] = []
    for each in _READERS[kind](row, unit):
        if isinstance(each, LineProblem):
            return each
        found.append(each)
    return tuple(found) if found or kind == "6" else LineProblem.MISSING_VALUE


def _strip(row: Sequence[str], unit: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    text = row[Column.STRIP]
    if not text:
        return
    if text.lower() in _WORDS:
        yield Logged(EntryKind.BLOOD_GLUCOSE, None, "LO" if _WORDS[text.lower()][1] == BELOW else "HI")
        return
    value = glucose(text, unit)
    yield value if isinstance(value, LineProblem) else Logged(EntryKind.BLOOD_GLUCOSE, float(value[0]))


def _ketones(row: Sequence[str], _: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    if row[Column.KETONES]:
        yield _amount(EntryKind.KETONES, row[Column.KETONES])


def _food(row: Sequence[str], _: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    if row[Column.GRAMS]:
        yield _amount(EntryKind.CARBOHYDRATES, row[Column.GRAMS], row[Column.NOTE])
    elif row[Column.FOOD_FLAG] or row[Column.SERVINGS]:
        # How many grams a serving has is the person's own setting.
        yield Logged(EntryKind.CARBOHYDRATES, None, row[Column.NOTE])


def _insulin(row: Sequence[str], _: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    text = row[Column.NOTE]
    if row[Column.RAPID]:
        yield _amount(EntryKind.RAPID_ACTING_INSULIN, row[Column.RAPID], text)
    elif any(row[each] for each in PARTS):
        yield _sum_of_parts(row)
    elif row[Column.RAPID_FLAG]:
        yield Logged(EntryKind.RAPID_ACTING_INSULIN, None, text)
    is_first = not any(row[each] for each in (Column.RAPID, Column.RAPID_FLAG, *PARTS))
    if row[Column.LONG]:
        yield _amount(EntryKind.LONG_ACTING_INSULIN, row[Column.LONG], text if is_first else "")
    elif row[Column.LONG_FLAG]:
        yield Logged(EntryKind.LONG_ACTING_INSULIN, None, text if is_first else "")


def _note(row: Sequence[str], _: GlucoseUnit) -> Iterator[Logged | LineProblem]:
    if row[Column.NOTE]:
        yield Logged(EntryKind.NOTE, None, row[Column.NOTE])


_READERS: Final = {"2": _strip, "3": _ketones, "4": _insulin, "5": _food, "6": _note}


def _amount(kind: EntryKind, text: str, note: str = "") -> Logged | LineProblem:
    value = number(text)
    return LineProblem.BAD_AMOUNT if value is None or value > _MOST[kind] else Logged(kind, value, note)


def _sum_of_parts(row: Sequence[str]) -> Logged | LineProblem:
    """A dose told only as what was for the meal, what for the correction, and what the person changed."""
    kind = EntryKind.RAPID_ACTING_INSULIN
    parts = [number(row[each], signed=True) for each in PARTS if row[each]]
    total = round(fsum(each for each in parts if each is not None), 3)
    if None in parts or not 0 <= total <= _MOST[kind]:
        return LineProblem.BAD_AMOUNT
    return Logged(kind, total, row[Column.NOTE])
