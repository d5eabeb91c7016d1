"""The events of a person: alarms of their Libre app, and new entries of the diary."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.components.event import (
    ATTR_EVENT_TYPE,
    EventEntity,
    EventEntityDescription,
    EventExtraStoredData,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.account import LibreViewConfigEntry
from .entity import PersonEntity, PersonEntityDescription, add_person_entities
from .glucose.units import to_display
from .models import WRITTEN_KINDS, Alarm, AlarmKind, DiaryEntry
from .person.display import display_amount
from .person.snapshot import Feed

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PersonEventDescription(PersonEntityDescription, EventEntityDescription):
    """Describes an event of a person."""


ALARM: Final = PersonEventDescription(
    key="alarm", translation_key="alarm", feed=Feed.LIVE, event_types=list(AlarmKind)
)
DIARY: Final = PersonEventDescription(
    key="diary", translation_key="diary", feed=Feed.DIARY, event_types=list(WRITTEN_KINDS)
)
EVENTS: Final = (ALARM, DIARY)

_TOLD: Final = "told"
"""The key of the alarms that have fired, in what is stored."""
_REMEMBERED: Final = timedelta(days=1)
"""For how long an alarm that has fired is known. Longer than any stays young enough to fire."""

type _Identity = tuple[datetime, AlarmKind]
"""What an alarm is told apart by: its instant (UTC) and its kind."""


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events of every followed person."""
    add_person_entities(entry, async_add_entities, AlarmEvent, [ALARM])
    add_person_entities(entry, async_add_entities, DiaryEvent, [DIARY])


@dataclass
class ToldAlarms(EventExtraStoredData):
    """The alarms of the last hours that have fired, as they are kept over a restart."""

    told: Collection[_Identity]

    @override
    def as_dict(self) -> dict[str, Any]:
        return {
            "last_event_type": self.last_event_type,
            "last_event_attributes": self.last_event_attributes,
            _TOLD: [{"at": at.isoformat(), "event_type": kind} for at, kind in self.told],
        }


class AlarmEvent(PersonEntity, EventEntity):
    """Fires once for each alarm that is no older than a current reading."""

    entity_description: PersonEventDescription
    _told: frozenset[_Identity] = frozenset()
    """The alarms that have fired. Of one instant there may be two kinds, and one may be uploaded late."""

    @property
    @override
    def extra_restore_state_data(self) -> ToldAlarms:
        event = super().extra_restore_state_data
        return ToldAlarms(event.last_event_type, event.last_event_attributes, self._told)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        # Home Assistant has restored the last event, so that an alarm does not fire again after a restart.
        stored = await self.async_get_last_extra_data()
        told = stored.as_dict().get(_TOLD, []) if stored else []
        self._told = frozenset(filter(None, map(_parse_identity, [*told, self.state_attributes])))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        snapshot = self.snapshot
        for alarm in snapshot.live.alarms if snapshot.live else ():
            is_new = (alarm.at, alarm.kind) not in self._told
            if is_new and snapshot.now - alarm.at <= snapshot.max_age:
                self._fire(alarm)

    @callback
    def _fire(self, alarm: Alarm) -> None:
        kept = (each for each in self._told if abs(self.snapshot.now - each[0]) <= _REMEMBERED)
        self._told = frozenset((*kept, (alarm.at, alarm.kind)))
        glucose = None if alarm.mg_dl is None else to_display(alarm.mg_dl, self.snapshot.unit)
        self._trigger_event(alarm.kind, {"at": alarm.at.isoformat(), "glucose": glucose})
        self.async_write_ha_state()


def _parse_identity(stored: Mapping[str, Any]) -> _Identity | None:
    """Return the alarm that stands in stored data or in the attributes of an event."""
    at, kind = dt_util.parse_datetime(str(stored.get("at", ""))), stored.get(ATTR_EVENT_TYPE)
    return (at, AlarmKind(kind)) if at is not None and kind is not None and kind in AlarmKind else None


class DiaryEvent(PersonEntity, EventEntity):
    """Fires once for each entry that is new in the diary."""

    entity_description: PersonEventDescription

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.person.async_listen_for_entries(self._fire_each))

    @callback
    def _fire_each(self, entries: Sequence[DiaryEntry]) -> None:
        for entry in entries:
            self._trigger_event(entry.kind, self._attributes(entry))
            self.async_write_ha_state()

    def _attributes(self, entry: DiaryEntry) -> dict[str, Any]:
        """Return the attributes of an entry; a dose without amount has neither amount nor unit."""
        attributes: dict[str, Any] = {
            "at": entry.at.astimezone(self.snapshot.current_time_zone).isoformat(),
            "precision": entry.precision,
        }
        if (amount := display_amount(entry, self.snapshot.unit)) is not None:
            attributes |= {"amount": amount.value, "unit": amount.unit}
        return attributes | ({"text": entry.text} if entry.text else {})
