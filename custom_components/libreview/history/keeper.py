"""Keeps what an account's feeds tell, in batches, and tells its listeners when the past has changed."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
import logging
from pathlib import Path
import sqlite3
import threading
from typing import Concatenate, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HassJobType, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .. import issues
from ..const import CONF_KEPT_DAYS, DEFAULT_KEPT_DAYS, DOMAIN
from ..glucose.freshness import is_from_future
from ..glucose.hourly import HOUR, Hour, hourly
from ..glucose.weights import LONGEST_HOLD
from ..models import Device, DiaryEntry, Reading, Sensor, Source
from .at_rest import async_rest_in_backups
from .file import UnreadableStoreError, is_damage, remove, set_aside
from .news import Listener, async_listen, async_tell
from .store import Store

_LOGGER: Final = logging.getLogger(__name__)

_BATCH: Final = 30.0
"""Seconds for which readings wait for others, so that all of one poll are written at once."""
_MOST_WAITING: Final = 2000
"""Readings. What cannot be written for so long comes back with the graph and the reports anyway."""


_OPEN: HassKey[dict[str, History]] = HassKey(f"{DOMAIN}_histories")

type Told = tuple[str, Source, Device | None, Sequence[Reading]]


class History:
    """The store of an account, as the event loop may use it."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Prepare to keep what this account is told."""
        self._hass = hass
        self._entry = entry
        self._path = _path(hass, entry.entry_id)
        self._kept_for = timedelta(days=entry.options.get(CONF_KEPT_DAYS, DEFAULT_KEPT_DAYS))
        self._store: Store | None = None
        self._waiting: list[Told] = []
        self._newest: dict[str, datetime] = {}
        self._sensors: dict[str, datetime] = {}
        self._new_sensors: dict[str, datetime] = {}
        self._thinned_on: date | None = None
        self._is_closed = self._is_resting = False
        self._opening = threading.Lock()
        self._flushing = asyncio.Lock()
        self._cancel_flush: CALLBACK_TYPE | None = None

    async def async_open(self) -> None:
        """Open the file. When that fails, live readings go on without it and a repair says so."""
        self._hass.data.setdefault(_OPEN, {})[self._entry.entry_id] = self
        self._entry.async_on_unload(self.async_close)
        # Home Assistant does not unload its entries when it stops.
        stop = self._hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, self._stop)
        self._entry.async_on_unload(stop)
        self._entry.async_on_unload(async_rest_in_backups(self._hass, self))
        try:
            await self._hass.async_add_executor_job(self._do, Store.touch)
        except (OSError, sqlite3.Error) as err:
            self._complain(err)

    async def async_close(self) -> None:
        """Write down what is waiting and close the file."""
        await self.async_resume()
        await self.async_flush()
        self._is_closed = True
        await self._hass.async_add_executor_job(self._close)
        self._hass.data[_OPEN].pop(self._entry.entry_id, None)

    async def _stop(self, _event: Event) -> None:
        await self.async_close()

    @callback
    def async_listen(self, patient_id: str, listener: Listener) -> CALLBACK_TYPE:
        """Call back when there is more of a person than before; gives what ends that."""
        return async_listen(self._hass, self._entry.entry_id, patient_id, listener)

    @callback
    def keep_live(self, patient_id: str, reading: Reading, sensor: Sensor | None) -> None:
        """Keep the newest reading of a person. It is on disk within a minute."""
        if self._newest.get(patient_id) == reading.at or is_from_future(reading, dt_util.utcnow()):
            return
        self._newest[patient_id] = reading.at
        self._wait((patient_id, Source.LIVE, device_of(sensor), (reading,)))
        activated_at = sensor.activated_at if sensor is not None else None
        if activated_at is not None and activated_at != self._sensors.get(patient_id):
            self._sensors[patient_id] = activated_at
            self._new_sensors[patient_id] = activated_at
        self._tell(patient_id, (reading,))

    async def async_keep_graph(
        self, patient_id: str, readings: Iterable[Reading], sensor: Sensor | None
    ) -> None:
        """Keep the readings of a graph."""
        now = dt_util.utcnow()
        past = tuple(each for each in readings if not is_from_future(each, now))
        self._wait((patient_id, Source.GRAPH, device_of(sensor), past))
        await self.async_flush()
        self._tell(patient_id, None)

    async def async_keep_report(
        self,
        patient_id: str,
        readings: Sequence[Reading],
        entries: Iterable[DiaryEntry],
        days: Collection[date],
    ) -> None:
        """Keep what a report told. A failure is shown as a repair, and the next report brings the same."""
        try:
            await self.async_ask(Store.keep_report, patient_id, readings, entries, days)
        except HomeAssistantError:
            return
        self._tell(patient_id, None)

    async def async_expect_reports(self, patient_id: str, reports_of: str, zone: tzinfo) -> bool:
        """Say whose reports will come for a person; whether earlier ones are to be read anew."""
        try:
            return await self.async_ask(Store.expect_reports, patient_id, reports_of, str(zone))
        except HomeAssistantError:
            return False

    async def async_keep_only(self, patient_ids: Collection[str], *, with_diary: Collection[str]) -> None:
        """Forget all persons but these, and the reports of those who have no diary any more."""
        with suppress(HomeAssistantError):
            await self.async_ask(Store.keep_only, patient_ids, with_diary=with_diary)

    @callback
    def changed(self, patient_id: str) -> None:
        """Tell the listeners that something of a person's past is new, or to be seen in another way."""
        self._tell(patient_id, None)

    @property
    def sparse_before(self) -> int:
        """Of what is older than this (epoch seconds) one reading is kept in each quarter of an hour."""
        return int((dt_util.utcnow() - self._kept_for).timestamp())

    async def async_ask[**P, R](
        self, method: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Have the store do something, with everything in it that was told so far.

        Raises HomeAssistantError when it cannot be used.
        """
        await self.async_flush()
        try:
            return await self._hass.async_add_executor_job(
                self._do, lambda store: method(store, *args, **kwargs)
            )
        except (OSError, sqlite3.Error) as err:
            self._complain(err)
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="history_unwritable") from err

    async def async_flush(self) -> None:
        """Write down what is waiting."""
        self._cancel()
        if self._is_resting:
            return
        async with self._flushing:
            waiting, self._waiting = self._waiting, []
            if not waiting:
                return
            try:
                await self._hass.async_add_executor_job(self._do, partial(self._write, waiting))
            except (OSError, sqlite3.Error) as err:
                self._waiting = (waiting + self._waiting)[-_MOST_WAITING:]
                self._complain(err)
            else:
                issues.report_history_unwritable(self._hass, self._entry, is_unwritable=False)

    async def async_pause(self) -> None:
        """Bring everything into the one file, and write nothing until `async_resume`."""
        await self.async_flush()
        await self._hass.async_add_executor_job(self._rest)

    async def async_resume(self) -> None:
        """Go on writing. Does nothing where nothing was paused."""
        if self._is_resting and self._store is not None:
            self._is_resting = False
            self._store.go_on()
            await self.async_flush()

    # The hours that Home Assistant's statistics are to be told again.

    async def async_due_hours(self, patient_id: str, *, before: int) -> Mapping[int, int]:
        """Those before an instant, oldest first, and how often each was marked."""
        return await self.async_ask(Store.due_hours, patient_id, before)

    async def async_hours(self, patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        """Tell of those hours that readings reach into."""
        return await self.async_ask(_hours, patient_id, hours)

    async def async_hours_done(self, patient_id: str, hours: Mapping[int, int]) -> None:
        """They have been told, as they were when they had been marked so often."""
        await self.async_ask(Store.hours_done, patient_id, hours)

    # What follows runs beside the event loop.

    def _rest(self) -> None:
        self._opened().rest()
        # Here, for whoever waits may have given up meanwhile: then nobody else would end the rest.
        self._is_resting = True

    def _write(self, waiting: Sequence[Told], store: Store) -> None:
        store.keep(waiting)
        for patient_id, activated_at in tuple(self._new_sensors.items()):
            store.keep_sensor(patient_id, int(activated_at.timestamp()))
            self._new_sensors.pop(patient_id)
        today = dt_util.utcnow().date()
        if self._thinned_on != today:
            self._thinned_on = today
            store.thin(self.sparse_before)

    def _do[R](self, work: Callable[[Store], R]) -> R:
        """Have the store do something. One that turns out to be damaged is set aside."""
        store = self._opened()
        try:
            return work(store)
        except sqlite3.Error as err:
            if is_damage(err):
                self._close()
                self._set_aside()
            raise

    def _opened(self) -> Store:
        """The store. A file that cannot be read is set aside, and a new one begun."""
        with self._opening:
            if self._is_closed:
                raise sqlite3.ProgrammingError("The account is not set up any more.")
            if self._store is None:
                try:
                    self._store = Store(self._path)
                except UnreadableStoreError:
                    self._set_aside()
                    self._store = Store(self._path)
            return self._store

    def _close(self) -> None:
        with self._opening:
            store, self._store = self._store, None
        if store is not None:
            store.close()

    def _set_aside(self) -> None:
        aside = set_aside(self._path, dt_util.utcnow().strftime("unreadable-%Y%m%d-%H%M%S"))
        self._hass.loop.call_soon_threadsafe(
            issues.report_history_set_aside, self._hass, self._entry, aside.name
        )

    # On the event loop again.

    @callback
    def _complain(self, err: OSError | sqlite3.Error) -> None:
        """Say that nothing can be kept."""
        if not self._is_closed and issues.report_history_unwritable(
            self._hass, self._entry, is_unwritable=True
        ):
            _LOGGER.error("The history cannot be written: %s", type(err).__name__)

    @callback
    def _wait(self, told: Told) -> None:
        self._waiting.append(told)
        if self._cancel_flush is None:
            job = HassJob(self._flush_soon, job_type=HassJobType.Callback, cancel_on_shutdown=True)
            self._cancel_flush = async_call_later(self._hass, _BATCH, job)

    @callback
    def _flush_soon(self, _now: datetime) -> None:
        self._cancel_flush = None
        self._entry.async_create_background_task(
            self._hass, self.async_flush(), f"{DOMAIN} history", eager_start=True
        )

    @callback
    def _tell(self, patient_id: str, readings: Sequence[Reading] | None) -> None:
        async_tell(self._hass, self._entry.entry_id, patient_id, readings)

    @callback
    def _cancel(self) -> None:
        if self._cancel_flush is not None:
            self._cancel_flush()
            self._cancel_flush = None


def _hours(store: Store, patient_id: str, hours: Sequence[int]) -> dict[int, Hour]:
    trace = store.trace(patient_id, hours[0] - LONGEST_HOLD, hours[-1] + HOUR)
    return hourly(trace, hours)


def device_of(sensor: Sensor | None) -> Device | None:
    """What a live reading was measured by."""
    return Device(name=sensor.model or "", serial=sensor.serial) if sensor is not None else None


def _path(hass: HomeAssistant, entry_id: str) -> Path:
    return Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry_id}.history.db"))


async def async_remove_history(hass: HomeAssistant, entry_id: str) -> None:
    """Delete all that was kept of an account, which is closed."""
    await hass.async_add_executor_job(remove, _path(hass, entry_id))


def open_histories(hass: HomeAssistant) -> list[History]:
    """Those of all accounts that are set up."""
    return list(hass.data.get(_OPEN, {}).values())
