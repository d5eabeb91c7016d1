"""Faults: what can be answered instead of the truth.

A fault is a function of the request and of a way to get the true answer. Make one with the functions below
and hand it to `CloudDouble.fail_next` or `fail_always`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import gzip
import json
from typing import Any

from aiohttp import web

from . import refusals

type TrueAnswer = Callable[[], Awaitable[web.Response]]
type Fault = Callable[[web.Request, TrueAnswer], Awaitable[web.StreamResponse]]

_JSON = "application/json"
_HTML = "text/html"
_BLOCK = "<!DOCTYPE html><html><head><title>{}</title></head><body><h1>{}</h1></body></html>"


def status(
    code: int,
    body: Any = "",
    headers: Mapping[str, str] | None = None,
    content_type: str | None = None,
) -> Fault:
    """An HTTP status with a body: text as it is, anything else as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    kind = content_type or ("text/plain" if isinstance(body, str) else _JSON)

    async def fault(request: web.Request, truth: TrueAnswer) -> web.StreamResponse:
        return web.Response(status=code, text=text, headers=headers, content_type=kind)

    return fault


def answer(body: Any, code: int = 200) -> Fault:
    """Any JSON, with status 200."""
    return status(code, json.dumps(body), content_type=_JSON)


def refusal(reason: refusals.Refusal) -> Fault:
    """One of the cloud's own refusals, at a moment when it would not be given."""
    return answer(reason.body, reason.http_status)


def rate_limited(retry_after: str | int | None = None, code: int = 429) -> Fault:
    """HTTP 429, or 430 as it is seen on sign-in, with or without a Retry-After."""
    return status(code, headers=None if retry_after is None else {"Retry-After": str(retry_after)})


def locked() -> Fault:
    """The lock after three wrong passwords."""
    return refusal(refusals.locked())


def cloudflare_block() -> Fault:
    """HTTP 403 with a page instead of JSON."""
    title = "Attention Required! | Cloudflare"
    return status(403, _BLOCK.format(title, title), {"Server": "cloudflare"}, _HTML)


def cloudflare_ban(retry_after: int | None = 65620) -> Fault:
    """HTTP 476: this address is banned for a long time."""
    headers = {"Server": "cloudflare"} | ({} if retry_after is None else {"Retry-After": str(retry_after)})
    return status(476, _BLOCK.format("Blocked", "Blocked"), headers, _HTML)


def maintenance(code: int = 200) -> Fault:
    """Status 911."""
    return answer(refusals.wrong_server().body, code)


def version_refused(minimum: str | None) -> Fault:
    """HTTP 403 with status 920, naming a version or none."""
    return refusal(refusals.version_too_old(minimum))


def ticket_invalid() -> Fault:
    """HTTP 401."""
    return refusal(refusals.ticket_invalid())


def missing_cached_user(code: int = 401) -> Fault:
    """The ticket is fine but the server has lost the user."""
    return refusal(refusals.missing_cached_user(code))


def redirect(region: str) -> Fault:
    """The cloud's own redirect, to any word instead of a region, such as `evil.example/`."""
    return refusal(refusals.redirect(region))


def redirect_loop(first: str = "eu", second: str = "us") -> Fault:
    """Each of two regions sends to the other, and all others to the first."""

    async def fault(request: web.Request, truth: TrueAnswer) -> web.StreamResponse:
        here = request.path.strip("/").partition("/")[0]
        return await redirect(second if here == first else first)(request, truth)

    return fault


def http_redirect(location: str, code: int = 302) -> Fault:
    """An HTTP redirect, to any address."""
    return status(code, headers={"Location": location})


def truncated() -> Fault:
    """The first half of the true answer, as if it were whole."""

    async def fault(request: web.Request, truth: TrueAnswer) -> web.StreamResponse:
        true = await truth()
        assert isinstance(true.body, bytes)
        return web.Response(body=true.body[: len(true.body) // 2], content_type=true.content_type)

    return fault


def html() -> Fault:
    """HTTP 200 with a page instead of JSON."""
    return status(200, _BLOCK.format("We will be back soon", "We will be back soon"), content_type=_HTML)


def empty() -> Fault:
    """HTTP 200 and nothing."""
    return status(200, content_type=_JSON)


def huge(size: int = 20_000_000, *, compressed: bool = False) -> Fault:
    """Valid JSON of that many bytes, in pieces; compressed, it is huge only when unpacked."""
    head, tail = b'{"status":0,"data":[],"padding":"', b'"}'
    padding = size - len(head) - len(tail)

    async def fault(request: web.Request, truth: TrueAnswer) -> web.StreamResponse:
        if compressed:
            packed = gzip.compress(head + b" " * padding + tail)
            return web.Response(body=packed, headers={"Content-Encoding": "gzip"}, content_type=_JSON)
        response = web.StreamResponse(headers={"Content-Type": _JSON})
        await response.prepare(request)
        try:
            await response.write(head)
            for sent in range(0, padding, 65536):
                await response.write(b" " * min(65536, padding - sent))
            await response.write(tail)
        except ConnectionError:
            pass  # A careful client hangs up before the end.
        return response

    return fault


def slow(until: asyncio.Event | None = None) -> Fault:
    """The true answer once `until` is set (None: never; the client gives up, or the double stops)."""
    event = asyncio.Event() if until is None else until

    async def fault(request: web.Request, truth: TrueAnswer) -> web.StreamResponse:
        await event.wait()
        return await truth()

    return fault


def dropped(*, after: int | None = None) -> Fault:
    """The connection breaks: at once, or after so many bytes of the true answer.

    aiohttp's client by itself asks a second time when a kept connection breaks at once: plan for it.
    """

    async def fault(request: web.Request, truth: TrueAnswer) -> web.StreamResponse:
        assert request.transport is not None
        if after is None:
            request.transport.abort()
            return web.Response()
        true = await truth()
        whole = true.body
        assert isinstance(whole, bytes)
        response = web.StreamResponse(headers={"Content-Type": true.content_type})
        response.content_length = len(whole)
        await response.prepare(request)
        await response.write(whole[:after])
        request.transport.close()
        return response

    return fault
