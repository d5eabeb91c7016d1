"""Staying signed in to Abbott's cloud, at either of its services.

LibreLinkUp's tickets live 180 days, LibreView's about 2 h (skobkars/lvconnect #1), and every answer renews
them, so signing in is rare. What must outlive a restart (the ticket, the region learnt, how long to wait) is
one `SessionState`, handed to `save` at each change.

    session = Session(Transport(http, LIBREVIEW), credentials, SessionState(), save=store.save)
    answer = await session.get("/user", name="user")  # Signs in first where a ticket is missing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
import time

from . import fields
from .answers import parse_renewed_ticket
from .errors import (
    CloudError,
    InvalidAnswerError,
    NotSentError,
    RejectedBeforeError,
    TicketRejectedError,
)
from .request_budget import RequestBudget
from .service_client import ServiceClient
from .session_state import CodeTarget, Credentials, SessionState, Step
from .sign_in_guard import Attempt, SignInGuard
from .sign_in_protocol import SignInProtocol, to_step_error
from .transport import LONG_TIMEOUT, CloudClock, Request, Transport


class Session:
    """One account at one service: signs in where needed, and sends requests with the ticket."""

    def __init__(
        self,
        transport: Transport,
        credentials: Credentials,
        state: SessionState,
        save: Callable[[SessionState], None] = lambda _: None,
        *,
        guard: SignInGuard | None = None,
        flush: Callable[[], Awaitable[bool]] | None = None,
        budget: RequestBudget | None = None,
    ) -> None:
        """Continue from a remembered state; `save` is called with every new one.

        `guard` is that of the e-mail address, shared by all sessions that sign in with it. `flush` returns
        whether what was saved is on disk. `budget` counts all requests but those of signing in.
        """
        self.budget = budget or RequestBudget()
        self._credentials = credentials
        self._guard = guard or SignInGuard()
        self._flush = flush
        state = self._guard.learn(Attempt.of(credentials, transport.service, state.region), state)
        self._client = ServiceClient(transport, state, save)
        self._sign_in_protocol = SignInProtocol(self._client, credentials)

    @property
    def state(self) -> SessionState:
        """Return the state to remember."""
        return self._client.state

    @property
    def clock(self) -> CloudClock:
        """Return the cloud's clock, as far as it is known."""
        return self._client.transport.clock

    def clock_set_back(self, seconds: float) -> None:
        """Note that our clock was set back: until the next answer the cloud's is ahead as much."""
        self.clock.offset += seconds

    def describe(self) -> dict[str, object]:
        """Return what diagnostics tell of the session: nothing that identifies anybody."""
        state = self.state
        return {
            "region": state.region,
            "client_version": state.version,
            "has_ticket": state.ticket is not None,
            "has_trusted_device": state.trusted_device is not None,
            "password_rejected": state.rejected,
            "failed_sign_ins": state.failed_sign_ins,
        }

    def pause(self, seconds: float) -> None:
        """Send nothing for so long (a day at most), also across a restart and in dialogs."""
        self._client.pause(seconds)
        self._guard.pause(self._client.transport.service.key, seconds)

    def start_at(self, region: str) -> None:
        """Sign in at this region first."""
        self._client.set_state(replace(self.state, region=region))

    async def region_of_country(self, country: str) -> str:
        """Return the region of a country, as the cloud says it or else as our own table does."""
        return await self._client.find_region_by_country(country)

    # Signing in, one attempt at a time.

    async def sign_in(self) -> None:
        """Sign in with the credentials because a person wants it, where redirects lead.

        Raise CredentialsRejectedError, PasswordExpiredError, StepRequiredError, LockedError, SlowDownError
        and whatever a request can raise.
        """
        async with self._guard.lock:
            attempt = self._new_attempt(by_person=True)
            self._guard.check(attempt)
            await self._make(attempt, self._sign_in_protocol.send_credentials)

    async def accept(self, step: Step) -> None:
        """Accept the document of a step on behalf of the person, who has agreed to it.

        Raise StepRequiredError when another step follows (after the terms mostly the privacy policy).
        """
        async with self._guard.lock:
            attempt = self._new_attempt(by_person=True)
            await self._make(attempt, partial(self._sign_in_protocol.accept, step))

    async def send_code(self, step: Step, target: CodeTarget) -> Step:
        """Have Abbott send a code, and return the step with the ticket that the code has to come with.

        Raise TicketRejectedError when the step is too old, RequestRejectedError when no code is sent.
        """
        return await self._sign_in_protocol.request_code(step, target)

    async def verify(self, step: Step, target: CodeTarget, code: str) -> None:
        """Sign in with the code that was sent.

        Raise CodeRejectedError, TicketRejectedError when the step is too old, StepRequiredError when another
        step follows. How Abbott refuses a code is not public: what is no other known answer counts as that.
        """
        async with self._guard.lock:
            attempt = self._new_attempt(by_person=True)
            await self._make(attempt, partial(self._sign_in_protocol.enter_code, step, target, code))

    async def _ensure_ticket(self) -> bool:
        """Sign in where a ticket is missing, and return whether that was necessary.

        Raise RejectedBeforeError or SignInWaitError, with nothing sent, where the password was refused before
        or the last sign-in was less than five minutes ago.
        """
        if self._has_ticket():
            return False  # No need to wait for other sessions that sign in.
        async with self._guard.lock:
            if self._has_ticket():
                return False
            attempt = self._new_attempt(by_person=False)
            try:
                self._guard.check(attempt)
            except RejectedBeforeError:
                self._remember(attempt)  # It may have been another session's.
                raise
            await self._make(attempt, self._sign_in_protocol.send_credentials)
            return True

    async def _make(self, attempt: Attempt, send: Callable[[], Awaitable[None]]) -> None:
        """Make an attempt, which counts as failed, on disk too, until the answer says otherwise."""
        try:
            self._client.check_wait()
        except NotSentError as err:
            self._guard.pause(attempt.service, err.retry_after or 0)
            raise
        self._guard.begin(attempt)
        self._remember(attempt)
        try:
            if self._flush is not None and not await self._flush():
                self._guard.check_unnoted(attempt)
            await send()
        except CloudError as err:
            self._guard.fail(attempt, err)
            raise
        else:
            self._guard.succeed(attempt)
        finally:
            self._remember(attempt)

    def _new_attempt(self, *, by_person: bool) -> Attempt:
        service = self._client.transport.service
        return Attempt.of(self._credentials, service, self.state.region, by_person=by_person)

    def _remember(self, attempt: Attempt) -> None:
        self._client.set_state(self._guard.remember(attempt, self.state))

    # Requests with a ticket.

    async def get(self, path: str, *, name: str) -> fields.JsonMapping:
        """Return data, signing in where needed, and keep the renewed ticket.

        Raise TicketRejectedError when a fresh ticket is refused as well.
        """
        return await self._request_with_ticket("GET", path, name)

    async def post(self, path: str, body: fields.JsonMapping, *, name: str) -> fields.JsonMapping:
        """Send data as `get` asks for it, and return the answer."""
        return await self._request_with_ticket("POST", path, name, body)

    async def get_aside(self, path: str, *, name: str) -> fields.JsonMapping:
        """Return data that is nice to have: whatever comes of it, ticket, version and waits stay as they are.

        Raise NotSentError where there is no ticket.
        """
        if not self._has_ticket():
            raise NotSentError(f"there is no ticket for {name}")
        self._client.check_wait()
        self.budget.spend(time.time())
        answer = await self._client.request_aside(self._to_request("GET", path, name))
        data = fields.mapping(answer.get("data"))
        if data.get("step") or data.get("redirect"):
            raise InvalidAnswerError(f"the answer to {name} is none")
        return answer

    async def get_from(self, url: str, *, name: str) -> fields.JsonMapping:
        """Return data from a whole address, which an answer named.

        Raise UntrustedRedirectError for one that is not Abbott's, before anything is sent there.
        """
        request = Request(path=url, name=name, timeout=LONG_TIMEOUT, token=self._token)
        return await _at_other_host(self._client.request(request), name)

    async def page_from(self, url: str, *, name: str) -> bytes:
        """Return a page from a whole address, which an answer named; there the ticket is part of the address.

        Raise UntrustedRedirectError for one that is not Abbott's, before anything is sent there.
        """
        query = {"session": self._token or ""}
        request = Request(path=url, name=name, timeout=LONG_TIMEOUT, query=query)
        return await _at_other_host(self._client.page(request), name)

    def _has_ticket(self) -> bool:
        return self.state.ticket is not None and not self.state.ticket.is_expired()

    @property
    def _token(self) -> str | None:
        return self.state.ticket.token if self.state.ticket else None

    async def _request_with_ticket(
        self, method: str, path: str, name: str, body: fields.JsonMapping | None = None
    ) -> fields.JsonMapping:
        """Send a request, and once more with a fresh ticket where an older one is refused."""
        is_fresh = await self._ensure_ticket()
        try:
            return await self._request(method, path, name, body)
        except TicketRejectedError:
            if is_fresh:
                raise
        await self._ensure_ticket()
        return await self._request(method, path, name, body)

    async def _request(
        self, method: str, path: str, name: str, body: fields.JsonMapping | None
    ) -> fields.JsonMapping:
        """Send a request to the account's region, and keep what the answer says of ticket and region."""
        state = self.state
        self._client.check_wait()
        self.budget.spend(time.time())
        try:
            answer = await self._client.request(self._to_request(method, path, name, body))
        except TicketRejectedError:
            if self.state.ticket is state.ticket:
                self._client.set_state(replace(self.state, ticket=None))
            raise
        data = fields.mapping(answer.get("data"))
        if data.get("step"):
            raise to_step_error(data, state.region)
        if data.get("redirect"):
            region = await self._client.find_region_by_redirect(data)
            self._client.set_state(replace(self.state, region=region, ticket=None))
            raise TicketRejectedError("the account has moved to another region")
        if (ticket := parse_renewed_ticket(answer)) is not None:
            self._client.set_state(replace(self.state, ticket=ticket))
        return answer

    def _to_request(
        self, method: str, path: str, name: str, body: fields.JsonMapping | None = None
    ) -> Request:
        state = self.state
        return Request(
            method=method,
            region=state.region,
            path=path,
            name=name,
            token=self._token,
            account_id=state.account_id,
            body=body,
        )


async def _at_other_host[T](request: Awaitable[T], name: str) -> T:
    """Return what another of Abbott's hosts answers. Raise InvalidAnswerError where it refuses the ticket."""
    try:
        return await request
    except TicketRejectedError as err:
        # The cloud itself took this ticket a moment ago, so signing in again would not help.
        raise InvalidAnswerError(f"the ticket is not accepted for {name}") from err
