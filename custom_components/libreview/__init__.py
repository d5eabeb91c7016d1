"""LibreView: glucose and diary of people who wear a FreeStyle Libre sensor, out of Abbott's cloud."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from . import dashboard, issues, services, websocket_api
from .account import Account, LibreViewConfigEntry, async_open_session
from .cloud.librelinkup import LibreLinkUp
from .cloud.libreview import LibreView
from .const import CONF_DECLINED, CONF_PATIENT_ID, CONF_TIME_ZONE, DOMAIN, PERSON
from .coordinator import LiveCoordinator
from .diary_coordinator import DiaryCoordinator, DiaryPerson
from .diary_store import diary_store
from .entity import remove_stale_entities, unique_id
from .followed_person import FollowedPerson
from .history.keeper import History, async_remove_history
from .history.statistics import StatisticsKeeper
from .logins import Login, diary_logins, live_login
from .migration import async_adopt, migrated_data, needs_adoption
from .models import Reading
from .sensor_warnings import sensor_warnings
from .session_store import session_store
from .subentries import declined

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.SENSOR,
]

CONFIG_SCHEMA: Final = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Make known what can be asked of LibreView, whatever accounts there are."""
    services.async_register(hass)
    websocket_api.async_register(hass)
    if "frontend" in hass.config.components:
        await dashboard.async_register(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Set an account up: one request for the live feed, and one more per person for the hours before.

    The diary can take minutes, so it is read afterwards.
    """
    history = History(hass, entry)
    await history.async_open()
    await _forget_what_is_gone(hass, entry, history)
    live = await _async_live(hass, entry, history)
    zones = {subentry.subentry_id: await _time_zone(subentry) for subentry in _persons(entry)}
    diaries = {
        login.key: await _async_diary(hass, entry, login, history, zones) for login in diary_logins(entry)
    }
    persons = {}
    for subentry in _persons(entry):
        patient_id = str(subentry.unique_id)
        diary = next((each for each in diaries.values() if patient_id in each.patient_ids), None)
        zone = zones[subentry.subentry_id]
        persons[patient_id] = FollowedPerson(hass, subentry, zone, live, diary, history=history)
    entry.runtime_data = Account(live=live, diaries=diaries, persons=persons, history=history)
    remove_stale_entities(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    for person in persons.values():
        person.start()
        entry.async_on_unload(person.stop)
        history.changed(person.patient_id)
    _keep_statistics(hass, entry)
    if live:
        live.start()
    for each in diaries.values():
        each.start()
    entry.async_on_unload(entry.add_update_listener(_async_updated))
    return True


async def _async_live(
    hass: HomeAssistant, entry: LibreViewConfigEntry, history: History
) -> LiveCoordinator | None:
    """The live feed, read for the first time; None where the account's login has none."""
    if (login := live_login(entry)) is None:
        return None
    client = LibreLinkUp(await async_open_session(hass, entry, login))
    live = LiveCoordinator(hass, entry, login, client, history)
    if any(diary_logins(entry)):
        await live.async_refresh()  # Its failure is no reason to go without the diary.
        return live
    await live.async_config_entry_first_refresh()
    if needs_adoption(hass, entry) and await async_adopt(
        hass, entry, client.session.state.user_id, live.shared.values()
    ):
        live = LiveCoordinator(hass, entry, login, client, history)
        await live.async_config_entry_first_refresh()
    return live


async def _async_diary(
    hass: HomeAssistant,
    entry: LibreViewConfigEntry,
    login: Login,
    history: History,
    zones: dict[str, tzinfo],
) -> DiaryCoordinator:
    """The diary feed of a login, with what was read before the last restart."""
    client = LibreView(await async_open_session(hass, entry, login))
    persons = [
        DiaryPerson(
            patient_id=str(subentry.unique_id),
            cloud_id=login.data(entry).get(CONF_PATIENT_ID) or str(subentry.unique_id),
            zone=zones[subentry.subentry_id],
        )
        for subentry in _read_with(entry, login)
    ]
    diary = DiaryCoordinator(hass, entry, login, client, history=history, persons=persons)
    await diary.async_load()
    return diary


@callback
def _keep_statistics(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Bring what is read late into Home Assistant's own statistics."""
    account = entry.runtime_data

    def sensor_of(patient_id: str) -> str | None:
        glucose = unique_id(entry.unique_id, patient_id, "glucose")
        return er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, glucose)

    statistics = StatisticsKeeper(hass, account.history, account.persons.keys(), sensor_of)

    @callback
    def told(news: Sequence[Reading] | None) -> None:
        if news is None:
            statistics.async_news()

    for patient_id in account.persons:
        entry.async_on_unload(account.history.async_listen(patient_id, told))
    statistics.start()
    entry.async_on_unload(statistics.stop)


def _persons(entry: ConfigEntry) -> list[ConfigSubentry]:
    return entry.get_subentries_of_type(PERSON)


def _read_with(entry: ConfigEntry, login: Login) -> list[ConfigSubentry]:
    """The persons whose diaries are read with a login: its own person, or the account's owner."""
    return [
        person
        for person in _persons(entry)
        if person.subentry_id == login.subentry_id
        or (login.subentry_id is None and person.unique_id == entry.unique_id)
    ]


async def _time_zone(person: ConfigSubentry) -> tzinfo:
    """Where the person's clock goes by: a zone of their own, or Home Assistant's."""
    chosen = person.data.get(CONF_TIME_ZONE)
    return (chosen and await dt_util.async_get_time_zone(chosen)) or dt_util.get_default_time_zone()


async def _forget_what_is_gone(hass: HomeAssistant, entry: LibreViewConfigEntry, history: History) -> None:
    """Drop tickets, diaries and repairs of logins that were removed while the account was set up."""
    logins = [*filter(None, [live_login(entry)]), *diary_logins(entry)]
    await session_store(hass, entry.entry_id).async_keep_only({login.key for login in logins})
    with_diary = {
        str(person.unique_id) for login in diary_logins(entry) for person in _read_with(entry, login)
    }
    await diary_store(hass, entry.entry_id).async_keep_only(with_diary)
    persons = {str(person.unique_id) for person in _persons(entry)}
    await history.async_keep_only(persons, with_diary=with_diary)
    issues.keep_only(hass, entry, logins)


async def async_unload_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Take an account down."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Forget an account: its tickets, its diaries, its history, and what repairs said of it."""
    await session_store(hass, entry.entry_id).async_remove()
    await diary_store(hass, entry.entry_id).async_remove()
    await async_remove_history(hass, entry.entry_id)
    if not hass.config_entries.async_entries(DOMAIN):
        await sensor_warnings(hass).async_remove()
    issues.clear_all(hass, entry)


async def async_migrate_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Take over an entry of the older integration of the same name, without asking the cloud."""
    if entry.version == 1:
        hass.config_entries.async_update_entry(entry, version=2, data=migrated_data(entry.data))
    return True  # Home Assistant itself refuses a version later than ours, but for a minor one.


async def _async_updated(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Start anew with what was changed: credentials, options, persons."""
    if not _decline_removed(hass, entry):
        hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def _decline_removed(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Remember who was removed though still sharing, so as not to offer them again at once.

    Whether that changed the entry, which calls the listener once more.
    """
    live = entry.runtime_data.live
    followed = {subentry.unique_id for subentry in _persons(entry)}
    before = declined(entry)
    removed = {patient_id for patient_id in live.settings if patient_id in live.shared} if live else set()
    after = (before | removed) - followed
    return after != before and hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_DECLINED: sorted(after)}
    )
