"""Treatments of Nightscout: the entries of a diary.

Apps compute the insulin that is still active from the field `insulin`. So only rapid-acting insulin of a
known amount has it: a long-acting dose is told as a note, and no amount is made up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Final

from ..models import DiaryEntry, EntryKind, JsonObjectType
from ..person.display import AMOUNT_UNITS, trim_zero
from .fields import to_iso, utc_offset_minutes
from .told_entries import ToldEntry, tell

ENTERED_BY: Final = "LibreLink"
NOTE: Final = "Note"

type KindNames = Mapping[EntryKind, str]
"""What people call the kinds of entries, in their language."""


def treatments(
    diary: Iterable[DiaryEntry], *, time_zone: tzinfo, salt: str, names: KindNames
) -> Iterator[JsonObjectType]:
    """Convert the entries of a diary to treatments. `time_zone` is the person's, `salt` the reader's.

    Of an entry whose hour alone is known the notes name that hour, and `libreviewPrecision` is "hour".
    """
    for told in tell(diary):
        fields = FIELDS[told.entry.kind](told.entry)
        spoken = None if len(fields) > 1 else _describe(told.entry, names)
        notes = " ".join(filter(None, (spoken, *_remarks(told))))
        yield {
            "_id": told.id_for(salt),
            **fields,
            "created_at": to_iso(told.at),
            "utcOffset": utc_offset_minutes(told.at, time_zone),
            **({"notes": notes} if notes else {}),
            "enteredBy": ENTERED_BY,
            **({"libreviewPrecision": told.entry.precision.value} if told.is_to_the_hour else {}),
        }


def _remarks(told: ToldEntry) -> Iterator[str]:
    if told.entry.text:
        yield told.entry.text
    if told.is_to_the_hour:
        yield f"({told.hour})"


def _describe(entry: DiaryEntry, names: KindNames) -> str | None:
    """Return what a note says of an entry without a field of its own, such as "Long-acting insulin 12 U"."""
    if entry.kind is EntryKind.NOTE:
        return None
    name = names.get(entry.kind, entry.kind)
    return name if entry.amount is None else f"{name} {trim_zero(entry.amount)} {AMOUNT_UNITS[entry.kind]}"


def _bolus(entry: DiaryEntry) -> JsonObjectType:
    if entry.amount is None:
        return {"eventType": NOTE}
    return {"eventType": "Correction Bolus", "insulin": trim_zero(entry.amount)}


def _carbohydrates(entry: DiaryEntry) -> JsonObjectType:
    if entry.amount is None:
        return {"eventType": NOTE}
    return {"eventType": "Carb Correction", "carbs": trim_zero(entry.amount)}


def _blood_glucose(entry: DiaryEntry) -> JsonObjectType:
    if entry.amount is None:
        return {"eventType": NOTE}
    return {
        "eventType": "BG Check",
        "glucose": round(entry.amount),
        "glucoseType": "Finger",
        "units": "mg/dl",
    }


def _note(_: DiaryEntry) -> JsonObjectType:
    return {"eventType": NOTE}


FIELDS: Final[dict[EntryKind, Callable[[DiaryEntry], JsonObjectType]]] = {
    EntryKind.RAPID_ACTING_INSULIN: _bolus,
    EntryKind.LONG_ACTING_INSULIN: _note,
    EntryKind.CARBOHYDRATES: _carbohydrates,
    EntryKind.BLOOD_GLUCOSE: _blood_glucose,
    EntryKind.KETONES: _note,
    EntryKind.NOTE: _note,
}
"""The event type of a treatment, and the fields that apps compute with, by the kind of entry."""
