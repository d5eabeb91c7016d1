"""What each failure of the cloud means for the people using it: one table for set-up, running and dialogs."""

from dataclasses import dataclass, field
from enum import Enum, auto
import math
from typing import Final

from .cloud.errors import (
    BlockedError,
    ClientRefusedError,
    CloudError,
    CodeRejectedError,
    CredentialsRejectedError,
    InvalidAnswerError,
    LockedError,
    NoAnswerError,
    PasswordExpiredError,
    PersonNotLoadableError,
    ProtocolEndedError,
    RedirectRefusedError,
    RefusedError,
    ReportFailedError,
    SecondFactorRequiredError,
    ServerTroubleError,
    SignInWaitError,
    StepRequiredError,
    TicketRejectedError,
    WaitError,
)
from .cloud.state import Step


class Course(Enum):
    """What is done about a failure while running."""

    RETRY = auto()
    """Nothing is wrong with the account: ask again, after a while."""
    SIGN_IN_AGAIN = auto()
    """Stop, and ask the person for the password."""
    HALT = auto()
    """Stop, and ask the person for the one thing that helps: a repair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure as people are told of it. `key` names its text among exceptions, form errors and issues."""

    key: str
    course: Course = Course.RETRY
    is_refusal: bool = False
    """Whether the cloud does not want us right now, so that asking often would make it worse."""
    demands_wait: bool = False
    """Whether the cloud itself wants to be left alone, also by dialogs and after a restart."""
    is_wait: bool = False
    """Whether nothing was even sent, so that it is no new failure."""
    has_issue: bool = False
    is_fixable: bool = False
    placeholders: dict[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    step: Step | None = None


# The narrowest error first.
_TABLE: Final[tuple[tuple[type[CloudError], Problem], ...]] = (
    (CredentialsRejectedError, Problem(key="invalid_auth", course=Course.SIGN_IN_AGAIN)),
    (TicketRejectedError, Problem(key="ticket_rejected", course=Course.SIGN_IN_AGAIN)),
    (
        PasswordExpiredError,
        Problem(key="password_expired", course=Course.HALT, has_issue=True, is_fixable=True),
    ),
    (
        SecondFactorRequiredError,
        Problem(key="second_factor", course=Course.HALT, has_issue=True, is_fixable=True),
    ),
    (CodeRejectedError, Problem(key="code_rejected")),
    (StepRequiredError, Problem(key="unknown_step", course=Course.HALT, has_issue=True, is_fixable=True)),
    (ProtocolEndedError, Problem(key="protocol_ended", course=Course.HALT, has_issue=True)),
    (ClientRefusedError, Problem(key="client_refused", is_refusal=True, has_issue=True)),
    (LockedError, Problem(key="locked", is_refusal=True, demands_wait=True)),
    (BlockedError, Problem(key="blocked", is_refusal=True, demands_wait=True, has_issue=True)),
    (RefusedError, Problem(key="refused", is_refusal=True, demands_wait=True, has_issue=True)),
    (SignInWaitError, Problem(key="sign_in_waits", is_wait=True)),
    (WaitError, Problem(key="waiting", is_wait=True)),
    (RedirectRefusedError, Problem(key="redirect_refused", is_refusal=True, has_issue=True)),
    (ServerTroubleError, Problem(key="server_trouble")),
    (NoAnswerError, Problem(key="no_answer")),
    (PersonNotLoadableError, Problem(key="person_not_loadable")),
    (ReportFailedError, Problem(key="report_failed")),
    (InvalidAnswerError, Problem(key="invalid_answer")),
)
_STEP_KEYS: Final = {"tou": "terms", "pp": "privacy_policy", "verifyEmail": "verify_email"}

ISSUES: Final = frozenset(
    {problem.key for _, problem in _TABLE if problem.has_issue} | set(_STEP_KEYS.values())
)
"""The keys of all issues that a failure can raise."""


def problem_of(err: CloudError) -> Problem:
    """What a failure means."""
    row = next((problem for kind, problem in _TABLE if isinstance(err, kind)), _TABLE[-1][1])
    step = err.step if isinstance(err, StepRequiredError) else None
    placeholders = {"minutes": str(max(1, math.ceil((err.retry_after or 0) / 60)))}
    if step is not None:
        placeholders["step"] = " ".join(filter(None, (step.kind, step.component)))
    return Problem(
        key=_STEP_KEYS.get(step.kind, row.key) if step else row.key,
        course=row.course,
        is_refusal=row.is_refusal,
        demands_wait=row.demands_wait,
        is_wait=row.is_wait,
        has_issue=row.has_issue,
        is_fixable=row.is_fixable,
        placeholders=placeholders,
        retry_after=err.retry_after,
        step=step,
    )
