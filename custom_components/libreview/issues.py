"""Repairs: what is wrong, in Home Assistant's list of issues, until it is cured."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from itertools import islice
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_EMAIL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .const import (
    DOMAIN,
    ISSUES_URL,
    LIBRELINKUP_URL,
    LIBREVIEW_URL,
    PERSON,
    RELEASES_URL,
)
from .logins import Login, live_login, own_login
from .models import Person
from .problems import ISSUES, Course, Problem
from .subentries import declined, title_of

PERSON_GONE: Final = "person_gone"
PERSON_NEW: Final = "person_new"
CLOCK: Final = "clock"
OWN_CLOCK: Final = "own_clock"
DIARY_REJECTED: Final = "diary_rejected"
"""A diary login is refused. That of an account is asked for anew by Home Assistant's own prompt instead."""

_MOST_OFFERS: Final = 5
"""So many at a time, lest a list of repairs grow as long as a practice's list of patients."""
HISTORY_SET_ASIDE: Final = "history_set_aside"
HISTORY_UNWRITABLE: Final = "history_unwritable"
DIARY_UNREADABLE: Final = "diary_unreadable"
"""Abbott's cloud answers, but no report can be had from it, or understood."""
_OF_LOGINS: Final = (*ISSUES, DIARY_REJECTED, DIARY_UNREADABLE)
_LINKS: Final = {
    "librelinkup": LIBRELINKUP_URL,
    "libreview": LIBREVIEW_URL,
    "releases": RELEASES_URL,
    "issues": ISSUES_URL,
}


def _id(kind: str, *parts: str) -> str:
    return "_".join((kind, *parts))


def report_problem(hass: HomeAssistant, entry: ConfigEntry, login: Login, problem: Problem) -> None:
    """Show what keeps a login from being used."""
    cure = login
    if problem.key == "password_expired" and login.subentry_id is None:
        cure = own_login(entry)  # Both services have one password, and one sign-in cures both.
        if _is_shown_for_other_feed(hass, entry, login, problem.key):
            return
    key = DIARY_REJECTED if problem.course is Course.SIGN_IN_AGAIN else problem.key
    _create(
        hass,
        _of_login(key, entry, login),
        key,
        is_fixable=problem.is_fixable or key == DIARY_REJECTED,
        severity=ir.IssueSeverity.ERROR,
        data={"entry_id": entry.entry_id, "kind": key, "login": cure.key},
        placeholders={
            "account": cure.credentials(entry).email,
            "app": cure.service.app,
            "site": cure.service.site,
            "link": _LINKS[cure.service.key],
            **problem.placeholders,
            **_LINKS,
        },
    )


def _is_shown_for_other_feed(hass: HomeAssistant, entry: ConfigEntry, login: Login, key: str) -> bool:
    """Whether the account's other feed has the same issue. Each takes down only its own."""
    registry = ir.async_get(hass)
    return any(
        registry.async_get_issue(DOMAIN, _of_login(key, entry, other))
        for other in (own_login(entry), live_login(entry))
        if other is not None and other != login
    )


def has_problem(hass: HomeAssistant, entry: ConfigEntry, login: Login) -> bool:
    """Whether something that keeps a login from being used is shown."""
    registry = ir.async_get(hass)
    return any(registry.async_get_issue(DOMAIN, _of_login(key, entry, login)) for key in _OF_LOGINS)


def clear_problems(hass: HomeAssistant, entry: ConfigEntry, login: Login) -> None:
    """The login works again."""
    for key in _OF_LOGINS:
        ir.async_delete_issue(hass, DOMAIN, _of_login(key, entry, login))


def _of_login(key: str, entry: ConfigEntry, login: Login) -> str:
    return _id(key, entry.entry_id, *([] if login == live_login(entry) else [login.key]))


def report_persons(
    hass: HomeAssistant, entry: ConfigEntry, shared: Mapping[str, Person], gone: Collection[str]
) -> None:
    """Offer to remove persons who no longer share, and to add those who newly do."""
    followed = {sub.unique_id: sub for sub in entry.get_subentries_of_type(PERSON)}
    _offer(hass, entry, PERSON_GONE, {key: sub.title for key, sub in followed.items() if key in gone})
    known = followed.keys() | declined(entry)
    _offer(hass, entry, PERSON_NEW, {key: title_of(each) for key, each in shared.items() if key not in known})


