"""The entries of the last 90 days: those of the history, or what is known while it cannot be used."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..history.history import History
from ..history.store import Store
from ..models import DiaryEntry

KEPT_DAYS: Final = 90
"""Days. Older entries are not in memory; reports reach back as far."""
_AHEAD: Final = timedelta(days=3)
"""Reports have entries up to tomorrow by the wall clock, which may be a day from UTC."""


async def async_read_recent(history: History, patient_id: str) -> tuple[DiaryEntry, ...] | None:
    """Return a person's entries of the last 90 days, None when the history cannot be used."""
    now = dt_util.utcnow()
    start, end = now - timedelta(days=KEPT_DAYS), now + _AHEAD
    try:
        entries = await history.async_run(
            Store.entries, patient_id, int(start.timestamp()), int(end.timestamp())
        )
    except HomeAssistantError:
        return None
    return tuple(entries)


def replace_days(
    entries: Iterable[DiaryEntry], reported: Iterable[DiaryEntry], days: Collection[date], today: date
) -> tuple[DiaryEntry, ...]:
    """Return entries in the order of time, those of `days` replaced by what a report has of these days."""
    kept = (
        entry
        for entry in entries
        if entry.wall.date() not in days and (today - entry.wall.date()).days <= KEPT_DAYS
    )
    newer = (entry for entry in reported if entry.wall.date() in days)
    return tuple(sorted((*kept, *newer), key=lambda entry: (entry.at, entry.wall, entry.kind)))
