"""One account's line to one service: what every request of it shares, whatever it is for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
import time
from typing import TYPE_CHECKING, Final, Unpack

from . import fields, regions
from .errors import ClientRefusedError, ProtocolEndedError, RedirectRefusedError, RefusedError, WaitError
from .services import is_newer
from .state import Ticket

if TYPE_CHECKING:
    from .state import SessionState
    from .transport import RequestDetails, Transport

LONGEST_WAIT: Final = 24 * 3600.0
"""Seconds. A ban of 65620 s has been seen; whatever is longer than a day is tried again after a day."""


class Line:
    """Asks unless told to wait, in the version that the cloud wants, and has every new state kept."""

    def __init__(
        self, transport: Transport, state: SessionState, keep: Callable[[SessionState], None]
    ) -> None:
        """Continue from a remembered state; `keep` is called with every new one."""
        self.transport = transport
        self.state = replace(state, version=state.version or transport.service.version)
        self._keep = keep

    def become(self, state: SessionState) -> None:
        """Go on in this state."""
        self.state = state
        self._keep(state)

    def pause(self, seconds: float) -> None:
        """Ask nothing for so long, also across a restart."""
        self.become(replace(self.state, wait_until=time.time() + min(seconds, LONGEST_WAIT)))

    async def request(
        self, method: str, region: str, path: str, **details: Unpack[RequestDetails]
    ) -> fields.Json:
        """Ask a region. Raises CloudError."""
        return await self._carefully(partial(self.transport.request, method, region, path), **details)

    async def get_from(self, url: str, **details: Unpack[RequestDetails]) -> fields.Json:
        """Ask at an address that an answer named. Raises CloudError."""
        return await self._carefully(partial(self.transport.request_at, "GET", _checked(url)), **details)

    async def page_from(self, url: str, **details: Unpack[RequestDetails]) -> bytes:
        """Fetch a page from an address that an answer named. Raises CloudError."""
        return await self._carefully(partial(self.transport.page, _checked(url)), **details)

    async def _carefully[T](self, ask: Callable[..., Awaitable[T]], **details: Unpack[RequestDetails]) -> T:
        """One request, unless we were told to wait; once more when the cloud names another version."""
        if (wait := seconds_until(self.state.wait_until)) > 0:
            raise WaitError("the cloud asked us to wait", retry_after=wait)
        version = self.state.version
        try:
            try:
                return await ask(version=version, **details)
            except ProtocolEndedError:
                raise
            except ClientRefusedError as err:
                if err.minimum is None or not is_newer(err.minimum, version):
                    raise
                self.become(replace(self.state, version=err.minimum))
                return await ask(version=err.minimum, **details)
        except RefusedError as err:
            if err.retry_after:
                self.pause(err.retry_after)
            raise


def renewed_ticket(answer: fields.Json) -> Ticket | None:
    """The new ticket in an answer: at its top, or beside the user (FokkeZB/libreview-unofficial)."""
    data = fields.mapping(answer.get("data"))
    places = (answer.get("ticket"), data.get("authTicket"), data.get("ticket"))
    return next(filter(None, map(Ticket.parse, places)), None)


def seconds_until(instant: float) -> float:
    """How long to wait for an instant. One further off than we ever wait was noted by a wrong clock."""
    seconds = instant - time.time()
    return seconds if seconds <= LONGEST_WAIT else 0


def _checked(url: str) -> str:
    """The address, if it is one of Abbott's."""
    if not regions.is_ours(url):
        raise RedirectRefusedError("the cloud names an address that is not Abbott's")
    return url
