"""Glucose, what follows from it, and the worn sensor."""

from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    EntityCategory,
)
from homeassistant.helpers.typing import StateType

from ..glucose.sensor_life import SensorStatus
from ..glucose.units import to_display
from ..models import MG_DL_PER_MMOL_L, GlucoseUnit, Range, Trend
from ..person.snapshot import Feed, Snapshot
from .description import PersonSensorDescription, blood_glucose_unit, plain_unit, unit_per_minute


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
        unit_fn=blood_glucose_unit,
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
        unit_fn=plain_unit,
    ),
    PersonSensorDescription(
        key="rate_of_change",
        translation_key="rate_of_change",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_rate,
        unit_fn=unit_per_minute,
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
