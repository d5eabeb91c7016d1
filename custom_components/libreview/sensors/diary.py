"""The last entry of each kind of the diary, and the sums of the day."""

from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    MAX_LENGTH_STATE_STATE,
)
from homeassistant.helpers.typing import StateType

from ..models import EntryKind, GlucoseUnit
from ..person.display import AMOUNT_UNITS, trim_zero
from ..person.snapshot import Feed, Snapshot
from .description import PersonSensorDescription

_NO_AMOUNT: Final = "no_amount"
"""The text of a dose without amount, as it is named in the translations."""


def _time_attributes(snapshot: Snapshot, kind: EntryKind) -> dict[str, Any]:
    """Return the time of the last entry of a kind, by the person's own clock, and how exactly it is known."""
    if (entry := snapshot.last_entry(kind)) is None:
        return {}
    return {"at": entry.at.astimezone(snapshot.current_time_zone).isoformat(), "precision": entry.precision}


def _note(snapshot: Snapshot, _: GlucoseUnit) -> StateType | datetime:
    note = snapshot.last_entry(EntryKind.NOTE)
    return note.text[:MAX_LENGTH_STATE_STATE] or None if note else None


def _note_attributes(snapshot: Snapshot) -> dict[str, Any]:
    note = snapshot.last_entry(EntryKind.NOTE)
    return _time_attributes(snapshot, EntryKind.NOTE) | ({"text": note.text} if note else {})


def _last_time_sensor(key: str, kind: EntryKind) -> PersonSensorDescription:
    """Describe the sensor of the time of the last entry of a kind, with what it was as one text.

    An amount as a state looks as new as the start of Home Assistant that showed it; a time does not.
    """

    def value(snapshot: Snapshot, _: GlucoseUnit) -> StateType | datetime:
        entry = snapshot.last_entry(kind)
        return entry.at if entry else None

    def attributes(snapshot: Snapshot) -> dict[str, Any]:
        if (entry := snapshot.last_entry(kind)) is None:
            return {}
        if kind is EntryKind.NOTE:
            return {"precision": entry.precision, "text": entry.text}
        # Always a text: a tile leaves out what is null, and a dose with its time alone looks like none.
        dose = _NO_AMOUNT if entry.amount is None else _dose(entry.amount, kind)
        return {"precision": entry.precision, "dose": dose}

    return PersonSensorDescription(
        key=key,
        translation_key=key,
        feed=Feed.DIARY,
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=value,
        attributes_fn=attributes,
    )


def _dose(amount: float, kind: EntryKind) -> str:
    return f"{trim_zero(amount)} {AMOUNT_UNITS[kind]}"


def _last_dose_sensor(key: str, kind: EntryKind) -> PersonSensorDescription:
    """Describe the sensor of the last dose of a kind, however old: another sensor says when it was."""

    def value(snapshot: Snapshot, _: GlucoseUnit) -> StateType | datetime:
        entry = snapshot.last_entry(kind)
        return trim_zero(entry.amount) if entry and entry.amount is not None else None

    def attributes(snapshot: Snapshot) -> dict[str, Any]:
        entry = snapshot.last_entry(kind)
        return _time_attributes(snapshot, kind) | ({"has_amount": entry.amount is not None} if entry else {})

    return PersonSensorDescription(
        key=key,
        translation_key=key,
        feed=Feed.DIARY,
        value_fn=value,
        unit_fn=lambda _: AMOUNT_UNITS[kind],
        attributes_fn=attributes,
    )


def _sum_today_sensor(key: str, kind: EntryKind) -> PersonSensorDescription:
    """Describe the sensor of a day's sum; unknown rather than too small, for that would be dangerous."""

    def value(snapshot: Snapshot, _: GlucoseUnit) -> StateType | datetime:
        return snapshot.total_today(kind).amount if snapshot.knows_today(kind) else None

    def attributes(snapshot: Snapshot) -> dict[str, Any]:
        if snapshot.diary is None or (read_at := snapshot.diary.read_at) is None:
            return {}
        total = snapshot.total_today(kind)
        is_too_small = value(snapshot, snapshot.unit) is None and total.known_amount
        return {
            "known_amount": total.known_amount,
            # For a tile, which shows no names of attributes: a number alone would be taken for the sum.
            **({"at_least": f"≥ {_dose(total.known_amount, kind)}"} if is_too_small else {}),
            "entries": total.entries,
            "without_amount": total.without_amount,
            "as_of": read_at.astimezone(snapshot.current_time_zone).isoformat(),
        }

    return PersonSensorDescription(
        key=key,
        translation_key=key,
        feed=Feed.DIARY,
        state_class=SensorStateClass.TOTAL,
        value_fn=value,
        unit_fn=lambda _: AMOUNT_UNITS[kind],
        attributes_fn=attributes,
        last_reset_fn=lambda snapshot: snapshot.today_began,
    )


DIARY_SENSORS: Final = (
    PersonSensorDescription(
        key="last_note",
        translation_key="last_note",
        feed=Feed.DIARY,
        value_fn=_note,
        attributes_fn=_note_attributes,
    ),
    # No display precision: people see as many digits as they wrote.
    _last_dose_sensor("last_carbohydrates", EntryKind.CARBOHYDRATES),
    _last_dose_sensor("last_rapid_acting", EntryKind.RAPID_ACTING_INSULIN),
    _last_dose_sensor("last_long_acting", EntryKind.LONG_ACTING_INSULIN),
    _last_time_sensor("last_note_at", EntryKind.NOTE),
    _last_time_sensor("last_carbohydrates_at", EntryKind.CARBOHYDRATES),
    _last_time_sensor("last_rapid_acting_at", EntryKind.RAPID_ACTING_INSULIN),
    _last_time_sensor("last_long_acting_at", EntryKind.LONG_ACTING_INSULIN),
    _sum_today_sensor("carbohydrates_today", EntryKind.CARBOHYDRATES),
    _sum_today_sensor("rapid_acting_today", EntryKind.RAPID_ACTING_INSULIN),
    _sum_today_sensor("long_acting_today", EntryKind.LONG_ACTING_INSULIN),
)
