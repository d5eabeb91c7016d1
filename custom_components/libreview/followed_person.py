"""One followed person at run time: both feeds brought together."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HassJob, HassJobType, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_point_in_utc_time, async_track_time_interval
from homeassistant.util import dt as dt_util

from .cloud.floating_time import SeenOffset
from .const import DOMAIN
from .coordinator import LiveCoordinator
from .diary_coordinator import DiaryCoordinator
from .figures import Figures, figures
from .glucose.freshness import clocks_agree
from .history.keeper import History
from .models import DiaryEntry, Reading
from .person import Feed, PersonSettings, Snapshot

_FIGURES_EVERY: Final = timedelta(minutes=5)


class FollowedPerson:
    """Says what can be shown of a person, and tells its listeners whenever that may have changed."""

    def __init__(
        self,
        hass: HomeAssistant,
        subentry: ConfigSubentry,
        zone: tzinfo,
        live: LiveCoordinator | None,
        diary: DiaryCoordinator | None,
        *,
        history: History,
    ) -> None:
        """Follow the person of this subentry, who lives in this time zone, by the feeds that they have."""
        self.subentry: Final = subentry
        self.patient_id: Final = str(subentry.unique_id)
        self.settings: Final = PersonSettings.parse(subentry.data)
        self.zone: Final = zone
        self.live: Final = live
        self.diary: Final = diary
        self.history: Final = history
        self.feeds: Final = frozenset(
            feed for feed, source in ((Feed.LIVE, live), (Feed.DIARY, diary)) if source is not None
        )
        self._hass = hass
        self._listeners: list[Callable[[], None]] = []
        self._shown: Snapshot | None = None
        self._observed: datetime | None = None
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._cancel_tick: CALLBACK_TYPE | None = None
        self._figures: Figures | None = None
        self._are_outdated = False
        self._working_out: asyncio.Task[None] | None = None

    @property
    def seen_offsets(self) -> Sequence[SeenOffset]:
        """How far the person's phone was seen to be from UTC, as far as anybody keeps that."""
        return self.diary.seen_offsets(self.patient_id) if self.diary else ()

    def snapshot(self) -> Snapshot:
        """Everything that can be shown of the person right now."""
        return self._shown or self._taken()

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call back after news of either feed, and after what time alone changes; gives what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_listen_for_entries(self, listener: Callable[[Sequence[DiaryEntry]], None]) -> CALLBACK_TYPE:
        """Call back with entries that are new in the diary, in the order of time."""
        if self.diary is None:
            return lambda: None
        return self.diary.async_listen_for_entries(self.patient_id, listener)

    @callback
    def start(self) -> None:
        """Listen to the feeds from now on."""
        for feed in (self.live, self.diary):
            if feed is not None:
                self._unsubscribe.append(feed.async_add_listener(self._told))
        self._unsubscribe += (
            self.history.async_listen(self.patient_id, self._past_changed),
            async_track_time_interval(
                self._hass, self._work_out, _FIGURES_EVERY, name=f"{DOMAIN} figures", cancel_on_shutdown=True
            ),
        )
        self._work_out()
        self._told()

    @callback
    def stop(self) -> None:
        """Stop for good."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._are_outdated = False
        self._cancel_timer()

    async def async_refresh_now(self) -> None:
        """Ask both feeds at once, because a person wants it.

        Raises HomeAssistantError saying why there is nothing new from one of them.
        """
        await async_refresh_now([self])

    def _taken(self) -> Snapshot:
        source = self.live or self.diary  # The live feed has heard from the cloud last.
        return Snapshot(
            live=self.live.data.get(self.patient_id) if self.live else None,
            diary=self.diary.data.get(self.patient_id) if self.diary else None,
            settings=self.settings,
            zone=self.zone,
            figures=self._figures,
            now=dt_util.utcnow(),
            clocks_agree=source is None or clocks_agree(source.client.session.clock_offset),
        )

    @callback
    def _told(self) -> None:
        self._observe()
        self._show()

    @callback
    def _past_changed(self, news: Sequence[Reading] | None) -> None:
        if news is None:
            self._work_out()

    @callback
    def _work_out(self, _now: datetime | None = None) -> None:
        """Have the figures worked out anew, and once more if that is just being done without what is new."""
        self._are_outdated = True
        if self._working_out is None or self._working_out.done():
            self._working_out = self._hass.async_create_background_task(
                self._async_work_out(), f"{DOMAIN} figures", eager_start=True
            )

    async def _async_work_out(self) -> None:
        while self._are_outdated:
            self._are_outdated = False
            snapshot = self._taken()
            try:
                self._figures = await self.history.async_ask(
                    figures, self.patient_id, snapshot.now, snapshot.thresholds
                )
            except HomeAssistantError:
                self._figures = None  # Old ones would look like new. A repair says what is wrong.
            if self._unsubscribe:
                self._show()

    @callback
    def _observe(self) -> None:
        """Let the diary know by which clock the person lives, which only live readings tell."""
        live = self.live.data.get(self.patient_id) if self.live else None
        if self.diary is None or live is None or live.newest is None or live.person.wall is None:
            return
        at = live.newest.at
        if live.person.reading == live.newest and at != self._observed:
            self._observed = at
            self.diary.observe(self.patient_id, at, live.person.wall)

    @callback
    def _show(self) -> None:
        """Have all listeners show one and the same moment."""
        self._shown = moment = self._taken()
        self._cancel_timer()
        if (change := moment.next_change()) is not None:
            # Before any listener could fail: a reading must grow old whatever happens.
            tick = HassJob(self._tick, job_type=HassJobType.Callback, cancel_on_shutdown=True)
            self._cancel_tick = async_track_point_in_utc_time(self._hass, tick, change)
        try:
            for listener in tuple(self._listeners):
                listener()
        finally:
            self._shown = None

    @callback
    def _tick(self, _now: datetime) -> None:
        """Show what time alone has changed: a reading grown old, a sensor at its end, a new day."""
        self._cancel_tick = None
        self._show()

    @callback
    def _cancel_timer(self) -> None:
        if self._cancel_tick is not None:
            self._cancel_tick()
            self._cancel_tick = None


async def async_refresh_now(persons: Iterable[FollowedPerson]) -> None:
    """Ask the feeds of these persons at once, each feed once however many persons it tells of.

    Raises HomeAssistantError saying why there is nothing new from one of them.
    """
    feeds = {feed for person in persons for feed in (person.live, person.diary) if feed is not None}
    outcomes = await asyncio.gather(*(feed.async_refresh_now() for feed in feeds), return_exceptions=True)
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
