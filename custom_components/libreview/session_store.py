"""Where the sessions of an account outlive a restart: a private file of Home Assistant's storage."""

from collections.abc import Mapping
from dataclasses import asdict, replace
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .cloud.state import SessionState, Ticket
from .const import DOMAIN

_VERSION: Final = 1
_RENEWED_TICKET_DELAY: Final = 3600
"""Seconds. Every answer of LibreLinkUp renews the ticket, but one an hour old is good for 180 days too."""
_LONG_LIFE: Final = 24 * 3600
"""Seconds. A ticket that does not last so long is written down at each renewal."""

_STORES: HassKey[dict[str, SessionStore]] = HassKey(f"{DOMAIN}_session_stores")
_FRESH: HassKey[dict[str, dict[str, SessionState]]] = HassKey(f"{DOMAIN}_fresh_sessions")


class SessionStore:
    """Keeps the states of one account's sessions, each under its login's key, in memory and on disk."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Open the file of this config entry."""
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True
        )
        self._states: dict[str, SessionState] | None = None
        self._save_is_due = False

    async def async_load(self, key: str) -> SessionState | None:
        """What was kept of one login, None when there is nothing usable."""
        return (await self._all()).get(key)

    async def _all(self) -> dict[str, SessionState]:
        if self._states is None:
            stored = await self._store.async_load()
            if self._states is None:  # Others may have asked meanwhile.
                items = stored.items() if isinstance(stored, dict) else ()
                parsed = {key: _state(value) for key, value in items}
                self._states = {key: state for key, state in parsed.items() if state is not None}
        return self._states

    def keep(self, key: str, state: SessionState) -> None:
        """Remember a state: at once, unless all that changed is the ticket."""
        states = self._states = self._states or {}
        before = states.get(key)
        only_renewed = (
            before is not None
            and before.ticket is not None
            and replace(before, ticket=state.ticket) == state
            and _lasts(state.ticket)
        )
        states[key] = state
        if only_renewed and self._save_is_due:
            return  # Saving again would put the write off, each minute anew.
        self._save_is_due = True
        self._store.async_delay_save(self._data, _RENEWED_TICKET_DELAY if only_renewed else 0)

    def _data(self) -> dict[str, Any]:
        self._save_is_due = False
        return {key: asdict(state) for key, state in (self._states or {}).items()}

    async def async_save(self, states: Mapping[str, SessionState]) -> None:
        """Remember states and wait until they are on disk."""
        (await self._all()).update(states)
        await self._store.async_save(self._data())

    async def async_keep_only(self, keys: set[str]) -> None:
        """Forget all logins but these."""
        states = await self._all()
        if states.keys() - keys:
            self._states = {key: state for key, state in states.items() if key in keys}
            await self._store.async_save(self._data())

    async def async_remove(self) -> None:
        """Forget everything."""
        self._states = {}
        await self._store.async_remove()


def _lasts(ticket: Ticket | None) -> bool:
    return ticket is None or ticket.expires is None or ticket.expires - time.time() > _LONG_LIFE


def _state(value: Any) -> SessionState | None:
    """A state as it was written down, None for what is no longer one."""
    try:
        kept = dict(value)
        ticket = Ticket(**kept.pop("ticket")) if kept.get("ticket") else None
        return SessionState(**(kept | {"ticket": ticket}))
    except KeyError, TypeError, ValueError:
        return None


def session_store(hass: HomeAssistant, entry_id: str) -> SessionStore:
    """The one store of a config entry: a second one would overwrite it with an older state."""
    return hass.data.setdefault(_STORES, {}).setdefault(entry_id, SessionStore(hass, entry_id))


def hand_over(
    hass: HomeAssistant, account: ConfigEntry | str | None, states: Mapping[str, SessionState]
) -> None:
    """Pass sessions begun in a dialog, by their logins' keys, to the next set-up of the account's entry.

    `account` is the entry, or Abbott's user id while there is none yet.
    """
    name = account.entry_id if isinstance(account, ConfigEntry) else account
    hass.data.setdefault(_FRESH, {}).setdefault(name or "", {}).update(states)


def take_over(hass: HomeAssistant, entry: ConfigEntry, key: str) -> SessionState | None:
    """The session handed over for one login of this entry, once."""
    fresh = hass.data.get(_FRESH, {})
    places = (fresh.get(entry.entry_id, {}), fresh.get(entry.unique_id or "", {}))
    found = [place.pop(key) for place in places if key in place]
    return found[0] if found else None
