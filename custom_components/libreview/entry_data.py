"""The data of an entry: its logins, and the followed persons as subentries."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData
from homeassistant.const import CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.core import HomeAssistant, callback

from .cloud.fields import whole_within
from .cloud.services import LIBRELINKUP, LIBREVIEW, SERVICES, Service
from .cloud.session_state import Credentials
from .const import (
    CONF_DECLINED,
    CONF_DIARY,
    CONF_FOLLOW_EVERYBODY,
    CONF_KEPT_DAYS,
    CONF_KIND,
    CONF_LIVE,
    CONF_SERVICE,
    CONF_UNIT,
    DEFAULT_KEPT_DAYS,
    KIND_PRACTICE,
    MAX_KEPT_DAYS,
    MIN_KEPT_DAYS,
    SUBENTRY_PERSON,
)
from .models import Connection, PracticePatient


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One login at one service: the account's, or that of the person of a subentry."""

    service: Service
    subentry_id: str | None = None

    @property
    def key(self) -> str:
        """The name of the login among those of its entry, in stores and ids of issues."""
        return ".".join(filter(None, (self.service.key, self.subentry_id)))

    def data(self, entry: ConfigEntry) -> Mapping[str, Any]:
        """Return the data of this login: e-mail address, password, region. Empty when it was removed."""
        if self.subentry_id is None:
            return entry.data
        subentry = entry.subentries.get(self.subentry_id)
        data: Mapping[str, Any] = subentry.data.get(CONF_DIARY, {}) if subentry else {}
        return data

    def credentials(self, entry: ConfigEntry) -> Credentials:
        """Return e-mail address and password. Raises KeyError when the login was removed."""
        data = self.data(entry)
        return Credentials(email=data[CONF_EMAIL], password=data[CONF_PASSWORD])

    def region(self, entry: ConfigEntry) -> str | None:
        """Return the region learnt when signing in with it. The two services share their regions."""
        region: str | None = self.data(entry).get(CONF_REGION)
        return region


def what_is_set_up(entry: ConfigEntry) -> object:
    """Return all that a set-up reads of an entry. It is equal as long as nothing of that has changed.

    Who may read the persons' data is looked up at each request, and so is no part of it.
    """
    persons = {
        each.subentry_id: (each.unique_id, each.title, each.data)  # Home Assistant changes them in place.
        for each in entry.get_subentries_of_type(SUBENTRY_PERSON)
    }
    return entry.title, entry.data, entry.options, persons


def own_login(entry: ConfigEntry) -> Login:
    """Return the login that an account was connected with."""
    return Login(service=SERVICES.get(entry.data.get(CONF_SERVICE, ""), LIBRELINKUP))


def is_practice(entry: ConfigEntry) -> bool:
    """Return whether an entry is that of a professional's login, which reads its patients."""
    return bool(entry.data.get(CONF_KIND) == KIND_PRACTICE)


def live_login(entry: ConfigEntry) -> Login | None:
    """Return the login of the live feed, None where the account has no live feed."""
    login = own_login(entry)
    if login.service is LIBREVIEW:
        return Login(service=LIBRELINKUP) if entry.data.get(CONF_LIVE) else None
    return login


def diary_logins(entry: ConfigEntry) -> Iterator[Login]:
    """Return the logins of the diary feeds: the account's own, and those of single persons."""
    if (login := own_login(entry)).service is LIBREVIEW:
        yield login
    for subentry in entry.get_subentries_of_type(SUBENTRY_PERSON):
        if CONF_DIARY in subentry.data:
            yield Login(service=LIBREVIEW, subentry_id=subentry.subentry_id)


def get_login(entry: ConfigEntry, key: str | None) -> Login:
    """Return the login of that key, the account's own for None."""
    service, _, subentry_id = (key or own_login(entry).key).partition(".")
    return Login(service=SERVICES.get(service, LIBRELINKUP), subentry_id=subentry_id or None)


def person_title(person: Connection) -> str:
    """Return the person's name, or the beginning of their id where the cloud gives no name."""
    return person.name or person.patient_id[:8]


