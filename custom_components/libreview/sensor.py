"""The sensors of a person: glucose and what follows from it, the worn sensor, the diary, the summary.

A new sensor is a new row in one of the tables: `GLUCOSE_SENSORS`, `DIARY_SENSORS`, `SUMMARY_SENSORS`,
`PATIENT_SENSORS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    DOMAIN,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    EVENT_HOMEASSISTANT_STOP,
    MAX_LENGTH_STATE_STATE,
    EntityCategory,
    UnitOfBloodGlucoseConcentration,
    UnitOfRatio,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .account.account import LibreViewConfigEntry
from .account.followed_person import FollowedPerson
from .entity import PersonEntity, PersonEntityDescription, add_person_entities, unique_id
from .glucose.metrics import Metrics
from .glucose.sensor_life import SensorStatus
from .glucose.summary import Summary
from .glucose.units import to_display
from .kept_unit import keep_unit, kept_unit
from .models import MG_DL_PER_MMOL_L, EntryKind, GlucoseUnit, LinkState, Range, Trend
from .person.display import AMOUNT_UNITS, to_percent, trim_zero
from .person.snapshot import Feed, Snapshot

PARALLEL_UPDATES = 0

_BLOOD_GLUCOSE_UNITS: Final = {
    GlucoseUnit.MG_DL: UnitOfBloodGlucoseConcentration.MILLIGRAMS_PER_DECILITER,
    GlucoseUnit.MMOL_L: UnitOfBloodGlucoseConcentration.MILLIMOLE_PER_LITER,
}


@dataclass(frozen=True, kw_only=True)
class PersonSensorDescription(PersonEntityDescription, SensorEntityDescription):
    """Describes a sensor by how its state follows from a person at one moment.

    The functions that take a unit get the one that the sensor shows glucose in.
    """

    value_fn: Callable[[Snapshot, GlucoseUnit], StateType | datetime]
    unit_fn: Callable[[GlucoseUnit], str | None] = lambda _: None
    attributes_fn: Callable[[Snapshot], dict[str, Any]] | None = None
    ticks: bool = False
    """It changes with each reading and says what glucose says too: off by default with a live feed."""
    last_reset_fn: Callable[[Snapshot], datetime] | None = None
    keeps_unit: bool = False
    """Whether the unit stays what it was at the first value, since Home Assistant cannot convert it."""


def _blood_glucose_unit(unit: GlucoseUnit) -> str:
    """Return the unit of a sensor with the device class of blood glucose."""
    return _BLOOD_GLUCOSE_UNITS[unit]


def _plain_unit(unit: GlucoseUnit) -> str:
    """Return the unit of a sensor without device class."""
    return unit.value


def _unit_per_minute(unit: GlucoseUnit) -> str:
    return f"{unit}/min"


def _percent_unit(_: GlucoseUnit) -> str:
    return UnitOfRatio.PERCENTAGE


def _glucose(snapshot: Snapshot, unit: GlucoseUnit) -> StateType | datetime:
    return to_display(snapshot.current.mg_dl, unit) if snapshot.current else None


def _trend(snapshot: Snapshot, _: GlucoseUnit) -> StateType | datetime:
    return snapshot.current.trend if snapshot.current else None


def _measurement(snapshot: Snapshot) -> dict[str, Any]:
    """Return when the newest reading was measured, current or not, and whether the current is LO or HI."""
    shown: dict[str, Any] = {"measurement_timestamp": None}
    if (at := snapshot.last_reading) is not None:
        shown["measurement_timestamp"] = at.astimezone(snapshot.current_time_zone).isoformat()
    if snapshot.current:
        shown["measuring_range"] = snapshot.current.measuring_range
    return shown


def _sensor_start(snapshot: Snapshot) -> dict[str, Any]:
    """Return when the worn sensor was started, by which this time is told from that of the last reading."""
    if snapshot.sensor is None or snapshot.sensor.activated_at is None:
        return {}
    return {"started": snapshot.sensor.activated_at.astimezone(snapshot.current_time_zone).isoformat()}


def _change(snapshot: Snapshot, unit: GlucoseUnit) -> StateType | datetime:
    return _difference(snapshot.change, unit, mg_dl_digits=0)


def _rate(snapshot: Snapshot, unit: GlucoseUnit) -> StateType | datetime:
    return _difference(snapshot.rate_of_change, unit, mg_dl_digits=1)


def _difference(mg_dl: float | None, unit: GlucoseUnit, *, mg_dl_digits: int) -> float | None:
    """Return a difference of glucose (mg/dL) in a unit, rounded to one digit more in mmol/L.

    Adding 0.0 turns -0.0 into 0.0.
    """
    if mg_dl is None:
        return None
    if unit is GlucoseUnit.MMOL_L:
        return round(mg_dl / MG_DL_PER_MMOL_L, mg_dl_digits + 1) + 0.0
    return round(mg_dl, mg_dl_digits) + 0.0 if mg_dl_digits else round(mg_dl)


GLUCOSE_SENSORS: Final = (
    PersonSensorDescription(
        key="glucose",
        translation_key="glucose",
        device_class=SensorDeviceClass.BLOOD_GLUCOSE_CONCENTRATION,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_glucose,
        unit_fn=_blood_glucose_unit,
        attributes_fn=_measurement,
    ),
    PersonSensorDescription(
        key="trend",
        translation_key="trend",
        feed=Feed.LIVE,
        device_class=SensorDeviceClass.ENUM,
        options=list(Trend),
        value_fn=_trend,
    ),
    PersonSensorDescription(
        key="range",
        translation_key="range",
        device_class=SensorDeviceClass.ENUM,
        options=list(Range),
        value_fn=lambda snapshot, _: snapshot.range,
    ),
    # A difference has no device class, so that nothing that triggers on low glucose of a device sees it.
    PersonSensorDescription(
        key="change",
        translation_key="change",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_change,
        unit_fn=_plain_unit,
    ),
    PersonSensorDescription(
        key="rate_of_change",
        translation_key="rate_of_change",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_rate,
        unit_fn=_unit_per_minute,
        keeps_unit=True,
    ),
    PersonSensorDescription(
        key="last_reading",
        translation_key="last_reading",
        device_class=SensorDeviceClass.TIMESTAMP,
        ticks=True,
        value_fn=lambda snapshot, _: snapshot.last_reading,
    ),
    PersonSensorDescription(
        key="sensor_expires",
        translation_key="sensor_expires",
        feed=Feed.LIVE,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot, _: snapshot.sensor_expires,
        attributes_fn=_sensor_start,
    ),
    PersonSensorDescription(
        key="sensor_status",
        translation_key="sensor_status",
        feed=Feed.LIVE,
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(SensorStatus),
        value_fn=lambda snapshot, _: snapshot.sensor_status,
    ),
)


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
        dose = None if entry.amount is None else _dose(entry.amount, kind)
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


def _summary_sensor(
    key: str,
    value_fn: Callable[[Metrics, GlucoseUnit], float | None],
    *,
    metrics_fn: Callable[[Summary], Metrics] = lambda summary: summary.fortnight,
    unit_fn: Callable[[GlucoseUnit], str] = _percent_unit,
    digits: int | None = 0,
    needs_enough: bool = True,
    category: EntityCategory | None = None,
    enabled: bool = True,
) -> PersonSensorDescription:
    """Describe the sensor of a metric, by default of a fortnight and in percent.

    It is unknown while the readings are too few for the metrics, unless it does not need enough of them.
    """

    def value(snapshot: Snapshot, unit: GlucoseUnit) -> StateType | datetime:
        metrics = metrics_fn(snapshot.summary) if snapshot.summary else None
        return value_fn(metrics, unit) if metrics and (metrics.is_enough or not needs_enough) else None

    return PersonSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=category,
        entity_registry_enabled_default=enabled,
        suggested_display_precision=digits,
        value_fn=value,
        unit_fn=unit_fn,
    )


def _mean(metrics: Metrics, unit: GlucoseUnit) -> float | None:
    if metrics.mean is None:
        return None
    return round(metrics.mean / MG_DL_PER_MMOL_L, 1) if unit is GlucoseUnit.MMOL_L else round(metrics.mean)


SUMMARY_SENSORS: Final = (
    _summary_sensor(
        "time_in_range_24h",
        lambda metrics, _: to_percent(metrics.share(Range.IN_RANGE)),
        metrics_fn=lambda summary: summary.day,
    ),
    _summary_sensor("time_in_range_14d", lambda metrics, _: to_percent(metrics.share(Range.IN_RANGE))),
    _summary_sensor(
        "time_below", lambda metrics, _: to_percent(metrics.share(Range.VERY_LOW, Range.LOW)), digits=1
    ),
    _summary_sensor("time_above", lambda metrics, _: to_percent(metrics.share(Range.HIGH, Range.VERY_HIGH))),
    # An average has no device class, for the same reason as a difference.
    _summary_sensor("average_glucose", _mean, unit_fn=_plain_unit, digits=None),
    _summary_sensor("gmi", lambda metrics, _: metrics.gmi and round(metrics.gmi, 1), digits=1),
    _summary_sensor("coefficient_of_variation", lambda metrics, _: to_percent(metrics.cv), enabled=False),
    _summary_sensor(
        "data_completeness",
        lambda metrics, _: to_percent(metrics.completeness),
        needs_enough=False,
        category=EntityCategory.DIAGNOSTIC,
        enabled=False,
    ),
)


def _last_data(snapshot: Snapshot, _: GlucoseUnit) -> StateType | datetime:
    return snapshot.diary.link.last_data if snapshot.diary and snapshot.diary.link else None


def _connection(snapshot: Snapshot, _: GlucoseUnit) -> StateType | datetime:
    return snapshot.diary.link.state if snapshot.diary and snapshot.diary.link else None


PATIENT_SENSORS: Final = (
    PersonSensorDescription(
        key="last_data",
        translation_key="last_data",
        feed=Feed.DIARY,
        is_of_patient=True,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_last_data,
    ),
    PersonSensorDescription(
        key="connection",
        translation_key="connection",
        feed=Feed.DIARY,
        is_of_patient=True,
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(LinkState),
        value_fn=_connection,
    ),
)

SENSORS: Final = (*GLUCOSE_SENSORS, *DIARY_SENSORS, *SUMMARY_SENSORS, *PATIENT_SENSORS)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of every followed person."""
    _follow_app_units(hass, entry)
    add_person_entities(entry, async_add_entities, PersonSensor, SENSORS)


