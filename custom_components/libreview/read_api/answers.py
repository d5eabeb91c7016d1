"""The answers to requests: JSON that nobody may keep, and refusals, which are returned and never raised.

Home Assistant takes a refusal that is raised for a wrong password: it logs the address with the key in it,
notifies the family, and shuts out whoever shares the address.
"""

from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from aiohttp import hdrs, web
from homeassistant.const import CONTENT_TYPE_JSON
from homeassistant.helpers.json import json_bytes

HEADERS: Final = {hdrs.CACHE_CONTROL: "no-store", "Referrer-Policy": "no-referrer"}
_SMALLEST_COMPRESSED: Final = 1024
"""Bytes. Less fits into one packet as it is."""
_EXECUTOR_COMPRESSES: Final = 32768
"""Bytes. More is compressed outside of the event loop."""

_MESSAGES: Final = {
    HTTPStatus.BAD_REQUEST: "Bad request",
    HTTPStatus.UNAUTHORIZED: "Unauthorized",
    HTTPStatus.NOT_FOUND: "Not found",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not ready",
}
NOT_READY_FOR: Final = 30
"""Seconds after which to ask again while an account is not loaded."""


class RefusedError(Exception):
    """A request that is not answered with data."""

    def __init__(
        self,
        status: HTTPStatus,
        description: str = "",
        *,
        retry_after: int = 0,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Give the reason: the status, a sentence, the seconds after which to ask again, more headers."""
        super().__init__(status)
        self.status = status
        self.description = description
        self.headers = dict(headers)
        if retry_after:
            self.headers[hdrs.RETRY_AFTER] = str(retry_after)

    def to_response(self) -> web.Response:
        """Return the refusal in Nightscout's shape."""
        body: dict[str, Any] = {"status": int(self.status), "message": _MESSAGES[self.status]}
        if self.description:
            body["description"] = self.description
        return web.Response(
            body=json_bytes(body),
            status=self.status,
            content_type=CONTENT_TYPE_JSON,
            headers={**HEADERS, **self.headers},
        )


def unauthorized(headers: Mapping[str, str] = MappingProxyType({})) -> RefusedError:
    """Return the refusal of a request without a key, with a wrong one, or from the wrong place."""
    return RefusedError(HTTPStatus.UNAUTHORIZED, "Invalid/Missing", headers=headers)


def not_ready() -> RefusedError:
    """Return the refusal of a request that may be answered in a moment."""
    return RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, retry_after=NOT_READY_FOR)


class Answer(NamedTuple):
    """An answer as JSON, its entity tag, and headers of its own."""

    body: bytes
    etag: str
    headers: Mapping[str, str] = MappingProxyType({})


def to_answer(
    content: Any, headers: Mapping[str, str] = MappingProxyType({}), tag: str | None = None
) -> Answer:
    """Return content as an answer, with that tag or its own. A long one is to be made in the executor."""
    body = json_bytes(content)
    return Answer(body, tag or f'"{sha256(body).hexdigest()[:32]}"', headers)


def to_tag(*parts: Any) -> str:
    """Return the entity tag of what is made of these parts, and of nothing else."""
    return f'"{sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]}"'


def known_tags(request: web.Request) -> frozenset[str]:
    """Return the entity tags of the answers that a reader has already."""
    known = request.headers.get(hdrs.IF_NONE_MATCH, "")
    return frozenset(tag.strip().removeprefix("W/") for tag in known.split(","))


def to_response(request: web.Request, answer: Answer) -> web.Response:
    """Return the response with an answer, or 304 where the reader has that one already."""
    body, etag, headers = answer
    all_headers = {**HEADERS, hdrs.ETAG: etag, **headers}
    if etag in known_tags(request):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=all_headers)
    response = web.Response(
        body=body,
        content_type=CONTENT_TYPE_JSON,
        headers=all_headers,
        zlib_executor_size=_EXECUTOR_COMPRESSES,
    )
    if len(body) > _SMALLEST_COMPRESSED:
        response.enable_compression()
    return response
