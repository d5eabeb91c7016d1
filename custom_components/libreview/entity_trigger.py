"""What the triggers on entities share: whose entities they mean, and what a gap in the data means to them."""

from datetime import datetime
from functools import partial
from typing import ClassVar, override

from homeassistant.const import ATTR_ENTITY_ID, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, CoreState, Event, EventStateChangedData, State, callback
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.helpers.trigger import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_EACH,
    EntityTriggerBase,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)

from .automation_parts import own_entities


class OwnEntityTrigger(EntityTriggerBase):
    """A trigger on one kind of entity of a person."""

    _key: ClassVar[str]
    """The translation key of that kind."""

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return own_entities(self._hass, super().entity_filter(entities), self._key)


class OwnStateTrigger(OwnEntityTrigger):
    """A trigger on a state, to which whatever is known after a gap is news.

    While glucose is unknown or unavailable nobody knows what happens, so a low that is seen afterwards
    counts, also when there was one before. The time that Home Assistant is off is such a gap: what is so when
    it starts counts too. That an automation is saved or reloaded is none.
    """

    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        detach = await super().async_attach_runner(run_action, did_not_trigger)
        if self._hass.state is CoreState.running:
            return detach
        drop_pending = self._look_at_start(run_action)

        @callback
        def remove() -> None:
            detach()
            drop_pending()

        return remove

    @callback
    def _look_at_start(self, run_action: TriggerActionRunner) -> CALLBACK_TYPE:
        """Trigger for what is so already, after `for` where that is asked; gives what calls that off."""
        targeted = self._targeted()
        pending: dict[str, CALLBACK_TYPE] = {}

        @callback
        def act(state: State, _now: datetime | None = None) -> None:
            pending.pop(state.entity_id, None)
            payload = {
                ATTR_ENTITY_ID: state.entity_id,
                "from_state": State(state.entity_id, STATE_UNKNOWN),
                "to_state": state,
                "for": self._duration,
            }
            run_action(payload, f"state of {state.entity_id}", state.context)

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            still = {state.entity_id for state in self._so_now(targeted)}
            for entity_id in pending.keys() - still:
                pending.pop(entity_id)()

        for state in self._news_at_start(targeted):
            if self._duration:
                pending[state.entity_id] = async_call_later(self._hass, self._duration, partial(act, state))
            else:
                act(state)
        unsubscribe = async_track_state_change_event(self._hass, targeted, changed)

        @callback
        def drop() -> None:
            unsubscribe()
            while pending:
                pending.popitem()[1]()

        return drop

    def _news_at_start(self, targeted: set[str]) -> list[State]:
        """The states to trigger for when Home Assistant starts."""
        news = [
            state
            for state in self._so_now(targeted)
            if self.is_valid_transition(State(state.entity_id, STATE_UNKNOWN), state)
        ]
        each = self._options.get(ATTR_BEHAVIOR, BEHAVIOR_EACH) == BEHAVIOR_EACH
        return news if each else news[:1]

    def _so_now(self, targeted: set[str]) -> list[State]:
        """The states that the trigger waits for; none while it waits for all of them and one is missing."""
        matches, included = self.count_matches(targeted)
        if self._options.get(ATTR_BEHAVIOR) == BEHAVIOR_ALL and matches != included:
            return []
        matching = (entity_id for entity_id in sorted(targeted) if self.count_matches([entity_id])[0])
        return [state for entity_id in matching if (state := self._hass.states.get(entity_id))]

    def _targeted(self) -> set[str]:
        """The entities that the target means right now."""
        found = async_extract_referenced_entity_ids(
            self._hass,
            TargetSelection(self._target),
            expand_group=False,
            primary_entities_only=self._primary_entities_only,
        )
        return self.entity_filter(found.referenced | found.indirectly_referenced)
