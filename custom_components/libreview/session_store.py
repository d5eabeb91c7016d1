"""Where the sessions of an account outlive a restart: a private file of Home Assistant's storage."""

from dataclasses import asdict, replace
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .cloud.state import SessionState, Ticket
from .const import DOMAIN

_VERSION: Final = 1
_SERVICE: Final = "librelinkup"
_RENEWED_TICKET_DELAY: Final = 3600
"""Seconds. Every answer renews the ticket, but the one of an hour ago is good for 180 days as well."""

_STORES: HassKey[dict[str, SessionStore]] = HassKey(f"{DOMAIN}_session_stores")
_FRESH: HassKey[dict[str, SessionState]] = HassKey(f"{DOMAIN}_fresh_sessions")


class SessionStore:
    """Keeps one account's session state, in memory and on disk."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Open the file of this config entry."""
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True
        )
        self._state: SessionState | None = None
        self._save_is_due = False

    async def async_load(self) -> SessionState | None:
        """What was kept, None when there is nothing usable."""
        if self._state is not None:
            return self._state
        stored = await self._store.async_load()
        try:
            kept = dict(stored[_SERVICE]) if stored else None
            if kept is None:
                return None
            ticket = Ticket(**kept.pop("ticket")) if kept.get("ticket") else None
            self._state = SessionState(**(kept | {"ticket": ticket}))
        except KeyError, TypeError, ValueError:
            return None
        return self._state

    def keep(self, state: SessionState) -> None:
        """Remember a state: at once, unless all that changed is the ticket."""
        only_renewed = (
            self._state is not None
            and self._state.ticket is not None
            and replace(self._state, ticket=state.ticket) == state
        )
        self._state = state
        if only_renewed and self._save_is_due:
            return  # Saving again would put the write off, each minute anew.
        self._save_is_due = True
        self._store.async_delay_save(self._data, _RENEWED_TICKET_DELAY if only_renewed else 0)

    def _data(self) -> dict[str, Any]:
        self._save_is_due = False
        return {_SERVICE: asdict(self._state)} if self._state else {}

    async def async_save(self, state: SessionState) -> None:
        """Remember a state and wait until it is on disk."""
        self._state = state
        await self._store.async_save(self._data())

    async def async_remove(self) -> None:
        """Forget everything."""
        self._state = None
        await self._store.async_remove()


def session_store(hass: HomeAssistant, entry_id: str) -> SessionStore:
    """The one store of a config entry: a second one would overwrite it with an older state."""
    return hass.data.setdefault(_STORES, {}).setdefault(entry_id, SessionStore(hass, entry_id))


def hand_over(hass: HomeAssistant, account: ConfigEntry | str | None, state: SessionState) -> None:
    """Pass the session of a sign-in done in a dialog to the next set-up of the account's config entry.

    `account` is the entry, or Abbott's user id while there is none yet.
    """
    key = account.entry_id if isinstance(account, ConfigEntry) else account
    hass.data.setdefault(_FRESH, {})[key or ""] = state


def take_over(hass: HomeAssistant, entry: ConfigEntry) -> SessionState | None:
    """The session handed over for this entry, once."""
    fresh = hass.data.get(_FRESH, {})
    return fresh.pop(entry.entry_id, None) or fresh.pop(entry.unique_id or "", None)
