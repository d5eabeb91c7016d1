"""Signing in to Abbott's cloud and staying signed in.

A ticket lives 180 days and every answer renews it, so signing in is rare. What must outlive a restart (the
ticket, the region learnt, how long to wait) is one `SessionState`, handed to its keeper at each change.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
import hashlib
import time
from typing import TYPE_CHECKING, Final, Unpack

from . import fields, regions
from .errors import (
    ClientRefusedError,
    CloudError,
    CredentialsRejectedError,
    InvalidAnswerError,
    NoAnswerError,
    PasswordExpiredError,
    ProtocolEndedError,
    RedirectRefusedError,
    RefusedError,
    RejectedBeforeError,
    SignInWaitError,
    StepRequiredError,
    TicketRejectedError,
    WaitError,
)
from .state import Step, Ticket
from .transport import SIGN_IN_TIMEOUT
from .versions import is_newer

if TYPE_CHECKING:
    from .state import Credentials, SessionState
    from .transport import RequestDetails, Transport

SHORTEST_SIGN_IN_INTERVAL: Final = 300.0
"""Seconds between two sign-ins nobody asked for. Three failures within 60 s lock an account for 300 s."""
LONGEST_SIGN_IN_INTERVAL: Final = 3600.0
LONGEST_WAIT: Final = 24 * 3600.0
"""Seconds. A ban of 65620 s has been seen; whatever is longer than a day is tried again after a day."""

_MOST_REDIRECTS: Final = 3
_OK: Final = 0
_WRONG_CREDENTIALS: Final = 2
_STEP: Final = 4


class Session:
    """One account at LibreLinkUp."""

    def __init__(
        self,
        transport: Transport,
        credentials: Credentials,
        state: SessionState,
        keep: Callable[[SessionState], None] = lambda _: None,
    ) -> None:
        """Continue from a remembered state; `keep` is called with every new one."""
        self._transport = transport
        self._credentials = credentials
        self._state = state
        self._keep = keep
        self._signing_in = asyncio.Lock()

    @property
    def state(self) -> SessionState:
        """What to remember."""
        return self._state

    @property
    def clock_offset(self) -> float:
        """By how many seconds the cloud's clock is ahead of ours."""
        return self._transport.clock_offset

    def pause(self, seconds: float) -> None:
        """Ask nothing for so long, also across a restart."""
        self._become(replace(self._state, wait_until=time.time() + min(seconds, LONGEST_WAIT)))

    def _become(self, state: SessionState) -> None:
        self._state = state
        self._keep(state)

    def start_at(self, region: str) -> None:
        """Sign in at this region first."""
        self._become(replace(self._state, region=region))

    async def region_of_country(self, country: str) -> str:
        """The region of a country, as the cloud says it or else as our own table does."""
        if country in regions.UNREDIRECTED:
            return regions.UNREDIRECTED[country]
        data = await self._configuration(country)
        named = fields.text(data.get("lslApi"))
        return (named and regions.region_of_address(named)) or regions.region_of_country(country)

    async def sign_in(self) -> None:
        """Sign in with the credentials, following redirects to the account's region.

        Raises CredentialsRejectedError, PasswordExpiredError, StepRequiredError, LockedError and whatever
        a request can raise.
        """
        async with self._signing_in:
            await self._attempt(self._send_credentials)

    async def accept(self, step: Step) -> None:
        """Take a step on the person's behalf, who has said yes to it: accept a document.

        Raises StepRequiredError when another step follows (after the terms mostly the privacy policy).
        """
        async with self._signing_in:
            await self._attempt(lambda: self._send_acceptance(step))

    async def get(self, path: str, *, name: str) -> fields.Json:
        """Ask for data, signing in where needed, and keep the renewed ticket.

        Raises TicketRejectedError when a fresh ticket is refused as well.
        """
        is_fresh = await self._ensure_ticket()
        try:
            return await self._ask(path, name)
        except TicketRejectedError:
            if is_fresh:
                raise
        await self._ensure_ticket()
        return await self._ask(path, name)

    async def _ask(self, path: str, name: str) -> fields.Json:
        state = self._state
        try:
            answer = await self._request(
                "GET",
                state.region,
                path,
                name=name,
                token=state.ticket.token if state.ticket else None,
                account_id=_account_id(state.user_id),
            )
        except TicketRejectedError:
            if self._state.ticket is state.ticket:
                self._become(replace(self._state, ticket=None))
            raise
        data = fields.mapping(answer.get("data"))
        if data.get("step"):
            raise _step_error(data, state.region)
        if data.get("redirect"):
            region = await self._checked_region(fields.text(data.get("region")))
            self._become(replace(self._state, region=region, ticket=None))
            raise TicketRejectedError("the account has moved to another region")
        if (ticket := Ticket.parse(answer.get("ticket")) or Ticket.parse(data.get("authTicket"))) is not None:
            self._become(replace(self._state, ticket=ticket))
        return answer

    async def _ensure_ticket(self) -> bool:
        """Sign in where a ticket is missing, no more often than every five minutes and never in vain.

        Says whether it did.
        """
        async with self._signing_in:
            if self._state.ticket is not None and not self._state.ticket.is_expired():
                return False
            if self._state.rejected:
                raise RejectedBeforeError("this password was refused before and is not sent again")
            if (wait := _seconds_until(self._state.sign_in_after)) > 0:
                raise SignInWaitError("the next sign-in has to wait", retry_after=wait)
            await self._attempt(self._send_credentials)
            return True

    async def _attempt(self, send: Callable[[], Awaitable[tuple[str, fields.Json]]]) -> None:
        """Do one sign-in and note when the next one may follow."""
        try:
            region, answer = await send()
            self._conclude(region, answer)
        except WaitError:
            raise  # Nothing was sent.
        except CloudError as err:
            # Where nothing answers nobody is bothered by our trying: the shortest interval will do.
            failed = self._state.failed_sign_ins + (not isinstance(err, NoAnswerError))
            pause = min(
                SHORTEST_SIGN_IN_INTERVAL * 2 ** min(max(failed - 1, 0), 10),
                LONGEST_SIGN_IN_INTERVAL,
            )
            self._become(
                replace(
                    self._state,
                    rejected=self._state.rejected or isinstance(err, CredentialsRejectedError),
                    failed_sign_ins=failed,
                    sign_in_after=time.time() + max(pause, min(err.retry_after or 0, LONGEST_WAIT)),
                )
            )
            raise

    async def _send_credentials(self) -> tuple[str, fields.Json]:
        region = self._state.region
        seen = [region]
        body = {
            "email": self._credentials.email,
            "password": self._credentials.password,
        }
        while True:
            answer = await self._request(
                "POST",
                region,
                "/llu/auth/login",
                name="sign-in",
                body=body,
                timeout=SIGN_IN_TIMEOUT,
            )
            data = fields.mapping(answer.get("data"))
            if not data.get("redirect"):
                return region, answer
            region = await self._checked_region(fields.text(data.get("region")))
            if region in seen or len(seen) > _MOST_REDIRECTS:
                raise RedirectRefusedError("the cloud redirects in a circle")
            seen.append(region)

    async def _send_acceptance(self, step: Step) -> tuple[str, fields.Json]:
        return step.region, await self._request(
            "POST",
            step.region,
            f"/auth/continue/{step.kind}",
            name="acceptance",
            token=step.ticket.token if step.ticket else None,
            body={},
            timeout=SIGN_IN_TIMEOUT,
        )

    async def _request(
        self, method: str, region: str, path: str, **details: Unpack[RequestDetails]
    ) -> fields.Json:
        """One request, unless we were told to wait; once more when the cloud names another version."""
        if (wait := _seconds_until(self._state.wait_until)) > 0:
            raise WaitError("the cloud asked us to wait", retry_after=wait)
        version = self._state.version
        ask = partial(self._transport.request, method, region, path, **details)
        try:
            try:
                return await ask(version=version)
            except ProtocolEndedError:
                raise
            except ClientRefusedError as err:
                if err.minimum is None or not is_newer(err.minimum, version):
                    raise
                self._become(replace(self._state, version=err.minimum))
                return await ask(version=err.minimum)
        except RefusedError as err:
            if err.retry_after:
                self.pause(err.retry_after)
            raise

    async def _checked_region(self, region: str | None) -> str:
        """A region the cloud redirects to, if it is Abbott's: in our table, or in the cloud's own list."""
        region = (region or "").lower()
        if regions.is_known(region):
            return region
        if regions.is_region_code(region):
            listed = fields.mapping((await self._configuration("US")).get("regionalMap"))
            if region in listed:
                return region
        raise RedirectRefusedError("the cloud redirects to a region that is not Abbott's")

    async def _configuration(self, country: str) -> fields.Json:
        """The cloud's public configuration, empty when it does not answer."""
        try:
            answer = await self._request(
                "GET",
                regions.GLOBAL,
                f"/llu/config/country?country={country}",
                name="configuration",
            )
        except CloudError:
            return fields.EMPTY
        return fields.mapping(answer.get("data"))

    def _conclude(self, region: str, answer: fields.Json) -> None:
        """Understand the answer to a sign-in or to an accepted step."""
        status = fields.whole(answer.get("status"))
        data = fields.mapping(answer.get("data"))
        if status == _WRONG_CREDENTIALS:
            raise CredentialsRejectedError("e-mail address or password is refused")
        # The number of a step is that of some errors too.
        if data.get("step") or (status == _STEP and "error" not in answer):
            self._become(replace(self._state, region=region))
            raise _step_error(data, region)
        ticket = Ticket.parse(data.get("authTicket"))
        user_id = fields.text(fields.mapping(data.get("user")).get("id"))
        if status not in (_OK, None) or ticket is None or user_id is None:
            raise InvalidAnswerError(f"sign-in ended with status {status} and no usable ticket")
        self._become(
            replace(
                self._state,
                region=region,
                ticket=ticket,
                user_id=user_id,
                rejected=False,
                failed_sign_ins=0,
                sign_in_after=time.time() + SHORTEST_SIGN_IN_INTERVAL,
            )
        )


def _account_id(user_id: str | None) -> str | None:
    """The account-id header, demanded since 4.12: SHA-256 of the user id (xdripswift PR 550)."""
    return user_id and hashlib.sha256(user_id.encode()).hexdigest()


def _seconds_until(instant: float) -> float:
    """How long to wait for an instant. One further off than we ever wait was noted by a wrong clock."""
    seconds = instant - time.time()
    return seconds if seconds <= LONGEST_WAIT else 0


def _step_error(data: fields.Json, region: str) -> CloudError:
    """What an answer means that asks for a step. How it asks for a new password is not public."""
    step = Step.parse(data, region)
    if "password" in f"{step.kind}{step.component}".lower():
        return PasswordExpiredError("the password has to be renewed")
    return StepRequiredError(step)
