"""The base of the feeds' coordinators: timer, refresh by hand, and what a success or a failure leads to.

Home Assistant's own update interval is too coarse to poll right after an upload, and each feed has a pace of
its own, so the coordinators have no interval and arm one precise timer here.
"""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
import logging
import time
from typing import Any, ClassVar, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HassJobType, HomeAssistant, callback
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
    HomeAssistantError,
)
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .cloud.errors import CloudError, InvalidAnswerError
from .cloud.session import Session
from .cloud.transport import CloudClock
from .const import DOMAIN
from .entry_data import Login
from .failures import issues
from .failures.login_issues import FAILURES_SHOWN, clear_login_issues, find_cause, report_failure
from .failures.problems import CURED_AT_ABBOTT, Pause, Problem, Reaction, to_error, to_problem
from .glucose.freshness import clocks_agree
from .history.history import History
from .person.snapshot import Feed, HasReadings

_FIRST_REFRESH_ERRORS: Mapping[Reaction, type[HomeAssistantError]] = {
    Reaction.HALT: ConfigEntryError,
    Reaction.SIGN_IN_AGAIN: ConfigEntryAuthFailed,
}

LASTING: Final = timedelta(hours=1)
"""A failure that has lasted for so long has an issue, whatever it is."""
_HALTED_INTERVAL: Final = 3600.0
"""Seconds between two looks whether the person has meanwhile done at Abbott what we wait for."""


