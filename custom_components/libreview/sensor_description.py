"""What a sensor of a person is described by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from homeassistant.components.sensor import SensorEntityDescription

from .models import GlucoseUnit

if TYPE_CHECKING:
    from .person import Snapshot

type Value = float | str | datetime | None


@dataclass(frozen=True, kw_only=True)
class PersonSensorDescription(SensorEntityDescription):
    """A sensor is what it takes from a person at one moment, and in which unit."""

    value: Callable[[Snapshot, GlucoseUnit], Value]
    unit: Callable[[GlucoseUnit], str | None] = lambda _: None
    attributes: Callable[[Snapshot], dict[str, Any]] | None = None
    counted_from: Callable[[Snapshot], datetime] | None = None
