"""When people are told of a failure: at once of what only they can cure, and of the rest if it lasts."""

from dataclasses import replace
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from . import issues
from .cloud.services import LIBREVIEW
from .const import CONF_LOGIN
from .logins import Login
from .problems import Course, Problem

FAILURES_SHOWN: Final = 2
"""Failures in a row while running before a repair speaks of something that may pass by itself."""
UNREADABLE: Final = frozenset(("invalid_answer", "report_failed", "person_not_loadable"))
UNREADABLE_SHOWN: Final = 4
"""Reports in a row that could not be had or understood before a repair speaks of it: some 75 min."""
LONG_WAIT: Final = 15 * 60.0
"""Seconds. So long a wait is spoken of at once."""


def complain(
    hass: HomeAssistant, entry: ConfigEntry, login: Login, problem: Problem, *, failures: int
) -> None:
    """Tell of a failure that was the last of so many in a row."""
    is_long = (problem.retry_after or 0) >= LONG_WAIT
    if problem.course is Course.SIGN_IN_AGAIN and login.subentry_id is None:
        entry.async_start_reauth(hass, data={CONF_LOGIN: login.key})
    elif problem.course is not Course.RETRY:
        issues.report_problem(hass, entry, login, problem)
    elif problem.key == "waiting":
        # Mostly it has been spoken of when it began, unless that was before a restart.
        if is_long and not issues.has_problem(hass, entry, login):
            issues.report_problem(hass, entry, login, replace(problem, key="refused"))
    elif problem.has_issue and (is_long or failures >= FAILURES_SHOWN):
        issues.report_problem(hass, entry, login, problem)
    elif login.service is LIBREVIEW and problem.key in UNREADABLE and failures >= UNREADABLE_SHOWN:
        issues.report_problem(hass, entry, login, replace(problem, key=issues.DIARY_UNREADABLE))
