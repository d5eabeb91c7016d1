"""Glucose and what derives from it, the sensor on the arm, and what the diary last told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.sensor import (
    DOMAIN,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    MAX_LENGTH_STATE_STATE,
    PERCENTAGE,
    EntityCategory,
    UnitOfBloodGlucoseConcentration,
)

from .diary_day import UNITS, plain
from .entity import PersonEntity, add_for_each_person
from .glucose.sensor_life import SensorStatus
from .glucose.units import MG_DL_PER_MMOL_L, shown
from .models import EntryKind, GlucoseUnit, Range, Trend

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .account import LibreViewConfigEntry
    from .figures import Figures
    from .glucose.metrics import Metrics
    from .person import Snapshot

PARALLEL_UPDATES = 0

type Value = float | str | datetime | None

_UNITS: Final = {
    GlucoseUnit.MG_DL: UnitOfBloodGlucoseConcentration.MILLIGRAMS_PER_DECILITER,
    GlucoseUnit.MMOL_L: UnitOfBloodGlucoseConcentration.MILLIMOLE_PER_LITER,
}


@dataclass(frozen=True, kw_only=True)
class PersonSensorDescription(SensorEntityDescription):
    """A sensor is what it takes from a person at one moment, and in which unit."""

    value: Callable[[Snapshot, GlucoseUnit], Value]
    unit: Callable[[GlucoseUnit], str | None] = lambda _: None
    attributes: Callable[[Snapshot], dict[str, Any]] | None = None
    counted_from: Callable[[Snapshot], datetime] | None = None


def _glucose(snapshot: Snapshot, unit: GlucoseUnit) -> Value:
    return shown(snapshot.current.mg_dl, unit) if snapshot.current else None


def _trend(snapshot: Snapshot, _: GlucoseUnit) -> Value:
    return snapshot.current.trend if snapshot.current else None


def _measuring_range(snapshot: Snapshot) -> dict[str, Any]:
    return {"measuring_range": snapshot.current.measuring_range} if snapshot.current else {}


def _change(snapshot: Snapshot, unit: GlucoseUnit) -> Value:
    return _difference(snapshot.change, unit, mg_dl_digits=0)


def _rate(snapshot: Snapshot, unit: GlucoseUnit) -> Value:
    return _difference(snapshot.rate_of_change, unit, mg_dl_digits=1)


def _difference(mg_dl: float | None, unit: GlucoseUnit, *, mg_dl_digits: int) -> float | None:
    """A difference of glucose in the person's unit, one digit more in mmol/L. Adding 0.0 makes -0.0 plain."""
    if mg_dl is None:
        return None
    if unit is GlucoseUnit.MMOL_L:
        return round(mg_dl / MG_DL_PER_MMOL_L, mg_dl_digits + 1) + 0.0
    return round(mg_dl, mg_dl_digits) + 0.0 if mg_dl_digits else round(mg_dl)


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


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _figure(
    key: str,
    value: Callable[[Metrics, GlucoseUnit], Value],
    *,
    of: Callable[[Figures], Metrics] = lambda figures: figures.fortnight,
    unit: Callable[[GlucoseUnit], str] = lambda _: PERCENTAGE,
    digits: int | None = 0,
    always: bool = False,
    category: EntityCategory | None = None,
) -> PersonSensorDescription:
    """A figure of two weeks unless said otherwise, unknown without enough data unless `always` is said."""

    def shown_value(snapshot: Snapshot, unit: GlucoseUnit) -> Value:
        metrics = of(snapshot.figures) if snapshot.figures else None
        return value(metrics, unit) if metrics and (always or metrics.is_enough) else None

    return PersonSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=category,
        suggested_display_precision=digits,
        value=shown_value,
        unit=unit,
    )


def _mean(metrics: Metrics, unit: GlucoseUnit) -> Value:
    if metrics.mean is None:
        return None
    return round(metrics.mean / MG_DL_PER_MMOL_L, 1) if unit is GlucoseUnit.MMOL_L else round(metrics.mean)


