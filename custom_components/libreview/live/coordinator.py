"""The live feed: when LibreLinkUp is asked, and what its answers and failures lead to."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
import logging
import time
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..backoff import Backoff, FailureKind
from ..cloud.librelinkup import LibreLinkUp
from ..const import CONF_INTERVAL, DOMAIN, SUBENTRY_PERSON
from ..coordinator import FeedCoordinator
from ..entry_data import Login, async_follow_everybody
from ..failures import issues
from ..failures.problems import Pause, Problem
from ..glucose.freshness import clocks_agree, is_current
from ..glucose.sensor_life import without_future_start
from ..glucose.upload_rhythm import next_upload
from ..hass_data import get_data
from ..history.history import History
from ..models import Connection, Reading, Source, Trend
from ..person.interval_and_age import effective_interval
from ..person.settings import PersonSettings
from ..person.snapshot import Feed, Live
from .app_settings import AppSettings
from .follow_ups import READINGS_KEPT, FollowUps
from .handed_over import claim_handed_over
from .live_data import find_missing, merge_readings, with_newest
from .phase_lock import MIN_GAP, PhaseLock
from .stored_readings import async_read_stored

_LOGGER: Final = logging.getLogger(__name__)

MAX_ABSENCES: Final = 3
"""Polls in a row without a person after which an issue says that they no longer share."""


NEAR_LOW: Final = 10
"""Above the lower threshold (mg/dL): so close to a low, what was looked for in vain is looked for again."""
_FALLS: Final = {Trend.FALLING: 20, Trend.FALLING_FAST: 40}
"""How far (mg/dL) glucose that falls has soon fallen."""


class LiveCoordinator(FeedCoordinator[Live]):
    """The live feed of an account: the newest readings and alarms of every followed person, by patient id."""

    kind = Feed.LIVE

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, login: Login, client: LibreLinkUp, history: History
    ) -> None:
        """Prepare to follow the persons of this entry's subentries."""
        super().__init__(
            hass, _LOGGER, entry, login, name="LibreLinkUp", session=client.session, history=history
        )
        self.client = client
        self.app_settings = AppSettings(hass, entry.entry_id)
        self._settings: dict[str, PersonSettings] = {
            subentry.unique_id: PersonSettings.parse(subentry.data)
            for subentry in entry.get_subentries_of_type(SUBENTRY_PERSON)
            if subentry.unique_id
        }
        self.shared: Mapping[str, Connection] = {}
        """Everyone who shared with the account at the last poll, followed or not, by patient id."""
        self._interval = float(
            effective_interval(
                entry.options.get(CONF_INTERVAL), (each.max_age for each in self._settings.values())
            )
        )
        self._phase = PhaseLock(self._interval)
        self._backoff = get_data(hass).live_backoffs.setdefault(entry.entry_id, Backoff())
        self._stored: dict[str, tuple[Reading, ...]] = {}
        self._recalled: dict[str, Live] = {}
        """The stored readings of those of whom the feed has told."""
        self._absences: Counter[str] = Counter()
        self._follow_ups = FollowUps(client, self._interval)
        self._follow_up_task: asyncio.Task[None] | None = None
        self._sent = self._delay = self._not_before = 0.0

    @property
    @override
    def followed_ids(self) -> Collection[str]:
        return self._settings.keys()

    @override
    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "interval": self._interval, "persons_sharing": len(self.shared)}

    @override
    async def _async_fetch(self) -> Mapping[str, Live] | None:
        await self.app_settings.async_load()
        self._phase.recall(self.app_settings.uploads)
        connections = await self._async_ask()
        sent = self._sent
        if self._shutdown_requested:
            return None  # The account was unloaded meanwhile, and may have been removed.
        self._learn(connections, sent)
        await self._async_recall()
        before, data = {**self._recalled, **self.data}, dict(self.data)
        for patient_id in self.followed_ids:
            if (connection := self.shared.get(patient_id)) is not None:
                data[patient_id] = with_newest(before.get(patient_id), connection)
                self._keep(connection)
        self._check_phones(data)
        thresholds = {
            patient_id: self._settings[patient_id].thresholds_for(live.person)
            for patient_id, live in data.items()
        }
        shared = {patient_id: live for patient_id, live in data.items() if patient_id in self.shared}
        self._follow_ups.note_poll(shared, thresholds)
        self.app_settings.learn_uploads(self._phase.known())
        self.app_settings.learn(data, self.followed_ids)
        return data

    async def _async_ask(self) -> tuple[Connection, ...]:
        """Return who shares with the account: what the dialog that connected it has just read, or news."""
        handed_over = claim_handed_over(self.hass, self.config_entry.unique_id)
        if handed_over is not None:
            self._sent = handed_over.sent
            self.client.session.budget.spend(self._sent)
            return handed_over.connections
        self._sent = time.time()
        return await self.client.connections()

    async def _async_recall(self) -> None:
        """Begin with the stored readings of those of whom the feed has not told yet."""
        for patient_id in self._settings.keys() & (self.shared.keys() - self._recalled.keys()):
            stored = await self.async_read_stored(patient_id)
            self._recalled[patient_id] = Live(person=self.shared[patient_id], readings=stored)
            self._follow_ups.recall(patient_id, stored)

    async def async_read_stored(self, patient_id: str) -> tuple[Reading, ...]:
        """Return the readings of the last hours that were stored before the start, read once."""
        if patient_id not in self._stored:
            self._stored[patient_id] = await async_read_stored(self._history, patient_id, READINGS_KEPT)
        return self._stored[patient_id]

    @override
    async def async_shutdown(self) -> None:
        await super().async_shutdown()
        await self.app_settings.async_save()

    def next_upload(self, patient_id: str) -> timedelta | None:
        """Return the age at which a person's next upload is seen, where their phone uploads slowly."""
        return next_upload(self._interval) if self.app_settings.uploads_slowly(patient_id) else None

    def _keep(self, connection: Connection) -> None:
        """Keep the newest reading, the sensor that measured it, and where the phone was that showed it."""
        patient_id, reading, sensor = connection.patient_id, connection.reading, connection.sensor
        if reading is None:
            return
        self._history.keep(patient_id, Source.LIVE, [reading], sensor.device if sensor else None)
        now = dt_util.utcnow()
        if sensor is not None and (start := without_future_start(sensor, now).activated_at) is not None:
            self._history.keep_sensor(patient_id, start)
        if connection.wall is not None:
            self._history.clocks.observe(patient_id, reading.at, connection.wall, now)

    def _learn(self, connections: Iterable[Connection], sent: float) -> None:
        """Note who shares, by the answer to a poll that was sent at the instant `sent` (epoch seconds)."""
        self.shared = {connection.patient_id: connection for connection in connections}
        self._phase.learn(
            sent,
            {
                patient_id: connection.measured_at.timestamp()
                if connection and connection.measured_at
                else None
                for patient_id, connection in ((key, self.shared.get(key)) for key in self.followed_ids)
            },
        )
        self._backoff.succeeded()
        self._wait_at_least(0.0)
        for patient_id in self.followed_ids:
            self._absences[patient_id] = 0 if patient_id in self.shared else self._absences[patient_id] + 1
        gone = {patient_id for patient_id, count in self._absences.items() if count >= MAX_ABSENCES}
        issues.update_person_issues(self.hass, self.config_entry, self.shared, gone)

    def _check_phones(self, data: Mapping[str, Live]) -> None:
        """Create an issue when a phone's clock is wrong, by ours if that is right; else delete it."""
        if ahead := self._find_ahead(data) if clocks_agree(self.clock.offset) else []:
            issues.set_clock_ahead(self.hass, self.config_entry, ahead)
        else:
            issues.clear_clock_ahead(self.hass, self.config_entry)

    def _find_ahead(self, data: Mapping[str, Live]) -> list[str]:
        """Return the patient ids of those whose newest reading is from the future."""
        now = dt_util.utcnow()
        return [
            patient_id
            for patient_id in self.followed_ids
            if (live := data.get(patient_id)) is not None and live.is_ahead_of(now)
        ]

    @override
    def _delay_after(self, problem: Problem) -> float:
        if problem.pause is Pause.NOT_SENT:
            delay = problem.retry_after or 0
        else:
            kind = FailureKind.REFUSAL if problem.pause.is_refusal else FailureKind.FAILURE
            # Counted from the request, which may have waited for its answer: a request a minute goes on.
            rest = max(self._sent + self._interval - time.time(), MIN_GAP)
            delay = max(self._backoff.failed(kind, problem.retry_after), min(rest, self._interval))
        self._wait_at_least(delay)
        return delay

    def _wait_at_least(self, delay: float) -> None:
        """Do not poll for `delay` seconds."""
        self._delay = delay
        self._not_before = time.time() + delay

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        super()._async_refresh_finished()
        if self._started:
            async_follow_everybody(self.hass, self.config_entry, self.shared)
            self._start_follow_ups()

    @override
    @callback
    def start(self) -> None:
        """Begin to poll, and ask for what has to follow the first poll, which was made during set-up."""
        super().start()
        self._start_follow_ups()

    @callback
    def _start_follow_ups(self) -> None:
        """Ask for what has to follow the poll, unless that of an earlier one is still under way."""
        if self._follow_ups.are_due and (self._follow_up_task is None or self._follow_up_task.done()):
            self._follow_up_task = self.config_entry.async_create_background_task(
                self.hass, self._async_follow_up(), f"{DOMAIN} follow-ups"
            )

    async def _async_follow_up(self) -> None:
        """Ask for graphs and logbooks, and call the listeners once more if they have brought something."""
        answers = await self._follow_ups.async_ask()
        data = dict(self.data)  # That of now: another poll may have come meanwhile.
        for patient_id, graph in answers.graphs.items():
            live = data[patient_id]
            data[patient_id] = replace(
                live, readings=merge_readings(live.readings, find_missing(live, graph))
            )
        for patient_id, alarms in answers.alarms.items():
            if alarms:
                data[patient_id] = replace(data[patient_id], alarms=alarms)
        if data != self.data:
            self.data = data
            self._notify()
        for patient_id, graph in answers.graphs.items():
            sensor = data[patient_id].person.sensor
            self._history.keep(patient_id, Source.GRAPH, graph.readings, sensor.device if sensor else None)

    def _is_anybody_low(self, margin: int = 0) -> bool:
        """Return True while somebody's current reading is below their lower threshold, or near it.

        What is near is within a margin (mg/dL), or more by its trend.
        """
        now = dt_util.utcnow()
        for patient_id, live in self.data.items():
            settings, newest = self._settings[patient_id], live.newest
            if newest is None or not is_current(
                newest, now, settings.max_age_for(self.next_upload(patient_id))
            ):
                continue
            if newest.mg_dl - (margin and _near(newest, margin)) < settings.thresholds_for(live.person).low:
                return True
        return False

    @override
    def _next_delay(self) -> float:
        now, budget = time.time(), self.client.session.budget
        is_pressing = (
            self._is_anybody_low() or self._follow_ups.are_pressing or self._phase.has_looked_in_vain
        )
        not_before = budget.soonest(now, is_pressing=is_pressing)
        # Never longer than the delay itself, should our clock be set back.
        wait = min(self._not_before - now, self._delay)
        if self._failures:
            return max(wait, not_before - now, 1.0)
        looks_again = budget.has_spare(now) or (self._is_anybody_low(NEAR_LOW) and budget.has_room(now))
        return max(self._phase.next_poll(now, not_before, looks_again=looks_again) - now, wait)


def _near(reading: Reading, margin: int) -> int:
    """Return by how much (mg/dL) a reading may soon have fallen: by its trend, or by the margin."""
    return _FALLS.get(reading.trend, margin) if reading.trend else margin
