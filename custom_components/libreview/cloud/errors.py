"""The errors of requests to Abbott's cloud.

    CloudError
    ├── UnreachableError                no connection, or no answer in time
    ├── ServerTroubleError              HTTP 5xx, status 911
    ├── InvalidAnswerError              not JSON, too large, of no known shape
    │   └── RequestRejectedError        HTTP 4xx for an unknown reason
    │       └── CodeNotSentError
    ├── ReportFailedError               no report, or not in time
    ├── RateLimitedError                HTTP 429, 430
    │   ├── BlockedError                HTTP 476, Cloudflare's page
    │   └── LockedError                 too many failed sign-ins
    ├── NotSentError                    the cloud asked us to wait
    │   ├── SignInWaitError             a sign-in so soon could lock the account
    │   └── SlowDownError               a third wrong password would lock the account
    ├── CredentialsRejectedError        status 2
    │   └── RejectedBeforeError         nothing was sent
    ├── PasswordExpiredError
    ├── StepRequiredError               status 4 with a step
    │   └── SecondFactorRequiredError
    ├── CodeRejectedError
    │   └── TooManyCodesError           another one would be one too many
    ├── ClientOutdatedError             status 920, or a header is missing
    │   └── ProtocolEndedError          version 5 or later is demanded
    ├── TicketRejectedError             MissingCachedUser
    │   ├── StepExpiredError            that of a step
    │   └── UnauthorizedError           HTTP 401 without a word about the ticket
    ├── UntrustedRedirectError          to an address that is not Abbott's
    ├── NotAMemberError                 of no practice
    └── PersonNotLoadableError          couldNotLoadPatient

No text in here ever holds a credential, a ticket, a name or a reading: these exceptions are logged.
"""

from .session_state import Step


class CloudError(Exception):
    """Base of all errors that the clients of the cloud raise."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """Carry what happened and, where the cloud said so, how many seconds to wait."""
        super().__init__(message)
        self.retry_after = retry_after


class UnreachableError(CloudError):
    """The cloud could not be reached: no name, no connection, no TLS, or nothing in time."""


class ServerTroubleError(CloudError):
    """The cloud answered that it is in trouble: HTTP 5xx, or status 911 (maintenance or wrong server)."""


class InvalidAnswerError(CloudError):
    """The answer could not be understood: not JSON, too large, or not of a known shape."""


class RequestRejectedError(InvalidAnswerError):
    """The cloud refuses the request (HTTP 4xx) for a reason that we do not know."""


class CodeNotSentError(RequestRejectedError):
    """The cloud does not send a code to the place that was chosen."""


class ReportFailedError(CloudError):
    """The cloud could not make the report, or did not finish it in time."""


class RateLimitedError(CloudError):
    """The cloud asks us to slow down (HTTP 429 or 430)."""


class BlockedError(RateLimitedError):
    """Cloudflare, which stands before the cloud, turned us away: its HTML page, or HTTP 476."""


class LockedError(RateLimitedError):
    """Too many failed sign-ins: the account is locked for `retry_after` seconds."""


class NotSentError(CloudError):
    """Nothing was sent: the cloud told us to wait."""


class SignInWaitError(NotSentError):
    """Nothing was sent: signing in again so soon could lock the account."""


class SlowDownError(NotSentError):
    """Nothing was sent: a third wrong password within a minute would lock the account."""


class CredentialsRejectedError(CloudError):
    """E-mail or password is wrong (status 2). The same pair is not to be sent again."""

    def __init__(self, message: str, *, region: str | None = None) -> None:
        """Carry the region that refused them, to which the cloud may have redirected."""
        super().__init__(message)
        self.region = region


class RejectedBeforeError(CredentialsRejectedError):
    """Nothing was sent, since the password was refused before."""


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


class TooManyCodesError(CodeRejectedError):
    """The code is wrong once more, and another one could lock the account: a new one has to be sent."""


class ClientOutdatedError(CloudError):
    """The cloud no longer accepts the client version we name, or wants a header we do not send."""

    def __init__(self, message: str, *, minimum: str | None = None) -> None:
        """Carry the version the cloud names as its minimum, if it names one."""
        super().__init__(message)
        self.minimum = minimum


class ProtocolEndedError(ClientOutdatedError):
    """The cloud demands version 5 or later, which is another, encrypted protocol."""


class TicketRejectedError(CloudError):
    """The ticket is no longer valid: HTTP 401, or `MissingCachedUser`."""


class StepExpiredError(TicketRejectedError):
    """The person took longer for a step than its ticket lives: back to the password."""


class UnauthorizedError(TicketRejectedError):
    """HTTP 401 without the words that name the ticket."""


class UntrustedRedirectError(CloudError):
    """The cloud sent us to a place that is not Abbott's, or round in a circle."""


class PersonNotLoadableError(CloudError):
    """The cloud does not load this person: unknown, no longer shared, or asked in the wrong region."""


class NotAMemberError(CloudError):
    """The login may not see patients: it is member of no practice, or of none any more."""
