"""The conditions on glucose, range, trend and fresh readings, documented in `docs/automations.md`."""

from datetime import timedelta
from typing import Final, override

from homeassistant.components.binary_sensor.const import DOMAIN as BINARY_SENSOR
from homeassistant.components.sensor.const import DOMAIN as SENSOR
from homeassistant.const import CONF_OPTIONS, STATE_OFF
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityConditionBase,
    EntityNumericalConditionWithUnitBase,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .automation.glucose_converter import GlucoseComparison, with_possible_threshold
from .automation.targets import OwnEntityFilter, list_of
from .const import CONF_MAX_AGE, DOMAIN
from .models import Range, Trend

_SENSORS: Final = {SENSOR: DomainSpec()}
_BINARY_SENSORS: Final = {BINARY_SENSOR: DomainSpec()}


class _OwnEntityCondition(OwnEntityFilter, EntityConditionBase):
    """A condition on one kind of entity of a person.

    It does not hold for an unknown state, nor for a target without any such entity.
    """

    @override
    def _should_include(self, _state: State) -> bool:
        return True

    @override
    def _check_all_match_state(self, states: list[State]) -> bool:
        return bool(states) and super()._check_all_match_state(states)


class GlucoseCondition(GlucoseComparison, _OwnEntityCondition, EntityNumericalConditionWithUnitBase):
    """Holds while glucose is below, above, between or outside of what was chosen."""

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        return with_possible_threshold(await super().async_validate_config(hass, config))

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        self._base_unit = self._get_comparison_unit()  # The base class compares in this unit.
        return super().is_valid_state(entity_state)

    @override
    def _get_tracked_value(self, entity_state: State) -> float | None:
        return self._beyond(super()._get_tracked_value(entity_state), entity_state)


class _OneOfCondition(_OwnEntityCondition):
    """Holds while a state is one of the chosen ones."""

    _domain_specs = _SENSORS

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self._chosen: list[str] = (config.options or {})[self._key]

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        return entity_state.state in self._chosen


def _one_of_schema(key: str, values: type[Range | Trend]) -> vol.Schema:
    chosen = vol.All(list_of(values), vol.Length(min=1))
    return ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {vol.Required(CONF_OPTIONS): {vol.Required(key): chosen}}
    )


class RangeCondition(_OneOfCondition):
    """Holds while glucose is in one of the chosen ranges."""

    _key = "range"
    _schema = _one_of_schema("range", Range)


class TrendCondition(_OneOfCondition):
    """Holds while the trend is one of the chosen ones."""

    _key = "trend"
    _schema = _one_of_schema("trend", Trend)


class FreshCondition(_OwnEntityCondition):
    """Holds while the newest reading is current, and no older than was chosen."""

    _key = "stale"
    _domain_specs = _BINARY_SENSORS
    _schema = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {vol.Required(CONF_OPTIONS, default={}): {vol.Optional(CONF_MAX_AGE): cv.positive_time_period}}
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self._max_age: timedelta | None = (config.options or {}).get(CONF_MAX_AGE)

    @property
    @override
    def needs_polling(self) -> bool:
        return bool(self._max_age) or super().needs_polling

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        if entity_state.state != STATE_OFF:
            return False
        return not self._max_age or self._is_young(entity_state.entity_id, self._max_age)

    def _is_young(self, entity_id: str, max_age: timedelta) -> bool:
        """Return whether the newest reading of the same person is no older than `max_age`."""
        registry = er.async_get(self._hass)
        stale = registry.async_get(entity_id)
        glucose = stale and registry.async_get_entity_id(
            SENSOR, DOMAIN, f"{stale.unique_id.removesuffix('stale')}glucose"
        )
        state = self._hass.states.get(glucose) if glucose else None
        at = dt_util.parse_datetime(state.attributes.get("measurement_timestamp") or "") if state else None
        return at is not None and dt_util.utcnow() - at <= max_age


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_glucose": GlucoseCondition,
    "is_range": RangeCondition,
    "is_trend": TrendCondition,
    "is_fresh": FreshCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by name."""
    return CONDITIONS
