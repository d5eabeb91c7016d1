"""The base of all views of the read API, and their turns."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.http import HomeAssistantView

from .answers import Answer, RefusedError, not_ready, to_response

_AT_ONCE: Final = 2
"""Answers in the making. More would only wait for the one file, and keep others of Home Assistant waiting."""
_LONGEST_WAIT: Final = 5.0
"""Seconds for which a request waits for its turn."""

type Responding = Callable[..., Awaitable[Answer]]
"""Called with a request and the parts of its address that vary. Raises RefusedError or HomeAssistantError."""


class Turns:
    """The turns of requests."""

    def __init__(self) -> None:
        """Begin with nobody in line."""
        self._free = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def async_turn(self) -> AsyncIterator[None]:
        """Wait for a turn. Raises RefusedError where that takes too long."""
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                await self._free.acquire()
        except TimeoutError:
            raise not_ready() from None
        try:
            yield
        finally:
            self._free.release()


class ReadView(HomeAssistantView):
    """A view that can only be read. Who may do that is decided by what responds."""

    requires_auth = False
    """Home Assistant would take a reader's key for a wrong password."""

    def __init__(self, name: str, urls: Sequence[str], respond: Responding) -> None:
        """Prepare the view of these addresses."""
        self.name = name
        self.url, *self.extra_urls = urls
        self._respond = respond

    async def get(self, request: web.Request, **variable: str) -> web.Response:
        """Answer a request."""
        try:
            return to_response(request, await self._respond(request, **variable))
        except RefusedError as refused:
            return refused.to_response()
        except HomeAssistantError:  # The history cannot be read, which has an issue of its own.
            return not_ready().to_response()
