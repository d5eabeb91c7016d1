"""All kinds of issues, and how Home Assistant shows each: one table, which `repairs` is checked against.

A kind is the issue's translation key, and stands in its data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.helpers.issue_registry import IssueSeverity

from .problems import ProblemKey

DIARY_REJECTED: Final = "diary_rejected"
"""The login of a person's diary is refused. Home Assistant's own prompt asks for an account's anew."""
DIARY_UNREADABLE: Final = "diary_unreadable"
"""LibreView answers, but no report can be had from it, or understood."""
LASTING_FAILURE: Final = "lasting_failure"
"""No data for an hour, for a reason that has no issue of its own."""
LASTING_LOCK: Final = "lasting_lock"
"""No data for an hour, because Abbott locks the account."""
PERSON_GONE: Final = "person_gone"
PERSON_NEW: Final = "person_new"
PATIENT_GONE: Final = "patient_gone"
"""The cloud no longer gives a practice the data of somebody who is followed."""
CLOCK_AHEAD: Final = "clock"
OWN_CLOCK_WRONG: Final = "own_clock"
PERSON_KEPT_ASIDE: Final = "person_kept_aside"
"""The history of a person who was removed is kept for a while."""
ACCOUNT_KEPT_ASIDE: Final = "account_kept_aside"
"""The history of an account that was removed is kept for a while."""
HISTORY_SET_ASIDE: Final = "history_set_aside"
HISTORY_UNWRITABLE: Final = "history_unwritable"
HISTORY_NEWER: Final = "history_newer"
"""The file of the history was written by a later version of this integration."""
STORAGE_UNWRITABLE: Final = "storage_unwritable"
"""Sessions cannot be written to Home Assistant's storage, so that the next start would sign in anew."""
SEND_REFUSED: Final = "send_refused"
"""A Nightscout server refuses the token with which a person's values are sent."""
SEND_FAILING: Final = "send_failing"
"""Nothing could be sent to a Nightscout server for hours."""
HISTORY_UNUSABLE: Final = (HISTORY_UNWRITABLE, HISTORY_NEWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueKind:
    """How Home Assistant shows issues of one kind."""

    severity: IssueSeverity = IssueSeverity.ERROR
    is_fixable: bool = False
    """Whether the issue has a dialog, which `repairs` names."""
    is_persistent: bool = False
    """Whether the issue outlives a restart by itself, as nothing would find it again, or not for hours."""


LOGIN_KINDS: Final[Mapping[str, IssueKind]] = {
    ProblemKey.CREDENTIALS_EXPIRED: IssueKind(is_fixable=True),
    ProblemKey.SECOND_FACTOR: IssueKind(is_fixable=True),
    ProblemKey.TERMS: IssueKind(is_fixable=True),
    ProblemKey.PRIVACY_POLICY: IssueKind(is_fixable=True),
    ProblemKey.VERIFY_EMAIL: IssueKind(is_fixable=True),
    ProblemKey.UNKNOWN_STEP: IssueKind(is_fixable=True),
    ProblemKey.PROTOCOL_ENDED: IssueKind(),
    ProblemKey.NOT_A_MEMBER: IssueKind(),
    ProblemKey.CLIENT_OUTDATED: IssueKind(),
    ProblemKey.BLOCKED: IssueKind(),
    ProblemKey.RATE_LIMITED: IssueKind(),
    ProblemKey.UNTRUSTED_REDIRECT: IssueKind(),
    DIARY_REJECTED: IssueKind(is_fixable=True),
    DIARY_UNREADABLE: IssueKind(),
    LASTING_FAILURE: IssueKind(),
    LASTING_LOCK: IssueKind(),
}
"""Issues about one login, deleted when the login works again. Problems that are not here have no issue."""

KINDS: Final[Mapping[str, IssueKind]] = {
    **LOGIN_KINDS,
    PERSON_GONE: IssueKind(severity=IssueSeverity.WARNING, is_fixable=True),
    PATIENT_GONE: IssueKind(severity=IssueSeverity.WARNING, is_fixable=True),
    PERSON_NEW: IssueKind(severity=IssueSeverity.WARNING, is_fixable=True),
    PERSON_KEPT_ASIDE: IssueKind(severity=IssueSeverity.WARNING, is_fixable=True),
    CLOCK_AHEAD: IssueKind(),
    OWN_CLOCK_WRONG: IssueKind(),
    ACCOUNT_KEPT_ASIDE: IssueKind(severity=IssueSeverity.WARNING, is_persistent=True),
    HISTORY_SET_ASIDE: IssueKind(severity=IssueSeverity.WARNING, is_fixable=True, is_persistent=True),
    HISTORY_UNWRITABLE: IssueKind(),
    HISTORY_NEWER: IssueKind(),
    STORAGE_UNWRITABLE: IssueKind(),
    SEND_REFUSED: IssueKind(is_fixable=True),
    SEND_FAILING: IssueKind(severity=IssueSeverity.WARNING, is_persistent=True),
}
"""All issues there are."""
