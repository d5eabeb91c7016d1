"""What only a patient of a practice has."""

from datetime import datetime
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import (
    EntityCategory,
)
from homeassistant.helpers.typing import StateType

from ..models import GlucoseUnit, LinkState
from ..person.snapshot import Feed, Snapshot
from .description import PersonSensorDescription


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
