"""The trigger for a sensor about to expire: some time before its end, once for each sensor."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, override

from homeassistant.components.sensor.const import DOMAIN as SENSOR
from homeassistant.const import ATTR_ENTITY_ID, CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .announced_expiries import get_announced_expiries, is_same_sensor
from .trigger_base import OwnEntityTrigger

CONF_BEFORE: Final = "before"
DEFAULT_BEFORE: Final = timedelta(days=1)

_SENSORS: Final = {SENSOR: DomainSpec()}


class SensorExpiringTrigger(OwnEntityTrigger):
    """Triggers when only the chosen time is left until a sensor ends.

    Where less is left, it triggers once the end becomes known, moves, or Home Assistant starts. An automation
    that is saved that late waits for the next sensor.
    """

    _key = "sensor_expires"
    _domain_specs = _SENSORS
    _primary_entities_only = False  # The entity is a diagnostic one.
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Optional(CONF_BEFORE, default=DEFAULT_BEFORE): cv.positive_time_period,
            }
        }
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Create the trigger."""
        super().__init__(hass, config)
        self._before: timedelta = self._options[CONF_BEFORE]
        self._announced_expiries = get_announced_expiries(hass)

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        await self._announced_expiries.async_load()
        countdown = _Countdown(self._hass, self._before, run_action)

        @callback
        def handle_change(data: TargetStateChangedData) -> None:
            event = data.state_change_event.data
            countdown.handle_state(event["entity_id"], event["new_state"], is_news=True)

        @callback
        def handle_target(added: set[str], removed: set[str], states: Mapping[str, State | None]) -> None:
            for entity_id in added | removed:
                at_start = self._hass.state is not CoreState.running
                countdown.handle_state(entity_id, states.get(entity_id), is_news=at_start)

        unsubscribe = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            handle_change,
            self.entity_filter,
            handle_target,
            primary_entities_only=self._primary_entities_only,
        )

        @callback
        def remove() -> None:
            unsubscribe()
            countdown.stop()

        return remove


class _Countdown:
    """The timers of one automation, until the times at which ends are to be announced."""

    def __init__(self, hass: HomeAssistant, before: timedelta, run_action: TriggerActionRunner) -> None:
        self._hass = hass
        self._before = before
        self._run_action = run_action
        self._announced_expiries = get_announced_expiries(hass)
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self._done: dict[str, datetime] = {}
        """By entity, the end of the sensor of which nothing more is to be announced."""

    @callback
    def handle_state(self, entity_id: str, state: State | None, *, is_news: bool) -> None:
        """Set the timer for the end that a state says, or announce at once an end that is near but news."""
        if cancel := self._timers.pop(entity_id, None):
            cancel()
        end = dt_util.parse_datetime(state.state) if state else None
        now = dt_util.utcnow()
        if state is None or end is None or end <= now or is_same_sensor(self._done.get(entity_id), end):
            return
        if end - self._before > now:
            self._timers[entity_id] = async_track_point_in_utc_time(
                self._hass, partial(self._announce, state, end), end - self._before
            )
        elif is_news and not self._announced_expiries.was_announced_before_start(
            entity_id, self._before, end
        ):
            self._announce(state, end)
        else:
            self._done[entity_id] = end

    @callback
    def _announce(self, state: State, end: datetime, _now: datetime | None = None) -> None:
        self._timers.pop(state.entity_id, None)
        self._done[state.entity_id] = end
        self._announced_expiries.mark_announced(state.entity_id, self._before, end)
        payload = {ATTR_ENTITY_ID: state.entity_id, "to_state": state, "before": self._before, "expires": end}
        self._run_action(payload, f"end of the sensor of {state.entity_id}", state.context)

    @callback
    def stop(self) -> None:
        """Cancel all timers."""
        while self._timers:
            self._timers.popitem()[1]()
