"""The diary as a calendar."""

from collections import Counter
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING, Final, override

from homeassistant.components.calendar import CalendarEntity, CalendarEntityDescription, CalendarEvent
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .diary_day import LONGEST, amount_shown, going_on, span
from .entity import PersonEntity, add_for_each_person
from .history.store import Store
from .models import EntryKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .account import LibreViewConfigEntry
    from .models import DiaryEntry

PARALLEL_UPDATES = 0

CALENDARS: Final = (CalendarEntityDescription(key="diary", translation_key="diary"),)

_LONGEST_SUMMARY: Final = 60


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the diary of every followed person who has one."""
    add_for_each_person(entry, async_add_entities, DiaryCalendar, CALENDARS)


class DiaryCalendar(PersonEntity, CalendarEntity):
    """One event per entry: five minutes long, or an hour where no more than the hour is known."""

    @property
    @override
    def event(self) -> CalendarEvent | None:
        snapshot = self.snapshot
        entry = going_on(snapshot.diary.entries, snapshot.now) if snapshot.diary else None
        return self._event(entry) if entry else None

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        counted: Counter[str] = Counter()
        events = []
        for entry in await self._entries(start_date, end_date):
            # Equal ones are in any range together, so that the one that is asked for changes no id.
            counted[identity := _identity(entry)] += 1
            begins, ends = span(entry)
            if begins < end_date and ends > start_date:
                events.append(self._event(entry, uid=f"{identity}-{counted[identity]}"))
        return events

    async def _entries(self, start: datetime, end: datetime) -> Sequence[DiaryEntry]:
        """Those that may reach into a time, out of the history; the last ones where it cannot be read."""
        span = int((start - LONGEST).timestamp()), ceil(end.timestamp())
        try:
            return await self.person.history.async_ask(Store.entries, self.person.patient_id, *span)
        except HomeAssistantError:
            return self.snapshot.diary.entries if self.snapshot.diary else ()

    def _event(self, entry: DiaryEntry, uid: str | None = None) -> CalendarEvent:
        clock = self.snapshot.clock
        begins, ends = span(entry)
        if dt_util.as_local(ends).replace(tzinfo=None) < dt_util.as_local(begins).replace(tzinfo=None):
            ends = begins  # The clocks are set back meanwhile, and Home Assistant compares only their faces.
        return CalendarEvent(
            start=begins.astimezone(clock),
            end=ends.astimezone(clock),
            summary=self._summary(entry),
            description=entry.text or None,
            uid=uid,
        )

    def _summary(self, entry: DiaryEntry) -> str:
        """Such as "Carbohydrates 45 g", and of a note the beginning."""
        prefix = f"component.{DOMAIN}.entity.event.diary.state_attributes.event_type.state."
        language = self.hass.config.language
        words = async_get_cached_translations(self.hass, language, "entity", DOMAIN)
        kind = words.get(f"{prefix}{entry.kind}", entry.kind)
        if entry.kind is EntryKind.NOTE:
            return f"{kind}: {_beginning(entry.text)}" if entry.text else kind
        if (found := amount_shown(entry, self.snapshot.unit)) is not None:
            return f"{kind} {found[0]:g} {found[1]}"
        # A test strip shows HI or LO instead of an amount.
        return f"{kind} {entry.text}" if entry.text and entry.kind is EntryKind.BLOOD_GLUCOSE else kind


def _beginning(text: str) -> str:
    line = text.splitlines()[0]
    return line if len(line) <= _LONGEST_SUMMARY else f"{line[: _LONGEST_SUMMARY - 1].rstrip()}…"


def _identity(entry: DiaryEntry) -> str:
    """What stays the same of an entry, however its wall clock is understood, without saying what it is."""
    parts = (entry.kind, entry.wall.isoformat(), str(entry.amount), entry.text)
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
