"""The sensors of a person: glucose and what derives from it, the sensor on the arm, diary and figures."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.sensor import (
    DOMAIN,
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import (
    EVENT_HOMEASSISTANT_STOP,
    EntityCategory,
    UnitOfBloodGlucoseConcentration,
)
from homeassistant.core import callback

from .entity import PersonEntity, add_for_each_person
from .glucose.sensor_life import SensorStatus
from .glucose.units import MG_DL_PER_MMOL_L, shown
from .models import GlucoseUnit, Range, Trend
from .sensor_description import PersonSensorDescription, Value
from .sensor_diary import DIARY_SENSORS
from .sensor_figures import FIGURE_SENSORS

if TYPE_CHECKING:
    from homeassistant.core import Event, HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .account import LibreViewConfigEntry
    from .person import Snapshot

PARALLEL_UPDATES = 0

_UNITS: Final = {
    GlucoseUnit.MG_DL: UnitOfBloodGlucoseConcentration.MILLIGRAMS_PER_DECILITER,
    GlucoseUnit.MMOL_L: UnitOfBloodGlucoseConcentration.MILLIMOLE_PER_LITER,
}


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
    *DIARY_SENSORS,
    *FIGURE_SENSORS,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of every followed person."""
    add_for_each_person(entry, async_add_entities, PersonSensor, SENSORS)


class PersonSensor(PersonEntity, SensorEntity):
    """A sensor of a person."""

    entity_description: PersonSensorDescription

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        if self.state_class is SensorStateClass.MEASUREMENT:
            self.async_on_remove(self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._stopping))

    @callback
    def _stopping(self, _: Event) -> None:
        self.async_write_ha_state()

    @property
    @override
    def available(self) -> bool:
        """Nothing is measured while Home Assistant is down.

        It has to be told so before, or after the next start the recorder draws the last value through all
        the hours between, as a flat line in the statistics.
        """
        return not (self.state_class is SensorStateClass.MEASUREMENT and self.hass.is_stopping)

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
