"""LibreView: glucose and diary of people who wear a FreeStyle Libre sensor, out of Abbott's cloud."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.typing import ConfigType

from . import services
from .account.account import Account, LibreViewConfigEntry, async_open_session
from .account.clock_watch import async_watch_clock
from .account.diary_feeds import async_get_time_zone, async_open_diaries, persons_with_diary
from .account.followed_person import FollowedPerson
from .account.statistics import async_start_statistics
from .account.time_zone import async_reload_with_time_zone
from .automation.announced_expiries import get_announced_expiries
from .binary_sensor import BINARY_SENSORS
from .calendar import CALENDARS
from .cloud.librelinkup import LibreLinkUp
from .const import CONF_DECLINED, DOMAIN, SUBENTRY_PERSON
from .coordinator import FeedCoordinator
from .dashboard import frontend, websocket_api
from .diary.patient_store import get_store_of
from .entity import remove_stale_entities, unique_id
from .entry_data import (
    async_follow_everybody,
    declined_ids,
    diary_logins,
    follows_everybody,
    live_login,
    what_is_set_up,
)
from .event import EVENTS
from .failures.issues import clear_all
from .failures.login_issues import clear_removed_logins
from .hass_data import get_data
from .history.history import History
from .history.removed_accounts import (
    async_bring_account_back,
    async_keep_account,
    async_watch_removed_accounts,
)
from .history.removed_persons import async_keep_removed
from .live.app_settings import AppSettings
from .live.coordinator import LiveCoordinator
from .migration import async_adopt, migrate_data, needs_adoption
from .read_api.setup import async_serve_readers, async_setup_read_api
from .readers.last_use import get_last_use
from .readers.removed_persons import async_forget_readers
from .send.cursors import get_cursors
from .send.destination import async_forget_destinations
from .send.senders import async_forget_removed, async_start_senders, async_update_senders
from .sensor import SENSORS
from .sign_in.session_store import get_session_store
from .sign_in.shape_store import get_shape_store

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.SENSOR,
]

CONFIG_SCHEMA: Final = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions, commands, the read API and the card, which do not depend on any account."""
    services.async_setup_services(hass)
    websocket_api.async_setup_websocket_api(hass)
    await async_setup_read_api(hass)
    await get_cursors(hass).async_load()
    if "frontend" in hass.config.components:
        await frontend.async_setup_frontend(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Set an account up: one request for the live feed. Graphs and diaries are read afterwards.

    A cloud that cannot be reached, or wants something of the person first, is no reason to go without
    entities: they say that there are no current data, and the feeds go on trying.
    """
    # Opened first, since unloading goes backwards: the history closes after everything that writes to it.
    await async_bring_account_back(hass, entry)
    history = History(hass, entry)
    await history.async_open()
    await _async_forget_removed(hass, entry, history)
    feeds, set_up_from = await _async_open_feeds(hass, entry, history)
    persons = await _async_get_persons(hass, entry, feeds, history)
    entry.runtime_data = Account(
        feeds=tuple(feeds), persons=persons, history=history, set_up_from=set_up_from
    )
    remove_stale_entities(hass, entry, (*BINARY_SENSORS, *CALENDARS, *EVENTS, *SENSORS))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    try:
        await _async_start(hass, entry)
    except BaseException:
        # Home Assistant leaves the entities where a set-up fails: they would show one value for ever as if it
        # were current, and keep out those of the next set-up.
        await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
        raise
    return True


async def _async_open_feeds(
    hass: HomeAssistant, entry: LibreViewConfigEntry, history: History
) -> tuple[list[FeedCoordinator[Any]], object]:
    """Return the feeds of an account, and what of the entry they were opened with.

    They are opened once more if the entry has changed meanwhile: the first request finds new persons to
    follow, and takes so long that somebody may remove one, or save other options.
    """
    get_data(hass).followed.setdefault(entry.entry_id, _followed_ids(entry))
    while True:
        opened_with = what_is_set_up(entry)
        feeds = [feed for open_feeds in FEED_FACTORIES for feed in await open_feeds(hass, entry, history)]
        if what_is_set_up(entry) == opened_with:
            return feeds, opened_with


async def _async_open_live(
    hass: HomeAssistant, entry: LibreViewConfigEntry, history: History
) -> list[LiveCoordinator]:
    """Return the live feed after its first refresh, nothing where the account's login has none.

    Raises ConfigEntryNotReady and its kin where persons of the older integration are still to be adopted, for
    which the cloud has to answer.
    """
    if (login := live_login(entry)) is None:
        return []
    client = LibreLinkUp(await async_open_session(hass, entry, login))
    live = LiveCoordinator(hass, entry, login, client, history)
    if not any(diary_logins(entry)) and needs_adoption(hass, entry):
        await live.async_config_entry_first_refresh()
        await async_adopt(hass, entry, client.session.state.user_id, live.shared.values())
    else:
        await live.async_refresh()
    _decline_removed(hass, entry, live)  # Who was removed meanwhile is not to be followed again.
    async_follow_everybody(hass, entry, live.shared)
    return [live]


type FeedFactory = Callable[
    [HomeAssistant, LibreViewConfigEntry, History], Awaitable[Sequence[FeedCoordinator[Any]]]
]
FEED_FACTORIES: tuple[FeedFactory, ...] = (_async_open_live, async_open_diaries)
"""What opens the feeds of an account, each a kind of its own. The one asked the most often comes first."""


async def _async_get_persons(
    hass: HomeAssistant,
    entry: LibreViewConfigEntry,
    feeds: Sequence[FeedCoordinator[Any]],
    history: History,
) -> dict[str, FollowedPerson]:
    """Return the followed persons by patient id, each with the feeds that they have."""
    persons = {}
    for subentry in entry.get_subentries_of_type(SUBENTRY_PERSON):
        time_zone = await async_get_time_zone(subentry)
        person = FollowedPerson(hass, entry, subentry, time_zone, feeds, history=history)
        await person.async_load()
        persons[person.patient_id] = person
    return persons


async def _async_start(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Start persons, statistics, feeds and senders until the entry is unloaded."""
    account = entry.runtime_data
    for person in account.persons.values():
        person.start()
        entry.async_on_unload(person.stop)
        # After the start, for listeners that outlast a reload then read what the person looks like now.
        account.history.async_notify_changed(person.patient_id)
    async_start_statistics(hass, entry, partial(_find_glucose_sensor, hass, entry))
    for feed in account.feeds:
        feed.start()
    entry.async_on_unload(async_watch_clock(hass, account.async_on_clock_jump))
    entry.async_on_unload(async_reload_with_time_zone(hass, entry))
    async_serve_readers(hass)
    await async_start_senders(hass, entry)
    # Last, since adopting and following persons change the entry, which would reload it while it is set up.
    entry.async_on_unload(entry.add_update_listener(_async_updated))
    if what_is_set_up(entry) != account.set_up_from:
        await _async_updated(hass, entry)  # Nobody listened while it was set up.


def _find_glucose_sensor(hass: HomeAssistant, entry: ConfigEntry, patient_id: str) -> str | None:
    """Return the entity id of a person's glucose sensor, None while there is none."""
    glucose = unique_id(entry.unique_id, patient_id, "glucose")
    return er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, glucose)


