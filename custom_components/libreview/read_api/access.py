"""Who asks, and whose data they may read: the one gate of the read API."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from ipaddress import ip_address
import time
from types import MappingProxyType
from typing import Final

from aiohttp import hdrs, web
from homeassistant.auth.models import TOKEN_TYPE_NORMAL, User
from homeassistant.components.http.const import KEY_HASS_REFRESH_TOKEN_ID, KEY_HASS_USER
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.network import NoURLAvailableError, get_url, is_cloud_connection
from homeassistant.util.network import is_local

from ..account.account import LibreViewConfigEntry
from ..account.followed_person import FollowedPerson
from ..actions.lookup import all_persons
from ..actions.permissions import may_read
from ..readers.last_use import get_last_use
from ..readers.reader import Reader, find_by_client, find_by_key
from ..readers.request_limits import RequestLimit, WrongKeys
from .answers import RefusedError, not_ready, unauthorized

_KEY_HEADER: Final = "api-secret"
_KEY_PARAMETERS: Final = ("token", "secret")
_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A person whom somebody may read, and how much of them."""

    entry_id: str
    person: FollowedPerson
    salt: str
    """What makes the ids of objects differ between readers."""
    diary: bool
    serials: bool
    """Whether serial numbers are told: they identify a person at Abbott."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom somebody may read: those who can be read right now, and whether there are no others."""

    grants: Sequence[Grant]
    is_whole: bool = True


class Access:
    """The gate: it knows readers, counts requests, and notes uses. Everything here raises RefusedError."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin without any request."""
        self._hass = hass
        self._requests, self._wrong_keys = RequestLimit(), WrongKeys()

    @callback
    def admit_app(self, request: web.Request) -> Grant:
        """Return the person whom a Nightscout app with a key may read."""
        reader = self._admit_key(request, _nightscout_keys(request))
        return next(self._grants_of(reader))

    @callback
    def admit(self, request: web.Request) -> Admission:
        """Return the persons whom somebody may read: a program that is signed in, or an app with a key."""
        user: User | None = request.get(KEY_HASS_USER)
        if user is not None:
            return self._admit_user(request, user)
        reader = self._admit_key(request, _header_keys(request), _sign_in_hint(self._hass))
        return Admission(list(self._grants_of(reader)))

    def _admit_key(
        self, request: web.Request, presented: Iterable[str], hint: Mapping[str, str] = MappingProxyType({})
    ) -> Reader:
        keys = [key for key in presented if key]
        reader = find_by_key(self._hass, keys)
        if reader is None:
            if keys and (wait := self._wrong_keys.seconds_to_wait(request.remote or "", time.monotonic())):
                raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait)
            raise unauthorized(hint)
        if not self._is_in_reach(request, reader):
            raise unauthorized(hint)
        self._count(request, reader.reader_id)
        get_last_use(self._hass).async_note(reader.reader_id, request.remote)
        return reader

    def _admit_user(self, request: web.Request, user: User) -> Admission:
        """Return the persons whom a signed-in user may read, by the program that they signed in with.

        A program reads whom one of its readers names. A long-lived token is no program's: whoever made it is
        that user, and may read what the user may.
        """
        token = self._hass.auth.async_get_refresh_token(request.get(KEY_HASS_REFRESH_TOKEN_ID) or "")
        if token is None:
            raise unauthorized()
        if token.token_type == TOKEN_TYPE_NORMAL:
            readers = find_by_client(self._hass, token.client_id or "")
            readers = [reader for reader in readers if self._is_in_reach(request, reader)]
            admission = self._admit_program(readers)
        else:
            readers = []
            admission = Admission(
                [
                    Grant(entry_id=_entry_id(person), person=person, salt="", diary=True, serials=True)
                    for person in all_persons(self._hass)
                ]
            )
        self._count(request, token.id)
        for reader in readers:
            get_last_use(self._hass).async_note(reader.reader_id, request.remote)
        grants = [grant for grant in admission.grants if may_read(self._hass, user, grant.person)]
        return replace(admission, grants=grants)

    def _admit_program(self, readers: Iterable[Reader]) -> Admission:
        """Return the persons of a program's readers: an account that is not loaded keeps no other waiting."""
        grants: list[Grant] = []
        waiting: RefusedError | None = None
        for reader in readers:
            try:
                grants += self._grants_of(reader, serials=True)
            except RefusedError as refused:
                waiting = refused
        if waiting is not None and not grants:
            raise waiting
        return Admission(grants, is_whole=waiting is None)

    def _is_in_reach(self, request: web.Request, reader: Reader) -> bool:
        """Return whether a reader may read from where it is, and note it where not."""
        if not reader.local_only or _is_from_home(self._hass, request):
            return True
        get_last_use(self._hass).async_note(reader.reader_id, request.remote, refused=True)
        return False

    def _count(self, request: web.Request, who: str) -> None:
        if wait := self._requests.seconds_to_wait(who, time.monotonic()):
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, retry_after=wait)

    def _grants_of(self, reader: Reader, *, serials: bool = False) -> Iterator[Grant]:
        """Iterate over the persons of a reader. There is at least one."""
        entry: LibreViewConfigEntry | None = self._hass.config_entries.async_get_entry(reader.entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            raise not_ready()
        persons = entry.runtime_data.persons
        if not persons.keys() & set(reader.persons):
            raise not_ready()
        for patient_id in reader.persons:
            if (person := persons.get(patient_id)) is not None:
                yield Grant(
                    entry_id=reader.entry_id,
                    person=person,
                    salt=reader.reader_id,
                    diary=reader.diary,
                    serials=serials,
                )


def _entry_id(person: FollowedPerson) -> str:
    return person.config_entry.entry_id if person.config_entry else ""


def _nightscout_keys(request: web.Request) -> Iterator[str]:
    """Return the keys in a request of a Nightscout app, of which some can send one in the address alone."""
    yield request.headers.get(_KEY_HEADER, "")
    for name in _KEY_PARAMETERS:
        yield request.query.get(name, "")


def _header_keys(request: web.Request) -> Iterator[str]:
    yield request.headers.get(_KEY_HEADER, "")
    authorization = request.headers.get(hdrs.AUTHORIZATION, "")
    if authorization.lower().startswith(_BEARER):
        yield authorization[len(_BEARER) :].strip()


def _is_from_home(hass: HomeAssistant, request: web.Request) -> bool:
    """Return whether a request comes from the home network, as Home Assistant decides it for local users."""
    if is_cloud_connection(hass):
        return False
    try:
        return is_local(ip_address(request.remote or ""))
    except ValueError:
        return False


def _sign_in_hint(hass: HomeAssistant) -> dict[str, str]:
    """Return the header that tells a program where to sign in, as Home Assistant's own refusals have it."""
    try:
        url = get_url(hass, require_current_request=True)
    except NoURLAvailableError:
        return {}
    hint = f'Bearer resource_metadata="{url}/.well-known/oauth-protected-resource"'
    return {hdrs.WWW_AUTHENTICATE: hint}
