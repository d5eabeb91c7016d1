"""What sessions share that sign in with the same credentials, at whichever service.

Abbott's lock on an account, and a wrong password, do not know services: two sessions that each mind the rules
could break them together.
"""

import asyncio
import time
from typing import TYPE_CHECKING, Final

from .errors import CloudError, CredentialsRejectedError, RejectedBeforeError, SignInWaitError
from .line import seconds_until

if TYPE_CHECKING:
    from .state import SessionState

SHORTEST_SIGN_IN_INTERVAL: Final = 300.0
"""Seconds between two sign-ins nobody asked for. Three failures within 60 s lock an account for 300 s."""


class SharedLogin:
    """One pair of credentials: one sign-in at a time, rarely, and none after they were refused."""

    def __init__(self) -> None:
        """Start without anything known."""
        self.turn = asyncio.Lock()
        self._is_refused = False
        self._not_before = 0.0

    def learn(self, state: SessionState) -> None:
        """Take over what a session remembers."""
        self._is_refused |= state.rejected
        if seconds_until(state.sign_in_after) > 0:
            self._not_before = max(self._not_before, state.sign_in_after)

    def forget(self) -> None:
        """A person has signed in with these credentials just now."""
        self._is_refused, self._not_before = False, 0.0

    def check(self) -> None:
        """Raise RejectedBeforeError or SignInWaitError when nobody but a person may sign in now."""
        if self._is_refused:
            raise RejectedBeforeError("this password was refused before and is not sent again")
        if (wait := seconds_until(self._not_before)) > 0:
            raise SignInWaitError("the next sign-in has to wait", retry_after=wait)

    def signed_in(self, err: CloudError | None = None) -> None:
        """Note an attempt, and what it failed of."""
        refused = self._is_refused or isinstance(err, CredentialsRejectedError)
        self._is_refused = err is not None and refused
        self._not_before = time.time() + SHORTEST_SIGN_IN_INTERVAL
