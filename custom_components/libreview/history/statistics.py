"""Backfilling Home Assistant's own statistics of glucose with hours whose readings came late."""

from asyncio import Task
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
import logging
from typing import Final, Protocol

from homeassistant.const import EVENT_RECORDER_HOURLY_STATISTICS_GENERATED
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..glucose.hourly import HOUR, Hour
from ..models import GlucoseUnit
from .recorder_statistics import (
    FITS_THE_RECORDER,
    async_compiled_until,
    async_delete_hours,
    async_read_hours,
    async_wait_until_settled,
    async_write_hours,
    has_recorder,
    makes_statistics,
)
from .statistics_rows import StatisticsRow, corrections, emptied

_LOGGER: Final = logging.getLogger(__name__)

SCHEDULE_DELAY: Final = timedelta(seconds=30)
"""From a change to the pass over due hours: changes come in crowds, and the recorder is done by then, too."""
_REFUSED_FOR: Final = timedelta(days=1)
"""An hour that the recorder has not taken over is tried again after this, or when something of it changes."""
_DAY: Final = 24 * HOUR
_MAX_SPAN: Final = 30 * _DAY
"""Seconds. Longer spans are read and written piece by piece, or years of a CSV would block the recorder."""


class HourSource(Protocol):
    """The store of hours: an account's history. An hour is named by the epoch seconds at which it begins."""

    async def async_due_hours(self, patient_id: str, *, before: int) -> Mapping[int, int]:
        """Return the hours before `before` whose readings changed other than by live polling, oldest first.

        With each comes how often it was marked, so that what changes while it is being written is not lost.
        """

    async def async_get_hours(self, patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        """Return those of `hours` that readings reach into, with their glucose."""

    async def async_written_hours(self, patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        """Return the glucose that was written to statistics of those of `hours`, oldest first, if it was."""

    async def async_settle_hours(
        self, patient_id: str, hours: Mapping[int, int], written: Mapping[int, Hour]
    ) -> None:
        """Note what the statistics hold of `hours` now: what is `written`, and nothing of the others.

        Marks go whose counter is still that of `hours`: an hour marked again meanwhile stays.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class _Corrections:
    """The rows that the recorder should hold of a sensor, and does not, and the hours that it should not."""

    sensor: str
    unit: GlucoseUnit
    rows: Mapping[int, StatisticsRow]
    emptied: Collection[int]

    @property
    def hours(self) -> set[int]:
        """Return the hours to correct."""
        return {*self.rows, *self.emptied}


class StatisticsBackfill:
    """Writes hours whose readings came late to the statistics of the persons' glucose sensors.

    Such readings come in the graph, a report or a file. Either the recorder lacks their hour, or it drew a
    flat line there: after a downtime it carries the last value forward. What was shown live, it has itself.

    An hour that nobody measured is left alone, but for one that was written for readings that have gone. A
    row of nothing, though the recorder takes it, makes Home Assistant's history graph break off with an error
    (tried with 2026.10).
    """

    def __init__(
        self,
        hass: HomeAssistant,
        source: HourSource,
        patient_ids: Collection[str],
        find_sensor: Callable[[str], str | None],
    ) -> None:
        """Prepare for these persons. `find_sensor` returns the entity id of a person's glucose sensor.

        It is called each time, for people rename their entities.
        """
        self._hass = hass
        self._source = source
        self._patient_ids = patient_ids
        self._find_sensor = find_sensor
        self._subscriptions: list[CALLBACK_TYPE] = []
        self._timer: CALLBACK_TYPE | None = None
        self._pass: Task[None] | None = None
        self._refused: dict[tuple[str, int, int], datetime] = {}
        """When the recorder refused an hour, by patient id, hour, and how often it was marked by then."""

    @callback
    def start(self) -> None:
        """Begin: once Home Assistant has started, after every hour, and when a change is announced."""
        if not FITS_THE_RECORDER:
            _LOGGER.error(
                "LibreView does not fit the recorder of this Home Assistant, so statistics are not filled in"
            )
            return
        self._subscriptions.append(
            self._hass.bus.async_listen(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED, self._on_hour_compiled)
        )
        self._subscriptions.append(async_at_started(self._hass, self._on_started))

    @callback
    def stop(self) -> None:
        """Unsubscribe and cancel the timer and a running pass: what it did not finish stays due."""
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions.clear()
        if self._timer:
            self._timer()
            self._timer = None
        if self._pass:
            self._pass.cancel()
            self._pass = None

    @callback
    def async_schedule(self) -> None:
        """Schedule a pass over the due hours. Does nothing if one is scheduled already."""
        if self._subscriptions and not self._timer:
            job = HassJob(self._start_pass, "statistics of glucose", cancel_on_shutdown=True)
            self._timer = async_call_later(self._hass, SCHEDULE_DELAY, job)

    @callback
    def _on_started(self, _: HomeAssistant) -> None:
        self.async_schedule()

    @callback
    def _on_hour_compiled(self, _: Event) -> None:
        # The event comes before the hour is committed.
        self.async_schedule()

    @callback
    def _start_pass(self, _: datetime) -> None:
        self._timer = None
        if self._pass and not self._pass.done():
            self.async_schedule()
            return
        self._pass = self._hass.async_create_background_task(
            self._async_write_all(), "Write statistics of glucose"
        )

    async def _async_write_all(self) -> None:
        if not has_recorder(self._hass):
            return
        with suppress(HomeAssistantError):  # The history has reported it. What is due stays due.
            await self._async_write_persons()

    async def _async_write_persons(self) -> None:
        await async_wait_until_settled(self._hass)
        before = await async_compiled_until(self._hass)
        if before is None:
            return
        for patient_id in self._patient_ids:
            if self._find_recorded_sensor(patient_id) is not None:
                await self._async_write_person(patient_id, before)

    async def _async_write_person(self, patient_id: str, before: int) -> None:
        due = await self._source.async_due_hours(patient_id, before=before)
        now = dt_util.utcnow()
        self._refused = {key: at for key, at in self._refused.items() if now - at < _REFUSED_FOR}
        for hours in _split(hour for hour in due if (patient_id, hour, due[hour]) not in self._refused):
            known = await self._source.async_get_hours(patient_id, hours)
            gone = [hour for hour in hours if hour not in known]
            earlier = await self._source.async_written_hours(patient_id, gone) if gone else {}
            written = await self._async_write(patient_id, hours, known, earlier)
            if written is None:
                return
            await self._source.async_settle_hours(
                patient_id,
                {hour: due[hour] for hour in written},
                {hour: known[hour] for hour in written if hour in known},
            )
            self._refused |= {(patient_id, hour, due[hour]): now for hour in hours if hour not in written}

    async def _async_write(
        self,
        patient_id: str,
        hours: Sequence[int],
        known: Mapping[int, Hour],
        earlier: Mapping[int, Hour],
    ) -> list[int] | None:
        """Correct hours in the recorder, and return those that are as they should be afterwards.

        `earlier` is what was written of those of which nothing is `known` now.
        None when they cannot be written: the statistic is not one of glucose, or is just being renamed.
        """
        wrong = await self._async_find_corrections(patient_id, hours, known, earlier)
        if wrong and wrong.hours:
            if wrong.rows:
                async_write_hours(self._hass, wrong.sensor, wrong.unit, wrong.rows)
            if wrong.emptied:
                async_delete_hours(self._hass, wrong.sensor, wrong.emptied)
            await async_wait_until_settled(self._hass)
            wrong = await self._async_find_corrections(patient_id, hours, known, earlier)
        return None if wrong is None else [hour for hour in hours if hour not in wrong.hours]

    async def _async_find_corrections(
        self,
        patient_id: str,
        hours: Sequence[int],
        known: Mapping[int, Hour],
        earlier: Mapping[int, Hour],
    ) -> _Corrections | None:
        if (sensor := self._find_recorded_sensor(patient_id)) is None:
            return None
        recorded = await async_read_hours(self._hass, sensor, hours[0], hours[-1] + HOUR)
        if recorded.unit is None or self._find_recorded_sensor(patient_id) != sensor:
            return None
        return _Corrections(
            sensor=sensor,
            unit=recorded.unit,
            rows=corrections(known, recorded.rows, recorded.unit),
            emptied=emptied(known, recorded.rows, earlier, recorded.unit),
        )

    def _find_recorded_sensor(self, patient_id: str) -> str | None:
        """Return the entity id of a person's glucose sensor if the recorder compiles statistics of it."""
        entity_id = self._find_sensor(patient_id)
        return entity_id if entity_id and makes_statistics(self._hass, entity_id) else None


def _split(hours: Iterable[int]) -> Iterator[list[int]]:
    """Split hours, oldest first, into lists of which none spans more than `_MAX_SPAN`."""
    for _, group in groupby(hours, lambda hour: hour // _MAX_SPAN):
        yield list(group)
