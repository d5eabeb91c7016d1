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
    ServerTroubleError,
    TicketRejectedError,
)
from .versions import version_numbers

_LOGGER: Final = logging.getLogger(__name__)

REQUEST_TIMEOUT: Final = 10.0
SIGN_IN_TIMEOUT: Final = 60.0
LARGEST_BODY: Final = 8 * 1024 * 1024
"""Bytes. 500 connections take under 1 MB and two weeks of logbook less."""

_PRODUCT: Final = "llu.android"
# Some of Cloudflare's rules turn unknown clients away (nightscout-librelink-up #128, #129).
_USER_AGENT: Final = "Mozilla/5.0 (Linux; Android 14) LibreLinkUp/{version}"
_PROTOCOL_5: Final = 5
_MAINTENANCE: Final = 911
_VERSION_REFUSED: Final = 920
_TOO_MANY_LOGINS: Final = 430
_BANNED: Final = 476
_CLIENT_MESSAGES: Final = ("RequiredHeaderMissing", "ProductMismatch")
_TICKET_MESSAGES: Final = ("invalid or expired jwt", "MissingCachedUser")


class RequestDetails(TypedDict, total=False):
    """What a request carries besides method, region and path."""

    name: Required[str]
    """Stands for the path in the log, since paths hold the ids of persons."""
    token: str | None
    account_id: str | None
    body: Mapping[str, object]
    timeout: float
    """Seconds for the whole answer, the name look-up included."""


class Transport:
    """Sends requests to one region after another and gives back the JSON object of the answer."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        """Use the given HTTP session, which verifies TLS."""
        self._http = http
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
        name, timeout = details["name"], details.get("timeout", REQUEST_TIMEOUT)
        headers = {
            "Accept": "application/json",
            "Cache-Control": "no-cache",
            "User-Agent": _USER_AGENT.format(version=version),
            "product": _PRODUCT,
            "version": version,
        }
        if token := details.get("token"):
            headers["Authorization"] = f"Bearer {token}"
        if account_id := details.get("account_id"):
            headers["account-id"] = account_id
        try:
            async with self._http.request(
                method,
                regions.address(region) + path,
                headers=headers,
                json=details.get("body"),
                timeout=aiohttp.ClientTimeout(total=timeout),
                allow_redirects=False,
            ) as response:
                raw = await _limited_body(response)
                if (date := _http_date(response.headers.get("Date"))) is not None:
                    self.clock_offset = date - time.time()
        except TimeoutError:
            raise NoAnswerError(f"no answer to {name} within {timeout:.0f} s") from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as err:
            raise NoAnswerError(f"no connection for {name}: {type(err).__name__}") from None
        _LOGGER.debug("%s at %s: HTTP %s, %s bytes", name, region, response.status, len(raw))
        return understand(response.status, response.headers, raw)


async def _limited_body(response: aiohttp.ClientResponse) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        raw += chunk
        if len(raw) > LARGEST_BODY:
            raise InvalidAnswerError(f"the answer is larger than {LARGEST_BODY} bytes")
    return bytes(raw)


def decode(raw: bytes) -> fields.Json | None:
    """The JSON object in a body, None when there is none."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def understand(http: int, headers: Mapping[str, str], raw: bytes) -> fields.Json:
    """The answer's JSON object, or the CloudError it means."""
    body = decode(raw)
    if (error := _failure(http, headers, body, raw)) is not None:
        raise error
    if body is None:
        raise InvalidAnswerError(f"HTTP {http} with a body of {len(raw)} bytes that is no JSON object")
    return body


def _failure(
    http: int, headers: Mapping[str, str], body: fields.Json | None, raw: bytes
) -> CloudError | None:
    """The error that an answer means, None for a good one. The body speaks before the HTTP status."""
    answer = body or fields.EMPTY
    status = fields.whole(answer.get("status"))
    message = fields.text(answer.get("message")) or ""
    data = fields.mapping(answer.get("data"))
    wait = _retry_after(headers)
    if status == _VERSION_REFUSED:
        return _client_refused(fields.text(data.get("minimumVersion")))
    if message in _CLIENT_MESSAGES:
        return ClientRefusedError(f"HTTP {http}: {message}")
    if message in _TICKET_MESSAGES or http == HTTPStatus.UNAUTHORIZED:
        return TicketRejectedError(f"HTTP {http}: the ticket is not accepted")
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
    if http >= HTTPStatus.BAD_REQUEST:
        return InvalidAnswerError(f"HTTP {http} with a body of {len(raw)} bytes")
    return None


def _client_refused(minimum: str | None) -> ClientRefusedError:
    numbers = version_numbers(minimum or "")
    if numbers is None:
        return ClientRefusedError("the client version is refused, and no other is named")
    if numbers[0] >= _PROTOCOL_5:
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
