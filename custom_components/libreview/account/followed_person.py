"""A followed person at run time: the data of their feeds, brought together in snapshots."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
import logging
from operator import attrgetter
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HassJob, HassJobType, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_point_in_utc_time, async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, SUBENTRY_PERSON
from ..coordinator import FeedCoordinator
from ..diary.coordinator import DiaryCoordinator
from ..diary.practice_coordinator import PracticeCoordinator
from ..glucose.freshness import clocks_agree
from ..glucose.ranges import Thresholds
from ..glucose.summary import FORTNIGHT, Summary, summarize
from ..history.csv_import import ImportTarget
from ..history.history import History
from ..history.store import Store
from ..live.coordinator import LiveCoordinator
from ..models import DiaryEntry, Reading
from ..person.settings import PersonSettings
from ..person.snapshot import Feed, Snapshot

_LOGGER: Final = logging.getLogger(__name__)

STORED_READINGS: Final = timedelta(hours=1)
"""Older readings of before a restart are not shown as those of now: no reading is current for longer."""
SUMMARY_INTERVAL: Final = timedelta(minutes=15)
"""Pause between two computations of the summary, which also follow each change of the history.

A fortnight of a reading a minute takes some 30 ms to compute, and changes by less than a tenth of a percent.
"""


class FollowedPerson(DataUpdateCoordinator[Snapshot]):
    """A followed person: a coordinator without interval, whose data are snapshots.

    It publishes one after an update of a feed, and when time alone changes something that is shown.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        subentry: ConfigSubentry,
        time_zone: tzinfo,
        feeds: Sequence[FeedCoordinator[Any]],
        *,
        history: History,
    ) -> None:
        """Prepare to follow the person of this subentry by those of their account's feeds that have them."""
        super().__init__(hass, _LOGGER, config_entry=entry, name="person")
        self.subentry = subentry
        self.patient_id = str(subentry.unique_id)
        self.settings = PersonSettings.parse(subentry.data)
        self.time_zone = time_zone
        self.feeds = tuple(feed for feed in feeds if self.patient_id in feed.followed_ids)
        self.live = next((feed for feed in self.feeds if isinstance(feed, LiveCoordinator)), None)
        self.diary = next((feed for feed in self.feeds if isinstance(feed, DiaryCoordinator)), None)
        self.history = history
        self._stored: tuple[Reading, ...] = ()
        """The readings of before a restart, which are shown until the feeds have newer ones."""
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._timer: CALLBACK_TYPE | None = None
        self._summary: Summary | None = None
        self._summary_is_stale = False
        self._summary_task: asyncio.Task[None] | None = None
        self.data = self.snapshot()

    @property
    def feed_kinds(self) -> frozenset[Feed]:
        """The kinds of feeds that the person has."""
        return frozenset(feed.kind for feed in self.feeds)

    @property
    def import_target(self) -> ImportTarget:
        """The person as the target of a CSV import."""
        return ImportTarget(
            history=self.history,
            patient_id=self.patient_id,
            names=(self.subentry.title, self.cloud_name),
            other_names=self._find_other_names(),
            time_zone=self.time_zone,
            seen_offsets=self.history.clocks.seen(self.patient_id),
        )

    @property
    def cloud_name(self) -> str:
        """The person's name at Abbott's cloud, empty as long as it is not known."""
        live = self.live.data.get(self.patient_id) if self.live else None
        diary = self.diary.data.get(self.patient_id) if self.diary else None
        return live.person.name if live else diary.link.name if diary and diary.link else ""

    @property
    def is_patient(self) -> bool:
        """Whether the person is followed as the patient of a practice."""
        return isinstance(self.diary, PracticeCoordinator)

    def _find_other_names(self) -> list[str]:
        """Return the names of all others who are followed, whichever account they are followed through."""
        names = []
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            persons = entry.runtime_data.persons if entry.state is ConfigEntryState.LOADED else {}
            for subentry in entry.get_subentries_of_type(SUBENTRY_PERSON):
                if subentry.unique_id != self.patient_id:
                    person = persons.get(subentry.unique_id)
                    names += [subentry.title, person.cloud_name if person else ""]
        return names

    def snapshot(self) -> Snapshot:
        """Return everything that can be shown of the person right now."""
        now = dt_util.utcnow()
        return Snapshot(
            live=self.live.data.get(self.patient_id) if self.live else None,
            diary=self.diary.data.get(self.patient_id) if self.diary else None,
            others=(*self._newer_stored(), *self._pushed()),
            settings=self.settings,
            known=self.live.app_settings.of(self.patient_id) if self.live else None,
            next_upload=self.live.next_upload(self.patient_id) if self.live else None,
            time_zone=self.time_zone,
            summary=self._summary,
            now=now,
            phone_offset=self.history.clocks.offset_when_away(self.patient_id, self.time_zone, now),
            knows_phone_clock=self.history.clocks.is_known(self.patient_id, now),
            clocks_agree=clocks_agree(self._clock_offset()),
        )

    def _clock_offset(self) -> float:
        """Return the seconds by which the cloud's clock is ahead of ours, by the feed that it told last."""
        clocks = [feed.clock for feed in self.feeds]
        return max(clocks, key=attrgetter("told_at")).offset if clocks else 0.0

    async def async_load(self) -> None:
        """Load the readings of the last hour, of which the newest may still be current."""
        if self.live is not None:
            since = dt_util.utcnow() - STORED_READINGS
            stored = await self.live.async_read_stored(self.patient_id)
            self._stored = tuple(reading for reading in stored if reading.at >= since)
            self.data = self.snapshot()

    def _newer_stored(self) -> tuple[Reading, ...]:
        """Return the stored readings until the live feed has one that is no older."""
        live = self.live.data.get(self.patient_id) if self.live else None
        newest = live.newest if live else None
        is_newer = newest is None or (self._stored and self._stored[-1].at > newest.at)
        return self._stored if is_newer else ()

    def _pushed(self) -> tuple[Reading, ...]:
        """Return the readings of feeds into which somebody pushes."""
        pushed = (feed.data.get(self.patient_id) for feed in self.feeds if feed.kind is Feed.PUSHED)
        return tuple(reading for data in pushed if data is not None for reading in data.readings)

    @callback
    def async_listen_for_entries(self, listener: Callable[[Sequence[DiaryEntry]], None]) -> CALLBACK_TYPE:
        """Call `listener` with new entries of the diary, oldest first; return what ends that."""
        if self.diary is None:
            return lambda: None
        return self.diary.async_listen_for_entries(self.patient_id, listener)

    @callback
    def start(self) -> None:
        """Subscribe to the feeds and the history, and compute the first summary."""
        self._unsubscribe += (feed.async_add_listener(self.async_publish) for feed in self.feeds)
        self._unsubscribe += (
            self.history.async_listen_changed(self.patient_id, self._schedule_summary),
            async_track_time_interval(
                self.hass,
                self._schedule_summary,
                SUMMARY_INTERVAL,
                name=f"{DOMAIN} summary",
                cancel_on_shutdown=True,
            ),
        )
        self._schedule_summary()
        self.async_publish()

    @callback
    def stop(self) -> None:
        """Unsubscribe and cancel the timer."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._summary_is_stale = False
        self._cancel_timer()

    async def async_request_news(self, kind: Feed | None) -> None:
        """Refresh the person's feed of a kind, the one asked the most often where none is named."""
        feeds = [feed for feed in self.feeds if kind in (None, feed.kind)]
        if feeds:
            await feeds[0].async_request_news()

    @callback
    def _schedule_summary(self, _now: datetime | None = None) -> None:
        """Compute the summary anew, and once more if a computation is running already."""
        self._summary_is_stale = True
        if self._summary_task is None or self._summary_task.done():
            self._summary_task = self.hass.async_create_background_task(
                self._async_compute_summary(), f"{DOMAIN} summary", eager_start=True
            )

    async def _async_compute_summary(self) -> None:
        while self._summary_is_stale:
            self._summary_is_stale = False
            snapshot = self.snapshot()
            try:
                self._summary = await self.history.async_compute(
                    _compute_summary, self.patient_id, int(snapshot.now.timestamp()), snapshot.thresholds
                )
            except HomeAssistantError:
                self._summary = None  # An old one would look like new. An issue says what is wrong.
            if self._unsubscribe:
                self.async_publish()

    @callback
    def async_publish(self) -> None:
        """Call all listeners with a snapshot of now, and arm the timer for its next change."""
        snapshot = self.snapshot()
        self._cancel_timer()
        if (change := snapshot.next_change()) is not None:
            # Before any listener could fail: a reading must grow old whatever happens.
            job = HassJob(self._on_change_time, job_type=HassJobType.Callback, cancel_on_shutdown=True)
            self._timer = async_track_point_in_utc_time(self.hass, job, change)
        self.async_set_updated_data(snapshot)

    @callback
    def _on_change_time(self, _now: datetime) -> None:
        """Publish a change by time alone: a reading grown old, a sensor at its end, a new day."""
        self._timer = None
        self.async_publish()

    @callback
    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None


def _compute_summary(store: Store, patient_id: str, end: int, thresholds: Thresholds) -> Summary:
    """Return the metrics of the time before `end` (epoch seconds)."""
    start = end - int(FORTNIGHT.total_seconds())
    return summarize(store.window(patient_id, start, end), end, thresholds)


async def async_refresh_now(persons: Iterable[FollowedPerson]) -> None:
    """Refresh the feeds of these persons at once, each feed once however many of them it serves.

    Raises HomeAssistantError with the reason when one of them has nothing new.
    """
    feeds = {feed for person in persons for feed in person.feeds}
    outcomes = await asyncio.gather(*(feed.async_refresh_now() for feed in feeds), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
