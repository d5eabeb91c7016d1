"""A Nightscout server that a person's values are sent to, as its subentry holds it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
import hashlib
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_DIARY, CONF_PERSON, CONF_SHA1, CONF_SINCE, DOMAIN, SUBENTRY_NIGHTSCOUT

DAYS_BEFORE: Final = 14
"""Days before the set-up whose values are sent, too."""
_NAME_LENGTH: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A server, and what is sent there."""

    destination_id: str
    """The id of its subentry."""
    patient_id: str = field(repr=False)
    url: str = field(repr=False)
    sha1: str = field(repr=False)
    """The SHA-1 of the token or of the API secret, which is all that Nightscout wants to see."""
    diary: bool
    since: int
    """The epoch second before which nothing is sent."""

    @property
    def server(self) -> str:
        """A name of the server, which does not tell its address."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:_NAME_LENGTH]

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> Destination:
        """Return the destination of a subentry."""
        data = subentry.data
        return cls(
            destination_id=subentry.subentry_id,
            patient_id=data[CONF_PERSON],
            url=data[CONF_URL],
            sha1=data[CONF_SHA1],
            diary=data.get(CONF_DIARY) is True,
            since=data[CONF_SINCE],
        )


def hash_secret(secret: str) -> str:
    """Return what Nightscout wants to see of a token or an API secret."""
    return hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()


def destinations_of(entry: ConfigEntry) -> Iterator[Destination]:
    """Return the destinations of an account."""
    return map(Destination.of, entry.get_subentries_of_type(SUBENTRY_NIGHTSCOUT))


@callback
def all_destinations(hass: HomeAssistant) -> Iterator[Destination]:
    """Return the destinations of all accounts, also of those that are not loaded."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        yield from destinations_of(entry)


@callback
def async_forget_destinations(hass: HomeAssistant, entry: ConfigEntry, followed: set[str]) -> None:
    """Remove the destinations of persons who are not followed any more.

    Whoever is followed again later has to be sent anew.
    """
    for subentry in list(entry.get_subentries_of_type(SUBENTRY_NIGHTSCOUT)):
        if subentry.data[CONF_PERSON] not in followed:
            hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
