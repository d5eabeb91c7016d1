"""What automations wake people for: low, high, and data that have stopped coming."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory

from .entity import PersonEntity, add_for_each_person
from .glucose.sensor_life import SensorStatus
from .models import Range

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .account import LibreViewConfigEntry
    from .person import Snapshot

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PersonBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor is a question about a person at one moment; None means that nobody knows."""

    is_on: Callable[[Snapshot], bool | None]


def _in(*ranges: Range) -> Callable[[Snapshot], bool | None]:
    return lambda snapshot: snapshot.range in ranges if snapshot.range else None


def _expired(snapshot: Snapshot) -> bool | None:
    status = snapshot.sensor_status
    return None if status in (None, SensorStatus.NO_SENSOR) else status is SensorStatus.EXPIRED


BINARY_SENSORS: Final = (
    PersonBinarySensorDescription(
        key="low",
        translation_key="low",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on=_in(Range.VERY_LOW, Range.LOW),
    ),
    PersonBinarySensorDescription(
        key="very_low",
        translation_key="very_low",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on=_in(Range.VERY_LOW),
    ),
    PersonBinarySensorDescription(
        key="high",
        translation_key="high",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on=_in(Range.HIGH, Range.VERY_HIGH),
    ),
    PersonBinarySensorDescription(
        key="stale",
        translation_key="stale",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on=lambda snapshot: snapshot.current is None,
    ),
    PersonBinarySensorDescription(
        key="sensor_expired",
        translation_key="sensor_expired",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on=_expired,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of every followed person."""
    add_for_each_person(entry, async_add_entities, PersonBinarySensor, BINARY_SENSORS)


class PersonBinarySensor(PersonEntity, BinarySensorEntity):
    """A binary sensor of a person."""

    entity_description: PersonBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on(self.snapshot)
