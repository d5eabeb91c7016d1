"""Writing sessions down before they sign in, and saying so while Home Assistant cannot write."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HassJob, HomeAssistant
from homeassistant.helpers.event import async_call_later

from ..failures.issues import clear_storage_unwritable, set_storage_unwritable
from ..sign_in.session_store import get_session_store

_RETRY_DELAY: Final = timedelta(minutes=5)
"""Until what could not be written is tried again."""


async def async_note_sessions(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Write an account's sessions down, and return whether they are on disk.

    An issue says when they are not, until they are.
    """
    if await get_session_store(hass, entry.entry_id).async_flush():
        clear_storage_unwritable(hass, entry)
        return True
    if set_storage_unwritable(hass, entry):
        _schedule_retry(hass, entry)
    return False


def _schedule_retry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    async def retry(_now: datetime) -> None:
        if hass.config_entries.async_get_entry(entry.entry_id) is None:
            return
        if not await async_note_sessions(hass, entry):
            _schedule_retry(hass, entry)

    async_call_later(hass, _RETRY_DELAY, HassJob(retry, "sessions on disk", cancel_on_shutdown=True))
