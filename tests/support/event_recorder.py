"""What a person's diary event told, as an automation would hear it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback


@dataclass(frozen=True, slots=True)
class Told:
    """One firing."""

    kind: str
    at: datetime
    amount: float | None
    text: str


@dataclass(slots=True)
class Heard:
    """All firings of one event entity, across reloads and restarts."""

    entity_id: str
    told: list[Told] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    @classmethod
    def listen(cls, hass: HomeAssistant, entity_id: str) -> Self:
        """Begin to listen."""
        heard = cls(entity_id)
        hass.bus.async_listen(EVENT_STATE_CHANGED, heard.hear)
        return heard

    @callback
    def hear(self, event: Event[EventStateChangedData]) -> None:
        """Note a firing, but not that Home Assistant restored an earlier one."""
        state = event.data["new_state"]
        if event.data["entity_id"] != self.entity_id or state is None:
            return
        firing = f"{state.state} {sorted(state.attributes.items(), key=str)}"
        if state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN) or firing in self._seen:
            return
        self._seen.add(firing)
        attributes = state.attributes
        self.told.append(
            Told(
                kind=attributes["event_type"],
                at=datetime.fromisoformat(attributes["at"]),
                amount=attributes.get("amount"),
                text=attributes.get("text", ""),
            )
        )

    @property
    def amounts(self) -> list[float | None]:
        """The amounts told, in the order of telling."""
        return [each.amount for each in self.told]
