"""What each failure of the cloud means for the people using it: one table for set-up, running and dialogs."""

from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum, auto
import math
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..cloud.errors import (
    BlockedError,
    ClientOutdatedError,
    CloudError,
    CodeNotSentError,
    CodeRejectedError,
    CredentialsRejectedError,
    InvalidAnswerError,
    LockedError,
    NotAMemberError,
    NotSentError,
    PasswordExpiredError,
    PersonNotLoadableError,
    ProtocolEndedError,
    RateLimitedError,
    ReportFailedError,
    SecondFactorRequiredError,
    ServerTroubleError,
    SignInWaitError,
    SlowDownError,
    StepExpiredError,
    StepRequiredError,
    TicketRejectedError,
    TooManyCodesError,
    UnreachableError,
    UntrustedRedirectError,
)
from ..cloud.session_state import Step
from ..const import DOMAIN


class ProblemKey(StrEnum):
    """Translation keys of problems, among exceptions, form errors, steps of dialogs and issues."""

    # Failures of the cloud.
    INVALID_AUTH = "invalid_auth"
    TICKET_REJECTED = "ticket_rejected"
    CREDENTIALS_EXPIRED = "password_expired"
    CODE_REJECTED = "code_rejected"
    PROTOCOL_ENDED = "protocol_ended"
    CLIENT_OUTDATED = "client_refused"
    LOCKED = "locked"
    BLOCKED = "blocked"
    RATE_LIMITED = "refused"
    SIGN_IN_WAIT = "sign_in_waits"
    NOT_SENT = "waiting"
    UNTRUSTED_REDIRECT = "redirect_refused"
    SERVER_TROUBLE = "server_trouble"
    UNREACHABLE = "no_answer"
    PERSON_NOT_LOADABLE = "person_not_loadable"
    REPORT_FAILED = "report_failed"
    INVALID_ANSWER = "invalid_answer"
    NOT_A_MEMBER = "not_a_member"

    # Steps that Abbott wants before it signs somebody in. They are also ids of dialogs' steps.
    SECOND_FACTOR = "second_factor"
    TERMS = "terms"
    PRIVACY_POLICY = "privacy_policy"
    VERIFY_EMAIL = "verify_email"
    UNKNOWN_STEP = "unknown_step"

    # What only a dialog finds.
    ACCEPTANCE_REQUIRED = "acceptance_required"
    ALREADY_A_PERSON = "already_a_person"
    CODE_FORMAT = "code_format"
    CODE_NOT_SENT = "code_not_sent"
    CONSENT_REQUIRED = "consent_required"
    INVALID_VERSION = "invalid_version"
    NOBODY_CHOSEN = "nobody_chosen"
    NOBODY_FOUND = "nobody_found"
    NOT_THE_PERSON = "not_the_person"
    PRACTICE_NOT_TOLD = "practice_not_told"
    SEARCH_TOO_OFTEN = "search_too_often"
    SLOW_DOWN = "slow_down"
    STEP_EXPIRED = "step_expired"
    STILL_REQUIRED = "still_required"
    TERM_TOO_SHORT = "term_too_short"
    TOO_MANY_CODES = "too_many_codes"
    TOO_MANY_FOUND = "too_many_found"
    TOO_MANY_PATIENTS = "too_many_patients"


class Reaction(Enum):
    """What is done about a failure while running."""

    RETRY = auto()
    """Nothing is wrong with the account: ask again, after a while."""
    SIGN_IN_AGAIN = auto()
    """Stop, and ask the person for the password."""
    HALT = auto()
    """Stop, and ask the person for the one thing that helps: a repair."""


