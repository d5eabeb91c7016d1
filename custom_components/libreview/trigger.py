"""The triggers on glucose, range, trend, diary and sensor, documented in `docs/automations.md`."""

from typing import Any, Final, override

from homeassistant.components.binary_sensor.const import DOMAIN as BINARY_SENSOR
from homeassistant.components.event.const import DOMAIN as EVENT, EventEntityStateAttribute
from homeassistant.components.sensor.const import DOMAIN as SENSOR
from homeassistant.const import CONF_OPTIONS, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR,
    EntityNumericalStateCrossedThresholdTriggerWithUnitBase,
    EntityTargetStateTriggerBase,
    EntityTransitionTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerConfig,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .automation.glucose_converter import GlucoseComparison, with_possible_threshold
from .automation.sensor_expiring import SensorExpiringTrigger
from .automation.targets import list_of
from .automation.trigger_base import OwnEntityTrigger, OwnStateTrigger
from .models import WRITTEN_KINDS, Range, Trend

CONF_FROM: Final = "from"
CONF_TO: Final = "to"
CONF_KIND: Final = "kind"

_SENSORS: Final = {SENSOR: DomainSpec()}
_BINARY_SENSORS: Final = {BINARY_SENSOR: DomainSpec()}
_EVENTS: Final = {EVENT: DomainSpec()}
_STALE: Final = {STATE_ON}
_FROM_STALE: Final[set[str | bool]] = {STATE_ON}
_TO_FRESH: Final[set[str | bool]] = {STATE_OFF}


class GlucoseCrossedTrigger(
    GlucoseComparison, OwnStateTrigger, EntityNumericalStateCrossedThresholdTriggerWithUnitBase
):
    """Triggers when glucose comes to be below, above, between or outside of what was chosen."""

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        return with_possible_threshold(await super().async_validate_config(hass, config))

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        self._base_unit = self._get_comparison_unit()  # The base class compares in this unit.
        return super().is_valid_state(state, report_not_triggered)

    @override
    def _get_tracked_value(self, state: State) -> float | None:
        return self._beyond(super()._get_tracked_value(state), state)


class _ChangedTrigger(OwnStateTrigger):
    """Triggers when a known state changes; from and to the chosen values where some were chosen."""

    _domain_specs = _SENSORS

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._from: list[str] = self._options[CONF_FROM]
        self._to: list[str] = self._options[CONF_TO]

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return not self._to or state.state in self._to

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        is_from_chosen = not self._from or from_state.state in self._from
        return is_from_chosen and super().is_valid_transition(from_state, to_state)


def _changed_schema(values: type[Trend | Range]) -> vol.Schema:
    chosen = list_of(values)
    options = {vol.Optional(CONF_FROM, default=[]): chosen, vol.Optional(CONF_TO, default=[]): chosen}
    return ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR.extend({vol.Required(CONF_OPTIONS, default={}): options})


class TrendChangedTrigger(_ChangedTrigger):
    """Triggers when the trend changes."""

    _key = "trend"
    _schema = _changed_schema(Trend)


class RangeChangedTrigger(_ChangedTrigger):
    """Triggers when glucose comes into another of the five ranges."""

    _key = "range"
    _schema = _changed_schema(Range)


class WentStaleTrigger(OwnStateTrigger, EntityTargetStateTriggerBase):
    """Triggers when the newest reading grows too old, or when Home Assistant starts and there is none."""

    _key = "stale"
    _domain_specs = _BINARY_SENSORS
    _to_states = _STALE


class CameBackTrigger(OwnStateTrigger, EntityTransitionTriggerBase):
    """Triggers when readings come again after they had stopped."""

    _key = "stale"
    _domain_specs = _BINARY_SENSORS
    _from_states = _FROM_STALE
    _to_states = _TO_FRESH


class DiaryEntryAddedTrigger(OwnEntityTrigger, StatelessEntityTriggerBase):
    """Triggers when an entry is new in the diary."""

    _key = "diary"
    _domain_specs = _EVENTS
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Optional(CONF_KIND, default=[]): list_of(WRITTEN_KINDS),
            }
        }
    )

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        kinds: list[Any] = self._options[CONF_KIND]
        return not kinds or state.attributes.get(EventEntityStateAttribute.EVENT_TYPE) in kinds


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "glucose_crossed_threshold": GlucoseCrossedTrigger,
    "range_changed": RangeChangedTrigger,
    "trend_changed": TrendChangedTrigger,
    "reading_went_stale": WentStaleTrigger,
    "reading_came_back": CameBackTrigger,
    "diary_entry_added": DiaryEntryAddedTrigger,
    "sensor_expiring": SensorExpiringTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by name."""
    return TRIGGERS
