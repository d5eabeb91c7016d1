"""The diary feed of a practice: many patients take turns through one professional's login.

A report costs the cloud much, so that five minutes lie between two of a login, and whoever has nothing new is
read less often. Each sign-in would need a person with a phone, so that the session is kept alive.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, override

from homeassistant.const import CONF_EMAIL
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..cloud.errors import (
    CloudError,
    InvalidAnswerError,
    NotAMemberError,
    PersonNotLoadableError,
    ServerTroubleError,
)
from ..cloud.practice import Practice
from ..failures.issues import update_patients_gone
from ..failures.problems import Problem, Reaction, to_problem
from ..hass_data import get_data
from ..models import PracticePatient
from ..person.snapshot import Diary
from .coordinator import DiaryCoordinator
from .pace import MIN_DELAY
from .patient_watch import SLOW_TURN, TURN, PatientWatch
from .subject import ReportSubject

_DASHBOARD: Final = timedelta(hours=3)
"""Between two looks at the dashboard at least."""
_FEW: Final = 12
"""Persons who all have a turn about once an hour, so that no dashboard is needed to choose among them."""
_LONGEST_SILENCE: Final = 50 * 60.0
"""Seconds between two requests at most. Tickets live about two hours, and every answer renews them."""
_FLOOR: Final = timedelta(seconds=MIN_DELAY)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class PracticeCoordinator(DiaryCoordinator):
    """The diary feed of a professional's login: the diaries of its patients, by patient id."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Prepare to read these persons' diaries, as a diary feed does."""
        super().__init__(*args, **options)
        self.practice = Practice(self.client.session)
        self._watches: dict[str, PatientWatch] = {}
        self._turns = asyncio.Lock()
        self._turn: ReportSubject
        """Whose turn it is."""
        self._turn_at = _NEVER
        """The instant from which somebody may have a turn."""
        self._ordered_at = _NEVER
        self._dashboard_at = _NEVER
        self._is_dashboard_refused = False
        self._is_asked = False
        """Whether a person wants news now."""

    @override
    async def async_load(self) -> None:
        await super().async_load()
        for patient_id, record in self._records.items():
            self._watches[patient_id] = PatientWatch.of(
                self.data[patient_id],
                dt_util.utcnow(),
                newest=record.newest_at,
                failures=record.failures,
                failing_since=record.failing_since,
            )
        self._show_links()

    @override
    @callback
    def start(self) -> None:
        now = dt_util.utcnow()
        attempts = [record.attempted_at for record in self._records.values()]
        attempts.append(get_data(self.hass).report_orders.get(self._email))
        # An order in the future is that of a clock which was set back since, so it may have been just now.
        self._ordered_at = max((min(at, now) for at in attempts if at), default=_NEVER)
        super().start()

    @override
    async def async_request_news(self) -> None:
        self._is_asked = True
        await super().async_request_news()

    async def async_search(self, term: str) -> tuple[PracticePatient, ...]:
        """Return the patients whose name or e-mail address contains a text, because a person wants it.

        Raises CloudError. What only a person can end is then told as if it had been met without them.
        """
        try:
            return await self.practice.search(term)
        except CloudError as err:
            if not isinstance(err, NotAMemberError) and to_problem(err).reaction is not Reaction.RETRY:
                self.async_set_update_error(self._fail(err))
                self._schedule()
            raise

    @override
    @callback
    def async_on_clock_jump(self, seconds: float) -> None:
        if seconds < 0:
            back = timedelta(seconds=seconds)
            self._turn_at, self._ordered_at, self._dashboard_at = (
                at if at == _NEVER else at + back
                for at in (self._turn_at, self._ordered_at, self._dashboard_at)
            )
        super().async_on_clock_jump(seconds)

    # Turns.

    @override
    async def _async_fetch(self) -> Mapping[str, Diary] | None:
        async with self._turns:
            now = dt_util.utcnow()
            if await self._async_look_at_dashboard(now):
                self._tell_who_is_lost(now)
            self._show_links()
            person, self._is_asked = self._choose(now), False
            if person is None:
                await self.client.session.get("/user", name="user")  # It renews the ticket.
                # As long as somebody can be read, only a report tells whether all is well.
                data = None if self._readable else self.data
            else:
                data = await self._async_take_turn(person, now)
            if person is not None or now >= self._turn_at:
                self._plan_next_turn()
            return data

    def _choose(self, now: datetime) -> ReportSubject | None:
        """Return who is to be read now: of those who are due the one whose last turn is the longest ago."""
        earliest = _NEVER if self._ordered_at == _NEVER else self._ordered_at + _FLOOR
        self._turn_at = max(self._turn_at, earliest)
        if now < (earliest if self._is_asked else self._turn_at):
            return None
        candidates = self._readable
        if not self._is_asked and self.problem is None:
            candidates = [each for each in candidates if self._is_due(each, now)]
        return min(candidates, key=self._last_turn, default=None)

    async def _async_take_turn(self, person: ReportSubject, now: datetime) -> Mapping[str, Diary] | None:
        """Read a person's report. Who cannot be loaded keeps nobody else from being read.

        Raises CloudError, NotAMemberError where none of several patients can be loaded, nor the dashboard.
        """
        self._turn, self._ordered_at = person, now
        get_data(self.hass).report_orders[self._email] = now
        watch, record = self._watches[person.patient_id], self._records[person.patient_id]
        try:
            data = await super()._async_fetch()
        except PersonNotLoadableError as err:
            watch.failed(now, record.read_at)
            record.failures, record.failing_since = watch.failures, watch.failing_since
            await self._store.async_save()
            self._dashboard_at = min(self._dashboard_at, now - _DASHBOARD)
            failing = [self._watches[each.patient_id].failures > 0 for each in self._readable]
            if self._is_dashboard_refused and len(failing) > 1 and all(failing):
                raise NotAMemberError("neither a patient nor the dashboard can be loaded") from err
            data = self.data
        else:
            if watch.failures:
                self._dashboard_at = _NEVER  # Who is back may only have been invited again.
            if data is not None:
                watch.succeeded(data[person.patient_id], now)
                record.newest_at, record.failures, record.failing_since = watch.newest, 0, None
        self._tell_who_is_lost(now)
        return None if data is None else self._with_links(data)

    @override
    def _next_person(self, now: datetime) -> ReportSubject:
        return self._turn

    @property
    def _email(self) -> str:
        return str(self.config_entry.data[CONF_EMAIL])

    @property
    def _readable(self) -> list[ReportSubject]:
        """Those who have accepted, as far as is known."""
        return [person for person in self.persons if not self._watches[person.patient_id].is_waiting]

    def _is_due(self, person: ReportSubject, now: datetime) -> bool:
        attempted_at = self._records[person.patient_id].attempted_at
        return self._watches[person.patient_id].is_due(now, attempted_at)

    def _last_turn(self, person: ReportSubject) -> datetime:
        attempted_at = self._records[person.patient_id].attempted_at
        return attempted_at if attempted_at and attempted_at <= dt_util.utcnow() else _NEVER

    def _tell_who_is_lost(self, now: datetime) -> None:
        lost = [patient_id for patient_id, watch in self._watches.items() if watch.is_lost(now)]
        update_patients_gone(self.hass, self.config_entry, lost)

    # The dashboard.

    async def _async_look_at_dashboard(self, now: datetime) -> bool:
        """Ask how the followed patients stand, where that is not known or may have changed; return whether.

        A practice whose dashboard is not answered as expected is read all the same. Raises CloudError.
        """
        pause = _FLOOR if self._is_asked else _DASHBOARD
        if not self.persons or not self._needs_dashboard(now) or now - self._dashboard_at < pause:
            return False
        rows: Mapping[str, Any] = {}
        try:
            rows = await self.practice.dashboard(self.followed_ids)
            self._is_dashboard_refused = False
        except NotAMemberError:
            self._is_dashboard_refused = True
        except InvalidAnswerError, ServerTroubleError:
            rows = {patient_id: watch.row for patient_id, watch in self._watches.items()}
        self._dashboard_at = now
        for patient_id, watch in self._watches.items():
            watch.see(rows.get(patient_id), now)
        return True

    def _needs_dashboard(self, now: datetime) -> bool:
        watches = self._watches.values()
        return (
            len(self.persons) > _FEW
            or self._dashboard_at == _NEVER
            or any(watch.is_waiting or watch.is_silent(now) or not watch.was_read for watch in watches)
        )

    # What is shown.

    def _show_links(self) -> None:
        self.data = self._with_links(self.data)

    def _with_links(self, data: Mapping[str, Diary]) -> dict[str, Diary]:
        """Return the data with how each patient stands to the practice.

        What a device has not uploaded yet has not been read, or the sums of today would be too small.
        """
        shown = {}
        for key, diary in data.items():
            link, read_at = self._watches[key].link, diary.read_at
            if read_at is not None:
                is_uploaded = link.last_data is not None and self._records[key].covered_until is not None
                read_at = min(read_at, link.last_data or read_at) if is_uploaded else None
            shown[key] = replace(diary, link=link, read_at=read_at)
        return shown

    @override
    def describe(self) -> dict[str, Any]:
        states = Counter(str(watch.link.state) for watch in self._watches.values())
        return {
            **super().describe(),
            "is_practice": True,
            "patients": dict(states),
            "dashboard_refused": self._is_dashboard_refused,
        }

    # When to ask next.

    def _plan_next_turn(self) -> None:
        """Set the instant of the next turn: as soon as allowed while somebody was never read."""
        now, readable = dt_util.utcnow(), self._readable
        silent = sum(self._watches[person.patient_id].is_silent(now) for person in readable)
        self._pace.persons = len(readable) - silent + silent * TURN / SLOW_TURN
        is_new = any(self._records[person.patient_id].attempted_at is None for person in readable)
        self._turn_at = now + timedelta(seconds=MIN_DELAY if is_new else self._pace.delay_of_turn())

    @override
    def _delay_after(self, problem: Problem) -> float:
        delay = super()._delay_after(problem)
        self._turn_at = dt_util.utcnow() + timedelta(seconds=delay)
        return delay

    @override
    def _next_delay(self) -> float | None:
        """Return the seconds until the next turn, or until the ticket has to be renewed."""
        now = dt_util.utcnow()
        if self._turn_at == _NEVER or self.problem is not None:
            return self._delay
        until_turn = (self._turn_at - now).total_seconds()
        return max(min(until_turn, self._longest_silence(now)), 1.0)

    def _longest_silence(self, now: datetime) -> float:
        """Return the seconds within which a request has to renew the ticket."""
        ticket = self.client.session.state.ticket
        if ticket is None or ticket.expires is None:
            return _LONGEST_SILENCE
        return min(max((ticket.expires - now.timestamp()) / 2, 60.0), _LONGEST_SILENCE)
