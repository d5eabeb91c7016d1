"""The sensors of a person: glucose and what follows from it, the worn sensor, the diary, the summary.

What they show stands in the tables of `sensors/`: a new sensor is a new row there.
"""

from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import DOMAIN, SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .account.account import LibreViewConfigEntry
from .account.followed_person import FollowedPerson
from .entity import PersonEntity, add_person_entities, unique_id
from .models import GlucoseUnit
from .person.snapshot import Feed
from .sensors.description import PersonSensorDescription, blood_glucose_unit
from .sensors.diary import DIARY_SENSORS
from .sensors.glucose import GLUCOSE_SENSORS
from .sensors.kept_unit import keep_unit, kept_unit
from .sensors.patient import PATIENT_SENSORS
from .sensors.summary import SUMMARY_SENSORS

PARALLEL_UPDATES = 0

SENSORS: Final = (*GLUCOSE_SENSORS, *DIARY_SENSORS, *SUMMARY_SENSORS, *PATIENT_SENSORS)
_UNITS: Final = tuple(GlucoseUnit)


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
                unit = blood_glucose_unit(person.data.unit)
                registry.async_update_entity(entity_id, unit_of_measurement=unit)


def _chosen_unit(registered: er.RegistryEntry | None) -> GlucoseUnit | None:
    """Return the unit of glucose that people chose for an entity, None where they chose none."""
    options = registered.options.get(DOMAIN) if registered else None
    chosen = options.get("unit_of_measurement") if options else None
    return GlucoseUnit(chosen) if chosen in _UNITS else None


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