async def _async_forget_removed(hass: HomeAssistant, entry: ConfigEntry, history: History) -> None:
    """Delete tickets, diaries and issues of logins and persons that the entry no longer has.

    The history of such persons is kept aside for a while.
    """
    logins = [*filter(None, [live_login(entry)]), *diary_logins(entry)]
    await get_session_store(hass, entry.entry_id).async_keep_only({login.key for login in logins})
    with_diary = persons_with_diary(entry)
    await get_store_of(hass, entry).async_keep_only(with_diary)
    await history.async_keep_only(_followed_ids(entry), with_diary=with_diary)
    await async_keep_removed(hass, entry, history)
    async_watch_removed_accounts(hass, entry, history)
    clear_removed_logins(hass, entry, logins)
    async_forget_readers(hass, entry, _followed_ids(entry))
    async_forget_destinations(hass, entry, _followed_ids(entry))


def _followed_ids(entry: ConfigEntry) -> set[str]:
    return {str(person.unique_id) for person in entry.get_subentries_of_type(SUBENTRY_PERSON)}


async def async_unload_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Unload an account. What its set-up registered for that then ends, the last first."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Delete everything that is stored of an account: tickets, answers, diaries, issues.

    Its history is kept aside for a while.
    """
    await get_session_store(hass, entry.entry_id).async_remove()
    await get_shape_store(hass, entry.entry_id).async_remove()
    await get_store_of(hass, entry).async_remove()
    await AppSettings(hass, entry.entry_id).async_remove()
    if not hass.config_entries.async_entries(DOMAIN):
        await get_announced_expiries(hass).async_remove()
        await get_last_use(hass).async_remove()
    await async_forget_removed(hass)
    clear_all(hass, entry)
    await async_keep_account(hass, entry)
    get_data(hass).forget(entry.entry_id)


async def async_migrate_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Migrate an entry of the older integration of the same name, without a request to the cloud."""
    if entry.version == 1:
        hass.config_entries.async_update_entry(entry, version=2, data=migrate_data(entry.data))
    return True  # Home Assistant itself refuses a version later than ours, but for a minor one.


async def _async_updated(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Reload the entry after a change of credentials, options or persons, but of readers or servers alone."""
    async_serve_readers(hass)
    await async_update_senders(hass, entry)
    account = entry.runtime_data
    if _decline_removed(hass, entry, account.live):
        return
    if what_is_set_up(entry) != account.set_up_from:
        hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def _decline_removed(hass: HomeAssistant, entry: ConfigEntry, live: LiveCoordinator | None) -> bool:
    """Note persons who were removed while still sharing, so that they are not offered again at once.

    Before the first answer nobody knows who shares. Somebody removed then is noted as well where everybody
    is followed, or would be back with that answer. Return True if that changed the entry, which calls the
    update listener once more.
    """
    data, followed = get_data(hass), _followed_ids(entry)
    removed = data.followed.get(entry.entry_id, set()) - followed
    data.followed[entry.entry_id] = followed
    if live is None:
        removed = set()
    elif live.last_success is not None or not follows_everybody(entry):
        removed &= live.shared.keys()
    before = declined_ids(entry)
    after = (before | removed) - followed
    return after != before and hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_DECLINED: sorted(after)}
    )
