"""The diary feed: when LibreView is asked for reports, and what its answers and failures lead to.

A report costs the cloud a good deal more than an answer to the live feed, so it is asked for about once an
hour, at random, and new entries are announced once.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..backoff import Backoff
from ..cloud.answer_shapes import Outcome
from ..cloud.errors import CloudError
from ..cloud.libreview import LibreView
from ..const import DOMAIN
from ..coordinator import FeedCoordinator
from ..entry_data import Login
from ..failures.problems import Pause, Problem, Reaction, to_problem
from ..glucose.freshness import clocks_agree
from ..hass_data import get_data
from ..history.history import History
from ..history.store import ResolvedReport, Store
from ..models import DiaryEntry
from ..person.snapshot import Diary, Feed
from ..sign_in.shape_store import get_answer_shapes
from .pace import DiaryPace
from .patient_store import get_store_of
from .recent_entries import async_read_recent, replace_days
from .report import DiaryReport, read_report, select_recent
from .store import DiaryRecord
from .subject import ReportSubject

_LOGGER: Final = logging.getLogger(__name__)

_STILL_FRESH: Final = timedelta(minutes=1)  # A refresh so soon after a report orders no other one.
_REPORT_PAGE: Final = Outcome(kind="LibreView report page")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

type EntryListener = Callable[[Sequence[DiaryEntry]], None]


class DiaryCoordinator(FeedCoordinator[Diary]):
    """The diary feed of one login: the diaries of its persons, by patient id."""

    kind = Feed.DIARY
    login: Login

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        login: Login,
        client: LibreView,
        *,
        history: History,
        persons: Sequence[ReportSubject],
    ) -> None:
        """Prepare to read these persons' diaries."""
        super().__init__(
            hass, _LOGGER, entry, login, name=login.service.name, session=client.session, history=history
        )
        self.client = client
        self.persons = tuple(persons)
        self._store = get_store_of(hass, entry)
        self._records: dict[str, DiaryRecord] = {}
        backoff = get_data(hass).diary_backoffs.setdefault(f"{entry.entry_id}.{login.key}", Backoff())
        self._pace = DiaryPace(backoff, len(self.persons))
        self._entry_listeners: dict[str, list[EntryListener]] = {}
        self._new_entries: dict[str, Sequence[DiaryEntry]] = {}
        """Entries of the last report that nobody was called with yet, by patient id."""
        self._refreshing = asyncio.Lock()
        self._delay = 0.0

    @property
    @override
    def followed_ids(self) -> Collection[str]:
        return frozenset(person.patient_id for person in self.persons)

    async def async_load(self) -> None:
        """Load what was stored before a restart."""
        for person in self.persons:
            record = await self._store.async_get_record(person.patient_id)
            record.set_source(person.cloud_id)
            await self._async_expect_reports(person, record)
            await self._async_move_to_history(person, record)
            entries = await async_read_recent(self._history, person.patient_id)
            if entries is None:
                entries = record.unmoved_entries
                record.read_at = None  # What cannot be shown is unknown, or the sums of today would be zero.
            self._records[person.patient_id] = record
            read_at = None if record.lacks_report else record.read_at
            diary = Diary(entries=entries, read_at=read_at, unclear=record.unclear)
            self.data = {**self.data, person.patient_id: diary}
        self.last_success = max(
            (record.read_at for record in self._records.values() if record.read_at), default=None
        )

    async def _async_expect_reports(self, person: ReportSubject, record: DiaryRecord) -> None:
        """Have all read anew: by another time zone, of somebody else, or since the history was lost."""
        if await self._history.async_expect_reports(person.patient_id, person.cloud_id, person.time_zone):
            record.read_at = None

    async def _async_move_to_history(self, person: ReportSubject, record: DiaryRecord) -> None:
        """Move what a record of version 0.1.0 held into the history; only then is it deleted here."""
        if not record.unmoved_offsets and not record.unmoved_entries:
            return
        with suppress(HomeAssistantError):  # An issue says what is wrong; the next start tries again.
            await self._history.async_add_older_offsets(person.patient_id, record.unmoved_offsets)
            await self._history.async_run(
                Store.add_reported_entries, person.patient_id, record.unmoved_entries
            )
            record.unmoved_offsets = record.unmoved_entries = ()
            await self._store.async_save()

    @override
    @callback
    def start(self) -> None:
        """Begin to poll, soon, but not again at once after a restart."""
        attempts = [record.attempted_at for record in self._records.values() if record.attempted_at]
        since = (dt_util.utcnow() - max(attempts)).total_seconds() if attempts else None
        self._delay = self._pace.delay_at_start(since)
        for person in self.persons:
            listener = partial(self._on_history_change, person)
            self.config_entry.async_on_unload(self._history.async_listen_changed(person.patient_id, listener))
        super().start()

    @callback
    def _on_history_change(self, person: ReportSubject) -> None:
        reloading = self._async_reload_entries(person)
        self.config_entry.async_create_background_task(self.hass, reloading, f"{DOMAIN} diary entries")

    async def _async_reload_entries(self, person: ReportSubject) -> None:
        """Show the entries of the history, unless it lacks those of the last report."""
        entries = await async_read_recent(self._history, person.patient_id)
        diary = self.data[person.patient_id]
        record = self._records[person.patient_id]
        if entries is not None and entries != diary.entries and not record.lacks_report:
            self.data = {**self.data, person.patient_id: replace(diary, entries=entries)}
            self.async_update_listeners()

    @callback
    def async_listen_for_entries(self, patient_id: str, listener: EntryListener) -> CALLBACK_TYPE:
        """Call `listener` once with each of a person's new entries, oldest first; return what ends that."""
        listeners = self._entry_listeners.setdefault(patient_id, [])
        listeners.append(listener)

        @callback
        def remove() -> None:
            listeners.remove(listener)

        return remove

    @override
    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "is_of_one_person": self.login.subentry_id is not None}

    @override
    async def _async_fetch(self) -> Mapping[str, Diary] | None:
        async with self._refreshing:
            now = dt_util.utcnow()
            person = self._next_person(now)
            record = self._records[person.patient_id]
            read_at = self.data[person.patient_id].read_at
            if read_at and timedelta() <= now - read_at < _STILL_FRESH:
                return None
            self._delay = self._pace.delay_of_turn()
            await self._async_expect_reports(person, record)
            first = record.first_day(person.time_zone, now)
            report = await self._async_read_report(person, record, first, now)
            if self._is_unloading or not clocks_agree(self.clock.offset):
                return None  # By a wrong clock nothing is new, and nothing old.
            return await self._async_apply(person, record, report, first, now)

    @property
    def _is_unloading(self) -> bool:
        """True when new entries would reach no listener, so that they have to stay new."""
        is_unloading = self.config_entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS
        return self._shutdown_requested or is_unloading

    def _next_person(self, now: datetime) -> ReportSubject:
        """Return the person whose last turn is the longest ago."""

        def last_turn(person: ReportSubject) -> datetime:
            # A turn in the future is that of a clock that was wrong.
            attempted_at = self._records[person.patient_id].attempted_at
            return attempted_at if attempted_at and attempted_at <= now else _NEVER

        return min(self.persons, key=last_turn)

    async def _async_read_report(
        self, person: ReportSubject, record: DiaryRecord, first: date, now: datetime
    ) -> DiaryReport:
        """Return a report from the day `first` on, an empty one when no device has data.

        The attempt is stored before it is made, for a report costs the cloud the same if we crash meanwhile.
        Raises CloudError.
        """
        before, record.attempted_at = record.attempted_at, now
        await self._store.async_save()
        try:
            page = await self.client.daily_log(
                person.cloud_id, first=first, now=now, is_of_patient=person.is_patient
            )
            if page is None:
                return DiaryReport()
            seen = self._history.clocks.seen(person.patient_id)
            report = await self.hass.async_add_executor_job(
                read_report, page, person.time_zone, seen, dt_util.utcnow()
            )
        except CloudError as err:
            problem = to_problem(err)
            if problem.pause is Pause.NOT_SENT or problem.reaction is not Reaction.RETRY:
                record.attempted_at = before  # Nobody was signed in, so nothing was ordered.
            raise
        email = self.login.credentials(self.config_entry).email
        get_answer_shapes(self.hass, email).add(_REPORT_PAGE, dict(report.shape))
        return report

    async def _async_apply(
        self, person: ReportSubject, record: DiaryRecord, report: DiaryReport, first: date, now: datetime
    ) -> Mapping[str, Diary] | None:
        """Keep a report on the days from `first` on, and return everybody's data with it.

        Returns None while the account is unloaded.
        """
        self._pace.succeeded()
        if any(record.attempted_at is None for record in self._records.values()):
            self._delay = self._pace.delay_of_first()  # Somebody has had no turn yet, so theirs comes soon.
        last = now.astimezone(person.time_zone).date() + timedelta(days=1)
        days = report.days.union(entry.wall.date() for entry in report.entries)
        days = frozenset(day for day in days if first <= day <= last)
        resolved = ResolvedReport(
            reports_of=person.cloud_id,
            time_zone=person.time_zone,
            readings=report.readings,
            walls=report.walls,
            entries=report.entries,
            days=days,
            unclear=report.unclear,
            read_at=now,
        )
        is_kept = await self._history.async_keep_report(person.patient_id, resolved)
        entries = await async_read_recent(self._history, person.patient_id) if is_kept else None
        if self._is_unloading:
            return None
        before = self.data[person.patient_id]
        if entries is None:  # A dose counts today, wherever it can be kept.
            entries = replace_days(before.entries, report.entries, days, now.date())
        is_read = record.is_read_by(report)
        self._new_entries[person.patient_id] = record.update(
            report, window=(first, last), now=now, is_kept=is_kept
        )
        diary = Diary(
            entries=entries,
            # A report covers all the time that is kept, and may know better what the time was.
            readings=select_recent(report.readings or before.readings, now),
            read_at=now if is_read else before.read_at,
            unclear=record.unclear,
            unknown=report.unknown,
        )
        return {**self.data, person.patient_id: diary}

    @override
    @callback
    def async_update_listeners(self) -> None:
        """Call the listeners, and then with new entries those who wait for such, who find them shown."""
        super().async_update_listeners()
        if not self._new_entries:
            return
        new_entries, self._new_entries = self._new_entries, {}
        for patient_id, entries in new_entries.items():
            for listener in tuple(self._entry_listeners.get(patient_id, ())) if entries else ():
                listener(entries)
        self.hass.async_create_task(self._store.async_save(), f"{DOMAIN} diary")

    @override
    def _delay_after(self, problem: Problem) -> float:
        self._delay = self._pace.failed(problem)
        return self._delay

    @override
    def _next_delay(self) -> float | None:
        return self._delay if self.persons else None