def _offer(hass: HomeAssistant, entry: ConfigEntry, kind: str, titles: Mapping[str | None, str]) -> None:
    """Have an issue of this kind for these persons, by patient id, and for nobody else."""
    # Home Assistant writes ids of issues to its log, so they hold no id of a person.
    ids = {key: _id(kind, entry.entry_id, sha256(str(key).encode()).hexdigest()[:12]) for key in titles}
    for issue in _of(hass, _id(kind, entry.entry_id, "")):
        if issue not in ids.values():
            ir.async_delete_issue(hass, DOMAIN, issue)
    for patient_id, title in islice(titles.items(), _MOST_OFFERS):
        _create(
            hass,
            ids[patient_id],
            kind,
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            data={"entry_id": entry.entry_id, "kind": kind, "patient_id": patient_id},
            placeholders={"person": title, "account": entry.data[CONF_EMAIL]},
        )


def report_clock(hass: HomeAssistant, entry: ConfigEntry, ahead: Collection[str]) -> None:
    """Say that readings come from the future, so that a clock must be wrong."""
    issue_id = _id(CLOCK, entry.entry_id)
    if not ahead:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    titles = [sub.title for sub in entry.get_subentries_of_type(PERSON) if sub.unique_id in ahead]
    _create(
        hass,
        issue_id,
        CLOCK,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        data=None,
        placeholders={"person": ", ".join(titles)},
    )


def report_own_clock(hass: HomeAssistant, entry: ConfigEntry, minutes: int | None) -> None:
    """Say by how many minutes Home Assistant's own clock is wrong, None when it is right."""
    issue_id = _id(OWN_CLOCK, entry.entry_id)
    if minutes is None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    _create(
        hass,
        issue_id,
        OWN_CLOCK,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        data=None,
        placeholders={"minutes": str(minutes)},
    )


def report_history_set_aside(hass: HomeAssistant, entry: ConfigEntry, name: str) -> None:
    """Say that the history could not be read, and that a new one was begun."""
    _create(
        hass,
        _id(HISTORY_SET_ASIDE, entry.entry_id),
        HISTORY_SET_ASIDE,
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        data={"entry_id": entry.entry_id, "kind": HISTORY_SET_ASIDE},
        placeholders={"account": entry.title, "file": name},
    )


def report_history_unwritable(hass: HomeAssistant, entry: ConfigEntry, *, is_unwritable: bool) -> bool:
    """Say that the history cannot be written, or that it can be again. Says whether that is news."""
    issue_id = _id(HISTORY_UNWRITABLE, entry.entry_id)
    is_news = is_unwritable != (ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is not None)
    if not is_unwritable:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
    elif is_news:
        _create(
            hass,
            issue_id,
            HISTORY_UNWRITABLE,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            data=None,
            placeholders={"account": entry.title},
        )
    return is_news


def keep_only(hass: HomeAssistant, entry: ConfigEntry, logins: Collection[Login]) -> None:
    """Take down what speaks of logins that are no longer there."""
    there = {_of_login(key, entry, login) for key in _OF_LOGINS for login in logins}
    for key in _OF_LOGINS:
        for issue in _of(hass, _id(key, entry.entry_id)):
            if issue not in there:
                ir.async_delete_issue(hass, DOMAIN, issue)


def clear_all(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take down everything that speaks of this entry or of its persons."""
    for issue in _of(hass, ""):
        if entry.entry_id in issue:
            ir.async_delete_issue(hass, DOMAIN, issue)


def _of(hass: HomeAssistant, prefix: str) -> list[str]:
    return [
        issue for domain, issue in ir.async_get(hass).issues if domain == DOMAIN and issue.startswith(prefix)
    ]


def _create(
    hass: HomeAssistant,
    issue_id: str,
    key: str,
    *,
    is_fixable: bool,
    is_persistent: bool = False,
    severity: ir.IssueSeverity,
    data: dict[str, str | int | float | None] | None,
    placeholders: dict[str, str],
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data=data,
        is_fixable=is_fixable,
        is_persistent=is_persistent,
        severity=severity,
        translation_key=key,
        translation_placeholders=placeholders,
    )
