"""A reader, as its subentry holds it, and finding the one that a request comes from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.network import is_local

from ..const import (
    CONF_CLIENT_ID,
    CONF_DIARY,
    CONF_KEY_HASH,
    CONF_LOCAL_ONLY,
    CONF_PERSONS,
    DOMAIN,
    SUBENTRY_READER,
)
from .keys import possible_hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An app with a key, or a program that signs in to Home Assistant, and what it may read."""

    reader_id: str
    """The id of its subentry."""
    entry_id: str
    """The id of the account whose persons it may read."""
    persons: tuple[str, ...] = field(repr=False)
    """The patient ids of those whom it may read."""
    diary: bool
    local_only: bool
    key_hash: str | None = field(default=None, repr=False)
    client_id: str | None = None

    @classmethod
    def of(cls, entry: ConfigEntry, subentry: ConfigSubentry) -> Reader:
        """Return the reader of a subentry. What its data do not allow is not allowed."""
        data = subentry.data
        client_id = data.get(CONF_CLIENT_ID)
        return cls(
            reader_id=subentry.subentry_id,
            entry_id=entry.entry_id,
            persons=tuple(data.get(CONF_PERSONS, ())),
            diary=data.get(CONF_DIARY) is True,
            local_only=data.get(CONF_LOCAL_ONLY) is not False,
            key_hash=data.get(CONF_KEY_HASH),
            client_id=normal_client_id(client_id) if client_id else None,
        )


@callback
def all_readers(hass: HomeAssistant) -> Iterator[Reader]:
    """Return the readers of all accounts as they are set up right now, also of those that are not loaded."""
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False, include_disabled=False):
        for subentry in entry.get_subentries_of_type(SUBENTRY_READER):
            yield Reader.of(entry, subentry)


@callback
def has_key_readers(hass: HomeAssistant) -> bool:
    """Return True while there is an app with a key."""
    return any(reader.key_hash for reader in all_readers(hass))


@callback
def find_by_key(hass: HomeAssistant, presented: Iterable[str]) -> Reader | None:
    """Return the app that one of the presented keys, or SHA-1 of keys, belongs to."""
    hashes = [possible for key in presented for possible in possible_hashes(key)]
    for reader in all_readers(hass):
        if reader.key_hash and any(compare_digest(reader.key_hash, each) for each in hashes):
            return reader
    return None


@callback
def find_by_client(hass: HomeAssistant, client_id: str) -> list[Reader]:
    """Return the readers that stand for a program which signs in to Home Assistant, one for each account."""
    wanted = normal_client_id(client_id)
    return [reader for reader in all_readers(hass) if reader.client_id == wanted]


def normal_client_id(client_id: str) -> str:
    """Return a client id with scheme and host in small letters and with a path, as they are compared."""
    parts = urlsplit(client_id.strip())
    return urlunsplit(
        (parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, parts.fragment)
    )


def is_client_id(text: str) -> bool:
    """Return True if Home Assistant lets a program of this address sign in.

    It goes by IndieAuth, section 3.2, but takes the addresses of a home network too.
    """
    try:
        url = urlsplit(text.strip())
        host, _ = url.hostname, url.port
    except ValueError:
        return False
    is_bare = url.username is None and url.password is None and not url.fragment
    has_steps = any(part in {".", ".."} for part in url.path.split("/"))
    if url.scheme not in {"http", "https"} or not host or not is_bare or has_steps:
        return False
    try:
        address = ip_address(host)
    except ValueError:
        return True
    return is_local(address)
