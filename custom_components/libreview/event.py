"""The alarms of the person's Libre app, and what is new in the diary, as events."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .diary_day import amount_shown
from .entity import PersonEntity, add_for_each_person
from .glucose.freshness import CLOCK_TOLERANCE
from .glucose.units import shown
from .models import WRITTEN_KINDS, Alarm, AlarmKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .account import LibreViewConfigEntry
    from .models import DiaryEntry

PARALLEL_UPDATES = 0

ALARM: Final = EventEntityDescription(key="alarm", translation_key="alarm", event_types=list(AlarmKind))
DIARY: Final = EventEntityDescription(key="diary", translation_key="diary", event_types=list(WRITTEN_KINDS))
EVENTS: Final = (ALARM, DIARY)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events of every followed person."""
    add_for_each_person(entry, async_add_entities, AlarmEvent, [ALARM])
    add_for_each_person(entry, async_add_entities, DiaryEvent, [DIARY])


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
    def _changed(self) -> None:
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


class DiaryEvent(PersonEntity, EventEntity):
    """Fires once per entry that is new in the diary."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.person.async_listen_for_entries(self._fire))

    @callback
    def _fire(self, entries: Sequence[DiaryEntry]) -> None:
        for entry in entries:
            self._trigger_event(entry.kind, self._attributes(entry))
            self.async_write_ha_state()

    def _attributes(self, entry: DiaryEntry) -> dict[str, Any]:
        """What an entry tells. A dose without amount has none, and no unit either."""
        attributes: dict[str, Any] = {
            "at": entry.at.astimezone(self.snapshot.clock).isoformat(),
            "precision": entry.precision,
        }
        if (found := amount_shown(entry, self.snapshot.unit)) is not None:
            attributes |= {"amount": found[0], "unit": found[1]}
        return attributes | ({"text": entry.text} if entry.text else {})
