"""The bases of the triggers on entities: which entities they mean, and how they treat a gap in the data."""

from collections.abc import Collection, Iterable, Set as AbstractSet
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, override

from homeassistant.const import ATTR_ENTITY_ID, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, State, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.target import (
    TargetSelection,
    TargetStateChangedData,
    async_extract_referenced_entity_ids,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_EACH,
    BEHAVIOR_FIRST,
    EntityTriggerBase,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)

from .targets import OwnEntityFilter


class OwnEntityTrigger(OwnEntityFilter, EntityTriggerBase):
    """A trigger on one kind of entity of a person."""


class OwnStateTrigger(OwnEntityTrigger):
    """A trigger on a state that also triggers when the state first becomes known after a gap.

    While glucose is unknown or unavailable nobody knows what happens, so a low that is seen afterwards
    counts, also when there was one before. The time that Home Assistant is off is such a gap, so the states
    at its start count too, and so is the time in which there is no such entity. Saving or reloading an
    automation is no gap.
    """

    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        detach = await super().async_attach_runner(run_action, did_not_trigger)
        first_states = _FirstStates(self._hass, self._duration, run_action)

        @callback
        def handle_change(data: TargetStateChangedData) -> None:
            event = data.state_change_event.data
            matching = self._matching_states(data.targeted_entity_ids)
            first_states.keep_only({state.entity_id for state in matching})
            if event["old_state"] is None:  # The base class does not look at these.
                appeared = [state for state in matching if state.entity_id == event["entity_id"]]
                is_first = self._options.get(ATTR_BEHAVIOR) != BEHAVIOR_FIRST or len(matching) == 1
                first_states.add(self._after_gap(appeared) if is_first else [])

        unsubscribe = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            handle_change,
            self.entity_filter,
            primary_entities_only=self._primary_entities_only,
        )
        if self._hass.state is not CoreState.running:
            first_states.add(self._states_at_start())

        @callback
        def remove() -> None:
            detach()
            unsubscribe()
            first_states.keep_only(set())

        return remove

    def _states_at_start(self) -> list[State]:
        """Return the states to trigger for when Home Assistant starts."""
        states = self._after_gap(self._matching_states(self._find_targeted()))
        for_each = self._options.get(ATTR_BEHAVIOR, BEHAVIOR_EACH) == BEHAVIOR_EACH
        return states if for_each else states[:1]

    def _after_gap(self, states: Iterable[State]) -> list[State]:
        """Return those of the states that count as new although nobody knows what was before them."""
        return [
            state
            for state in states
            if self.is_valid_transition(State(state.entity_id, STATE_UNKNOWN), state)
        ]

    def _matching_states(self, targeted: Collection[str]) -> list[State]:
        """Return the states that the trigger waits for; none while it waits for all and one is missing."""
        matches, included = self.count_matches(targeted)
        if self._options.get(ATTR_BEHAVIOR) == BEHAVIOR_ALL and matches != included:
            return []
        matching = (entity_id for entity_id in sorted(targeted) if self.count_matches([entity_id])[0])
        return [state for entity_id in matching if (state := self._hass.states.get(entity_id))]

    def _find_targeted(self) -> set[str]:
        """Return the entities that the target means right now."""
        found = async_extract_referenced_entity_ids(
            self._hass,
            TargetSelection(self._target),
            expand_group=False,
            primary_entities_only=self._primary_entities_only,
        )
        return self.entity_filter(found.referenced | found.indirectly_referenced)


class _FirstStates:
    """Triggers for states before which there was none, after `for` where it is chosen."""

    def __init__(
        self, hass: HomeAssistant, duration: timedelta | None, run_action: TriggerActionRunner
    ) -> None:
        self._hass = hass
        self._duration = duration
        self._run_action = run_action
        self._pending: dict[str, CALLBACK_TYPE] = {}

    @callback
    def add(self, states: Iterable[State]) -> None:
        """Trigger for states, once they have lasted."""
        for state in states:
            if self._duration:
                self.keep_only(self._pending.keys() - {state.entity_id})
                self._pending[state.entity_id] = async_call_later(
                    self._hass, self._duration, partial(self._trigger, state)
                )
            else:
                self._trigger(state)

    @callback
    def keep_only(self, matching: AbstractSet[str]) -> None:
        """Forget those that have not lasted."""
        for entity_id in self._pending.keys() - matching:
            self._pending.pop(entity_id)()

    @callback
    def _trigger(self, state: State, _now: datetime | None = None) -> None:
        self._pending.pop(state.entity_id, None)
        payload = {
            ATTR_ENTITY_ID: state.entity_id,
            "from_state": State(state.entity_id, STATE_UNKNOWN),
            "to_state": state,
            "for": self._duration,
        }
        self._run_action(payload, f"state of {state.entity_id}", state.context)
