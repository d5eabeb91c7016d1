"""Brings two glucose values into one unit the way people see them there."""

from typing import Final, override

from homeassistant.const import EntityStateAttribute, UnitOfBloodGlucoseConcentration
from homeassistant.core import HomeAssistant
from homeassistant.helpers.automation import ThresholdConfig
from homeassistant.util.unit_conversion import BloodGlucoseConcentrationConverter

from .glucose.units import MG_DL_PER_MMOL_L

MG_DL: Final = UnitOfBloodGlucoseConcentration.MILLIGRAMS_PER_DECILITER
MMOL_L: Final = UnitOfBloodGlucoseConcentration.MILLIMOLE_PER_LITER
_IN_ONE_MMOL_L: Final[dict[str | None, float]] = {MG_DL: MG_DL_PER_MMOL_L, MMOL_L: 1}


class GlucoseConverter(BloodGlucoseConcentrationConverter):
    """Converts as the Libre app does: whole mg/dL, and mmol/L as that divided by 18, to one decimal.

    Home Assistant's own converter takes the molar mass, 18.016. To it, 70 mg/dL would be below 3.9 mmol/L,
    while people see 3.9.
    """

    _UNIT_CONVERSION = _IN_ONE_MMOL_L

    @classmethod
    @override
    def convert(cls, value: float, from_unit: str | None, to_unit: str | None) -> float:
        converted = super().convert(value, from_unit, to_unit)
        return value if from_unit == to_unit else round(converted, 1 if to_unit == MMOL_L else 0)


def unit_of(hass: HomeAssistant, threshold: ThresholdConfig | None) -> str:
    """The unit that a threshold is given in, mg/dL where nobody knows.

    Glucose is compared in the threshold's unit, for that is where people see the number they mean: 251 mg/dL
    is not above 13.9 mmol/L, since it is shown as 13.9, but it is above 250 mg/dL.
    """
    unit = threshold.unit if threshold else None
    if threshold and threshold.entity and (state := hass.states.get(threshold.entity)):
        unit = state.attributes.get(EntityStateAttribute.UNIT_OF_MEASUREMENT)
    return MMOL_L if unit == MMOL_L else MG_DL
