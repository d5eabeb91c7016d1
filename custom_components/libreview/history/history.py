"""The history of an account as the event loop uses it: queues readings, runs queries, calls listeners."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
import logging
import sqlite3
from typing import Concatenate, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HassJobType, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..cloud.floating_time import SeenOffset
from ..const import DOMAIN
from ..entry_data import kept_days
from ..failures import issues
from ..failures.issue_kinds import HISTORY_NEWER, HISTORY_UNWRITABLE
from ..glucose.freshness import is_from_future
from ..hass_data import get_data
from ..models import Device, Reading, Source
from .backup_pause import async_register_pausable
from .database import PausedError
from .listeners import (
    async_listen_history_changed,
    async_send_history_changed,
    async_send_readings_added,
)
from .phone_clocks import PhoneClocks
from .schema import NewerFileError
from .sources import TRAITS
from .store import ResolvedReport, Store
from .store_file import StoreFile, history_path
from .write_queue import WriteBatch, WriteQueue

_LOGGER: Final = logging.getLogger(__name__)

_FLUSH_DELAY: Final = 30.0
"""Seconds for which readings are queued, so that all of one poll are written at once."""


class History:
    """The readings and diary entries of an account's persons, in one SQLite file.

    history = History(hass, entry)
    await history.async_open()  # closed when the entry is unloaded
    history.keep(patient_id, Source.LIVE, [reading], device)
    readings = await history.async_run(Store.readings, patient_id, start, end)
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Prepare the history of an account."""
        self._hass = hass
        self._entry = entry
        self._file = StoreFile(history_path(hass, entry.entry_id), self._on_set_aside)
        self._kept_for = timedelta(days=kept_days(entry))
        self._queue, self.clocks = WriteQueue(), PhoneClocks()
        self._newest: dict[str, Reading] = {}
        self.is_clock_right = False  # As far as is known. Nothing is thinned out by a wrong clock.
        self._thinned_on: date | None = None
        self._flush_lock = asyncio.Lock()
        self._computing = asyncio.Lock()
        self._resumed = asyncio.Event()
        self._cancel_flush_timer: CALLBACK_TYPE | None = None

    async def async_open(self) -> None:
        """Open the file. When that fails, live readings go on without it and a repair says so."""
        get_data(self._hass).histories[self._entry.entry_id] = self
        self._entry.async_on_unload(self.async_close)
        # Home Assistant does not unload its entries when it stops.
        stop = self._hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, self._on_stop)
        self._entry.async_on_unload(stop)
        self._entry.async_on_unload(async_register_pausable(self._hass, self))
        try:
            self.clocks.load(await self._hass.async_add_executor_job(self._file.run, Store.utc_offsets))
        except (OSError, sqlite3.Error) as err:
            self._report_error(err)

    async def async_close(self) -> None:
        """Write the queued readings and close the file."""
        await self.async_resume()
        await self.async_flush(self.clocks.due(interval=timedelta()))
        await self._hass.async_add_executor_job(self._file.close)
        histories = get_data(self._hass).histories
        if histories.get(self._entry.entry_id) is self:  # A slow disk may let the next one open before.
            del histories[self._entry.entry_id]

    async def _on_stop(self, _event: Event) -> None:
        await self.async_close()

    @callback
    def async_listen_changed(self, patient_id: str, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` when a person's past has changed. Return a callback that unsubscribes it."""
        return async_listen_history_changed(self._hass, self._entry.entry_id, patient_id, listener)

    @callback
    def async_notify_changed(self, patient_id: str) -> None:
        """Tell the listeners that a person's past has changed, or is to be read in another way."""
        async_send_history_changed(self._hass, self._entry.entry_id, patient_id)

    @callback
    def keep(
        self, patient_id: str, source: Source, readings: Iterable[Reading], device: Device | None = None
    ) -> None:
        """Keep readings of a source, and tell the listeners. Live ones are on disk within a minute.

        None from the future is kept, and no live one twice in a row. Readings of a whole time, which replace
        what was kept of it, come in by a method of their own: a report's, and a file's in `csv_import`.
        """
        now, is_live = dt_util.utcnow(), TRAITS[source].is_live
        before = self._newest.get(patient_id) if is_live else None
        new = tuple(reading for reading in readings if reading != before and not is_from_future(reading, now))
        if not new:
            return
        self._queue.add((patient_id, source, device, new))
        if is_live:
            self._newest[patient_id] = new[-1]
            self._schedule_flush()
        else:
            self._start_flush()  # Whoever listens hears of it when the store has it.
        if is_live and (before is None or new[0].at > before.at):
            async_send_readings_added(self._hass, self._entry.entry_id, patient_id, new)
        elif is_live:  # Of one that was kept already something else is told.
            self.async_notify_changed(patient_id)

    @callback
    def keep_sensor(self, patient_id: str, activated_at: datetime) -> None:
        """Note when the worn sensor was activated. It is written with the next readings."""
        self._queue.add_sensor(patient_id, activated_at)

    async def async_add_older_offsets(self, patient_id: str, seen: Sequence[SeenOffset]) -> None:
        """Keep observed UTC offsets of a person's phone that are older than all known ones.

        Raises HomeAssistantError when the store cannot be used.
        """
        self.clocks.add_older(patient_id, seen)
        await self.async_run(Store.keep_utc_offsets, patient_id, self.clocks.seen(patient_id))

    async def async_keep_report(self, patient_id: str, report: ResolvedReport) -> bool:
        """Keep a report.

        Returns False when the store cannot be used, which creates a repair, and while a backup is made of it:
        a dose is not to wait for that.
        """
        if self._file.is_paused:
            return False
        try:
            await self._async_try(Store.keep_report, patient_id, report)
        except HomeAssistantError, PausedError:
            return False
        self.async_notify_changed(patient_id)
        return True

    async def async_expect_reports(self, patient_id: str, reports_of: str, time_zone: tzinfo) -> bool:
        """Return True if earlier reports of a person have to be read again. A failure creates a repair."""
        try:
            return await self.async_run(
                Store.expect_reports, patient_id, reports_of, time_zone, dt_util.utcnow()
            )
        except HomeAssistantError:
            return False

    async def async_keep_only(self, patient_ids: Collection[str], *, with_diary: Collection[str]) -> None:
        """Put all persons but these aside, and delete the reports of those who have no diary any more."""
        with suppress(HomeAssistantError):
            await self.async_run(Store.keep_only, patient_ids, with_diary=with_diary)

    @property
    def thin_before(self) -> int:
        """Epoch seconds. Of older readings one is kept in each quarter of an hour."""
        return int((dt_util.utcnow() - self._kept_for).timestamp())

    async def async_run[**P, R](
        self, func: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Write the queued readings, then run a query on the store in the executor and return its result.

        `func` is a method of Store, or a function that asks a store several things. What writes waits for the
        end of a backup. Raises HomeAssistantError when the store cannot be used.
        """
        while True:
            try:
                return await self._async_try(func, *args, **kwargs)
            except PausedError:
                await self._resumed.wait()

    async def async_compute[**P, R](
        self, func: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a query like `async_run`, but one at a time: for those that compute for long.

        The event loop waits for its turn among all threads that compute. Only for what reads: what writes
        waits for the end of a backup, and all others would wait for it.
        """
        async with self._computing:
            return await self.async_run(func, *args, **kwargs)

    async def _async_try[**P, R](
        self, func: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a query like `async_run`, but raise PausedError where it would wait."""
        await self.async_flush()
        try:
            return await self._hass.async_add_executor_job(
                self._file.run, lambda store: func(store, *args, **kwargs)
            )
        except (OSError, sqlite3.Error) as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key=self._report_error(err)
            ) from err

    async def async_flush(self, offsets: Mapping[str, Sequence[SeenOffset]] | None = None) -> None:
        """Write the queued readings, and UTC offsets of phones: these, else all due. Not while paused."""
        offsets = self.clocks.due() if offsets is None else offsets
        if self._cancel_flush_timer is not None:
            self._cancel_flush_timer()
            self._cancel_flush_timer = None
        if self._file.is_paused:
            return
        async with self._flush_lock:
            batch = self._queue.take(offsets)
            if batch.is_empty:
                return
            try:
                await self._hass.async_add_executor_job(self._file.run, partial(self._write, batch))
            except PausedError:
                self._queue.put_back(batch)
                return
            except (OSError, sqlite3.Error) as err:
                self._queue.put_back(batch)
                self._report_error(err)
                return
        self.clocks.written(offsets)
        issues.clear_history_unusable(self._hass, self._entry)
        for patient_id in batch.changed:
            self.async_notify_changed(patient_id)

    async def async_pause(self) -> None:
        """Bring everything into the one file, and write nothing until `async_resume`."""
        await self.async_flush()
        self._file.is_paused = True
        self._resumed.clear()
        await self._hass.async_add_executor_job(self._file.bring_together)

    async def async_resume(self) -> None:
        """Write again. Does nothing where nothing was paused."""
        if self._file.is_paused:
            self._file.is_paused = False
            self._resumed.set()
            await self.async_flush()

    # In the executor.

    def _write(self, batch: WriteBatch, store: Store) -> None:
        batch.write(store)
        today = dt_util.utcnow().date()
        if self.is_clock_right and self._thinned_on != today:
            self._thinned_on = today
            store.thin(self.thin_before)

    def _on_set_aside(self, name: str) -> None:
        self._hass.loop.call_soon_threadsafe(issues.set_history_set_aside, self._hass, self._entry, name)

    # On the event loop again.

    @callback
    def _report_error(self, err: OSError | sqlite3.Error) -> str:
        """Create the issue that says why nothing can be kept, log its error once, and return its kind."""
        kind = HISTORY_NEWER if isinstance(err, NewerFileError) else HISTORY_UNWRITABLE
        if not self._file.is_closed and issues.set_history_unusable(self._hass, self._entry, kind):
            _LOGGER.error("The history cannot be read or written: %s", type(err).__name__)
        return kind

    @callback
    def _schedule_flush(self) -> None:
        if self._cancel_flush_timer is None:
            job = HassJob(self._on_flush_timer, job_type=HassJobType.Callback, cancel_on_shutdown=True)
            self._cancel_flush_timer = async_call_later(self._hass, _FLUSH_DELAY, job)

    @callback
    def _on_flush_timer(self, _now: datetime) -> None:
        self._cancel_flush_timer = None
        self._start_flush()

    @callback
    def _start_flush(self) -> None:
        self._entry.async_create_background_task(
            self._hass, self.async_flush(), f"{DOMAIN} history", eager_start=True
        )


def open_histories(hass: HomeAssistant) -> list[History]:
    """Return the histories of all accounts that are set up."""
    return list(get_data(hass).histories.values())
