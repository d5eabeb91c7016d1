"""The guard of one e-mail address: who may send which password, and when.

Abbott locks an account for 300 s after three failed sign-ins within 60 s (gui-dos/DiaBLE), for both services
together, so all sessions and dialogs of an address ask the same guard, hold its lock while they sign in, and
tell it the outcome.

    async with guard.lock:
        guard.check(attempt)
        guard.begin(attempt)  # From here on it counts as failed, should nobody live to see the answer.
        try:
            await send_credentials()
        except CloudError as err:
            guard.fail(attempt, err)
            raise
        guard.succeed(attempt)
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
import hashlib
import time
from typing import Final, Self

from .errors import (
    CloudError,
    CredentialsRejectedError,
    LockedError,
    RateLimitedError,
    RejectedBeforeError,
    SignInWaitError,
    SlowDownError,
    UnreachableError,
)
from .services import SERVICES, Service
from .session_state import Credentials, SessionState
from .wait import Wait

FAILURES_ALLOWED: Final = 2
"""Refused passwords within `FAILURE_INTERVAL`: one more would lock the account."""
FAILURE_INTERVAL: Final = 60.0
"""Seconds."""
LOCKED_FOR: Final = 300.0
"""Seconds for which Abbott locks an account, and for which nobody sends refused credentials again."""
SHORTEST_SIGN_IN_INTERVAL: Final = 300.0
"""Seconds between any sign-in and the next that nobody asked for."""
LONGEST_SIGN_IN_INTERVAL: Final = 3600.0
"""Seconds between two sign-ins that nobody asked for, after many have failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in: which credentials are sent where, and whether a person asked for it."""

    service: str
    """The key of the service."""
    region: str
    """Where it starts; the cloud may redirect it."""
    fingerprint: bytes = field(repr=False)
    """Tells credentials apart without keeping them."""
    by_person: bool

    @classmethod
    def of(cls, credentials: Credentials, service: Service, region: str, *, by_person: bool = False) -> Self:
        """Return the attempt to sign in to a service with these credentials."""
        secret = f"{email_key(credentials.email)}\n{credentials.password}"
        fingerprint = hashlib.sha256(secret.encode()).digest()
        return cls(service=service.key, region=region, fingerprint=fingerprint, by_person=by_person)


@dataclass(slots=True)
class _Pace:
    """The sign-ins at one service that nobody asked for, and the silence that it asked for."""

    is_known: bool = False
    """Whether anything happened since Home Assistant started, so that what was remembered is out of date."""
    failures: int = 0
    """In a row."""
    wait: Wait = field(default_factory=Wait)
    silence: Wait = field(default_factory=Wait)


class SignInGuard:
    """Knows the sign-ins of one e-mail address at both services, and which may follow."""

    def __init__(self) -> None:
        """Start without any sign-in known."""
        self.lock = asyncio.Lock()
        """Held while signing in: one at a time, whichever service it is for."""
        self._failures: list[Wait] = []
        """Each lasts for as long as the failure counts towards Abbott's lock."""
        self._refusals: dict[bytes, dict[tuple[str, str], Wait]] = {}
        """By fingerprint, then by service and region: where nobody but a person sends them again.

        A wait is as long as a person does not either.
        """
        self._taken_at: dict[bytes, set[str]] = defaultdict(set)
        """By fingerprint, the services that have taken the credentials: no older refusal counts there."""
        self._accepted: dict[bytes, Wait] = {}
        """By fingerprint. Lasts while a refusal by the other service says nothing about the password."""
        self._locked = Wait()
        self._interval = Wait()
        self._unnoted: Wait | None = None
        """Begins with the first sign-in that cannot be noted on disk."""
        self._paces: dict[str, _Pace] = defaultdict(_Pace)
        """By the key of the service."""

    # What a session remembers over a restart.

    def learn(self, attempt: Attempt, state: SessionState) -> SessionState:
        """Take over what a session remembers about signing in, as far as nothing newer is known.

        Return its state with the silence that the cloud has asked of others with the same address.
        """
        if state.rejected:
            refusals = self._refusals.setdefault(attempt.fingerprint, {})
            services = SERVICES.keys() if state.rejected_by_all else {attempt.service}
            for service in services - self._taken_at[attempt.fingerprint]:
                refusals.setdefault((service, attempt.region), Wait())
        pace = self._paces[attempt.service]
        if not pace.is_known:
            pace.failures = max(pace.failures, state.failed_sign_ins)
            pace.wait = _longer(pace.wait, Wait.until(state.sign_in_after, state.sign_in_wait_began))
            self._interval = _longer(self._interval, _at_most(pace.wait, SHORTEST_SIGN_IN_INTERVAL))
        pace.silence = _longer(pace.silence, Wait.until(state.wait_until, state.wait_began))
        silence, now = pace.silence.remaining(), time.time()
        return replace(state, wait_until=now + silence, wait_began=now) if silence else state

    def remember(self, attempt: Attempt, state: SessionState) -> SessionState:
        """Return the state of a session with all that it has to remember about signing in."""
        pace, now = self._paces[attempt.service], time.time()
        refused_by = {service for service, _ in self._refusals.get(attempt.fingerprint, ())}
        return replace(
            state,
            rejected=self.has_refused(attempt),
            rejected_by_all=self.has_refused(attempt) and refused_by == SERVICES.keys(),
            failed_sign_ins=pace.failures,
            sign_in_after=now + max(self._interval.remaining(), pace.wait.remaining()),
            sign_in_wait_began=now,
        )

    def has_refused(self, attempt: Attempt) -> bool:
        """Return whether these credentials were refused there, so that only a person enters them again."""
        return (attempt.service, attempt.region) in self._refusals.get(attempt.fingerprint, ())

    def pause(self, service: str, seconds: float) -> None:
        """Have the sessions that begin at a service wait so long before they send anything."""
        pace = self._paces[service]
        pace.silence = _longer(pace.silence, Wait.begin(seconds))

    # One sign-in.

    def check(self, attempt: Attempt) -> None:
        """Raise the CloudError, with nothing sent, why this attempt may not be made now."""
        refusal = self._refusals.get(attempt.fingerprint, {}).get((attempt.service, attempt.region))
        if attempt.by_person:
            self._check_person(refusal)
            return
        if refusal is not None:
            raise RejectedBeforeError("this password was refused before and is not sent again")
        waits = (self._interval, self._locked, self._paces[attempt.service].wait)
        if (seconds := max(wait.remaining() for wait in waits)) > 0:
            raise SignInWaitError("the next sign-in has to wait", retry_after=seconds)

    def _check_person(self, refusal: Wait | None) -> None:
        if (seconds := self._locked.remaining()) > 0:
            raise LockedError("the account is still locked", retry_after=seconds)
        if refusal is not None and refusal.remaining() > 0:
            raise RejectedBeforeError("this password was refused a moment ago")
        self._failures = [failure for failure in self._failures if failure.remaining() > 0]
        if len(self._failures) >= FAILURES_ALLOWED:
            seconds = min(failure.remaining() for failure in self._failures)
            raise SlowDownError("a third failure would lock the account", retry_after=seconds)

    def check_unnoted(self, attempt: Attempt) -> None:
        """Raise SignInWaitError where the attempt that began cannot be noted on disk, for five minutes.

        A restart knows nothing of it. So those who restart again and again within that time sign in never.
        """
        if attempt.by_person:
            return
        self._unnoted = self._unnoted or Wait.begin(SHORTEST_SIGN_IN_INTERVAL)
        if (seconds := self._unnoted.remaining()) > 0:
            raise SignInWaitError("a sign-in that cannot be noted has to wait", retry_after=seconds)

    def begin(self, attempt: Attempt) -> None:
        """Note that an attempt is being made, as if it had failed already: we may be stopped meanwhile."""
        self._failures.append(Wait.begin(FAILURE_INTERVAL))
        self._interval = Wait.begin(SHORTEST_SIGN_IN_INTERVAL)
        if not attempt.by_person:
            pace = self._paces[attempt.service]
            pace.is_known = True
            pace.failures += 1
            pace.wait = Wait.begin(_interval_after(pace.failures))

    def succeed(self, attempt: Attempt) -> None:
        """Note that the attempt that began last signed somebody in: what failed before is forgotten.

        What was refused by the other service is forgotten for a person only.
        """
        self._failures.clear()
        refusals = self._refusals.get(attempt.fingerprint, {})
        self._refusals[attempt.fingerprint] = {
            place: refusal
            for place, refusal in refusals.items()
            if not attempt.by_person and place[0] != attempt.service
        }
        self._accepted[attempt.fingerprint] = Wait.begin(LOCKED_FOR)
        self._interval, self._locked = Wait.begin(SHORTEST_SIGN_IN_INTERVAL), Wait()
        services = SERVICES.keys() if attempt.by_person else {attempt.service}
        self._taken_at[attempt.fingerprint] |= services
        for service in services:
            self._paces[service] = _Pace(is_known=True, silence=self._paces[service].silence)

    def fail(self, attempt: Attempt, err: CloudError) -> None:
        """Note why the attempt that began last failed."""
        if isinstance(err, CredentialsRejectedError):
            self._refuse(attempt, err)
        else:
            self._failures.pop()
        if isinstance(err, LockedError):
            self._locked = Wait.begin(err.retry_after or LOCKED_FOR)
        elif isinstance(err, RateLimitedError):
            self.pause(attempt.service, err.retry_after or 0)
        self._interval = Wait.begin(SHORTEST_SIGN_IN_INTERVAL)
        if not attempt.by_person:
            pace = self._paces[attempt.service]
            # A sign-in that reached nothing cannot lock the account: the shortest interval will do.
            pace.failures -= isinstance(err, UnreachableError | SignInWaitError)
            pace.wait = Wait.begin(max(_interval_after(pace.failures), err.retry_after or 0))

    def _refuse(self, attempt: Attempt, err: CredentialsRejectedError) -> None:
        """Note that credentials were refused, at both services unless the other took them a moment ago."""
        is_of_service = self._accepted.get(attempt.fingerprint, Wait()).remaining() > 0
        services = (attempt.service,) if is_of_service else SERVICES
        regions = (attempt.region, err.region or attempt.region)
        refusals = self._refusals.setdefault(attempt.fingerprint, {})
        wait = Wait.begin(LOCKED_FOR)
        refusals.update({(service, region): wait for service in services for region in regions})


def email_key(email: str) -> str:
    """Return the form of an e-mail address in which all its spellings are equal."""
    return email.strip().casefold()


def _interval_after(failures: int) -> float:
    """Return the seconds between two sign-ins nobody asked for, after so many failures in a row."""
    doublings = min(max(failures - 1, 0), 10)
    return min(SHORTEST_SIGN_IN_INTERVAL * 2.0**doublings, LONGEST_SIGN_IN_INTERVAL)


def _longer(one: Wait, other: Wait) -> Wait:
    return max(one, other, key=Wait.remaining)


def _at_most(wait: Wait, seconds: float) -> Wait:
    return Wait.begin(min(wait.remaining(), seconds))
