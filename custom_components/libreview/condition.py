"""Conditions that speak of glucose, range, trend and fresh readings, as `docs/automations.md` says."""

from datetime import timedelta
from typing import ClassVar, Final, override

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
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .automation_parts import own_entities, some_of
from .const import CONF_MAX_AGE, DOMAIN
from .glucose_converter import GlucoseConverter, unit_of
from .models import Range, Trend

_SENSORS: Final = {SENSOR: DomainSpec()}
_BINARY_SENSORS: Final = {BINARY_SENSOR: DomainSpec()}


class _PersonCondition(EntityConditionBase):
    """A condition on one kind of entity of a person. What nobody knows is never so, also not vacuously."""

    _key: ClassVar[str]
    """The translation key of that kind."""

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return own_entities(self._hass, super().entity_filter(entities), self._key)

    @override
    def _should_include(self, _state: State) -> bool:
        return True

    @override
    def _check_all_match_state(self, states: list[State]) -> bool:
        return bool(states) and super()._check_all_match_state(states)


class GlucoseCondition(_PersonCondition, EntityNumericalConditionWithUnitBase):
    """Glucose is below, above, between or outside of what was chosen."""

    _key = "glucose"
    _domain_specs = _SENSORS
    _unit_converter = GlucoseConverter

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        self._base_unit = unit_of(self._hass, self.threshold or self.lower_threshold)
        return super().is_valid_state(entity_state)


class _OneOfCondition(_PersonCondition):
    """A state is one of those that were chosen."""

    _domain_specs = _SENSORS

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self._chosen: list[str] = (config.options or {})[self._key]

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        return entity_state.state in self._chosen


def _one_of_schema(key: str, values: type[Range | Trend]) -> vol.Schema:
    chosen = vol.All(some_of(values), vol.Length(min=1))
    return ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {vol.Required(CONF_OPTIONS): {vol.Required(key): chosen}}
    )


class RangeCondition(_OneOfCondition):
    """Glucose is in one of the chosen zones."""

    _key = "range"
    _schema = _one_of_schema("range", Range)


class TrendCondition(_OneOfCondition):
    """The arrow is one of the chosen ones."""

    _key = "trend"
    _schema = _one_of_schema("trend", Trend)


class FreshCondition(_PersonCondition):
    """The newest reading is young enough to be acted on, and no older than was chosen."""

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
        """Whether the newest reading of the same person is no older than that."""
        registry = er.async_get(self._hass)
        stale = registry.async_get(entity_id)
        last_reading = stale and registry.async_get_entity_id(
            SENSOR, DOMAIN, f"{stale.unique_id.removesuffix('stale')}last_reading"
        )
        state = self._hass.states.get(last_reading) if last_reading else None
        at = dt_util.parse_datetime(state.state) if state else None
        return at is not None and dt_util.utcnow() - at <= max_age


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_glucose": GlucoseCondition,
    "is_range": RangeCondition,
    "is_trend": TrendCondition,
    "is_fresh": FreshCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Tell Home Assistant of the conditions."""
    return CONDITIONS
