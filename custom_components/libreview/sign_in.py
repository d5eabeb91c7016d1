"""A sign-in that a person takes part in, for every dialog that needs one.

A person who mistypes must not lock the account: Abbott locks it for five minutes after three failures
within one, so no third failure is risked and no refused password is sent again.
"""

from dataclasses import dataclass, field, replace
import hashlib
import time
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey

from .cloud.errors import (
    CloudError,
    CodeRejectedError,
    CredentialsRejectedError,
    LockedError,
    RefusedError,
    RejectedBeforeError,
    RequestRefusedError,
    TicketRejectedError,
    WaitError,
)
from .cloud.librelinkup import LibreLinkUp
from .cloud.libreview import LibreView
from .cloud.line import LONGEST_WAIT
from .cloud.services import Service
from .cloud.session import Session
from .cloud.state import CodeTarget, Credentials, SessionState, Step
from .cloud.transport import Transport
from .const import DOMAIN
from .logins import Login
from .models import Person
from .problems import Problem, problem_of

_FAILURES_ALLOWED: Final = 2
_FAILURE_INTERVAL: Final = 60.0
_REFUSED_FOR: Final = 300.0
_STEP_EXPIRED: Final = Problem(key="step_expired")
"""The dialog was open for longer than the step's ticket lives: back to the password."""


@dataclass(slots=True)
class _Caution:
    """What is known of the failed sign-ins of one e-mail address. Instants are seconds since 1970."""

    failures: list[float] = field(default_factory=list)
    refused: dict[bytes, float] = field(default_factory=dict)
    hold: type[CloudError] = WaitError
    hold_until: float = 0
    """Until then the cloud wants no requests, for the reason that `hold` names."""

    def objection(self, fingerprint: bytes, now: float) -> Problem | None:
        """Why these credentials are better not sent right now."""
        if self.hold_until > now:
            return problem_of(self.hold("the cloud asked us to wait", retry_after=self.hold_until - now))
        if now - self.refused.get(fingerprint, 0) < _REFUSED_FOR:
            return problem_of(CredentialsRejectedError("refused a moment ago"))
        recent = [failure for failure in self.failures if now - failure < _FAILURE_INTERVAL]
        if len(recent) >= _FAILURES_ALLOWED:
            seconds = round(recent[0] + _FAILURE_INTERVAL - now) + 1
            return Problem(key="slow_down", placeholders={"seconds": str(seconds)})
        return None

    def note(self, err: CloudError, fingerprint: bytes, now: float) -> None:
        """Learn from a failure."""
        if isinstance(err, RejectedBeforeError):
            return
        if isinstance(err, CredentialsRejectedError):
            self.failures.append(now)
            self.refused[fingerprint] = now
        elif isinstance(err, LockedError):
            self.hold, self.hold_until = LockedError, now + (err.retry_after or _REFUSED_FOR)
        elif isinstance(err, RefusedError | WaitError) and err.retry_after:
            self.hold, self.hold_until = WaitError, now + min(err.retry_after, LONGEST_WAIT)


_CAUTION: HassKey[dict[str, _Caution]] = HassKey(f"{DOMAIN}_caution")


def _caution(hass: HomeAssistant, email: str) -> _Caution:
    return hass.data.setdefault(_CAUTION, {}).setdefault(email.strip().casefold(), _Caution())


def _fingerprint(credentials: Credentials, place: str) -> bytes:
    """Tells refused credentials apart without keeping them. Another country is another try."""
    parts = (credentials.email, credentials.password, place)
    return hashlib.sha256("\n".join(parts).encode()).digest()


def note_failure(hass: HomeAssistant, entry: ConfigEntry, login: Login, err: CloudError) -> None:
    """Let dialogs know of a sign-in that failed while running: it counts towards the lock as theirs do."""
    if isinstance(err, CredentialsRejectedError | LockedError):
        credentials = login.credentials(entry)
        place = login.region(entry) or SessionState().region
        _caution(hass, credentials.email).note(err, _fingerprint(credentials, place), time.time())


class SignIn:
    """One attempt to sign in to a service, over as many steps as Abbott wants."""

    step: Step
    """What Abbott waits for, since a problem that was a step."""
    target: CodeTarget
    """Where the last code was sent."""

    def __init__(
        self, hass: HomeAssistant, service: Service, credentials: Credentials, state: SessionState
    ) -> None:
        """Prepare to sign in, starting at the region and with the client version of `state`."""
        self.service = service
        self.credentials = credentials
        self._session = Session(Transport(async_get_clientsession(hass), service), credentials, state)
        self._caution = _caution(hass, credentials.email)
        self._codes_refused = 0

    @property
    def state(self) -> SessionState:
        """The session so far."""
        return self._session.state

    async def async_submit(self, country: str | None = None) -> Problem | None:
        """Send the credentials, to the region of a country if one is given; None means signed in."""
        now = time.time()
        fingerprint = _fingerprint(self.credentials, country or self.state.region)
        if (objection := self._caution.objection(fingerprint, now)) is not None:
            return objection
        try:
            if country:
                self._session.start_at(await self._session.region_of_country(country))
            await self._session.sign_in()
        except CloudError as err:
            self._caution.note(err, fingerprint, now)
            return self._problem(err)
        self._caution.failures.clear()
        return None

    async def async_accept(self) -> Problem | None:
        """Accept the document that Abbott waits for; None means signed in."""
        step = self.step
        try:
            try:
                await self._session.accept(step)
            except TicketRejectedError:
                # The step's own ticket lives an hour only, and the dialog may have been open for longer.
                problem = await self.async_submit()
                if problem is None or problem.step is None or problem.step.kind != step.kind:
                    return problem
                await self._session.accept(problem.step)
        except CloudError as err:
            return self._problem(err)
        return None

    async def async_send_code(self, target: CodeTarget) -> Problem | None:
        """Have Abbott send a code to one of the places that the step names."""
        try:
            self.step = await self._session.send_code(self.step, target)
        except TicketRejectedError:
            return _STEP_EXPIRED
        except RequestRefusedError:
            return Problem(key="code_not_sent")
        except CloudError as err:
            return self._problem(err)
        self.target = target
        self._codes_refused = 0
        return None

    async def async_verify(self, code: str) -> Problem | None:
        """Send the code that the person entered; None means signed in."""
        try:
            await self._session.verify(self.step, self.target, code)
        except TicketRejectedError:
            return _STEP_EXPIRED
        except CodeRejectedError as err:
            self.step = err.step or self.step
            # Nobody knows how many Abbott allows, so a third one is not risked.
            self._codes_refused += 1
            if self._codes_refused >= _FAILURES_ALLOWED:
                return Problem(key="too_many_codes")
            return self._problem(err)
        except CloudError as err:
            return self._problem(err)
        return None

    async def async_persons(self) -> tuple[Person, ...]:
        """Who shares with this account at LibreLinkUp. Raises CloudError."""
        return await LibreLinkUp(self._session).connections()

    async def async_owner(self) -> Person:
        """Whose account this is at LibreView. Raises CloudError."""
        return await LibreView(self._session).person()

    def _problem(self, err: CloudError) -> Problem:
        problem = problem_of(err)
        if problem.step:
            self.step = problem.step
        return problem


def initial_state(
    *,
    region: str | None,
    version: str = "",
    wait_until: float = 0,
    trusted_device: str | None = None,
) -> SessionState:
    """The state to sign in anew from: of all that was learnt only what is still good."""
    state = SessionState(version=version, wait_until=wait_until, trusted_device=trusted_device)
    return replace(state, region=region or state.region)
