"""One request to Abbott's cloud: headers, limits on time and size, and the meaning of errors."""

import asyncio
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import logging
import time
from typing import Final, Required, TypedDict, Unpack

import aiohttp
import orjson

from . import fields, regions
from .errors import (
    BlockedError,
    ClientRefusedError,
    CloudError,
    InvalidAnswerError,
    LockedError,
    NoAnswerError,
    ProtocolEndedError,
    RedirectRefusedError,
    RefusedError,
    RequestRefusedError,
    ServerTroubleError,
    TicketRejectedError,
    UnauthorizedError,
)
from .services import LIBRELINKUP, Service, version_numbers

_LOGGER: Final = logging.getLogger(__name__)

REQUEST_TIMEOUT: Final = 10.0
LONG_TIMEOUT: Final = 60.0
"""Seconds for signing in and for reports: LibreView can take long."""
LARGEST_BODY: Final = 8 * 1024 * 1024
"""Bytes. 500 connections take under 1 MB and two weeks of logbook less."""
LARGEST_PAGE: Final = 32 * 1024 * 1024
"""Bytes. A report of 90 days holds some 26,000 readings, which take 2 MB, and whatever else it draws."""

_MAINTENANCE: Final = 911
_VERSION_REFUSED: Final = 920
_TOO_MANY_LOGINS: Final = 430
_BANNED: Final = 476
_UNDERSTOOD_BY_CALLERS: Final = (2, 4)
"""Wrong credentials, and a step: they come with HTTP 200 in all recordings, but count however they come."""
_CLIENT_MESSAGES: Final = ("RequiredHeaderMissing", "ProductMismatch")
_TICKET_MESSAGES: Final = ("invalid or expired jwt", "MissingCachedUser")


class RequestDetails(TypedDict, total=False):
    """What a request carries besides method and address."""

    name: Required[str]
    """Stands for the path in the log, since paths hold the ids of persons."""
    token: str | None
    account_id: str | None
    query: Mapping[str, str]
    body: Mapping[str, object]
    timeout: float
    """Seconds for the whole answer, the name look-up included."""


class Transport:
    """Sends requests to one service, in one region after another."""

    def __init__(self, http: aiohttp.ClientSession, service: Service = LIBRELINKUP) -> None:
        """Speak to this service through the given HTTP session, which verifies TLS."""
        self._http = http
        self.service = service
        self.clock_offset = 0.0
        """By how many seconds the cloud's clock was ahead of ours at the last answer."""

    async def request(
        self,
        method: str,
        region: str,
        path: str,
        *,
        version: str,
        **details: Unpack[RequestDetails],
    ) -> fields.Json:
        """Ask once and return the answer's JSON object.

        Raises a CloudError for every failure; statuses 0, 2 and 4 inside the answer are the caller's to
        understand.
        """
        details["name"] += f" at {region}"
        return await self.request_at(method, regions.address(region) + path, version=version, **details)

    async def request_at(
        self, method: str, url: str, *, version: str, **details: Unpack[RequestDetails]
    ) -> fields.Json:
        """The same, at a whole address."""
        answer = await self._send(
            method, url, version, details, accept="application/json", largest=LARGEST_BODY
        )
        return understand(*answer, last_protocol=self.service.last_protocol)

    async def page(self, url: str, *, version: str, **details: Unpack[RequestDetails]) -> bytes:
        """Fetch a page of HTML. Raises a CloudError for every failure."""
        answer = await self._send("GET", url, version, details, accept="text/html", largest=LARGEST_PAGE)
        http, _, raw = answer
        if http != HTTPStatus.OK or raw.lstrip()[:1] in {b"{", b"["}:
            understand(*answer, last_protocol=self.service.last_protocol)
            raise InvalidAnswerError(f"HTTP {http} with a body of {len(raw)} bytes that is no page")
        return raw

    async def _send(
        self, method: str, url: str, version: str, details: RequestDetails, *, accept: str, largest: int
    ) -> tuple[int, Mapping[str, str], bytes]:
        name, timeout = details["name"], details.get("timeout", REQUEST_TIMEOUT)
        headers = {
            "Accept": accept,
            "Cache-Control": "no-cache",
            "User-Agent": self.service.user_agent.format(version=version),
            "product": self.service.product,
            self.service.version_header: version,
            **self.service.headers,
        }
        if token := details.get("token"):
            headers["Authorization"] = f"Bearer {token}"
        if account_id := details.get("account_id"):
            headers["account-id"] = account_id
        try:
            async with self._http.request(
                method,
                url,
                params=details.get("query"),
                headers=headers,
                json=details.get("body"),
                timeout=aiohttp.ClientTimeout(total=timeout),
                allow_redirects=False,
            ) as response:
                raw = await _limited_body(response, largest)
                if (date := _http_date(response.headers.get("Date"))) is not None:
                    self.clock_offset = date - time.time()
        except TimeoutError:
            raise NoAnswerError(f"no answer to {name} within {timeout:.0f} s") from None
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as err:
            raise NoAnswerError(f"no connection for {name}: {type(err).__name__}") from None
        _LOGGER.debug("%s %s: HTTP %s, %s bytes", self.service.name, name, response.status, len(raw))
        return response.status, response.headers, raw


