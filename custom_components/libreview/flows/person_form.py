"""The form of a person's settings: thresholds in the person's unit, stored in mg/dL."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.helpers.selector import (
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import CONF_DIARY, CONF_MAX_AGE, CONF_SENSOR_LIFE, CONF_TIME_ZONE, CONF_UNIT, THRESHOLDS
from ..glucose.units import high_limit_mg_dl, low_limit_mg_dl, to_display
from ..models import GlucoseUnit
from ..person.settings import (
    DEFAULT_MAX_AGE,
    HIGHEST_THRESHOLD,
    LONGEST_MAX_AGE,
    LOWEST_THRESHOLD,
    SHORTEST_MAX_AGE,
    PersonSettings,
)
from .number_field import FiniteNumberSelector

AUTOMATIC: Final = "automatic"
LIVES: Final = ("14", "15")
"""Days a sensor lasts, as options of the form."""
_LOW_LIMITS: Final = ("very_low", "low")
_STEP: Final = {GlucoseUnit.MG_DL: 1.0, GlucoseUnit.MMOL_L: 0.1}


def settings_schema(unit: GlucoseUnit, time_zones: Iterable[str]) -> vol.Schema:
    """Return the fields of the form, with thresholds in this unit."""
    threshold = FiniteNumberSelector(
        NumberSelectorConfig(
            min=to_display(LOWEST_THRESHOLD, unit),
            max=to_display(HIGHEST_THRESHOLD, unit),
            step=_STEP[unit],
            unit_of_measurement=unit,
            mode=NumberSelectorMode.BOX,
        )
    )
    max_age = FiniteNumberSelector(
        NumberSelectorConfig(
            min=SHORTEST_MAX_AGE,
            max=LONGEST_MAX_AGE,
            step=1,
            unit_of_measurement="min",
            mode=NumberSelectorMode.SLIDER,
        )
    )
    life = SelectSelector(
        SelectSelectorConfig(
            options=[AUTOMATIC, *LIVES], translation_key=CONF_SENSOR_LIFE, mode=SelectSelectorMode.LIST
        )
    )
    time_zone = SelectSelector(
        SelectSelectorConfig(options=sorted(time_zones), mode=SelectSelectorMode.DROPDOWN)
    )
    return vol.Schema(
        {
            **{vol.Optional(key): threshold for key in THRESHOLDS},
            vol.Required(CONF_MAX_AGE, default=DEFAULT_MAX_AGE): max_age,
            vol.Required(CONF_SENSOR_LIFE, default=AUTOMATIC): life,
            vol.Optional(CONF_TIME_ZONE): time_zone,
        }
    )


def suggested_values(settings: PersonSettings, unit: GlucoseUnit) -> dict[str, Any]:
    """Return what the form starts with: the choices made before, thresholds in this unit."""
    days = settings.sensor_life_days
    return {
        **{key: to_display(mg_dl, unit) for key, mg_dl in settings.thresholds.items()},
        CONF_MAX_AGE: settings.max_age.total_seconds() / 60,
        CONF_SENSOR_LIFE: AUTOMATIC if days is None else str(days),
        **({CONF_TIME_ZONE: settings.time_zone} if settings.time_zone else {}),
    }


def to_subentry_data(user_input: dict[str, Any], unit: GlucoseUnit, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return a subentry's data out of a filled form, thresholds in mg/dL.

    Settings that were left empty are absent, and then follow the person's own. `old` is the data before.
    """
    before = PersonSettings.parse(old)
    data: dict[str, Any] = {CONF_UNIT: unit, CONF_MAX_AGE: int(user_input[CONF_MAX_AGE])}
    if CONF_DIARY in old:
        data[CONF_DIARY] = old[CONF_DIARY]
    if time_zone := user_input.get(CONF_TIME_ZONE):
        data[CONF_TIME_ZONE] = time_zone
    for key in THRESHOLDS:
        if (limit := user_input.get(key)) is None:
            continue
        chosen = before.thresholds.get(key)
        if chosen is not None and to_display(chosen, unit) == limit:
            data[key] = chosen  # Left as it was: two values in mg/dL can look the same in mmol/L.
        else:
            data[key] = (low_limit_mg_dl if key in _LOW_LIMITS else high_limit_mg_dl)(limit, unit)
    if (life := user_input[CONF_SENSOR_LIFE]) != AUTOMATIC:
        data[CONF_SENSOR_LIFE] = int(life)
    return data
