"""What can go wrong between us and Abbott's cloud.

No text in here ever holds a credential, a ticket, a name or a reading: these exceptions are logged.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .state import Step


class CloudError(Exception):
    """Base of everything the cloud clients raise."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """Say what happened and, where the cloud said so, how many seconds to wait."""
        super().__init__(message)
        self.retry_after = retry_after


class NoAnswerError(CloudError):
    """The cloud could not be reached: no name, no connection, no TLS, or nothing in time."""


class ServerTroubleError(CloudError):
    """The cloud answered that it is in trouble: HTTP 5xx, or status 911 (maintenance or wrong server)."""


class InvalidAnswerError(CloudError):
    """The answer could not be understood: not JSON, too large, or not of a known shape."""


class RequestRefusedError(InvalidAnswerError):
    """The cloud refuses the request (HTTP 4xx) for a reason of its own that we do not know."""


class ReportFailedError(CloudError):
    """The cloud could not make the report, or was still making it when we ran out of patience."""


class RefusedError(CloudError):
    """The cloud asks us to slow down (HTTP 429 or 430)."""


class BlockedError(RefusedError):
    """The guard in front of the cloud (Cloudflare) turned us away: its HTML page, or HTTP 476."""


class LockedError(RefusedError):
    """Too many failed sign-ins: the account is locked for `retry_after` seconds."""


class WaitError(CloudError):
    """Nothing was sent: the cloud told us to wait."""


class SignInWaitError(WaitError):
    """Nothing was sent: signing in again so soon could lock the account."""


class CredentialsRejectedError(CloudError):
    """E-mail or password is wrong (status 2). The same pair is not to be sent again."""


class RejectedBeforeError(CredentialsRejectedError):
    """The same, but nothing was sent, since the password was refused before."""


class PasswordExpiredError(CloudError):
    """The password has to be renewed at Abbott's web site before anything else works."""


class StepRequiredError(CloudError):
    """Abbott wants the person to do something before it signs them in (status 4 with a step)."""

    def __init__(self, step: Step) -> None:
        """Carry the step, so that it can be shown and, where possible, taken."""
        super().__init__(f"sign-in stops at step {step.kind!r} ({step.component!r})")
        self.step = step


class SecondFactorRequiredError(StepRequiredError):
    """The password is right, and the person has to enter a code that Abbott sends."""


class CodeRejectedError(CloudError):
    """The code that was entered is wrong, or too old."""

    def __init__(self, message: str, *, step: Step | None = None) -> None:
        """Carry the step with which the cloud asks anew, if it does."""
        super().__init__(message)
        self.step = step


class ClientRefusedError(CloudError):
    """The cloud no longer accepts the client version we name, or wants a header we do not send."""

    def __init__(self, message: str, *, minimum: str | None = None) -> None:
        """Carry the version the cloud names as its minimum, if it names one."""
        super().__init__(message)
        self.minimum = minimum


class ProtocolEndedError(ClientRefusedError):
    """The cloud demands version 5 or later, which is another, encrypted protocol."""


class TicketRejectedError(CloudError):
    """The ticket is no longer valid: HTTP 401, or `MissingCachedUser`."""


class UnauthorizedError(TicketRejectedError):
    """HTTP 401 without the words that name the ticket."""


class RedirectRefusedError(CloudError):
    """The cloud sent us to a place that is not Abbott's, or round in a circle."""


class PersonNotLoadableError(CloudError):
    """The cloud does not load this person: unknown, no longer shared, or asked in the wrong region."""
