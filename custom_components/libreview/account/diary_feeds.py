"""The diary feeds of an account, and the persons whose diaries each of them reads."""

from datetime import tzinfo

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import CONF_PATIENT_ID, CONF_TIME_ZONE, SUBENTRY_PERSON
from ..diary.coordinator import DiaryCoordinator
from ..diary.practice_coordinator import PracticeCoordinator
from ..diary.subject import ReportSubject
from ..entry_data import Login, diary_logins, is_practice
from ..history.history import History
from .account import async_open_libreview


def persons_with_diary(entry: ConfigEntry) -> set[str]:
    """Return the patient ids of all persons whose diary is read."""
    return {str(person.unique_id) for login in diary_logins(entry) for person in _read_with(entry, login)}


async def async_open_diaries(
    hass: HomeAssistant, entry: ConfigEntry, history: History
) -> list[DiaryCoordinator]:
    """Return the diary feeds, with what was stored before a restart."""
    return [await _async_open_diary(hass, entry, login, history) for login in diary_logins(entry)]


async def _async_open_diary(
    hass: HomeAssistant, entry: ConfigEntry, login: Login, history: History
) -> DiaryCoordinator:
    client = await async_open_libreview(hass, entry, login)
    persons = [
        ReportSubject(
            patient_id=str(subentry.unique_id),
            cloud_id=login.data(entry).get(CONF_PATIENT_ID) or str(subentry.unique_id),
            time_zone=await async_get_time_zone(subentry),
            is_patient=is_practice(entry),
        )
        for subentry in _read_with(entry, login)
    ]
    feed = PracticeCoordinator if is_practice(entry) else DiaryCoordinator
    diary = feed(hass, entry, login, client, history=history, persons=persons)
    await diary.async_load()
    return diary


def _read_with(entry: ConfigEntry, login: Login) -> list[ConfigSubentry]:
    """Return the persons whose diaries are read with a login: its own, its owner, or all patients."""
    return [
        person
        for person in entry.get_subentries_of_type(SUBENTRY_PERSON)
        if is_practice(entry)
        or person.subentry_id == login.subentry_id
        or (login.subentry_id is None and person.unique_id == entry.unique_id)
    ]


async def async_get_time_zone(person: ConfigSubentry) -> tzinfo:
    """Return the time zone that was chosen for a person, else Home Assistant's."""
    chosen = person.data.get(CONF_TIME_ZONE)
    return (chosen and await dt_util.async_get_time_zone(chosen)) or dt_util.get_default_time_zone()