@callback
def _follow_app_units(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Tell the registry the unit that each person's app shows glucose in now, where nobody chose another.

    Home Assistant would go on in the unit of before, and convert into it what was rounded for the new one.
    """
    registry = er.async_get(hass)
    for person in entry.runtime_data.persons.values():
        for description in SENSORS:
            if description.device_class is not SensorDeviceClass.BLOOD_GLUCOSE_CONCENTRATION:
                continue
            key = unique_id(entry.unique_id, person.patient_id, description.key)
            entity_id = registry.async_get_entity_id(DOMAIN, entry.domain, key)
            if entity_id is not None and _chosen_unit(registry.async_get(entity_id)) is None:
                unit = _blood_glucose_unit(person.data.unit)
                registry.async_update_entity(entity_id, unit_of_measurement=unit)


def _chosen_unit(registered: er.RegistryEntry | None) -> GlucoseUnit | None:
    """Return the unit of glucose that people chose for an entity, None where they chose none."""
    options = registered.options.get(DOMAIN) if registered else None
    chosen = options.get("unit_of_measurement") if options else None
    return GlucoseUnit(chosen) if chosen in list(GlucoseUnit) else None


class PersonSensor(PersonEntity, SensorEntity):
    """A sensor of a person."""

    _unrecorded_attributes = frozenset({"measurement_timestamp"})

    entity_description: PersonSensorDescription

    def __init__(
        self, entry: LibreViewConfigEntry, person: FollowedPerson, description: PersonSensorDescription
    ) -> None:
        """Create the sensor that `description` describes, of this person."""
        super().__init__(entry, person, description)
        if description.ticks and Feed.LIVE in person.feed_kinds:
            self._attr_entity_registry_enabled_default = False

    @override
    def shown(self) -> tuple[object, ...]:
        return (
            self.available,
            self.native_value,
            self.native_unit_of_measurement,
            self.last_reset,
            self.extra_state_attributes,
        )

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        if self.state_class is SensorStateClass.MEASUREMENT:
            self.async_on_remove(self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._handle_stop))
        if self.entity_description.keeps_unit:
            self._keep_unit()
            self.async_on_remove(self.coordinator.async_add_listener(self._keep_unit))

    @callback
    def _keep_unit(self) -> None:
        registered = self.registry_entry
        if registered and kept_unit(registered) is None and self.native_value is not None:
            keep_unit(self.hass, registered, self._glucose_unit)

    @callback
    def _handle_stop(self, _: Event) -> None:
        self.async_write_ha_state()

    @property
    @override
    def available(self) -> bool:
        """Return False for a measurement once Home Assistant is stopping.

        Otherwise the recorder would take the last value for that of all hours until the next start, and draw
        a flat line in the statistics.
        """
        return not (self.state_class is SensorStateClass.MEASUREMENT and self.hass.is_stopping)

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self.snapshot, self._glucose_unit)

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        return self.entity_description.unit_fn(self._glucose_unit)

    @property
    @override
    def last_reset(self) -> datetime | None:
        last_reset_fn = self.entity_description.last_reset_fn
        return last_reset_fn(self.snapshot) if last_reset_fn else None

    @property
    def _glucose_unit(self) -> GlucoseUnit:
        """Return the account's unit, or the one that people chose for this entity, or that it began in.

        Home Assistant would convert what was rounded for one unit into the other, to a number that no Libre
        app shows.
        """
        return _chosen_unit(self.registry_entry) or kept_unit(self.registry_entry) or self.snapshot.unit

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn(self.snapshot) if attributes_fn else None
