"""An account at run time: its feeds, and the persons followed through it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey

from .cloud.services import Service, is_newer
from .cloud.session import Session
from .cloud.shared_login import SharedLogin
from .cloud.state import Credentials
from .cloud.transport import Transport
from .complaints import complain
from .const import DOMAIN
from .coordinator import LiveCoordinator
from .diary_coordinator import DiaryCoordinator
from .followed_person import FollowedPerson
from .history.keeper import History
from .logins import Login
from .problems import Course
from .session_store import session_store, take_over
from .sign_in import initial_state

_SHARED: HassKey[dict[str, SharedLogin]] = HassKey(f"{DOMAIN}_shared_logins")

type LibreViewConfigEntry = ConfigEntry[Account]


@dataclass(frozen=True, slots=True)
class Account:
    """What lives as long as a config entry is loaded."""

    live: LiveCoordinator | None
    diaries: Mapping[str, DiaryCoordinator]
    """By the key of the login."""
    persons: Mapping[str, FollowedPerson] = field(repr=False)
    """By patient id."""
    history: History = field(repr=False)


def account_title(service: Service, email: str) -> str:
    """What an account is called at first. Home Assistant writes titles to its log, so no whole address."""
    return f"{service.name} ({email[:2]}…)"


async def async_open_session(hass: HomeAssistant, entry: ConfigEntry, login: Login) -> Session:
    """A session of this login's that goes on where it was before."""
    store = session_store(hass, entry.entry_id)
    fresh = take_over(hass, entry, login.key)
    if fresh is not None:
        await store.async_save({login.key: fresh})
    state = await store.async_load(login.key) or initial_state(region=login.region(entry))
    if is_newer(login.service.version, state.version):
        state = replace(state, version=login.service.version)
    transport = Transport(async_get_clientsession(hass), login.service)
    credentials = login.credentials(entry)
    shared = _shared_login(hass, credentials)
    if fresh is not None:
        shared.forget()
    return Session(transport, credentials, state, lambda new: store.keep(login.key, new), shared)


def _shared_login(hass: HomeAssistant, credentials: Credentials) -> SharedLogin:
    """What all sessions with these credentials share, in whatever entry."""
    secret = f"{credentials.email.casefold()}\n{credentials.password}"
    name = sha256(secret.encode()).hexdigest()
    return hass.data.setdefault(_SHARED, {}).setdefault(name, SharedLogin())


@callback
def async_ask_again(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Ask for a password once more, where Home Assistant could not: it shows one such dialog at a time."""
    if entry.state is not ConfigEntryState.LOADED:
        return
    account = entry.runtime_data
    for feed in (account.live, *account.diaries.values()):
        if feed is not None and feed.problem is not None and feed.problem.course is Course.SIGN_IN_AGAIN:
            complain(hass, entry, feed.login, feed.problem, failures=1)
