"""Holding the files of the history still while they are copied into a backup."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
import logging
import sqlite3
from typing import Final, Protocol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

_LOGGER: Final = logging.getLogger(__name__)

_PATIENCE: Final = timedelta(seconds=10)
"""For a file that is just being written. Without rest a backup is whole as well: SQLite's log is in it."""


class Pausable(Protocol):
    """A file that can be held still."""

    async def async_pause(self) -> None:
        """Bring everything into the one file, and write nothing until `async_resume`."""

    async def async_resume(self) -> None:
        """Go on writing. Does nothing where nothing was paused."""


_KNOWN: HassKey[list[Pausable]] = HassKey(f"{DOMAIN}_pausable")
_PAUSED: HassKey[list[Pausable]] = HassKey(f"{DOMAIN}_paused")


@callback
def async_rest_in_backups(hass: HomeAssistant, file: Pausable) -> CALLBACK_TYPE:
    """Hold a file still in backups, until what this gives is called."""
    known = hass.data.setdefault(_KNOWN, [])
    known.append(file)

    @callback
    def forget() -> None:
        known.remove(file)

    return forget


async def async_pause_all(hass: HomeAssistant) -> None:
    """Hold all files still. The backup of the whole house must not fail because of one."""
    paused = hass.data.setdefault(_PAUSED, [])
    for file in list(hass.data.get(_KNOWN, ())):
        paused.append(file)  # Before it is, or one that did not answer in time would rest for ever.
        await _attempt("pause", file.async_pause())


async def async_resume_all(hass: HomeAssistant) -> None:
    """Go on with all files that were held still, also of accounts that were taken down meanwhile."""
    paused = hass.data.setdefault(_PAUSED, [])
    while paused:
        await _attempt("resume", paused.pop().async_resume())


async def _attempt(what: str, work: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            await work
    except (HomeAssistantError, OSError, sqlite3.Error) as err:  # TimeoutError is an OSError.
        _LOGGER.warning("Could not %s the history for a backup: %s", what, type(err).__name__)
