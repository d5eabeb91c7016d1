"""When to ask LibreLinkUp, and what becomes of its answers and failures.

Home Assistant's own update interval is too coarse to poll right after an upload, so this coordinator has none
and keeps a precise timer of its own.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
import logging
import time
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HassJob, HassJobType, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError, HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from . import issues
from .alarm_watch import AlarmWatch
from .backoff import Backoff, Trouble
from .cloud.errors import CloudError, PersonNotLoadableError
from .cloud.librelinkup import LibreLinkUp
from .complaints import FAILURES_SHOWN, complain
from .const import CONF_INTERVAL, DEFAULT_INTERVAL, DOMAIN, PERSON
from .glucose.freshness import CLOCK_TOLERANCE, clocks_agree
from .glucose.series import merge
from .graph_watch import GraphWatch
from .history.keeper import History
from .logins import Login
from .models import Person, Reading
from .person import Live, PersonSettings
from .phase_lock import PhaseLock
from .problems import Course, Problem, problem_of
from .sign_in import note_failure

_LOGGER: Final = logging.getLogger(__name__)

KEPT: Final = timedelta(hours=12)
ABSENCES: Final = 3
"""Polls in a row without a person before we believe that they no longer share."""

_ERRORS: Final[dict[Course, type[HomeAssistantError]]] = {
    Course.RETRY: UpdateFailed,
    Course.SIGN_IN_AGAIN: ConfigEntryAuthFailed,
    Course.HALT: ConfigEntryError,
}

# Survives a reload, or every attempt to set the entry up would start over with the shortest wait.
_BACKOFF: HassKey[dict[str, Backoff]] = HassKey(f"{DOMAIN}_backoff")


class LiveCoordinator(DataUpdateCoordinator[Mapping[str, Live]]):
    """Keeps what the live feed tells of every followed person, by patient id."""

    config_entry: ConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, login: Login, client: LibreLinkUp, history: History
    ) -> None:
        """Prepare to follow the persons of this entry's subentries."""
        super().__init__(hass, _LOGGER, config_entry=entry, name="LibreLinkUp", always_update=False)
        self.data = {}
        self.login = login
        self.client = client
        self.settings: dict[str, PersonSettings] = {
            subentry.unique_id: PersonSettings.parse(subentry.data)
            for subentry in entry.get_subentries_of_type(PERSON)
            if subentry.unique_id
        }
        self.shared: Mapping[str, Person] = {}
        """Everyone who shared with the account at the last poll, followed or not."""
        self.last_success: datetime | None = None
        self.problem: Problem | None = None
        """What the last poll failed of."""
        self._interval = float(entry.options.get(CONF_INTERVAL, DEFAULT_INTERVAL))
        self._history = history
        self._phase = PhaseLock(self._interval)
        self._backoff = hass.data.setdefault(_BACKOFF, {}).setdefault(entry.entry_id, Backoff())
        self._alarms = AlarmWatch()
        self._failures = 0
        self._absences: Counter[str] = Counter()
        self._graphs = GraphWatch(timedelta(seconds=self._interval))
        self._delay = self._not_before = 0.0
        self._started = False
        self._cancel_poll: Callable[[], None] | None = None

    @callback
    def start(self) -> None:
        """Begin to poll, after the first refresh."""
        self._started = True
        self._schedule()

    @override
    async def async_shutdown(self) -> None:
        """Stop for good."""
        await super().async_shutdown()
        self._started = False
        self._cancel_timer()

    async def async_refresh_now(self) -> None:
        """Ask at once, because a person wants it.

        Raises HomeAssistantError saying why there is nothing new.
        """
        await self.async_request_refresh()
        if (problem := self.problem) is not None:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=problem.key,
                translation_placeholders=problem.placeholders,
            )

    @override
    async def _async_update_data(self) -> Mapping[str, Live]:
        sent = time.time()
        try:
            persons = await self.client.connections()
        except CloudError as err:
            note_failure(self.hass, self.config_entry, self.login, err)
            raise self._failed(problem_of(err)) from err
        self._succeeded(persons, sent)
        before, data = self.data, dict(self.data)
        for patient_id in self.settings:
            if (person := self.shared.get(patient_id)) is not None:
                data[patient_id] = self._told(before.get(patient_id), person)
                if person.reading is not None:
                    self._history.keep_live(patient_id, person.reading, person.sensor)
        self._check_clocks(data)
        # What is new is shown at once; the requests that may follow can take their time.
        self.data = data
        self._show()
        await self._fill(before, data)
        await self._ask_for_alarms(data)
        return data

    def _told(self, before: Live | None, person: Person) -> Live:
        """What is known of a person after an answer that is new."""
        readings = (person.reading,) if person.reading else ()
        return Live(
            person=person,
            readings=self._merged(before.readings if before else (), readings),
            alarms=before.alarms if before else (),
        )

    @staticmethod
    def _merged(old: tuple[Reading, ...], new: tuple[Reading, ...]) -> tuple[Reading, ...]:
        return merge(old, new, now=dt_util.utcnow(), keep=KEPT)

    async def _fill(self, before: Mapping[str, Live], data: dict[str, Live]) -> None:
        """Ask for the graphs of persons whose readings have a hole: at first, and after an interruption."""
        for patient_id in self.settings:
            live = data.get(patient_id)
            if live is None or not self._is_graph_due(patient_id, before.get(patient_id), live):
                continue
            try:
                graph = await self.client.graph(patient_id)
            except PersonNotLoadableError:
                self._graphs.answered(patient_id)
            except CloudError as err:
                # The newest reading is safe; the hole is tried again with the next polls.
                self._graphs.failed(patient_id)
                self._aside(problem_of(err))
                return
            else:
                self._graphs.answered(patient_id)
                data[patient_id] = replace(live, readings=self._merged(live.readings, graph.readings))
                await self._history.async_keep_graph(patient_id, graph.readings, live.person.sensor)

    def _is_graph_due(self, patient_id: str, before: Live | None, live: Live) -> bool:
        earlier = before.newest if before else None
        return self._graphs.is_due(
            patient_id,
            dt_util.utcnow(),
            before=earlier.at if earlier else None,
            newest=live.newest.at if live.newest else None,
        )

    async def _ask_for_alarms(self, data: dict[str, Live]) -> None:
        """Ask the logbook of persons whose value, or whose app, speaks of an alarm."""
        for patient_id in self.settings:
            live = data.get(patient_id)
            if live is None:
                continue
            thresholds = self.settings[patient_id].thresholds_for(live.person)
            if not self._alarms.is_due(patient_id, live, thresholds):
                continue
            try:
                entries = await self.client.logbook(patient_id)
            except CloudError as err:
                self._aside(problem_of(err))
                return
            now = dt_util.utcnow()
            data[patient_id] = self._alarms.told(patient_id, live, entries, now - KEPT, now + CLOCK_TOLERANCE)

    def _check_clocks(self, data: Mapping[str, Live]) -> None:
        """Say so when a clock is wrong: ours, or else that of somebody's phone."""
        offset = self.client.session.clock_offset
        minutes = round(abs(offset) / 60)
        agree = clocks_agree(offset)
        issues.report_own_clock(self.hass, self.config_entry, None if agree else minutes)
        issues.report_clock(self.hass, self.config_entry, self._ahead(data) if agree else [])

    def _ahead(self, data: Mapping[str, Live]) -> list[str]:
        """The persons whose newest reading is from the future."""
        now = dt_util.utcnow()
        return [
            patient_id
            for patient_id in self.settings
            if (live := data.get(patient_id)) is not None and live.is_ahead_of(now)
        ]

    def _succeeded(self, persons: tuple[Person, ...], sent: float) -> None:
        """Note that the cloud answered what was asked at the instant `sent`, and who shares."""
        self.problem = None
        self._failures = 0
        self.last_success = dt_util.utcnow()
        self.shared = {person.patient_id: person for person in persons}
        self._phase.polled(
            sent,
            {
                patient_id: person.reading.at.timestamp() if person and person.reading else None
                for patient_id, person in ((key, self.shared.get(key)) for key in self.settings)
            },
        )
        extra = self._backoff.succeeded()
        self._wait(self._interval + extra if extra else 0.0)
        issues.clear_problems(self.hass, self.config_entry, self.login)
        for patient_id in self.settings:
            self._absences[patient_id] = 0 if patient_id in self.shared else self._absences[patient_id] + 1
        gone = {patient_id for patient_id, count in self._absences.items() if count >= ABSENCES}
        issues.report_persons(self.hass, self.config_entry, self.shared, gone)

    def _failed(self, problem: Problem) -> HomeAssistantError:
        """Note a failure, decide when to ask again, and say what to raise."""
        self.problem = problem
        self._failures += 1
        self._phase.asked(time.time())
        self._aside(problem)
        # An account that cannot even be set up has been failing for long enough.
        failures = self._failures if self._started else FAILURES_SHOWN
        complain(self.hass, self.config_entry, self.login, problem, failures=failures)
        error = _ERRORS[problem.course]
        return error(
            translation_domain=DOMAIN,
            translation_key=problem.key,
            translation_placeholders=problem.placeholders,
        )

    def _aside(self, problem: Problem) -> None:
        """Let the next poll wait as long as this failure demands."""
        if problem.is_wait:
            delay = problem.retry_after or 0
        else:
            trouble = Trouble.REFUSAL if problem.is_refusal else Trouble.FAILURE
            delay = max(self._backoff.failed(trouble, problem.retry_after), self._interval)
            if problem.demands_wait:
                self.client.session.pause(delay)
        self._wait(delay)

    def _wait(self, delay: float) -> None:
        """Do not poll for so long."""
        self._delay = delay
        self._not_before = time.time() + delay

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        if not self.last_update_success:
            # Home Assistant is silent about repeated failures, in which readings grow old all the same.
            self._show()
        self._schedule()

    @callback
    def _show(self) -> None:
        if self._started:
            self.async_update_listeners()

    @callback
    def _schedule(self) -> None:
        """Arm the timer for the next poll."""
        self._cancel_timer()
        halted = self.problem is not None and self.problem.course is not Course.RETRY
        if not self._started or halted or self.config_entry.pref_disable_polling:
            return
        # Never longer than was meant, should the clock be set back.
        now = time.time()
        delay = max(self._phase.next_poll(now) - now, min(self._not_before - now, self._delay))
        job = HassJob(self._poll, job_type=HassJobType.Callback, cancel_on_shutdown=True)
        self._cancel_poll = async_call_later(self.hass, delay, job)

    @callback
    def _poll(self, _now: datetime) -> None:
        self._cancel_poll = None
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), f"{DOMAIN} poll", eager_start=True
        )

    @callback
    def _cancel_timer(self) -> None:
        if self._cancel_poll is not None:
            self._cancel_poll()
            self._cancel_poll = None
