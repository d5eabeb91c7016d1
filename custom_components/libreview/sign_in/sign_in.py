"""A sign-in that a person takes part in, for every dialog that needs one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
import time
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..cloud.errors import (
    CodeNotSentError,
    CodeRejectedError,
    RequestRejectedError,
    StepExpiredError,
    StepRequiredError,
    TicketRejectedError,
    TooManyCodesError,
)
from ..cloud.librelinkup import LibreLinkUp
from ..cloud.libreview import LibreView, Owner
from ..cloud.practice import Practice
from ..cloud.services import Service
from ..cloud.session import Session
from ..cloud.session_state import CodeTarget, Credentials, SessionState, Step
from ..cloud.sign_in_guard import LOCKED_FOR
from ..cloud.transport import Transport
from ..models import Connection, PracticePatient
from .guards import get_sign_in_guard
from .shape_store import get_answer_shapes

_CODES_ALLOWED: Final = 2
"""Refused codes of one step. Nobody knows how many Abbott allows, so a third one is not risked."""


class SignIn:
    """One attempt to sign in to a service, over as many steps as Abbott wants.

    Each call raises the CloudError that it met, StepRequiredError where a step of Abbott's comes next:

        sign_in = SignIn(hass, LIBREVIEW, credentials, initial_state(region=None))
        try:
            await sign_in.async_submit()
        except StepRequiredError as err:
            if err.step.is_document:
                await sign_in.async_accept()
    """

    step: Step
    """The step that Abbott waits for. Set when an error named one."""
    target: CodeTarget
    """Where the last code was sent. Set by `async_send_code`."""

    def __init__(
        self, hass: HomeAssistant, service: Service, credentials: Credentials, state: SessionState
    ) -> None:
        """Prepare to sign in, starting at the region and with the client version of `state`."""
        self.service = service
        self.credentials = credentials
        self._session = Session(
            Transport(
                async_get_clientsession(hass), service, shapes=get_answer_shapes(hass, credentials.email)
            ),
            credentials,
            state,
            guard=get_sign_in_guard(hass, credentials.email),
        )
        self._codes_refused = 0

    @property
    def state(self) -> SessionState:
        """The session so far."""
        return self._session.state

    async def async_submit(self, country: str | None = None) -> None:
        """Send the credentials, to the region of a country if one is given."""
        if country:
            self._session.start_at(await self._session.region_of_country(country))
        with self._keeping_step():
            await self._session.sign_in()

    async def async_accept(self) -> None:
        """Accept the document that Abbott waits for."""
        with self._keeping_step():
            try:
                await self._session.accept(self.step)
            except TicketRejectedError:
                # The step's own ticket lives an hour only, and the dialog may have been open for longer.
                await self._accept_again(self.step.kind)

    async def _accept_again(self, kind: str) -> None:
        try:
            await self._session.sign_in()
        except StepRequiredError as err:
            if err.step.kind != kind:
                raise
            self.step = err.step
            await self._session.accept(err.step)

    async def async_send_code(self, target: CodeTarget) -> None:
        """Have Abbott send a code to one of the places that the step names."""
        try:
            with self._keeping_step():
                self.step = await self._session.send_code(self.step, target)
        except TicketRejectedError as err:
            raise StepExpiredError("the step is too old for a code") from err
        except RequestRejectedError as err:
            raise CodeNotSentError("no code is sent") from err
        self.target = target
        self._codes_refused = 0

    async def async_verify(self, code: str) -> None:
        """Send the code that the person entered."""
        try:
            with self._keeping_step():
                await self._session.verify(self.step, self.target, code)
        except TicketRejectedError as err:
            raise StepExpiredError("the step is too old for its code") from err
        except CodeRejectedError as err:
            self.step = err.step or self.step
            self._codes_refused += 1
            if self._codes_refused >= _CODES_ALLOWED:
                raise TooManyCodesError("the code is refused again") from err
            raise

    async def async_find_persons(self) -> tuple[Connection, ...]:
        """Return who shares with this account at LibreLinkUp."""
        return await LibreLinkUp(self._session).connections()

    async def async_find_owner(self) -> Owner:
        """Return whose account this is at LibreView."""
        return await LibreView(self._session).owner()

    async def async_search(self, term: str) -> tuple[PracticePatient, ...]:
        """Return the patients of this professional whose name or e-mail address contains a text."""
        return await Practice(self._session).search(term)

    @contextmanager
    def _keeping_step(self) -> Iterator[None]:
        """Keep the step that an error names."""
        try:
            yield
        except StepRequiredError as err:
            self.step = err.step
            raise


def initial_state(
    *,
    region: str | None,
    version: str = "",
    wait_until: float = 0,
    wait_began: float = 0,
    trusted_device: str | None = None,
    is_forgotten: bool = False,
) -> SessionState:
    """Return the state from which to sign in anew, with what an earlier session learnt and is still valid.

    `is_forgotten` says that nobody knows any more when an earlier one signed in last: it may have been just
    now, so the next one waits as long as a locked account.
    """
    state = SessionState(
        version=version, wait_until=wait_until, wait_began=wait_began, trusted_device=trusted_device
    )
    if is_forgotten:
        now = time.time()
        state = replace(state, sign_in_after=now + LOCKED_FOR, sign_in_wait_began=now)
    return replace(state, region=region or state.region)
