"""How a sensor is described: by how its state follows from a person at one moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.const import UnitOfBloodGlucoseConcentration, UnitOfRatio
from homeassistant.helpers.typing import StateType

from ..entity import PersonEntityDescription
from ..models import GlucoseUnit
from ..person.snapshot import Snapshot

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


def blood_glucose_unit(unit: GlucoseUnit) -> str:
    """Return the unit of a sensor with the device class of blood glucose."""
    return _BLOOD_GLUCOSE_UNITS[unit]


def plain_unit(unit: GlucoseUnit) -> str:
    """Return the unit of a sensor without device class."""
    return unit.value


def unit_per_minute(unit: GlucoseUnit) -> str:
    """Return the unit of a rate."""
    return f"{unit}/min"


def percent_unit(_: GlucoseUnit) -> str:
    """Return the unit of a share."""
    return UnitOfRatio.PERCENTAGE