def patient_title(patient: PracticePatient, taken: Collection[str]) -> str:
    """Return first name and initial, with year of birth and a number where others have that title already.

    Home Assistant shows and logs titles, and a practice's patients are known by no more than that.
    """
    initial = patient.last_name[:1] and f"{patient.last_name[:1]}."
    title = f"{patient.first_name} {initial}".strip() or patient.patient_id[:8]
    if title in taken and patient.born:
        title = f"{title} {patient.born.year}"
    numbered = (f"{title} ({number})" for number in range(2, len(taken) + 3))
    return title if title not in taken else next(each for each in numbered if each not in taken)


def patient_subentry(patient: PracticePatient, taken: Collection[str]) -> ConfigSubentryData:
    """Return the subentry of a newly followed patient; `taken` holds the titles of the others."""
    return ConfigSubentryData(
        data={},
        subentry_type=SUBENTRY_PERSON,
        title=patient_title(patient, taken),
        unique_id=patient.patient_id,
    )


def person_subentry(person: Connection) -> ConfigSubentryData:
    """Return the subentry of a newly followed person: all settings follow the person's own."""
    return ConfigSubentryData(
        data={CONF_UNIT: person.unit} if person.unit else {},
        subentry_type=SUBENTRY_PERSON,
        title=person_title(person),
        unique_id=person.patient_id,
    )


@callback
def async_follow(hass: HomeAssistant, entry: ConfigEntry, person: Connection) -> ConfigSubentry:
    """Add a person to an account, and return the new subentry."""
    return async_add_person(hass, entry, person_subentry(person))


@callback
def async_add_person(hass: HomeAssistant, entry: ConfigEntry, new: ConfigSubentryData) -> ConfigSubentry:
    """Add the subentry of a person to an account."""
    subentry = ConfigSubentry(
        data=MappingProxyType(dict(new["data"])),
        subentry_type=new["subentry_type"],
        title=new["title"],
        unique_id=new["unique_id"],
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    return subentry


@callback
def async_follow_everybody(hass: HomeAssistant, entry: ConfigEntry, shared: Mapping[str, Connection]) -> bool:
    """Add all who newly share, where that was chosen. Return whether there was anybody to add."""
    new = new_persons(entry, shared) if follows_everybody(entry) else {}
    for person in new.values():
        async_follow(hass, entry, person)
    return bool(new)


def follows_everybody(entry: ConfigEntry) -> bool:
    """Return whether persons who newly share are followed without a question."""
    return bool(entry.options.get(CONF_FOLLOW_EVERYBODY, False))


def kept_days(entry: ConfigEntry) -> int:
    """Return for how many days every reading is kept, within the limits of the dialog whatever is stored."""
    stored = whole_within(entry.options.get(CONF_KEPT_DAYS), MIN_KEPT_DAYS, MAX_KEPT_DAYS)
    return DEFAULT_KEPT_DAYS if stored is None else stored


def new_persons(entry: ConfigEntry, shared: Mapping[str, Connection]) -> dict[str, Connection]:
    """Return who shares, by patient id, but is neither followed nor deliberately left out."""
    followed = {subentry.unique_id for subentry in entry.get_subentries_of_type(SUBENTRY_PERSON)}
    known = followed | declined_ids(entry)
    return {patient_id: person for patient_id, person in shared.items() if patient_id not in known}


def declined_ids(entry: ConfigEntry) -> frozenset[str]:
    """Return the patient ids of those who share but were deliberately not added."""
    return frozenset(entry.data.get(CONF_DECLINED, ()))


@callback
def update_and_reload(hass: HomeAssistant, entry: ConfigEntry, update: Callable[[], bool]) -> None:
    """Change an entry's data, and load it anew whether or not that changed anything.

    `update` returns whether it did. A loaded entry then reloads by itself, since it listens for changes of
    its data; one that failed to load does not listen.
    """
    listens = bool(entry.update_listeners)
    if not (update() and listens):
        hass.config_entries.async_schedule_reload(entry.entry_id)
