"""Requests of one account to one service, with the waits that the cloud asks for, and its region."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from . import fields, regions
from .errors import (
    ClientOutdatedError,
    CloudError,
    NotSentError,
    ProtocolEndedError,
    RateLimitedError,
    UntrustedRedirectError,
)
from .services import is_newer
from .session_state import SessionState
from .transport import CONFIGURATION, Request, Transport
from .wait import Wait


class ServiceClient:
    """Sends requests unless told to wait, as the version that the cloud wants, and saves every new state."""

    def __init__(
        self, transport: Transport, state: SessionState, save: Callable[[SessionState], None]
    ) -> None:
        """Continue from a remembered state; `save` is called with every new one."""
        self.transport = transport
        self.state = replace(state, version=state.version or transport.service.version)
        self._save = save
        self._wait = Wait.until(state.wait_until, state.wait_began)

    def set_state(self, state: SessionState) -> None:
        """Go on in this state, and have it saved."""
        self.state = state
        self._save(state)

    def pause(self, seconds: float) -> None:
        """Send nothing for so long (a day at most), also across a restart."""
        self._wait = Wait.begin(seconds)
        began = self._wait.begun
        self.set_state(replace(self.state, wait_until=began + self._wait.seconds, wait_began=began))

    def check_wait(self) -> None:
        """Raise NotSentError while we are told to wait."""
        if (seconds := self._wait.remaining()) > 0:
            raise NotSentError("the cloud asked us to wait", retry_after=seconds)

    async def request(self, request: Request) -> fields.JsonMapping:
        """Return the answer to a request. Raise CloudError."""
        return await self._send(self.transport.request, request)

    async def request_aside(self, request: Request) -> fields.JsonMapping:
        """Return the answer to a request whose failure changes nothing for others. Raise CloudError."""
        self._check(request)
        return await self.transport.request(request, self.state.version)

    async def page(self, request: Request) -> bytes:
        """Return a page of HTML. Raise CloudError."""
        return await self._send(self.transport.page, request)

    async def _send[T](self, send: Callable[[Request, str], Awaitable[T]], request: Request) -> T:
        """Send a request, unless we were told to wait; once more when the cloud names another version.

        Raise UntrustedRedirectError for an address that an answer named and that is not Abbott's.
        """
        self._check(request)
        version = self.state.version
        try:
            try:
                return await send(request, version)
            except ProtocolEndedError:
                raise
            except ClientOutdatedError as err:
                if err.minimum is None or not is_newer(err.minimum, version):
                    raise
                self.set_state(replace(self.state, version=err.minimum))
                return await send(request, err.minimum)
        except RateLimitedError as err:
            if err.retry_after:
                self.pause(err.retry_after)
            raise

    def _check(self, request: Request) -> None:
        """Raise UntrustedRedirectError or NotSentError where a request may not be sent."""
        if request.region is None and not regions.is_ours(request.path):
            raise UntrustedRedirectError("the cloud names an address that is not Abbott's")
        self.check_wait()

    async def find_region_by_country(self, country: str) -> str:
        """Return the region of a country, as the cloud says it or else as our own table does."""
        if country in regions.UNREDIRECTED:
            return regions.UNREDIRECTED[country]
        configuration = await self._country_configuration(country)
        named = fields.text(configuration.get("lslApi"))
        return (named and regions.find_region_by_address(named)) or regions.find_region_by_country(country)

    async def find_region_by_redirect(self, data: fields.JsonMapping) -> str:
        """Return the region that an answer redirects to, if our table or the cloud's own list holds it.

        Raise UntrustedRedirectError for any other.
        """
        region = (fields.text(data.get("region")) or "").lower()
        if regions.is_known(region):
            return region
        if regions.is_region_code(region):
            configuration = await self._country_configuration("US")
            if region in fields.mapping(configuration.get("regionalMap")):
                return region
        raise UntrustedRedirectError("the cloud redirects to a region that is not Abbott's")

    async def _country_configuration(self, country: str) -> fields.JsonMapping:
        """Return the cloud's public configuration, empty when it does not answer."""
        path = f"/llu/config/country?country={country}"
        try:
            answer = await self.request(Request(region=regions.GLOBAL, path=path, name=CONFIGURATION))
        except CloudError:
            return fields.EMPTY
        return fields.mapping(answer.get("data"))
