"""Home Assistant's own statistics of glucose: neither gaps nor flat lines where there are readings."""

from asyncio import Task
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, Protocol

from homeassistant.const import EVENT_RECORDER_HOURLY_STATISTICS_GENERATED
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started

from ..glucose.hourly import HOUR, Hour
from ..models import GlucoseUnit
from .hour_rows import Row, corrections
from .recorded import (
    async_compiled_until,
    async_read,
    async_settled,
    async_write,
    has_recorder,
    makes_statistics,
)

NEWS_WAIT: Final = timedelta(seconds=30)
"""News come in crowds: a reading, a graph, a report. The recorder, too, is done with its hour by then."""
_DAY: Final = 24 * HOUR
_STRETCH: Final = 30 * _DAY
"""What is read and written at a time, or years of a CSV would block the recorder, and with it the house."""


class HourSource(Protocol):
    """Where the hours come from: the store of an account. An hour is the epoch seconds at which it begins."""

    async def async_due_hours(self, patient_id: str, *, before: int) -> Mapping[int, int]:
        """Give the hours before `before` whose readings changed otherwise than by live polling, oldest first.

        With each how often it was marked, so that what changes while it is being told is not lost.
        """

    async def async_hours(self, patient_id: str, hours: Sequence[int]) -> Mapping[int, Hour]:
        """Tell of those hours that readings reach into."""

    async def async_hours_done(self, patient_id: str, hours: Mapping[int, int]) -> None:
        """These hours have been told, as they were when they had been marked so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrong:
    """What the recorder should hold of a sensor, and does not."""

    sensor: str
    unit: GlucoseUnit
    rows: Mapping[int, Row]


class StatisticsKeeper:
    """Brings hours whose readings came late into the statistics of the persons' glucose sensors.

    They come by the graph, a report or a file. Either the recorder lacks such an hour, or it drew a flat line
    there: after a time of being down it carries the last value forward. Whatever was shown live, it knows.

    An hour that nobody measured is left alone. A row cannot be taken away, and one of nothing, though the
    recorder takes it, makes Home Assistant's history graph break off with an error (tried with 2026.10).
    """

    def __init__(
        self,
        hass: HomeAssistant,
        source: HourSource,
        patient_ids: Collection[str],
        find_sensor: Callable[[str], str | None],
    ) -> None:
        """Prepare for these persons. `find_sensor` gives the entity id of a person's glucose sensor.

        It is asked each time, for people rename their entities.
        """
        self._hass = hass
        self._source = source
        self._patient_ids = patient_ids
        self._find_sensor = find_sensor
        self._subscriptions: list[CALLBACK_TYPE] = []
        self._timer: CALLBACK_TYPE | None = None
        self._pass: Task[None] | None = None

    @callback
    def start(self) -> None:
        """Begin: once Home Assistant has started, after every hour, and when there is news."""
        self._subscriptions.append(
            self._hass.bus.async_listen(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED, self._hour_compiled)
        )
        self._subscriptions.append(async_at_started(self._hass, self._started))

    @callback
    def stop(self) -> None:
        """End, also in the middle: what was not finished stays due."""
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
    def async_news(self) -> None:
        """Look for due hours soon. May be called as often as one likes."""
        if self._subscriptions and not self._timer:
            job = HassJob(self._begin, "statistics of glucose", cancel_on_shutdown=True)
            self._timer = async_call_later(self._hass, NEWS_WAIT, job)

    @callback
    def _started(self, _: HomeAssistant) -> None:
        self.async_news()

    @callback
    def _hour_compiled(self, _: Event) -> None:
        # The event comes before the hour is committed.
        self.async_news()

    @callback
    def _begin(self, _: datetime) -> None:
        self._timer = None
        if self._pass and not self._pass.done():
            self.async_news()
            return
        self._pass = self._hass.async_create_background_task(
            self._async_write_all(), "Write statistics of glucose"
        )

    async def _async_write_all(self) -> None:
        if not has_recorder(self._hass):
            return
        with suppress(HomeAssistantError):  # The store has said so itself. What is due stays due.
            await self._async_write_persons()

    async def _async_write_persons(self) -> None:
        await async_settled(self._hass)
        before = await async_compiled_until(self._hass)
        if before is None:
            return
        for patient_id in self._patient_ids:
            if self._sensor(patient_id) is not None:
                await self._async_write_person(patient_id, before)

    async def _async_write_person(self, patient_id: str, before: int) -> None:
        due = await self._source.async_due_hours(patient_id, before=before)
        for hours in _stretches(due):
            told = await self._async_write(patient_id, hours)
            if told is None:
                return
            await self._source.async_hours_done(patient_id, {hour: due[hour] for hour in told})

    async def _async_write(self, patient_id: str, hours: Sequence[int]) -> list[int] | None:
        """Write what is wrong of a stretch of hours, and give those that the recorder is then seen to hold.

        None when that cannot be: while a statistic is none of glucose, or is just being renamed.
        """
        known = await self._source.async_hours(patient_id, hours)
        wrong = await self._async_wrong(patient_id, hours, known)
        if wrong and wrong.rows:
            async_write(self._hass, wrong.sensor, wrong.unit, wrong.rows)
            await async_settled(self._hass)
            wrong = await self._async_wrong(patient_id, hours, known)
        return None if wrong is None else [hour for hour in hours if hour not in wrong.rows]

    async def _async_wrong(
        self, patient_id: str, hours: Sequence[int], known: Mapping[int, Hour]
    ) -> _Wrong | None:
        if (sensor := self._sensor(patient_id)) is None:
            return None
        recorded = await async_read(self._hass, sensor, hours[0], hours[-1] + HOUR)
        if recorded.unit is None or self._sensor(patient_id) != sensor:
            return None
        rows = corrections(known, recorded.rows, recorded.unit)
        return _Wrong(sensor=sensor, unit=recorded.unit, rows=rows)

    def _sensor(self, patient_id: str) -> str | None:
        """The entity id of a person's glucose sensor, if the recorder makes statistics of it."""
        entity_id = self._find_sensor(patient_id)
        return entity_id if entity_id and makes_statistics(self._hass, entity_id) else None


def _stretches(hours: Iterable[int]) -> Iterator[list[int]]:
    """Cut hours, oldest first, into pieces of which none spans more than `_STRETCH`."""
    for _, stretch in groupby(hours, lambda hour: hour // _STRETCH):
        yield list(stretch)
