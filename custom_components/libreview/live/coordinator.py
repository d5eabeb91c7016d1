"""The live feed: when LibreLinkUp is asked, and what its answers and failures lead to."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
import logging
import time
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..backoff import Backoff, FailureKind
from ..cloud.librelinkup import Graph, LibreLinkUp
from ..const import CONF_INTERVAL, DOMAIN, SUBENTRY_PERSON
from ..coordinator import FeedCoordinator
from ..entry_data import Login, async_follow_everybody
from ..failures import issues
from ..failures.problems import Pause, Problem
from ..glucose.freshness import CLOCK_TOLERANCE, clocks_agree, is_current, is_from_future
from ..glucose.sensor_life import without_future_start
from ..glucose.series import merge, says_more, without_copies
from ..glucose.upload_rhythm import UploadRhythm, next_upload
from ..hass_data import get_data
from ..history.history import History
from ..models import Connection, Reading, Source
from ..person.interval_and_age import effective_interval
from ..person.settings import PersonSettings
from ..person.snapshot import Feed, Live
from .app_settings import AppSettings
from .follow_ups import READINGS_KEPT, FollowUps
from .phase_lock import PhaseLock

_LOGGER: Final = logging.getLogger(__name__)

MAX_ABSENCES: Final = 3
"""Polls in a row without a person after which an issue says that they no longer share."""


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
        self._absences: Counter[str] = Counter()
        self._follow_ups = FollowUps(client, self._interval)
        self._follow_up_task: asyncio.Task[None] | None = None
        self._delay = self._not_before = 0.0

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
        sent = time.time()
        connections = await self.client.connections()
        if self._shutdown_requested:
            return None  # The account was unloaded meanwhile, and may have been removed.
        self._learn(connections, sent)
        before, data = self.data, dict(self.data)
        for patient_id in self.followed_ids:
            if (connection := self.shared.get(patient_id)) is not None:
                data[patient_id] = _with_newest(before.get(patient_id), connection)
                self._keep(connection)
        self._check_phones(data)
        thresholds = {
            patient_id: self._settings[patient_id].thresholds_for(live.person)
            for patient_id, live in data.items()
        }
        shared = {patient_id: live for patient_id, live in data.items() if patient_id in self.shared}
        self._follow_ups.note_poll(shared, thresholds)
        self.app_settings.learn(data, self.followed_ids)
        return data

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
        extra = self._backoff.succeeded()
        self._wait_at_least(self._interval + extra if extra else 0.0)
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
            delay = max(self._backoff.failed(kind, problem.retry_after), self._interval)
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
            data[patient_id] = replace(live, readings=_merge(live.readings, _missing(live, graph)))
        for patient_id, alarms in answers.alarms.items():
            if alarms:
                data[patient_id] = replace(data[patient_id], alarms=alarms)
        if data != self.data:
            self.data = data
            self._notify()
        for patient_id, graph in answers.graphs.items():
            sensor = data[patient_id].person.sensor
            self._history.keep(patient_id, Source.GRAPH, graph.readings, sensor.device if sensor else None)

    @property
    def _is_anybody_low(self) -> bool:
        """True while the current reading of somebody is below their lower threshold."""
        now = dt_util.utcnow()
        return any(
            (newest := live.newest) is not None
            and is_current(
                newest,
                now,
                (settings := self._settings[patient_id]).max_age_for(self.next_upload(patient_id)),
            )
            and newest.mg_dl < settings.thresholds_for(live.person).low
            for patient_id, live in self.data.items()
        )

    @override
    def _next_delay(self) -> float:
        now = time.time()
        # Never longer than the delay itself, should our clock be set back.
        # A low is no time to leave a poll out.
        not_before = 0.0 if self._is_anybody_low else self.client.session.budget.soonest()
        poll = self._phase.next_poll(now, not_before)
        return max(poll - now, min(self._not_before - now, self._delay))


def _with_newest(before: Live | None, connection: Connection) -> Live:
    """Return a person's data with what the connection holds that is new."""
    now, reading = dt_util.utcnow(), connection.reading
    rhythm = before.rhythm if before else UploadRhythm()
    return Live(
        person=connection,
        readings=_merge(before.readings if before else (), filter(None, [reading])),
        alarms=before.alarms if before else (),
        valueless_at=_find_valueless(before, connection, now),
        rhythm=rhythm.after(reading.at) if reading and not is_from_future(reading, now) else rhythm,
    )


def _find_valueless(before: Live | None, connection: Connection, now: datetime) -> datetime | None:
    """Return the instant of the newest measurement without a usable value, unless a reading replaced it."""
    known = before.valueless_at if before else None
    told, reading = connection.valueless_at, connection.reading
    if known and reading and reading.at >= known:
        known = None
    if told and told - now > CLOCK_TOLERANCE:
        told = None  # As with readings: once the wrong clock is put right it would pass for the newest.
    return max(filter(None, (known, told)), default=None)


def _missing(live: Live, graph: Graph) -> tuple[Reading, ...]:
    """Return the graph's readings without its copies of those that polls told, which say more.

    Of a graph that ends in the future none is returned: the clock is wrong by which it tells its times.
    """
    if graph.readings and is_from_future(graph.readings[-1], dt_util.utcnow()):
        return ()
    return without_copies(graph.readings, (reading for reading in live.readings if says_more(reading)))


def _merge(old: tuple[Reading, ...], new: Iterable[Reading]) -> tuple[Reading, ...]:
    return merge(old, tuple(new), now=dt_util.utcnow(), keep=READINGS_KEPT)