class Pause(Enum):
    """What a failure means for the time until the next request."""

    NOT_SENT = auto()
    """Nothing was sent, so that it is no new failure: the wait that was known goes on."""
    FAILURE = auto()
    """Something did not work: ask again soon."""
    REFUSAL = auto()
    """We are not wanted right now, so that asking often would make it worse."""
    SILENCE = auto()
    """A refusal after which the cloud wants to be left alone, by dialogs too and after a restart."""

    @property
    def is_refusal(self) -> bool:
        """Return whether the cloud does not want us right now."""
        return self in (Pause.REFUSAL, Pause.SILENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure as people are told of it."""

    key: ProblemKey
    reaction: Reaction = Reaction.RETRY
    pause: Pause = Pause.FAILURE
    placeholders: dict[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    """Seconds that the cloud wants to pass before the next request, None where it names none."""
    step: Step | None = None
    """What Abbott wants the person to do first, where that is the problem."""


# Looked up for the class of an error, then for its bases, so the order of the rows does not matter.
_TABLE: Final[dict[type[CloudError], Problem]] = {
    CloudError: Problem(key=ProblemKey.INVALID_ANSWER),
    UnreachableError: Problem(key=ProblemKey.UNREACHABLE),
    ServerTroubleError: Problem(key=ProblemKey.SERVER_TROUBLE),
    InvalidAnswerError: Problem(key=ProblemKey.INVALID_ANSWER),
    ReportFailedError: Problem(key=ProblemKey.REPORT_FAILED),
    NotAMemberError: Problem(key=ProblemKey.NOT_A_MEMBER, reaction=Reaction.HALT),
    PersonNotLoadableError: Problem(key=ProblemKey.PERSON_NOT_LOADABLE),
    RateLimitedError: Problem(key=ProblemKey.RATE_LIMITED, pause=Pause.SILENCE),
    BlockedError: Problem(key=ProblemKey.BLOCKED, pause=Pause.SILENCE),
    LockedError: Problem(key=ProblemKey.LOCKED, pause=Pause.SILENCE),
    UntrustedRedirectError: Problem(key=ProblemKey.UNTRUSTED_REDIRECT, pause=Pause.REFUSAL),
    NotSentError: Problem(key=ProblemKey.NOT_SENT, pause=Pause.NOT_SENT),
    SignInWaitError: Problem(key=ProblemKey.SIGN_IN_WAIT, pause=Pause.NOT_SENT),
    SlowDownError: Problem(key=ProblemKey.SLOW_DOWN, pause=Pause.NOT_SENT),
    CredentialsRejectedError: Problem(key=ProblemKey.INVALID_AUTH, reaction=Reaction.SIGN_IN_AGAIN),
    # The password was right a moment ago, so this is the cloud's own trouble, which no person can end.
    TicketRejectedError: Problem(key=ProblemKey.TICKET_REJECTED, pause=Pause.REFUSAL),
    PasswordExpiredError: Problem(key=ProblemKey.CREDENTIALS_EXPIRED, reaction=Reaction.HALT),
    StepRequiredError: Problem(key=ProblemKey.UNKNOWN_STEP, reaction=Reaction.HALT),
    SecondFactorRequiredError: Problem(key=ProblemKey.SECOND_FACTOR, reaction=Reaction.HALT),
    StepExpiredError: Problem(key=ProblemKey.STEP_EXPIRED),
    CodeNotSentError: Problem(key=ProblemKey.CODE_NOT_SENT),
    CodeRejectedError: Problem(key=ProblemKey.CODE_REJECTED),
    TooManyCodesError: Problem(key=ProblemKey.TOO_MANY_CODES),
    ClientOutdatedError: Problem(key=ProblemKey.CLIENT_OUTDATED, pause=Pause.REFUSAL),
    ProtocolEndedError: Problem(key=ProblemKey.PROTOCOL_ENDED, reaction=Reaction.HALT),
}
CURED_AT_ABBOTT: Final = frozenset(
    {
        ProblemKey.TERMS,
        ProblemKey.PRIVACY_POLICY,
        ProblemKey.VERIFY_EMAIL,
        ProblemKey.UNKNOWN_STEP,
        ProblemKey.NOT_A_MEMBER,
    }
)
"""What is also cured in Abbott's own app, at its site, or by a link in an e-mail, where nobody tells us."""
_STEP_KEYS: Final = {
    "tou": ProblemKey.TERMS,
    "pp": ProblemKey.PRIVACY_POLICY,
    "verifyEmail": ProblemKey.VERIFY_EMAIL,
}
"""By Abbott's name of the step."""


def to_problem(err: CloudError) -> Problem:
    """Return what a failure means, with the time to wait and the step as placeholders."""
    problem = next(_TABLE[kind] for kind in type(err).__mro__ if kind in _TABLE)
    seconds = math.ceil(err.retry_after or 0)
    placeholders = {"minutes": str(max(1, math.ceil(seconds / 60))), "seconds": str(seconds)}
    problem = replace(problem, placeholders=placeholders, retry_after=err.retry_after)
    if not isinstance(err, StepRequiredError):
        return problem
    step = err.step
    placeholders["step"] = " ".join(filter(None, (step.kind, step.component)))
    return replace(problem, key=_STEP_KEYS.get(step.kind, problem.key), step=step)


def to_error[E: HomeAssistantError](problem: Problem, kind: type[E]) -> E:
    """Return an error of this kind that shows the problem's text."""
    return kind(
        translation_domain=DOMAIN,
        translation_key=problem.key,
        translation_placeholders=problem.placeholders,
    )
