"""When to ask LibreView for diaries, and what becomes of its answers and failures.

A report costs the cloud a good deal more than a glance at the live readings, so it is asked for about once an
hour, at random, and what is new is told once.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HassJob, HassJobType, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from . import issues
from .backoff import Backoff
from .cloud.errors import CloudError
from .cloud.floating_time import SeenOffset, observed_offset
from .cloud.libreview import LibreView
from .complaints import complain
from .const import DOMAIN
from .diary_pace import DiaryPace
from .diary_report import DiaryReport, kept_readings, read_report
from .diary_store import DiaryRecord, diary_store
from .glucose.freshness import CLOCK_TOLERANCE
from .history.keeper import History
from .logins import Login
from .models import DiaryEntry
from .person import Diary
from .problems import Course, Problem, problem_of
from .sign_in import note_failure

_LOGGER: Final = logging.getLogger(__name__)

_STILL_FRESH: Final = timedelta(minutes=1)
"""Whoever asks again within this time gets what is there."""
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

# Survives a reload, or every attempt would start over with the shortest wait.
_BACKOFF: HassKey[dict[str, Backoff]] = HassKey(f"{DOMAIN}_diary_backoff")

type EntryListener = Callable[[Sequence[DiaryEntry]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryPerson:
    """One whose diary is read."""

    patient_id: str = field(repr=False)
    """What the person is known by here."""
    cloud_id: str = field(repr=False)
    """Whose reports LibreView is asked for."""
    zone: tzinfo


class DiaryCoordinator(DataUpdateCoordinator[Mapping[str, Diary]]):
    """Keeps what the diary feed of one login tells of its persons, by patient id."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        login: Login,
        client: LibreView,
        *,
        history: History,
        persons: Sequence[DiaryPerson],
    ) -> None:
        """Prepare to read these persons' diaries."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=login.service.name, always_update=False)
        self.data = {}
        self.login = login
        self.client = client
        self.persons = tuple(persons)
        self.last_success: datetime | None = None
        self.problem: Problem | None = None
        """What the last attempt failed of, or what ended all attempts."""
        self._history = history
        self._store = diary_store(hass, entry.entry_id)
        self._records: dict[str, DiaryRecord] = {}
        backoffs = hass.data.setdefault(_BACKOFF, {})
        backoff = backoffs.setdefault(f"{entry.entry_id}.{login.key}", Backoff())
        self._pace = DiaryPace(backoff, len(self.persons))
        self._entry_listeners: dict[str, list[EntryListener]] = {}
        self._reading = asyncio.Lock()
        self._failures = 0
        self._delay = 0.0
        self._started = False
        self._cancel_timer: CALLBACK_TYPE | None = None

    @property
    def patient_ids(self) -> frozenset[str]:
        """Whose diaries are read."""
        return frozenset(person.patient_id for person in self.persons)

    def seen_offsets(self, patient_id: str) -> Sequence[SeenOffset]:
        """How far a person's phone was seen to be from UTC, oldest first."""
        return self._records[patient_id].offsets.seen

    async def async_load(self) -> None:
        """Go on with what was kept before a restart."""
        for person in self.persons:
            record = await self._store.async_record(person.patient_id)
            record.read_from(person.cloud_id)
            if await self._history.async_expect_reports(person.patient_id, person.cloud_id, person.zone):
                record.read_at = None  # Whatever was read is to be understood anew.
            self._records[person.patient_id] = record
            self._show(person)
        self.last_success = max(
            (record.read_at for record in self._records.values() if record.read_at), default=None
        )

    @callback
    def start(self) -> None:
        """Begin to ask, soon, but not again at once after a restart."""
        self._started = True
        attempts = [record.attempted_at for record in self._records.values() if record.attempted_at]
        since = (dt_util.utcnow() - max(attempts)).total_seconds() if attempts else None
        self._delay = self._pace.at_start(since)
        self._schedule()

    @override
    async def async_shutdown(self) -> None:
        """Stop for good."""
        await super().async_shutdown()
        self._started = False
        self._cancel()

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

    @callback
    def async_listen_for_entries(self, patient_id: str, listener: EntryListener) -> CALLBACK_TYPE:
        """Have a listener told of a person's new entries, in the order of time, once."""
        listeners = self._entry_listeners.setdefault(patient_id, [])
        listeners.append(listener)

        @callback
        def remove() -> None:
            listeners.remove(listener)

        return remove

    @callback
    def observe(self, patient_id: str, at: datetime, wall: datetime) -> None:
        """Learn from a live reading, whose instant and wall clock are known, where the phone is."""
        now = dt_util.utcnow()
        offset = observed_offset(at, wall)
        person = next((each for each in self.persons if each.patient_id == patient_id), None)
        if person is None or offset is None or at - now > CLOCK_TOLERANCE:
            return
        offsets = self._records[patient_id].offsets
        offsets.observe(at, offset)
        self._store.save_later()
        if offsets.away(person.zone, now) != self.data[patient_id].offset:
            self._show(person)

    @override
    async def _async_update_data(self) -> Mapping[str, Diary]:
        async with self._reading:
            now = dt_util.utcnow()
            person = min(self.persons, key=lambda each: self._last_turn(each, now))
            record = self._records[person.patient_id]
            if record.read_at and timedelta() <= now - record.read_at < _STILL_FRESH:
                return self.data
            self._delay = self._pace.turn()
            before, record.attempted_at = record.attempted_at, now
            await self._store.async_save()
            first = record.first_day(person.zone, now)
            try:
                report = await self._async_report(person, record, first, now)
            except CloudError as err:
                problem = problem_of(err)
                if problem.is_wait or problem.course is not Course.RETRY:
                    record.attempted_at = before  # Nobody was signed in, so nothing was ordered.
                raise self._failed(err) from err
            if self._shutdown_requested or self.config_entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS:
                return self.data  # Nobody would hear what is new.
            self._succeeded()
            if report.days or report.entries or record.book.is_blank:
                record.read_at = now  # Whoever had days before was not read by a report that speaks of none.
            if report.told_until is not None:
                record.told_until = max(report.told_until, record.told_until or report.told_until)
            window = first, now.astimezone(person.zone).date() + timedelta(days=1)
            new = record.book.update(report.entries, report.days, window=window, now=now)
            # What is new is told after it is shown, so that whoever hears of it finds it.
            self._show(person, report)
            if new:
                for listener in tuple(self._entry_listeners.get(person.patient_id, ())):
                    listener(new)
            await self._store.async_save()
            first, last = window
            days = report.days.union(each.wall.date() for each in report.entries)
            await self._history.async_keep_report(
                person.patient_id,
                report.readings,
                report.entries,
                {day for day in days if first <= day <= last},
            )
            return self.data

    def _last_turn(self, person: DiaryPerson, now: datetime) -> datetime:
        """When a person last had a turn; one in the future is that of a clock that was wrong."""
        attempted_at = self._records[person.patient_id].attempted_at
        return attempted_at if attempted_at and attempted_at <= now else _NEVER

    async def _async_report(
        self, person: DiaryPerson, record: DiaryRecord, first: date, now: datetime
    ) -> DiaryReport:
        """Everything from this day on, nothing when no device has data."""
        page = await self.client.daily_log(person.cloud_id, first=first, now=now)
        if page is None:
            return DiaryReport()
        return await self.hass.async_add_executor_job(
            read_report, page, person.zone, record.offsets.seen, dt_util.utcnow()
        )

    @callback
    def _show(self, person: DiaryPerson, report: DiaryReport | None = None) -> None:
        """Show what is known of a person, after a report or without a new one."""
        now = dt_util.utcnow()
        record = self._records[person.patient_id]
        before = self.data.get(person.patient_id, Diary())
        # A report covers all the time that is kept, and may know better what the time was.
        readings = report.readings if report and report.readings else before.readings
        diary = Diary(
            entries=record.book.entries,
            readings=kept_readings(readings, now),
            read_at=record.read_at,
            offset=record.offsets.away(person.zone, now),
            unknown=report.unknown if report else before.unknown,
        )
        self.data = {**self.data, person.patient_id: diary}
        self.async_update_listeners()

    def _succeeded(self) -> None:
        self.problem = None
        self._failures = 0
        self.last_success = dt_util.utcnow()
        self._pace.succeeded()
        issues.clear_problems(self.hass, self.config_entry, self.login)
        if any(record.attempted_at is None for record in self._records.values()):
            self._delay = self._pace.soon()  # Nobody new has to wait for an hour.

    def _failed(self, err: CloudError) -> UpdateFailed:
        """Note a failure, decide when to ask again, and say what to raise."""
        note_failure(self.hass, self.config_entry, self.login, err)
        problem = problem_of(err)
        self._failures += 1
        if not (problem.is_wait and self._is_halted):
            self.problem = problem
        self._delay = self._pace.failed(err)
        if problem.demands_wait:
            self.client.session.pause(self._delay)
        if not self._shutdown_requested:
            complain(self.hass, self.config_entry, self.login, problem, failures=self._failures)
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=problem.key,
            translation_placeholders=problem.placeholders,
        )

    @property
    def _is_halted(self) -> bool:
        return self.problem is not None and self.problem.course is not Course.RETRY

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        self._schedule()

    @callback
    def _schedule(self) -> None:
        self._cancel()
        if not self._started or not self.persons or self._is_halted or self.config_entry.pref_disable_polling:
            return
        job = HassJob(self._ask, job_type=HassJobType.Callback, cancel_on_shutdown=True)
        self._cancel_timer = async_call_later(self.hass, self._delay, job)

    @callback
    def _ask(self, _now: datetime) -> None:
        self._cancel_timer = None
        self.config_entry.async_create_background_task(
            self.hass, self.async_refresh(), f"{DOMAIN} diary", eager_start=True
        )

    @callback
    def _cancel(self) -> None:
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
