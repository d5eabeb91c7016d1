"""An account at run time: its feeds, and the persons followed through it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..cloud.libreview import LibreView
from ..cloud.request_budget import RequestBudget
from ..cloud.services import Service, is_newer
from ..cloud.session import Session
from ..cloud.sign_in_guard import Attempt
from ..cloud.transport import CloudClock, Transport
from ..const import DOMAIN
from ..coordinator import FeedCoordinator
from ..diary.practice_coordinator import PracticeCoordinator
from ..entry_data import Login, diary_logins, live_login
from ..failures.login_issues import report_failure
from ..failures.problems import Reaction
from ..hass_data import get_data
from ..history.history import History
from ..live.coordinator import LiveCoordinator
from ..sign_in.guards import get_sign_in_guard
from ..sign_in.session_store import async_claim_stashed, get_session_store
from ..sign_in.shape_store import get_shape_store
from ..sign_in.sign_in import initial_state
from .followed_person import FollowedPerson
from .session_notes import async_note_sessions

pause: Callable[[float], Awaitable[None]] = asyncio.sleep
"""How LibreView's client waits so many seconds for a report to be made; tests put their own clock here."""

type LibreViewConfigEntry = ConfigEntry[Account]


@dataclass(frozen=True, slots=True)
class Account:
    """The feeds, persons and history of a config entry, as long as it is loaded."""

    feeds: tuple[FeedCoordinator[Any], ...]
    """The live feed first, where there is one."""
    persons: Mapping[str, FollowedPerson] = field(repr=False)
    """The followed persons by patient id."""
    history: History = field(repr=False)
    set_up_from: object = field(repr=False)
    """What of the entry it was set up from: a change of anything else needs no reload."""

    @property
    def live(self) -> LiveCoordinator | None:
        """The live feed, None where the account's login has none."""
        return next((feed for feed in self.feeds if isinstance(feed, LiveCoordinator)), None)

    @property
    def practice(self) -> PracticeCoordinator | None:
        """The feed of a practice's patients, None where the login is no professional's."""
        return next((feed for feed in self.feeds if isinstance(feed, PracticeCoordinator)), None)

    @callback
    def async_on_clock_jump(self, seconds: float) -> None:
        """Show everything anew, and have all timers ring by the clock as it stands now, so much further.

        Nothing is thinned out by that clock before an answer confirms it.
        """
        self.history.is_clock_right = False
        for feed in self.feeds:
            feed.async_on_clock_jump(seconds)
        for person in self.persons.values():
            person.async_publish()


def account_title(service: Service, email: str) -> str:
    """Return the first title of an account. Home Assistant logs titles, so the address is shortened."""
    return f"{service.name} ({email[:2]}…)"


async def async_open_session(hass: HomeAssistant, entry: ConfigEntry, login: Login) -> Session:
    """Return a session of this login that continues from its stored state."""
    store = get_session_store(hass, entry.entry_id)
    await async_claim_stashed(hass, entry)
    await _async_recall_sign_ins(hass)
    state = await store.async_load(login.key)
    if state is None:
        state = initial_state(region=login.region(entry), is_forgotten=store.is_unreadable)
    if is_newer(login.service.version, state.version):
        state = replace(state, version=login.service.version)
    credentials = login.credentials(entry)
    shapes = await get_shape_store(hass, entry.entry_id).async_attach(credentials.email)
    key = f"{entry.entry_id}.{login.key}"
    clock = get_data(hass).cloud_clocks.setdefault(key, CloudClock())
    transport = Transport(async_get_clientsession(hass), login.service, shapes=shapes, clock=clock)
    budget = get_data(hass).request_budgets.setdefault(key, RequestBudget())
    return Session(
        transport,
        credentials,
        state,
        save=store.writer(login.key),
        guard=get_sign_in_guard(hass, credentials.email),
        flush=partial(async_note_sessions, hass, entry),
        budget=budget,
    )


async def _async_recall_sign_ins(hass: HomeAssistant) -> None:
    """Have the guards know what the logins of all accounts remember, before the first of them signs in."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        store = get_session_store(hass, entry.entry_id)
        for login in (*filter(None, [live_login(entry)]), *diary_logins(entry)):
            if (state := await store.async_load(login.key)) is not None:
                credentials = login.credentials(entry)
                attempt = Attempt.of(credentials, login.service, state.region)
                get_sign_in_guard(hass, credentials.email).learn(attempt, state)


async def async_open_libreview(hass: HomeAssistant, entry: ConfigEntry, login: Login) -> LibreView:
    """Return LibreView's client in a session of this login's."""
    return LibreView(await async_open_session(hass, entry, login), pause=pause)


@callback
def async_restart_reauth(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Start the reauth flows that are still due: Home Assistant shows one of an entry at a time."""
    if entry.state is not ConfigEntryState.LOADED:
        return
    for feed in entry.runtime_data.feeds:
        if feed.problem is None or feed.login is None or feed.problem.reaction is not Reaction.SIGN_IN_AGAIN:
            continue
        report_failure(hass, entry, feed.login, feed.problem, failures=1)
