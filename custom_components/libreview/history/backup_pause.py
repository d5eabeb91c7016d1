"""Pausing writes to the files of the history while Home Assistant copies them into a backup."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
import logging
import sqlite3
from typing import Final, Protocol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..hass_data import get_data

_LOGGER: Final = logging.getLogger(__name__)

_TIMEOUT: Final = timedelta(seconds=10)
"""For a file that is just being written. A backup without the pause is whole, too: SQLite's log is in it."""


class Pausable(Protocol):
    """A file whose writes can be paused."""

    async def async_pause(self) -> None:
        """Bring everything into the one file, and write nothing until `async_resume`."""

    async def async_resume(self) -> None:
        """Write again. Does nothing where nothing was paused."""


@callback
def async_register_pausable(hass: HomeAssistant, file: Pausable) -> CALLBACK_TYPE:
    """Pause a file during backups. Return a callback that unregisters it."""
    registered = get_data(hass).pausable
    registered.append(file)

    @callback
    def unregister() -> None:
        registered.remove(file)

    return unregister


async def async_pause_all(hass: HomeAssistant) -> None:
    """Pause all registered files. The backup of the whole house must not fail because of one."""
    paused = get_data(hass).paused
    for file in list(get_data(hass).pausable):
        paused.append(file)  # First, or one that did not answer in time would stay paused for ever.
        await _async_attempt("pause", file.async_pause())


async def async_resume_all(hass: HomeAssistant) -> None:
    """Resume all files that were paused, also those of accounts that were unloaded meanwhile."""
    paused = get_data(hass).paused
    while paused:
        await _async_attempt("resume", paused.pop().async_resume())


async def _async_attempt(what: str, work: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(_TIMEOUT.total_seconds()):
            await work
    except (HomeAssistantError, OSError, sqlite3.Error) as err:  # TimeoutError is an OSError.
        _LOGGER.warning("Could not %s the history for a backup: %s", what, type(err).__name__)
