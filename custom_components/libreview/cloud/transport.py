"""Sending one request to Abbott's cloud: headers, limits on time and size, the shapes of the answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
import logging
import math
import time
from typing import Final

import aiohttp

from . import fields, regions
from .answer_errors import check_answer, decode_object, parse_http_date
from .answer_shapes import AnswerShapes
from .errors import InvalidAnswerError, UnreachableError
from .services import LIBRELINKUP, Service

_LOGGER: Final = logging.getLogger(__name__)

REQUEST_TIMEOUT: Final = 10.0
"""Seconds for most requests."""
LONG_TIMEOUT: Final = 60.0
"""Seconds for signing in and for reports: LibreView can take long."""
LARGEST_BODY: Final = 1024 * 1024
"""Bytes. 500 connections take 700 KB, a graph and two weeks of logbook less. All else waits meanwhile."""
LARGEST_PAGE: Final = 8 * 1024 * 1024
"""Bytes. A report of 90 days holds some 26,000 readings, which take 2 MB, and whatever else it draws."""

CONFIGURATION: Final = "configuration"
"""The name of the request for the public configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request: where it goes, and what it carries."""

    name: str
    """Stands for the path in the log, since paths hold the ids of persons."""
    method: str = "GET"
    region: str | None = None
    """At whose host `path` is; None for a whole address, which an answer named."""
    path: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    account_id: str | None = field(default=None, repr=False)
    query: Mapping[str, str] | None = field(default=None, repr=False)
    body: fields.JsonMapping | None = field(default=None, repr=False)
    timeout: float = REQUEST_TIMEOUT
    """Seconds for the whole answer, the name look-up included."""

    @property
    def url(self) -> str:
        """Return the whole address. Raise KeyError for a region that is none of Abbott's."""
        return self.path if self.region is None else regions.address(self.region) + self.path

    @property
    def label(self) -> str:
        """Return the name for log lines and errors, with the region."""
        return self.name if self.region is None else f"{self.name} at {self.region}"


@dataclass(slots=True)
class CloudClock:
    """The cloud's clock, as far as it is known."""

    offset: float = 0.0
    """By how many seconds it was ahead of ours at the last answer."""
    told_at: float = -math.inf
    """When that was, by the monotonic clock."""


class Transport:
    """Sends requests to one service, in whichever region."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        service: Service = LIBRELINKUP,
        *,
        shapes: AnswerShapes | None = None,
        clock: CloudClock | None = None,
    ) -> None:
        """Speak to this service through the given HTTP session, which verifies TLS.

        `shapes` keeps the shapes of the answers, and `clock` the time that they tell.
        """
        self._http = http
        self.service = service
        self.shapes = shapes or AnswerShapes()
        self.clock = clock or CloudClock()

    async def request(self, request: Request, version: str) -> fields.JsonMapping:
        """Send a request as this client version and return the answer's JSON object.

        Raise a CloudError for every failure; the statuses 0, 2 and 4 in an answer are left to the caller.
        """
        http, headers, raw = await self._send(
            request, version, accept="application/json", largest=LARGEST_BODY
        )
        body = decode_object(raw)
        self._note(request, http, body)
        return check_answer(http, headers, body, raw, last_protocol=self.service.last_protocol)

    async def page(self, request: Request, version: str) -> bytes:
        """Return a page of HTML. Raise a CloudError for every failure."""
        http, headers, raw = await self._send(request, version, accept="text/html", largest=LARGEST_PAGE)
        is_page = http == HTTPStatus.OK and raw.lstrip()[:1] not in {b"{", b"["}
        body = None if is_page else decode_object(raw)
        self._note(request, http, body)
        if not is_page:
            check_answer(http, headers, body, raw, last_protocol=self.service.last_protocol)
            raise InvalidAnswerError(f"HTTP {http} with a body of {len(raw)} bytes that is no page")
        return raw

    def _note(self, request: Request, http: int, body: fields.JsonMapping | None) -> None:
        """Keep the shape of an answer, but for the public configuration, which is the same for everybody."""
        if request.name != CONFIGURATION:
            self.shapes.note(f"{self.service.name} {request.name}", http, body)

    async def _send(
        self, request: Request, version: str, *, accept: str, largest: int
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return the HTTP status, the headers and the body of an answer of at most `largest` bytes."""
        headers = {
            "Accept": accept,
            "Cache-Control": "no-cache",
            "User-Agent": self.service.user_agent.format(version=version),
            "product": self.service.product,
            self.service.version_header: version,
            **self.service.headers,
        }
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        if request.account_id:
            headers["account-id"] = request.account_id
        url, label = request.url, request.label
        try:
            async with self._http.request(
                request.method,
                url,
                params=request.query,
                headers=headers,
                json=request.body,
                timeout=aiohttp.ClientTimeout(total=request.timeout),
                allow_redirects=False,
            ) as response:
                raw = await read_body(response, largest)
                date = parse_http_date(response.headers.get("Date"))
                if date is not None and _is_fresh(request, response.headers):
                    self.clock.offset = date - time.time()
                    self.clock.told_at = time.monotonic()
        except TimeoutError:
            raise UnreachableError(f"no answer to {label} within {request.timeout:.0f} s") from None
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as err:
            raise UnreachableError(f"no connection for {label}: {type(err).__name__}") from None
        except AssertionError, RuntimeError:
            # What aiohttp raises once its session is closed, as it is when Home Assistant ends: nobody waits.
            if not self._http.closed:
                raise
            raise asyncio.CancelledError from None
        _LOGGER.debug("%s %s: HTTP %s, %s bytes", self.service.name, label, response.status, len(raw))
        return response.status, response.headers, raw


def _is_fresh(request: Request, headers: Mapping[str, str]) -> bool:
    """Return whether an answer was made for this request: a copy out of a cache bears an old date.

    Nobody may keep copies of what is answered to a ticket or to a body; who does all the same says so by
    `Age`.
    """
    return (request.token is not None or request.body is not None) and "Age" not in headers


async def read_body(response: aiohttp.ClientResponse, largest: int) -> bytes:
    """Return the body. Raise InvalidAnswerError beyond `largest` bytes."""
    raw = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        raw += chunk
        if len(raw) > largest:
            raise InvalidAnswerError(f"the answer is larger than {largest} bytes")
    return bytes(raw)
