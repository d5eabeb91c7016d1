"""A Nightscout server at the other end: the requests of its API, version 1, that are needed to send.

Answers are limited in size and time. A redirect is not followed: the secret goes to nobody but the address
that somebody has typed.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import batched
from typing import Any, Final

import aiohttp
from homeassistant.util.json import json_loads
from yarl import URL

from ..cloud.answer_errors import parse_retry_after
from ..cloud.errors import InvalidAnswerError
from ..cloud.transport import read_body
from ..models import JsonObjectType
from ..nightscout.sent import IDENTIFIERS, SENT_BY, milliseconds_of, to_utc_iso
from ..nightscout.status import NAME
from .problems import SendError, SendProblem

TIMEOUT: Final = 30.0
"""Seconds for an answer. To a secret that it does not know Nightscout waits 5 s and more."""
LARGEST_ANSWER: Final = 4 * 1024 * 1024
"""Bytes. Nightscout answers what it was sent, and a day of readings by the minute takes 0.6 MB."""
MOST_SENT: Final = 500
"""Objects in one request: some 150 kB, where proxies mostly take 1 MB."""
_MOST_ASKED: Final = 5000
_MOST_DELETED: Final = 10
"""Objects in one request, since Nightscout reads short lists only out of an address."""
_NOBODY: Final = "0" * 24
"""An id that no object has."""
_OK: Final = "ok"

type Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ServerCollection:
    """One of Nightscout's collections: its path, and the field that holds the instant of an object."""

    path: str
    time_field: str
    is_time_text: bool

    def between(self, start: int, end: int) -> Query:
        """Return the condition that an object is of [start, end], in milliseconds since 1970."""
        bounds = ("$gte", start), ("$lte", end)
        return [
            (
                f"find[{self.time_field}][{operator}]",
                to_utc_iso(instant) if self.is_time_text else str(instant),
            )
            for operator, instant in bounds
        ]


ENTRIES: Final = ServerCollection("entries", "date", is_time_text=False)
TREATMENTS: Final = ServerCollection("treatments", "created_at", is_time_text=True)


class NightscoutServer:
    """A server, as whoever holds the secret may use it. Everything here raises SendError."""

    def __init__(self, http: aiohttp.ClientSession, url: str, sha1: str) -> None:
        """Speak to the site of this address through an HTTP session, which verifies certificates."""
        self._http = http
        self._url = URL(url) / "api" / "v1"
        self._headers = {"api-secret": sha1, "Accept": "application/json"}

    async def async_check(self, *, diary: bool) -> None:
        """Find out whether everything that is needed may be done, without a trace on the server."""
        status = await self._request("GET", "status.json")
        if not isinstance(status, dict) or status.get("status") != _OK:
            raise SendError(SendProblem.NO_NIGHTSCOUT)
        if status.get("name") == NAME:
            raise SendError(SendProblem.OWN_ADDRESS)
        if diary and status.get("careportalEnabled") is False:
            raise SendError(SendProblem.NO_CAREPORTAL)
        try:
            await self._request("GET", f"{ENTRIES.path}.json", [("count", "1")])
            await self._request("POST", f"{ENTRIES.path}/preview", body=[])
            await self._request("DELETE", f"{ENTRIES.path}/{_NOBODY}")
            if diary:
                await self._request("POST", TREATMENTS.path, body=[])
                await self._request("DELETE", f"{TREATMENTS.path}/{_NOBODY}")
        except SendError as err:  # It knew the secret when it told its status.
            is_refused = err.problem is SendProblem.REFUSED
            raise SendError(SendProblem.NO_RIGHTS) if is_refused else err from None

    async def async_identifiers(
        self, collection: ServerCollection, start: int, end: int, *, source: str = ""
    ) -> dict[str, str | None]:
        """Return the identifiers of our objects of [start, end] (milliseconds), of this source or of any.

        Each comes with the name of the sending that it is of, None without any.

        An object that somebody has moved to another time on the server is theirs, and is left out.
        """
        prefix = source or IDENTIFIERS
        query = [
            *collection.between(start, end),
            ("find[identifier][$gte]", prefix),
            ("find[identifier][$lt]", f"{prefix.removesuffix('-')}."),  # What follows a hyphen.
            ("count", str(_MOST_ASKED)),
        ]
        found = await self._request("GET", f"{collection.path}.json", query)
        if not isinstance(found, list):
            raise SendError(SendProblem.FAILED)
        objects = ((item.get("identifier"), item.get(SENT_BY)) for item in found if isinstance(item, dict))
        return {
            each: sent_by if isinstance(sent_by, str) else None
            for each, sent_by in objects
            if isinstance(each, str) and each.startswith(prefix) and _is_of(each, start, end)
        }

    async def async_put(self, collection: ServerCollection, objects: Iterable[JsonObjectType]) -> None:
        """Send objects. Those that are there already are replaced."""
        for some in batched(objects, MOST_SENT, strict=False):
            taken = await self._request("POST", collection.path, body=list(some))
            if not isinstance(taken, list):  # An error in spite of its status.
                raise SendError(SendProblem.FAILED)

    async def async_delete(self, collection: ServerCollection, identifiers: Iterable[str]) -> None:
        """Delete objects of ours."""
        for some in batched(sorted(identifiers), _MOST_DELETED, strict=False):
            instants = [milliseconds_of(each) for each in some]
            query = [
                *collection.between(min(instants), max(instants)),
                *(("find[identifier][$in][]", each) for each in some),
            ]
            await self._request("DELETE", collection.path, query)

    async def _request(
        self, method: str, path: str, query: Query = (), body: list[JsonObjectType] | None = None
    ) -> Any:
        """Return the JSON of an answer."""
        try:
            async with self._http.request(
                method,
                self._url.joinpath(path),
                params=list(query),
                headers=self._headers,
                json=body,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                allow_redirects=False,
            ) as response:
                _check_status(response)
                raw = await read_body(response, LARGEST_ANSWER)
        except aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError:
            raise SendError(SendProblem.CERTIFICATE) from None
        except TimeoutError, aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError:
            raise SendError(SendProblem.UNREACHABLE) from None
        except InvalidAnswerError:
            raise SendError(SendProblem.FAILED) from None
        try:
            return json_loads(raw)
        except ValueError:
            raise SendError(SendProblem.NO_NIGHTSCOUT) from None


def _is_of(identifier: str, start: int, end: int) -> bool:
    try:
        return start <= milliseconds_of(identifier) <= end
    except ValueError:
        return False


def _check_status(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise SendError(SendProblem.REFUSED)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise SendError(SendProblem.REDIRECTED)
    if status == HTTPStatus.NOT_FOUND:
        raise SendError(SendProblem.NO_NIGHTSCOUT)
    if status != HTTPStatus.OK:
        raise SendError(SendProblem.FAILED, parse_retry_after(response.headers))
