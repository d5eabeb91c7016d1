"""The sensors of what the diary last told, and of what it told of today."""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import MAX_LENGTH_STATE_STATE

from .diary_day import UNITS, plain
from .models import EntryKind, GlucoseUnit
from .sensor_description import PersonSensorDescription, Value

if TYPE_CHECKING:
    from .person import Snapshot


def _when(snapshot: Snapshot, kind: EntryKind) -> dict[str, Any]:
    """The time of the last entry of a kind, by the person's own clock, and how exactly it is known."""
    if (entry := snapshot.last_entry(kind)) is None:
        return {}
    return {"at": entry.at.astimezone(snapshot.clock).isoformat(), "precision": entry.precision}


def _note(snapshot: Snapshot, _: GlucoseUnit) -> Value:
    note = snapshot.last_entry(EntryKind.NOTE)
    return note.text[:MAX_LENGTH_STATE_STATE] or None if note else None


def _note_in_full(snapshot: Snapshot) -> dict[str, Any]:
    note = snapshot.last_entry(EntryKind.NOTE)
    return _when(snapshot, EntryKind.NOTE) | ({"text": note.text} if note else {})


def _last_dose(kind: EntryKind, digits: int) -> PersonSensorDescription:
    """The last dose of a kind. However old it is: it says when it was."""

    def value(snapshot: Snapshot, _: GlucoseUnit) -> Value:
        entry = snapshot.last_entry(kind)
        return plain(entry.amount) if entry and entry.amount is not None else None

    def attributes(snapshot: Snapshot) -> dict[str, Any]:
        entry = snapshot.last_entry(kind)
        return _when(snapshot, kind) | ({"has_amount": entry.amount is not None} if entry else {})

    key = f"last_{kind.removesuffix('_insulin')}"
    return PersonSensorDescription(
        key=key,
        translation_key=key,
        suggested_display_precision=digits,
        value=value,
        unit=lambda _: UNITS[kind],
        attributes=attributes,
    )


def _today(kind: EntryKind, digits: int) -> PersonSensorDescription:
    """What was entered of a kind today; unknown rather than too small, for that would be dangerous."""

    def value(snapshot: Snapshot, _: GlucoseUnit) -> Value:
        return snapshot.total_today(kind).amount if snapshot.knows_today else None

    def attributes(snapshot: Snapshot) -> dict[str, Any]:
        if snapshot.diary is None or (read_at := snapshot.diary.read_at) is None:
            return {}
        total = snapshot.total_today(kind)
        return {
            "known_amount": total.known_amount,
            "entries": total.entries,
            "without_amount": total.without_amount,
            "as_of": read_at.astimezone(snapshot.clock).isoformat(),
        }

    key = f"{kind.removesuffix('_insulin')}_today"
    return PersonSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=digits,
        value=value,
        unit=lambda _: UNITS[kind],
        attributes=attributes,
        counted_from=lambda snapshot: snapshot.today_began,
    )


# Insulin pens give half units.
_DOSES: Final = {
    EntryKind.CARBOHYDRATES: 0,
    EntryKind.RAPID_ACTING_INSULIN: 1,
    EntryKind.LONG_ACTING_INSULIN: 1,
}

DIARY_SENSORS: Final = (
    PersonSensorDescription(
        key="last_note", translation_key="last_note", value=_note, attributes=_note_in_full
    ),
    *(_last_dose(kind, digits) for kind, digits in _DOSES.items()),
    *(_today(kind, digits) for kind, digits in _DOSES.items()),
)
