"""The sessions of an account over a restart, in a private file of Home Assistant's storage.

A dialog that connects an account signs in before there is an entry, so it stashes the sessions it began, and
the set-up of the new entry claims them.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..cloud.session_state import SessionState, Ticket
from ..hass_data import get_data
from ..private_store import PrivateStore

_RENEWED_TICKET_DELAY: Final = 3600
"""Seconds until a renewed ticket is written down. Every answer of LibreLinkUp renews it, for 180 days."""
_LONG_LIFE: Final = 24 * 3600
"""Seconds. A ticket that does not last for longer is written down at each renewal."""


class SessionStore:
    """Keeps the states of one account's sessions, each under its login's key, in memory and on disk."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Open the file of this config entry."""
        self._hass = hass
        self._store: PrivateStore[dict[str, Any]] = PrivateStore(hass, entry_id)
        self._states: dict[str, SessionState] | None = None
        self._save_is_due = False
        self._writers: dict[str, object] = {}
        """By the login's key, what stands for the session whose states are saved."""
        self._is_removed = False

    async def async_load(self, key: str) -> SessionState | None:
        """Return what was stored of one login, None when there is nothing usable."""
        return (await self._async_states()).get(key)

    @property
    def is_unreadable(self) -> bool:
        """True if nobody knows what was stored, for the file could not be read."""
        return self._store.is_unreadable

    async def _async_states(self) -> dict[str, SessionState]:
        if self._states is None:
            stored = await self._store.async_load()
            if self._states is None:  # Others may have asked meanwhile.
                items = stored.items() if isinstance(stored, dict) else ()
                parsed = {key: _parse_state(value) for key, value in items}
                self._states = {key: state for key, state in parsed.items() if state is not None}
        return self._states

    def writer(self, key: str) -> Callable[[SessionState], None]:
        """Return the function that saves the states of a login's session, until another takes its place."""
        writer = self._writers[key] = object()

        def save(state: SessionState) -> None:
            if self._writers.get(key) is writer:
                self._save(key, state)

        return save

    def _save(self, key: str, state: SessionState) -> None:
        """Store a state: at once, or within the hour if all that changed is the ticket."""
        states = self._states = self._states or {}
        before = states.get(key)
        only_renewed = (
            before is not None
            and before.ticket is not None
            and replace(before, ticket=state.ticket) == state
            and _is_long_lived(state.ticket)
        )
        states[key] = state
        if only_renewed and self._save_is_due:
            return  # Saving again would put the write off, each minute anew.
        self._save_is_due = True
        self._store.async_delay_save(self._data, _RENEWED_TICKET_DELAY if only_renewed else 0)

    def _data(self) -> dict[str, Any]:
        self._save_is_due = False
        return {key: asdict(state) for key, state in (self._states or {}).items()}

    async def async_replace(self, states: Mapping[str, SessionState]) -> None:
        """Store new sessions, by their logins' keys, and wait until they are on disk.

        Those whose place they take may still be at work, until the entry is loaded anew.
        """
        stored = await self._async_states()
        for key in states:
            self._writers.pop(key, None)
        stored.update(states)
        await self.async_flush()

    async def async_flush(self) -> bool:
        """Write what was saved, and return whether it is on disk: Home Assistant only logs that it is not."""
        if self._is_removed:
            return True
        written = self._data()
        await self._store.async_save(written)
        reader: Store[dict[str, Any]] = Store(self._hass, self._store.version, self._store.key)
        try:
            return await reader.async_load() in (written, self._data())
        except HomeAssistantError, NotImplementedError:
            return False

    async def async_keep_only(self, keys: set[str]) -> None:
        """Forget all logins but these."""
        states = await self._async_states()
        if states.keys() - keys:
            self._states = {key: state for key, state in states.items() if key in keys}
            await self.async_flush()

    async def async_remove(self) -> None:
        """Forget everything, also what sessions that are still at work would save."""
        self._is_removed = True
        self._states = {}
        self._writers.clear()
        await self._store.async_remove()


def _is_long_lived(ticket: Ticket | None) -> bool:
    return ticket is None or ticket.expires is None or ticket.expires - time.time() > _LONG_LIFE


def _parse_state(value: Any) -> SessionState | None:
    """Return a state as it was written down, None for what is no longer one."""
    try:
        stored = dict(value)
        ticket = Ticket(**stored.pop("ticket")) if stored.get("ticket") else None
        return SessionState(**(stored | {"ticket": ticket}))
    except KeyError, TypeError, ValueError:
        return None


def get_session_store(hass: HomeAssistant, entry_id: str) -> SessionStore:
    """Return the only store of a config entry: a second one would overwrite the file with older states."""
    stores = get_data(hass).session_stores
    if entry_id not in stores:
        stores[entry_id] = SessionStore(hass, entry_id)
    return stores[entry_id]


def stash_sessions(hass: HomeAssistant, user_id: str | None, states: Mapping[str, SessionState]) -> None:
    """Pass sessions begun in a dialog, by their logins' keys, to the set-up of the entry that it creates.

    `user_id` is Abbott's, the unique id of the new entry.
    """
    get_data(hass).stashed_sessions.setdefault(user_id or "", {}).update(states)


async def async_claim_stashed(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Move the sessions that were stashed for a new entry into its store."""
    if stashed := get_data(hass).stashed_sessions.pop(entry.unique_id or "", None):
        await get_session_store(hass, entry.entry_id).async_replace(stashed)
