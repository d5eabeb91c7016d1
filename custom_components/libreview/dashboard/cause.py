"""The reason why a person has no current value, for the card: as far as the account tells, not the sensor."""

from typing import Final

from ..account.followed_person import FollowedPerson
from ..failures.login_issues import has_login_issue
from ..failures.problems import Reaction
from ..models import JsonObjectType, LinkState

NO_CAUSE: Final[JsonObjectType] = {"kind": "cause", "key": None, "repair": False}
_NOT_SHARED: Final = "not_shared"
_CLOCK: Final = "clock"
_POLLING_DISABLED: Final = "polling_disabled"


def cause_message(person: FollowedPerson) -> JsonObjectType:
    """Return what keeps the person's data away: a problem's key, or None, and whether a repair says more."""
    key, has_repair = _find_cause(person)
    return {"kind": "cause", "key": key, "repair": has_repair}


def _find_cause(person: FollowedPerson) -> tuple[str | None, bool]:
    feed = next(iter(person.feeds), None)  # The one that is asked the most often.
    if feed is not None and (problem := feed.cause) is not None:
        needs_person = problem.reaction is not Reaction.RETRY
        has_issue = feed.login is not None and has_login_issue(person.hass, feed.config_entry, feed.login)
        return problem.key, needs_person or has_issue
    if feed is not None and feed.config_entry.pref_disable_polling:
        return _POLLING_DISABLED, False
    live = person.live
    if live is not None and live.last_success is not None and person.patient_id not in live.shared:
        return _NOT_SHARED, True
    link = person.data.diary.link if person.data.diary else None
    if link is not None and link.state is LinkState.GONE:
        return _NOT_SHARED, False  # For a day it may be the cloud's trouble, so that there is no repair yet.
    if not person.data.clocks_agree or person.data.is_from_future:
        return _CLOCK, True
    return None, False