class FeedCoordinator[T: HasReadings](DataUpdateCoordinator[Mapping[str, T]]):
    """A feed of one login: what it delivers of each person, by patient id, and when it is asked next.

    A subclass fetches and says how long to wait, after an answer and after a failure:

        class LiveCoordinator(FeedCoordinator[Live]):
            kind = Feed.LIVE

            async def _async_fetch(self) -> Mapping[str, Live] | None: ...
            def _next_delay(self) -> float | None: ...
            def _delay_after(self, problem: Problem) -> float: ...

    A feed into which somebody pushes returns None as its next delay and sets its data itself.
    """

    kind: ClassVar[Feed]
    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        logger: logging.Logger,
        entry: ConfigEntry,
        login: Login | None,
        *,
        name: str,
        session: Session | None,
        history: History,
    ) -> None:
        """Prepare to use this login and session, if there are any. Nothing is asked before a refresh.

        Listeners are called after each success, also where nothing is new: readings grow old all the same,
        and no timer says so of a machine that slept.
        """
        super().__init__(hass, logger, config_entry=entry, name=name)
        self.data = {}
        self.login = login
        self.last_success: datetime | None = None
        self.problem: Problem | None = None
        """The reason why the last attempt failed, or why no more are made."""
        self._session = session
        self._history = history
        self._failures = 0
        """Failures in a row."""
        self._failing_since: datetime | None = None
        self._started = False
        self._timer: CALLBACK_TYPE | None = None
        self._due: tuple[float, float] = (0.0, 0.0)
        """The instant (seconds since 1970) at which the timer is to ring, and the delay it was armed with."""

    # What a feed does in its own way.

    @abstractmethod
    async def _async_fetch(self) -> Mapping[str, T] | None:
        """Return everybody's data, None where nothing was asked for. Raises CloudError."""

    @abstractmethod
    def _next_delay(self) -> float | None:
        """Return the seconds until the next request, None where there is nothing to ask for."""

    def _delay_after(self, problem: Problem) -> float:
        """Put the next request off after a failure, and return by how many seconds."""
        return problem.retry_after or 0.0

    def describe(self) -> dict[str, Any]:
        """Return what diagnostics tell of the feed: nothing that identifies anybody."""
        success = self.last_success
        return {
            "kind": self.kind,
            "problem": self.problem.key if self.problem else None,
            "seconds_since_success": round((dt_util.utcnow() - success).total_seconds()) if success else None,
            "clock_offset_seconds": round(self.clock.offset),
            **(self._session.describe() if self._session else {}),
        }

    @property
    @abstractmethod
    def followed_ids(self) -> Collection[str]:
        """The patient ids of the persons of whom the feed delivers something."""

    @property
    def clock(self) -> CloudClock:
        """The cloud's clock, as far as this feed has heard of it."""
        return self._session.clock if self._session else CloudClock()

    # Start, stop and refresh.

    @callback
    def start(self) -> None:
        """Begin to poll."""
        self._started = True
        self._schedule()

    @override
    async def async_shutdown(self) -> None:
        """End polling for good."""
        await super().async_shutdown()
        self._started = False
        self._cancel_timer()

    @override
    async def async_config_entry_first_refresh(self) -> None:
        """Refresh during set-up. Raises ConfigEntryError where a new attempt would not help, else its kin."""
        try:
            await super().async_config_entry_first_refresh()
        except ConfigEntryNotReady as err:
            if self.problem is not None and self.problem.reaction in _FIRST_REFRESH_ERRORS:
                raise to_error(self.problem, _FIRST_REFRESH_ERRORS[self.problem.reaction]) from err
            raise

    async def async_request_news(self) -> None:
        """Refresh out of turn, unless the budget of requests is used up: then what is there is the answer."""
        if self._session is None or self._session.budget.allows_extra(time.time(), is_pressing=True):
            await self.async_request_refresh()

    async def async_refresh_now(self) -> None:
        """Refresh because a person wants it.

        Raises HomeAssistantError with the reason when there is nothing new.
        """
        await self.async_request_news()
        if self.cause is not None:
            raise to_error(self.cause, HomeAssistantError)

    # Success and failure.

    @property
    def cause(self) -> Problem | None:
        """The problem as people are told of it: rather what an open repair says than that we wait."""
        if (problem := self.problem) is None or self.login is None:
            return problem
        return find_cause(self.hass, self.config_entry, self.login, problem)

    @override
    async def _async_update_data(self) -> Mapping[str, T]:
        try:
            data = await self._async_fetch()
        except CloudError as err:
            raise self._fail(err) from err
        except HomeAssistantError:
            raise  # It says what it is, as a history that cannot be written does.
        except Exception as err:
            # What nobody foresaw is told as well, and tried again at a slower pace.
            self.logger.warning("Unexpected error: %s", type(err).__name__)
            raise self._fail(InvalidAnswerError("an answer that cannot be handled")) from err
        self._check_own_clock()
        if data is None:
            return self.data
        self.problem = self._failing_since = None
        self._failures = 0
        self.last_success = dt_util.utcnow()
        if self.login is not None:
            clear_login_issues(self.hass, self.config_entry, self.login)
        return data

    def _fail(self, err: CloudError) -> UpdateFailed:
        """Count a failure, put the next request off and tell the people; return the error to raise."""
        problem = to_problem(err)
        self._failures += 1
        now = dt_util.utcnow()
        self._failing_since = min(self._failing_since or now, now)
        # What passes by itself says nothing new of what only a person can end, nor does a wait of its reason.
        is_wait = problem.pause is Pause.NOT_SENT and self.problem is not None
        if not (is_wait or (problem.reaction is Reaction.RETRY and self._is_halted)):
            self.problem = problem
        delay = self._delay_after(problem)
        if problem.pause is Pause.SILENCE and self._session is not None:
            self._session.pause(delay)
        if self.login is not None and not self._shutdown_requested:
            # An account that cannot even be set up has been failing for long enough.
            failures = self._failures if self._started else FAILURES_SHOWN
            lasts = self.problem.key if self.problem and now - self._failing_since >= LASTING else None
            report_failure(self.hass, self.config_entry, self.login, problem, failures=failures, lasts=lasts)
        return to_error(self.cause or problem, UpdateFailed)

    @callback
    def _check_own_clock(self) -> None:
        """Create an issue while our clock differs from the cloud's, and have nothing thinned out then."""
        if self._session is None or self._shutdown_requested:
            return
        self._history.is_clock_right = clocks_agree(self.clock.offset)
        if self._history.is_clock_right:
            issues.clear_own_clock_wrong(self.hass, self.config_entry)
        else:
            issues.set_own_clock_wrong(self.hass, self.config_entry, round(abs(self.clock.offset) / 60))

    @property
    def _is_halted(self) -> bool:
        """True while only a person can help, so that nothing is asked for as usual."""
        return self.problem is not None and self.problem.reaction is not Reaction.RETRY

    # The timer.

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        if not self.last_update_success:
            # Home Assistant is silent about repeated failures, in which readings grow old all the same.
            self._notify()
        self._schedule()

    @callback
    def _notify(self) -> None:
        """Call the listeners, once there are entities to show anything."""
        if self._started:
            self.async_update_listeners()

    @callback
    def _schedule(self) -> None:
        """Arm the timer for the next request."""
        self._cancel_timer()
        if not self._started or self.config_entry.pref_disable_polling:
            return
        if self._is_halted:
            # Who accepts terms in Abbott's own app, as most do, finds that data flow again.
            delay = _HALTED_INTERVAL if self.problem and self.problem.key in CURED_AT_ABBOTT else None
        else:
            delay = self._next_delay()
        if delay is not None:
            self._due = time.time() + delay, delay
            self._arm(delay)

    @callback
    def async_on_clock_jump(self, seconds: float) -> None:
        """Have the timer ring at the instant it was meant for, and never later than after its own delay.

        A clock that goes back was set, so that it is further behind the cloud's. One that goes ahead may have
        been, or the machine slept: the next answer tells.
        """
        if seconds < 0 and self._session is not None:
            self._session.clock_set_back(-seconds)
        if self._timer is not None:
            due, delay = self._due
            self._cancel_timer()
            self._arm(min(max(due - time.time(), 1.0), delay))

    def _arm(self, delay: float) -> None:
        job = HassJob(self._poll, job_type=HassJobType.Callback, cancel_on_shutdown=True)
        self._timer = async_call_later(self.hass, delay, job)

    @callback
    def _poll(self, _now: datetime) -> None:
        self._timer = None
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), f"{DOMAIN} {self.name}", eager_start=True
        )

    @callback
    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None
