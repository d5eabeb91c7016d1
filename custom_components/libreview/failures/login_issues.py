"""Issues about a login: when a failure becomes one, and when it is deleted."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..cloud.services import LIBREVIEW, Service
from ..const import CONF_LOGIN, DOMAIN
from ..entry_data import Login, live_login, own_login
from ..placeholders import LINKS, plain_texts
from .issue_kinds import DIARY_REJECTED, DIARY_UNREADABLE, LASTING_FAILURE, LASTING_LOCK, LOGIN_KINDS
from .issues import clear_issue, clear_others, has_issue, issue_id, set_issue
from .problems import Pause, Problem, ProblemKey, Reaction

FAILURES_SHOWN: Final = 2
"""Failures in a row while running after which there is an issue about what may pass by itself."""
_UNREADABLE: Final = (
    ProblemKey.INVALID_ANSWER,
    ProblemKey.REPORT_FAILED,
    ProblemKey.PERSON_NOT_LOADABLE,
)
_UNREADABLE_SHOWN: Final = 4
"""Reports in a row that could not be had or understood after which there is an issue: some 75 min."""
_LONG_WAIT: Final = 15 * 60.0
"""Seconds. A wait of this length or longer has an issue at the first failure."""


def report_failure(
    hass: HomeAssistant,
    entry: ConfigEntry,
    login: Login,
    problem: Problem,
    *,
    failures: int,
    lasts: ProblemKey | None = None,
) -> None:
    """Show a failure that needs people or lasts: as an issue, or as a prompt for the password.

    `failures` counts the failures in a row, this one included. `lasts` is their reason once they
    have lasted for long.
    """
    kind = _kind_to_set(hass, entry, login, problem, failures)
    if kind is None and lasts is not None and problem.reaction is Reaction.RETRY:
        kind = _lasting_kind_to_set(hass, entry, login, lasts)
    if kind is not None:
        set_login_issue(hass, entry, login, kind, problem.placeholders)
    elif problem.reaction is Reaction.SIGN_IN_AGAIN:
        entry.async_start_reauth(hass, data={CONF_LOGIN: login.key})


def _kind_to_set(
    hass: HomeAssistant, entry: ConfigEntry, login: Login, problem: Problem, failures: int
) -> str | None:
    """Return the kind of issue that a failure has by now, None for none."""
    is_long = (problem.retry_after or 0) >= _LONG_WAIT
    if problem.reaction is Reaction.SIGN_IN_AGAIN:
        return None if login.subentry_id is None else DIARY_REJECTED
    if problem.reaction is Reaction.HALT:
        return problem.key
    if problem.key is ProblemKey.NOT_SENT:
        # Mostly there is an issue since the wait began, unless that was before a restart.
        return ProblemKey.RATE_LIMITED if is_long and not has_login_issue(hass, entry, login) else None
    if problem.key in LOGIN_KINDS:
        return problem.key if is_long or failures >= FAILURES_SHOWN else None
    if login.service is LIBREVIEW and problem.key in _UNREADABLE and failures >= _UNREADABLE_SHOWN:
        return DIARY_UNREADABLE
    return None


def _lasting_kind_to_set(
    hass: HomeAssistant, entry: ConfigEntry, login: Login, lasting: ProblemKey
) -> str | None:
    """Return the kind of issue that a lasting failure has, None while another issue says more."""
    kinds = LASTING_LOCK, LASTING_FAILURE
    kind, other = kinds if lasting is ProblemKey.LOCKED else reversed(kinds)
    clear_issue(hass, entry, other, *_id_parts(entry, login))
    return None if has_login_issue(hass, entry, login) else kind


def set_login_issue(
    hass: HomeAssistant, entry: ConfigEntry, login: Login, kind: str, placeholders: dict[str, str]
) -> None:
    """Create the issue that keeps a login from being used."""
    login_to_sign_in = login
    if kind == ProblemKey.CREDENTIALS_EXPIRED and login.subentry_id is None:
        # Both services have one password, so there is one issue, and its sign-in is good for both.
        login_to_sign_in = own_login(entry)
        if _is_shown_for_other_feed(hass, entry, login, kind):
            return
    service, email = login_to_sign_in.service, login_to_sign_in.credentials(entry).email
    set_issue(
        hass,
        entry,
        kind,
        {
            **login_placeholders(service, email),
            **placeholders,
            **LINKS,
        },
        *_id_parts(entry, login),
        login=login_to_sign_in.key,
    )


def login_placeholders(service: Service, email: str) -> dict[str, str]:
    """Return what texts about a login can name: the account, and what belongs to its service."""
    return {
        "account": email,
        "app": service.app,
        "site": service.site,
        "link": LINKS[service.key],
    }


def _is_shown_for_other_feed(hass: HomeAssistant, entry: ConfigEntry, login: Login, kind: str) -> bool:
    """Return whether the account's other feed has the same issue. Each feed deletes only its own."""
    return any(
        has_issue(hass, issue_id(kind, entry, *_id_parts(entry, other)))
        for other in (own_login(entry), live_login(entry))
        if other is not None and other != login
    )


def find_cause(hass: HomeAssistant, entry: ConfigEntry, login: Login, problem: Problem) -> Problem:
    """Return what people are to be told: where nothing was sent, the reason that an open issue names."""
    if problem.pause is not Pause.NOT_SENT:
        return problem
    logins = [login] if login.subentry_id else [login, own_login(entry), live_login(entry)]
    registry = ir.async_get(hass)
    for kind in LOGIN_KINDS:
        for other in logins if kind in ProblemKey else ():
            parts = _id_parts(entry, other) if other is not None else ()
            if issue := registry.async_get_issue(DOMAIN, issue_id(kind, entry, *parts)):
                placeholders = {**problem.placeholders, **plain_texts(issue.translation_placeholders)}
                return replace(problem, key=ProblemKey(kind), placeholders=placeholders)
    return problem


def has_login_issue(hass: HomeAssistant, entry: ConfigEntry, login: Login) -> bool:
    """Return whether an issue about this login is shown."""
    parts = _id_parts(entry, login)
    return any(has_issue(hass, issue_id(kind, entry, *parts)) for kind in LOGIN_KINDS)


def clear_login_issues(hass: HomeAssistant, entry: ConfigEntry, login: Login) -> None:
    """Delete all issues about a login, because it works."""
    for kind in LOGIN_KINDS:
        clear_issue(hass, entry, kind, *_id_parts(entry, login))


def clear_removed_logins(hass: HomeAssistant, entry: ConfigEntry, logins: Collection[Login]) -> None:
    """Delete the issues about all logins but these, which are all that the entry still has."""
    for kind in LOGIN_KINDS:
        expected = {issue_id(kind, entry, *_id_parts(entry, login)) for login in logins}
        clear_others(hass, entry, kind, expected)


def _id_parts(entry: ConfigEntry, login: Login) -> tuple[str, ...]:
    """Return what of an issue's id names the login: nothing for the live feed's, which came first."""
    return () if login == live_login(entry) else (login.key,)
