"""The alarms of the person's Libre app, as events."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .entity import PersonEntity, add_for_each_person
from .glucose.freshness import CLOCK_TOLERANCE
from .glucose.units import shown
from .models import Alarm, AlarmKind

if TYPE_CHECKING:
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .account import LibreViewConfigEntry

PARALLEL_UPDATES = 0

EVENTS: Final = (EventEntityDescription(key="alarm", translation_key="alarm", event_types=list(AlarmKind)),)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the alarm event of every followed person."""
    add_for_each_person(entry, async_add_entities, AlarmEvent, EVENTS)


class AlarmEvent(PersonEntity, EventEntity):
    """Fires once per alarm, while the alarm is young enough to matter."""

    _last: datetime | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        # Home Assistant has restored the last event: an alarm does not fire again after a restart.
        last = dt_util.parse_datetime(str(self.state_attributes.get("at", "")))
        self._last = last if last and last <= dt_util.utcnow() + CLOCK_TOLERANCE else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        snapshot = self.snapshot
        for alarm in snapshot.live.alarms if snapshot.live else ():
            is_new = self._last is None or alarm.at > self._last
            if is_new and snapshot.now - alarm.at <= snapshot.settings.max_age:
                self._fire(alarm)

    @callback
    def _fire(self, alarm: Alarm) -> None:
        self._last = alarm.at
        glucose = None if alarm.mg_dl is None else shown(alarm.mg_dl, self.snapshot.unit)
        self._trigger_event(alarm.kind, {"at": alarm.at.isoformat(), "glucose": glucose})
        self.async_write_ha_state()