async def _limited_body(response: aiohttp.ClientResponse, largest: int) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        raw += chunk
        if len(raw) > largest:
            raise InvalidAnswerError(f"the answer is larger than {largest} bytes")
    return bytes(raw)


def decode(raw: bytes) -> fields.Json | None:
    """The JSON object in a body, None when there is none."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def understand(
    http: int,
    headers: Mapping[str, str],
    raw: bytes,
    *,
    last_protocol: int | None = LIBRELINKUP.last_protocol,
) -> fields.Json:
    """The answer's JSON object, or the CloudError it means."""
    body = decode(raw)
    if (error := _failure(http, headers, body, raw, last_protocol)) is not None:
        raise error
    if body is None:
        raise InvalidAnswerError(f"HTTP {http} with a body of {len(raw)} bytes that is no JSON object")
    return body


def _failure(
    http: int,
    headers: Mapping[str, str],
    body: fields.Json | None,
    raw: bytes,
    last_protocol: int | None,
) -> CloudError | None:
    """The error that an answer means, None for a good one. The body speaks before the HTTP status."""
    answer = body or fields.EMPTY
    status = fields.whole(answer.get("status"))
    message = fields.text(answer.get("message")) or ""
    data = fields.mapping(answer.get("data"))
    wait = _retry_after(headers)
    if status == _VERSION_REFUSED:
        return _client_refused(fields.text(data.get("minimumVersion")), last_protocol)
    if message in _CLIENT_MESSAGES:
        return ClientRefusedError(f"HTTP {http}: {message}")
    if (rejected := _ticket_rejected(http, message)) is not None:
        return rejected
    if fields.text(data.get("message")) == "locked":
        lockout = fields.number(fields.mapping(data.get("data")).get("lockout"))
        return LockedError("the account is locked after failed sign-ins", retry_after=lockout or wait)
    if http == _BANNED or (http == HTTPStatus.FORBIDDEN and body is None):
        return BlockedError(f"HTTP {http}: turned away before reaching the cloud", retry_after=wait)
    if HTTPStatus.TOO_MANY_REQUESTS in (http, status) or http == _TOO_MANY_LOGINS:
        return RefusedError(f"HTTP {http}: asked to slow down", retry_after=wait)
    if status == _MAINTENANCE or http >= HTTPStatus.INTERNAL_SERVER_ERROR or http == _MAINTENANCE:
        return ServerTroubleError(f"HTTP {http}, status {status}: the cloud is in trouble", retry_after=wait)
    if HTTPStatus.MULTIPLE_CHOICES <= http < HTTPStatus.BAD_REQUEST:
        return RedirectRefusedError(f"HTTP {http}: a redirect that is not followed")
    if http >= HTTPStatus.BAD_REQUEST and status not in _UNDERSTOOD_BY_CALLERS:
        refused = InvalidAnswerError if body is None else RequestRefusedError
        return refused(f"HTTP {http} with a body of {len(raw)} bytes")
    return None


def _ticket_rejected(http: int, message: str) -> TicketRejectedError | None:
    if message in _TICKET_MESSAGES:
        return TicketRejectedError(f"HTTP {http}: the ticket is not accepted")
    if http == HTTPStatus.UNAUTHORIZED:
        return UnauthorizedError(f"HTTP {http}: the ticket is not accepted")
    return None


def _client_refused(minimum: str | None, last_protocol: int | None) -> ClientRefusedError:
    numbers = version_numbers(minimum or "")
    if numbers is None:
        return ClientRefusedError("the client version is refused, and no other is named")
    if last_protocol is not None and numbers[0] > last_protocol:
        return ProtocolEndedError(f"the cloud demands version {minimum}", minimum=minimum)
    return ClientRefusedError(f"the cloud demands version {minimum}", minimum=minimum)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as the Retry-After header says, given as a number or as a date."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    if (seconds := fields.number(value)) is not None:
        return max(0.0, seconds)
    until = _http_date(value)
    return None if until is None else max(0.0, until - time.time())


def _http_date(value: str | None) -> float | None:
    """A date of HTTP in seconds since 1970, None for what is none."""
    try:
        date = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or UTC).timestamp()
