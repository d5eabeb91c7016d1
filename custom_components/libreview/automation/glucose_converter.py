"""Compares glucose the way people see it: in the unit of the threshold, rounded as the Libre app does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, override

from homeassistant.components.sensor.const import DOMAIN as SENSOR
from homeassistant.const import (
    CONF_OPTIONS,
    CONF_UNIT_OF_MEASUREMENT,
    EntityStateAttribute,
    UnitOfBloodGlucoseConcentration,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.automation import DomainSpec, ThresholdConfig
from homeassistant.helpers.selector import NumericThresholdType
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.unit_conversion import BaseUnitConverter, BloodGlucoseConcentrationConverter
import voluptuous as vol

from ..models import MG_DL_PER_MMOL_L, MeasuringRange

MG_DL: Final = UnitOfBloodGlucoseConcentration.MILLIGRAMS_PER_DECILITER
MMOL_L: Final = UnitOfBloodGlucoseConcentration.MILLIMOLE_PER_LITER
_IN_ONE_MMOL_L: Final[dict[str | None, float]] = {MG_DL: MG_DL_PER_MMOL_L, MMOL_L: 1}
_SHOWN: Final = {MG_DL: (40, 500), MMOL_L: (2.2, 27.8)}
"""The lowest and the highest glucose that a sensor can show, by unit."""
_STEP: Final = {MG_DL: 1.0, MMOL_L: 0.1}
_STEPS_BEYOND: Final = {MeasuringRange.BELOW: -1, MeasuringRange.ABOVE: 1}
_SENSORS: Final = {SENSOR: DomainSpec()}


class GlucoseConverter(BloodGlucoseConcentrationConverter):
    """Converts as the Libre app does: whole mg/dL, and mmol/L as that divided by 18, to one decimal.

    Home Assistant's own converter divides by 18.016, from the molar mass. To it, 70 mg/dL would be below
    3.9 mmol/L, while people see 3.9.
    """

    _UNIT_CONVERSION = _IN_ONE_MMOL_L

    @classmethod
    @override
    def convert(cls, value: float, from_unit: str | None, to_unit: str | None) -> float:
        converted = super().convert(value, from_unit, to_unit)
        return value if from_unit == to_unit else round(converted, 1 if to_unit == MMOL_L else 0)


class GlucoseComparison:
    """Shared by the trigger and the condition on the glucose sensor: compares in the threshold's unit.

    That is where people see the number they mean: 251 mg/dL is not above 13.9 mmol/L, since it is shown as
    13.9, but it is above 250 mg/dL.
    """

    _hass: HomeAssistant
    threshold: ThresholdConfig | None
    lower_threshold: ThresholdConfig | None
    _threshold_type: NumericThresholdType
    _key: ClassVar = "glucose"
    _domain_specs: Mapping[str, DomainSpec] = _SENSORS
    _unit_converter: type[BaseUnitConverter] = GlucoseConverter

    def _get_comparison_unit(self) -> UnitOfBloodGlucoseConcentration:
        """Return the unit of the threshold, mg/dL where it has none."""
        threshold = self.threshold or self.lower_threshold
        unit = threshold.unit if threshold else None
        if threshold and threshold.entity and (state := self._hass.states.get(threshold.entity)):
            unit = state.attributes.get(EntityStateAttribute.UNIT_OF_MEASUREMENT)
        return MMOL_L if unit == MMOL_L else MG_DL

    def _beyond(self, value: float | None, state: State) -> float | None:
        """Return the value to compare: LO lies below the lowest number, which it is shown as, and HI above.

        Between two numbers they count as shown, for who says from 40 does not mean to leave LO out.
        """
        if value is None or self._threshold_type == NumericThresholdType.BETWEEN:
            return value
        steps = _STEPS_BEYOND.get(state.attributes.get("measuring_range", ""), 0)
        return value + steps * _STEP[self._get_comparison_unit()]


def with_possible_threshold(config: ConfigType) -> ConfigType:
    """Return the configuration of a trigger or condition. Raise `vol.Invalid` for an impossible threshold."""
    threshold = config[CONF_OPTIONS]["threshold"]
    if threshold["type"] == NumericThresholdType.BETWEEN:
        _check_range(_Limit.parse(threshold.get("value_min")), _Limit.parse(threshold.get("value_max")))
    else:
        for key in ("value", "value_min", "value_max"):
            if limit := _Limit.parse(threshold.get(key)):
                limit.check_is_shown()
    return config


@dataclass(frozen=True, slots=True)
class _Limit:
    """A number that glucose is compared with, in its unit."""

    number: float
    unit: UnitOfBloodGlucoseConcentration

    @classmethod
    def parse(cls, value: Mapping[str, Any] | None) -> _Limit | None:
        """Return the limit that is configured; None where there is none, or an entity holds it."""
        if not value or "number" not in value:
            return None
        return cls(value["number"], MMOL_L if value.get(CONF_UNIT_OF_MEASUREMENT) == MMOL_L else MG_DL)

    @property
    def is_below_all(self) -> bool:
        """True for less than any sensor shows."""
        return self.number < _SHOWN[self.unit][0]

    @property
    def is_above_all(self) -> bool:
        """True for more than any sensor shows."""
        return self.number > _SHOWN[self.unit][1]

    def check_is_shown(self) -> None:
        """Raise `vol.Invalid` for a number that no sensor can show in that unit, naming the other unit."""
        number, unit = self.number, self.unit
        if not (self.is_below_all or self.is_above_all):
            return
        lowest, highest = _SHOWN[unit]
        other = MG_DL if unit == MMOL_L else MMOL_L
        lowest_other, highest_other = _SHOWN[other]
        hint = f". Did you mean {number:g} {other}?" if lowest_other <= number <= highest_other else ""
        raise vol.Invalid(
            f"no sensor shows {number:g} {unit}: glucose is {lowest:g} to {highest:g} {unit},"
            f" or {lowest_other:g} to {highest_other:g} {other}{hint}"
        )


def _check_range(lower: _Limit | None, upper: _Limit | None) -> None:
    """Raise `vol.Invalid` for a range that holds no value, or all since its limits lie beyond them.

    One limit may lie beyond: from 0 to 70 mg/dL is what others call low.
    """
    is_open = lower is not None and lower.is_below_all
    if upper is not None and (upper.is_below_all or (is_open and upper.is_above_all)):
        upper.check_is_shown()
    if lower is not None and lower.is_above_all:
        lower.check_is_shown()
