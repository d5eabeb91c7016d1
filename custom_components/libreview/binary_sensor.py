"""The binary sensors of a person: low, high, no current reading, and a sensor at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.account import LibreViewConfigEntry
from .entity import PersonEntity, PersonEntityDescription, add_person_entities
from .glucose.sensor_life import SensorStatus
from .models import Range
from .person.snapshot import Feed, Snapshot

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PersonBinarySensorDescription(PersonEntityDescription, BinarySensorEntityDescription):
    """Describes a binary sensor by how its state follows from a person at one moment."""

    is_on_fn: Callable[[Snapshot], bool | None]
    """Returns None where it is unknown."""


def _is_in(*ranges: Range) -> Callable[[Snapshot], bool | None]:
    """Return a function that says whether the current reading is in one of the ranges."""
    return lambda snapshot: snapshot.range in ranges if snapshot.range else None


def _has_expired(snapshot: Snapshot) -> bool | None:
    status = snapshot.sensor_status
    return None if status in (None, SensorStatus.NO_SENSOR) else status is SensorStatus.EXPIRED


BINARY_SENSORS: Final = (
    PersonBinarySensorDescription(
        key="low",
        translation_key="low",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=_is_in(Range.VERY_LOW, Range.LOW),
    ),
    PersonBinarySensorDescription(
        key="very_low",
        translation_key="very_low",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=_is_in(Range.VERY_LOW),
    ),
    PersonBinarySensorDescription(
        key="high",
        translation_key="high",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=_is_in(Range.HIGH, Range.VERY_HIGH),
    ),
    PersonBinarySensorDescription(
        key="stale",
        translation_key="stale",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=lambda snapshot: snapshot.current is None,
    ),
    PersonBinarySensorDescription(
        key="sensor_expired",
        translation_key="sensor_expired",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        feed=Feed.LIVE,
        is_on_fn=_has_expired,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of every followed person."""
    add_person_entities(entry, async_add_entities, PersonBinarySensor, BINARY_SENSORS)


class PersonBinarySensor(PersonEntity, BinarySensorEntity):
    """A binary sensor of a person."""

    entity_description: PersonBinarySensorDescription

    @override
    def shown(self) -> tuple[object, ...]:
        return self.available, self.is_on

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self.snapshot)
