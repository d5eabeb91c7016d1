"""Who signs in where: an account's own login, and the diary logins of the persons followed through it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_EMAIL, CONF_PASSWORD, CONF_REGION

from .cloud.services import LIBRELINKUP, LIBREVIEW, SERVICES, Service
from .cloud.state import Credentials
from .const import CONF_DIARY, CONF_LIVE, CONF_SERVICE, PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One login at one service: the account's, or that of the person of a subentry."""

    service: Service
    subentry_id: str | None = None

    @property
    def key(self) -> str:
        """What tells the logins of one entry apart, in stores and among issues."""
        return ".".join(filter(None, (self.service.key, self.subentry_id)))

    def data(self, entry: ConfigEntry) -> Mapping[str, Any]:
        """What is kept of this login: e-mail address, password, region. Empty when it is no longer there."""
        if self.subentry_id is None:
            return entry.data
        subentry = entry.subentries.get(self.subentry_id)
        data: Mapping[str, Any] = subentry.data.get(CONF_DIARY, {}) if subentry else {}
        return data

    def credentials(self, entry: ConfigEntry) -> Credentials:
        """What to sign in with."""
        data = self.data(entry)
        return Credentials(email=data[CONF_EMAIL], password=data[CONF_PASSWORD])

    def region(self, entry: ConfigEntry) -> str | None:
        """The region learnt when signing in with it. The two services share their regions."""
        region: str | None = self.data(entry).get(CONF_REGION)
        return region


def own_login(entry: ConfigEntry) -> Login:
    """The login that an account was connected with."""
    return Login(service=SERVICES.get(entry.data.get(CONF_SERVICE, ""), LIBRELINKUP))


def live_login(entry: ConfigEntry) -> Login | None:
    """The login of the live feed, if the account has one."""
    login = own_login(entry)
    if login.service is LIBREVIEW:
        return Login(service=LIBRELINKUP) if entry.data.get(CONF_LIVE) else None
    return login


def diary_logins(entry: ConfigEntry) -> Iterator[Login]:
    """The logins of the diary feeds: the account's own, and those of single persons."""
    if (login := own_login(entry)).service is LIBREVIEW:
        yield login
    for subentry in entry.get_subentries_of_type(PERSON):
        if CONF_DIARY in subentry.data:
            yield Login(service=LIBREVIEW, subentry_id=subentry.subentry_id)


def login_of(entry: ConfigEntry, key: str | None) -> Login:
    """The login of that key, the account's own for none."""
    service, _, subentry_id = (key or own_login(entry).key).partition(".")
    return Login(service=SERVICES.get(service, LIBRELINKUP), subentry_id=subentry_id or None)
