"""Staying signed in to Abbott's cloud, at either of its services.

LibreLinkUp's tickets live 180 days, LibreView's about 2 h (skobkars/lvconnect #1), and every answer renews
them, so signing in is rare. What must outlive a restart (the ticket, the region learnt, how long to wait) is
one `SessionState`, handed to its keeper at each change.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
import hashlib
import time
from typing import TYPE_CHECKING, Final, Unpack

from . import fields, region_finder
from .errors import (
    CloudError,
    CredentialsRejectedError,
    InvalidAnswerError,
    NoAnswerError,
    RejectedBeforeError,
    SignInWaitError,
    TicketRejectedError,
    WaitError,
)
from .line import LONGEST_WAIT, Line, renewed_ticket, seconds_until
from .shared_login import SHORTEST_SIGN_IN_INTERVAL, SharedLogin
from .signing_in import SigningIn, step_error
from .transport import LONG_TIMEOUT

if TYPE_CHECKING:
    from .state import CodeTarget, Credentials, SessionState, Step
    from .transport import RequestDetails, Transport

LONGEST_SIGN_IN_INTERVAL: Final = 3600.0


class Session:
    """One account at one service."""

    def __init__(
        self,
        transport: Transport,
        credentials: Credentials,
        state: SessionState,
        keep: Callable[[SessionState], None] = lambda _: None,
        shared: SharedLogin | None = None,
    ) -> None:
        """Continue from a remembered state; `keep` is called with every new one.

        `shared` is what other sessions with the same credentials have a part in.
        """
        self._line = Line(transport, state, keep)
        self._steps = SigningIn(self._line, credentials)
        self._shared = shared or SharedLogin()
        self._shared.learn(state)

    @property
    def state(self) -> SessionState:
        """What to remember."""
        return self._line.state

    @property
    def clock_offset(self) -> float:
        """By how many seconds the cloud's clock is ahead of ours."""
        return self._line.transport.clock_offset

    def pause(self, seconds: float) -> None:
        """Ask nothing for so long, also across a restart."""
        self._line.pause(seconds)

    def start_at(self, region: str) -> None:
        """Sign in at this region first."""
        self._line.become(replace(self.state, region=region))

    async def region_of_country(self, country: str) -> str:
        """The region of a country, as the cloud says it or else as our own table does."""
        return await region_finder.by_country(self._line, country)

    # Signing in, each way one at a time.

    async def sign_in(self) -> None:
        """Sign in with the credentials, following redirects to the account's region.

        Raises CredentialsRejectedError, PasswordExpiredError, StepRequiredError, LockedError and whatever
        a request can raise.
        """
        async with self._shared.turn:
            await self._attempt(self._steps.send_credentials())

    async def accept(self, step: Step) -> None:
        """Take a step on the person's behalf, who has said yes to it: accept a document.

        Raises StepRequiredError when another step follows (after the terms mostly the privacy policy).
        """
        async with self._shared.turn:
            await self._attempt(self._steps.accept(step))

    async def send_code(self, step: Step, target: CodeTarget) -> Step:
        """Have Abbott send a code; gives the step with the ticket that the code has to come with.

        Raises TicketRejectedError when the step is too old, RequestRefusedError when no code is sent.
        """
        return await self._steps.request_code(step, target)

    async def verify(self, step: Step, target: CodeTarget, code: str) -> None:
        """Sign in with the code that was sent.

        Raises CodeRejectedError, TicketRejectedError when the step is too old, StepRequiredError when another
        step follows. How Abbott refuses a code is not public: what is no other known answer counts as that.
        """
        async with self._shared.turn:
            await self._attempt(self._steps.enter_code(step, target, code))

    async def _ensure_ticket(self) -> bool:
        """Sign in where a ticket is missing, no more often than every five minutes and never in vain.

        Says whether it did.
        """
        if self._has_ticket():
            return False  # No need to wait for others who sign in.
        async with self._shared.turn:
            if self._has_ticket():
                return False
            if self.state.rejected:
                raise RejectedBeforeError("this password was refused before and is not sent again")
            if (wait := seconds_until(self.state.sign_in_after)) > 0:
                raise SignInWaitError("the next sign-in has to wait", retry_after=wait)
            self._shared.check()
            await self._attempt(self._steps.send_credentials())
            return True

    async def _attempt(self, signing_in: Awaitable[None]) -> None:
        """Do one sign-in; where it fails, note when the next one may follow."""
        try:
            await signing_in
        except WaitError:
            raise  # Nothing was sent.
        except CloudError as err:
            self._shared.signed_in(err)
            # Where nothing answers nobody is bothered by our trying: the shortest interval will do.
            failed = self.state.failed_sign_ins + (not isinstance(err, NoAnswerError))
            pause = min(
                SHORTEST_SIGN_IN_INTERVAL * 2 ** min(max(failed - 1, 0), 10),
                LONGEST_SIGN_IN_INTERVAL,
            )
            self._line.become(
                replace(
                    self.state,
                    rejected=self.state.rejected or isinstance(err, CredentialsRejectedError),
                    failed_sign_ins=failed,
                    sign_in_after=time.time() + max(pause, min(err.retry_after or 0, LONGEST_WAIT)),
                )
            )
            raise
        self._shared.signed_in()

    # Asking, with a ticket.

    async def get(self, path: str, *, name: str) -> fields.Json:
        """Ask for data, signing in where needed, and keep the renewed ticket.

        Raises TicketRejectedError when a fresh ticket is refused as well.
        """
        return await self._with_ticket(lambda: self._ask("GET", path, name=name))

    async def post(self, path: str, body: fields.Json, *, name: str) -> fields.Json:
        """The same for a request that carries something."""
        return await self._with_ticket(lambda: self._ask("POST", path, name=name, body=body))

    async def get_from(self, url: str, *, name: str) -> fields.Json:
        """Ask at an address that an answer named.

        Raises RedirectRefusedError for one that is not Abbott's, before anything is sent there.
        """
        asking = self._line.get_from(url, name=name, timeout=LONG_TIMEOUT, token=self._token)
        return await _beside_the_cloud(asking, name)

    async def page_from(self, url: str, *, name: str) -> bytes:
        """Fetch a page from an address that an answer named; there the ticket is part of the address."""
        query = {"session": self._token or ""}
        return await _beside_the_cloud(
            self._line.page_from(url, name=name, timeout=LONG_TIMEOUT, query=query), name
        )

    def _has_ticket(self) -> bool:
        return self.state.ticket is not None and not self.state.ticket.is_expired()

    @property
    def _token(self) -> str | None:
        return self.state.ticket.token if self.state.ticket else None

    async def _with_ticket(self, ask: Callable[[], Awaitable[fields.Json]]) -> fields.Json:
        is_fresh = await self._ensure_ticket()
        try:
            return await ask()
        except TicketRejectedError:
            if is_fresh:
                raise
        await self._ensure_ticket()
        return await ask()

    async def _ask(self, method: str, path: str, **details: Unpack[RequestDetails]) -> fields.Json:
        state = self.state
        details |= {"token": self._token, "account_id": _account_id(state.user_id)}
        try:
            answer = await self._line.request(method, state.region, path, **details)
        except TicketRejectedError:
            if self.state.ticket is state.ticket:
                self._line.become(replace(self.state, ticket=None))
            raise
        data = fields.mapping(answer.get("data"))
        if data.get("step"):
            raise step_error(data, state.region)
        if data.get("redirect"):
            region = await region_finder.by_redirect(self._line, data)
            self._line.become(replace(self.state, region=region, ticket=None))
            raise TicketRejectedError("the account has moved to another region")
        if (ticket := renewed_ticket(answer)) is not None:
            self._line.become(replace(self.state, ticket=ticket))
        return answer


async def _beside_the_cloud[T](asking: Awaitable[T], name: str) -> T:
    """What another of Abbott's hosts answers."""
    try:
        return await asking
    except TicketRejectedError as err:
        # The cloud itself took this ticket a moment ago, so signing in again would not help.
        raise InvalidAnswerError(f"the ticket is not accepted for {name}") from err


def _account_id(user_id: str | None) -> str | None:
    """The account-id header, demanded since 4.12: SHA-256 of the user id (xdripswift PR 550)."""
    return user_id and hashlib.sha256(user_id.encode()).hexdigest()