_FIGURES: Final = (
    _figure(
        "time_in_range_24h",
        lambda metrics, _: _percent(metrics.share(Range.IN_RANGE)),
        of=lambda figures: figures.day,
    ),
    _figure("time_in_range_14d", lambda metrics, _: _percent(metrics.share(Range.IN_RANGE))),
    _figure("time_below", lambda metrics, _: _percent(metrics.share(Range.VERY_LOW, Range.LOW)), digits=1),
    _figure("time_above", lambda metrics, _: _percent(metrics.share(Range.HIGH, Range.VERY_HIGH))),
    # An average has no device class, just as a difference has none.
    _figure("average_glucose", _mean, unit=str, digits=None),
    _figure("gmi", lambda metrics, _: metrics.gmi and round(metrics.gmi, 1), digits=1),
    _figure("coefficient_of_variation", lambda metrics, _: _percent(metrics.cv)),
    _figure(
        "data_completeness",
        lambda metrics, _: _percent(metrics.completeness),
        always=True,
        category=EntityCategory.DIAGNOSTIC,
    ),
)

# Insulin pens give half units.
_DOSES: Final = {
    EntryKind.CARBOHYDRATES: 0,
    EntryKind.RAPID_ACTING_INSULIN: 1,
    EntryKind.LONG_ACTING_INSULIN: 1,
}

SENSORS: Final = (
    PersonSensorDescription(
        key="glucose",
        translation_key="glucose",
        device_class=SensorDeviceClass.BLOOD_GLUCOSE_CONCENTRATION,
        state_class=SensorStateClass.MEASUREMENT,
        value=_glucose,
        unit=_UNITS.get,
        attributes=_measuring_range,
    ),
    PersonSensorDescription(
        key="trend",
        translation_key="trend",
        device_class=SensorDeviceClass.ENUM,
        options=list(Trend),
        value=_trend,
    ),
    PersonSensorDescription(
        key="range",
        translation_key="range",
        device_class=SensorDeviceClass.ENUM,
        options=list(Range),
        value=lambda snapshot, _: snapshot.range,
    ),
    # A difference has no device class: what triggers on low glucose of a device must never see it.
    PersonSensorDescription(
        key="change",
        translation_key="change",
        state_class=SensorStateClass.MEASUREMENT,
        value=_change,
        unit=str,
    ),
    PersonSensorDescription(
        key="rate_of_change",
        translation_key="rate_of_change",
        state_class=SensorStateClass.MEASUREMENT,
        value=_rate,
        unit="{}/min".format,
    ),
    PersonSensorDescription(
        key="last_reading",
        translation_key="last_reading",
        device_class=SensorDeviceClass.TIMESTAMP,
        value=lambda snapshot, _: snapshot.last_reading,
    ),
    PersonSensorDescription(
        key="sensor_expires",
        translation_key="sensor_expires",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda snapshot, _: snapshot.sensor_expires,
    ),
    PersonSensorDescription(
        key="sensor_status",
        translation_key="sensor_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(SensorStatus),
        value=lambda snapshot, _: snapshot.sensor_status,
    ),
    PersonSensorDescription(
        key="last_note", translation_key="last_note", value=_note, attributes=_note_in_full
    ),
    *(_last_dose(kind, digits) for kind, digits in _DOSES.items()),
    *(_today(kind, digits) for kind, digits in _DOSES.items()),
    *_FIGURES,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of every followed person."""
    add_for_each_person(entry, async_add_entities, PersonSensor, SENSORS)


class PersonSensor(PersonEntity, SensorEntity):
    """A sensor of a person."""

    entity_description: PersonSensorDescription

    @property
    @override
    def native_value(self) -> Value:
        return self.entity_description.value(self.snapshot, self._glucose_unit)

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        return self.entity_description.unit(self._glucose_unit)

    @property
    @override
    def last_reset(self) -> datetime | None:
        counted_from = self.entity_description.counted_from
        return counted_from(self.snapshot) if counted_from else None

    @property
    def _glucose_unit(self) -> GlucoseUnit:
        """The account's unit, or the one people switched this entity to.

        Converting what was rounded for one unit into the other would give a number that no Libre app shows.
        """
        options = self.registry_entry.options.get(DOMAIN) if self.registry_entry else None
        chosen = options.get("unit_of_measurement") if options else None
        return GlucoseUnit(chosen) if chosen in list(GlucoseUnit) else self.snapshot.unit

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        attributes = self.entity_description.attributes
        return attributes(self.snapshot) if attributes else None
