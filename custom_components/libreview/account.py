"""An account at run time: its client, its coordinator and the persons followed through it."""

from dataclasses import dataclass, replace

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .cloud.librelinkup import LibreLinkUp
from .cloud.session import Session
from .cloud.state import Credentials
from .cloud.transport import Transport
from .cloud.versions import DEFAULT_VERSION, is_newer
from .coordinator import LiveCoordinator
from .session_store import session_store, take_over
from .sign_in import initial_state

type LibreViewConfigEntry = ConfigEntry[Account]


@dataclass(frozen=True, slots=True)
class Account:
    """What lives as long as a config entry is loaded."""

    client: LibreLinkUp
    live: LiveCoordinator


def account_title(email: str) -> str:
    """What an account is called at first. Home Assistant writes titles to its log, so no whole address."""
    return f"LibreLinkUp ({email[:2]}…)"


async def async_open_client(hass: HomeAssistant, entry: ConfigEntry) -> LibreLinkUp:
    """A client of this account's that goes on with the session it had before."""
    store = session_store(hass, entry.entry_id)
    state = await store.async_load()
    if (fresh := take_over(hass, entry)) is not None:
        await store.async_save(fresh)
        state = fresh
    state = state or initial_state(region=entry.data.get(CONF_REGION))
    if is_newer(DEFAULT_VERSION, state.version):
        state = replace(state, version=DEFAULT_VERSION)
    credentials = Credentials(email=entry.data[CONF_EMAIL], password=entry.data[CONF_PASSWORD])
    transport = Transport(async_get_clientsession(hass))
    return LibreLinkUp(Session(transport, credentials, state, store.keep))
