"""The history of persons who were removed: kept aside for 30 days, told of, and then deleted."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..failures import issues
from .history import History
from .person_table import RemovedPerson
from .store import Store

KEPT_FOR: Final = timedelta(days=30)
_INTERVAL: Final = timedelta(hours=1)
FEWEST_DAYS_TOLD: Final = 3
"""Days of history. Of less nothing is said: the Libre app's curve brings about as much back."""


async def async_keep_removed(hass: HomeAssistant, entry: ConfigEntry, history: History) -> None:
    """Say what is kept aside, and delete it in time, until the entry is unloaded.

    Nothing is dated or deleted by a clock before an answer of the cloud confirms it.
    """
    if not await _async_tell(hass, entry, history):
        return

    async def check(_now: datetime) -> None:
        if not history.is_clock_right:
            return
        now = dt_util.utcnow()
        try:
            await history.async_run(
                Store.date_removed, int(now.timestamp()), int((now - KEPT_FOR).timestamp())
            )
        except HomeAssistantError:
            return  # An issue says what is wrong with the history.
        await _async_tell(hass, entry, history)

    entry.async_on_unload(async_track_time_interval(hass, check, _INTERVAL, name=f"{DOMAIN} removed persons"))


async def _async_tell(hass: HomeAssistant, entry: ConfigEntry, history: History) -> bool:
    """Show an issue for everybody who is kept aside. Return whether there is anybody."""
    try:
        removed = await history.async_run(Store.removed)
    except HomeAssistantError:
        return False
    issues.update_kept_aside(
        hass,
        entry,
        {
            person.patient_id: issues.KeptAside(
                days=person.days,
                first=dt_util.utc_from_timestamp(person.first),
                last=dt_util.utc_from_timestamp(person.last),
                until=_removed_at(person) + KEPT_FOR,
            )
            for person in removed
            if person.days >= FEWEST_DAYS_TOLD
        },
    )
    return bool(removed)


def _removed_at(person: RemovedPerson) -> datetime:
    """Return when somebody was removed; now, before a clock that is right has told it."""
    return dt_util.utc_from_timestamp(person.removed_at) if person.removed_at else dt_util.utcnow()


async def async_delete_removed(history: History, patient_id: str) -> None:
    """Delete what is kept aside of a person. Raises HomeAssistantError."""
    await history.async_run(Store.delete_removed, patient_id)
