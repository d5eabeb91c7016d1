"""The diary of a person as a calendar."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import ceil
from typing import Final, override

from homeassistant.components.calendar import CalendarEntity, CalendarEntityDescription, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.account import LibreViewConfigEntry
from .entity import PersonEntity, PersonEntityDescription, add_person_entities, entry_kind_names
from .history.store import Store
from .models import DiaryEntry, EntryKind
from .person.display import display_amount
from .person.entry_times import MAX_DURATION, calendar_span, find_current_entry
from .person.snapshot import Feed

PARALLEL_UPDATES = 0

_MAX_SUMMARY_LENGTH: Final = 60


@dataclass(frozen=True, kw_only=True)
class PersonCalendarDescription(PersonEntityDescription, CalendarEntityDescription):
    """Describes a calendar of a person."""


CALENDARS: Final = (PersonCalendarDescription(key="diary", translation_key="diary", feed=Feed.DIARY),)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the calendar of every followed person who has a diary."""
    add_person_entities(entry, async_add_entities, DiaryCalendar, CALENDARS)


class DiaryCalendar(PersonEntity, CalendarEntity):
    """Shows each entry as an event of five minutes, or of an hour where no more than the hour is known."""

    entity_description: PersonCalendarDescription

    @property
    @override
    def event(self) -> CalendarEvent | None:
        snapshot = self.snapshot
        entry = find_current_entry(snapshot.diary.entries, snapshot.now) if snapshot.diary else None
        return self._event(entry) if entry else None

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        counted: Counter[str] = Counter()
        events = []
        for entry in await self._async_get_entries(start_date, end_date):
            # Equal entries are in every range together, so the number of one does not depend on the range.
            counted[identity := _identity(entry)] += 1
            begins, ends = calendar_span(entry)
            if begins < end_date and ends > start_date:
                events.append(self._event(entry, uid=f"{identity}-{counted[identity]}"))
        return events

    async def _async_get_entries(self, start: datetime, end: datetime) -> Sequence[DiaryEntry]:
        """Return the entries that may overlap a time, or the last ones where the history cannot be read."""
        span = int((start - MAX_DURATION).timestamp()), ceil(end.timestamp())
        try:
            return await self.person.history.async_run(Store.entries, self.person.patient_id, *span)
        except HomeAssistantError:
            return self.snapshot.diary.entries if self.snapshot.diary else ()

    def _event(self, entry: DiaryEntry, uid: str | None = None) -> CalendarEvent:
        clock = self.snapshot.current_time_zone
        begins, ends = calendar_span(entry)
        if dt_util.as_local(ends).replace(tzinfo=None) < dt_util.as_local(begins).replace(tzinfo=None):
            ends = begins  # The clocks are set back in between, and Home Assistant compares wall clocks.
        return CalendarEvent(
            start=begins.astimezone(clock),
            end=ends.astimezone(clock),
            summary=self._summary(entry),
            description=entry.text or None,
            uid=uid,
        )

    def _summary(self, entry: DiaryEntry) -> str:
        """Return a summary such as "Carbohydrates 45 g", or the beginning of a note."""
        kind = entry_kind_names(self.hass)[entry.kind]
        if entry.kind is EntryKind.NOTE:
            return f"{kind}: {_shorten(entry.text)}" if entry.text else kind
        if (amount := display_amount(entry, self.snapshot.unit)) is not None:
            return f"{kind} {amount.value:g} {amount.unit}"
        # A test strip shows HI or LO instead of an amount.
        return f"{kind} {entry.text}" if entry.text and entry.kind is EntryKind.BLOOD_GLUCOSE else kind


def _shorten(text: str) -> str:
    """Return the first line of a note, cut off where it is too long for a summary."""
    line = text.splitlines()[0]
    return line if len(line) <= _MAX_SUMMARY_LENGTH else f"{line[: _MAX_SUMMARY_LENGTH - 1].rstrip()}…"


def _identity(entry: DiaryEntry) -> str:
    """Return a hash of what an entry keeps when its UTC offset is corrected; its content stays private."""
    parts = (entry.kind, entry.wall.isoformat(), str(entry.amount), entry.text)
    return sha256("\n".join(parts).encode()).hexdigest()[:16]
