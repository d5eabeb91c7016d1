"""Time that a test lets go by: no timer is jumped over, and each has its moment."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import (
    async_call_later,
    async_track_point_in_utc_time,
    async_track_time_interval,
    async_track_utc_time_change,
)
import pytest

from tests.conftest import NOON

from .clock import PassTime

EXACT = timedelta(milliseconds=1)
HOURS = 3


class Timers:
    """Timers of every kind, set at random, some by other timers; what was due is kept, and what came."""

    def __init__(self, hass: HomeAssistant, random: Random) -> None:
        self.due: list[datetime] = []
        self.came: list[tuple[datetime, datetime]] = []
        self._hass = hass
        self._random = random
        self._cancels: list[CALLBACK_TYPE] = []

    def set_one(self) -> None:
        """Set a timer that is due within the span, in a second, or at once."""
        random, loop = self._random, self._hass.loop
        delay = random.choice((0.0, random.uniform(0, 1), random.uniform(0, 3600 * HOURS)))
        due = datetime.now(UTC) + timedelta(seconds=delay)
        self.due.append(due)

        @callback
        def comes(_now: datetime) -> None:
            self._comes(due)

        kind = random.randrange(4)
        if kind == 0:
            self._cancels.append(loop.call_later(delay, self._comes, due).cancel)
        elif kind == 1:
            self._cancels.append(loop.call_at(loop.time() + delay, self._comes, due).cancel)
        elif kind == 2:
            self._cancels.append(async_call_later(self._hass, delay, comes))
        else:
            self._cancels.append(async_track_point_in_utc_time(self._hass, comes, due))

    def cancel_one(self) -> None:
        """Cancel the timer that was set last: it must not come."""
        self._cancels.pop()()
        self.due.pop()

    def stop(self) -> None:
        """Cancel what is not yet due."""
        for cancel in self._cancels:
            cancel()

    def _comes(self, due: datetime) -> None:
        self.came.append((due, datetime.now(UTC)))
        if self._random.random() < 0.5:
            self.set_one()


@pytest.mark.parametrize("seed", range(20))
async def test_each_timer_comes_once_at_its_moment_and_in_its_turn(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, pass_time: PassTime, seed: int
) -> None:
    freezer.move_to(NOON)
    timers = Timers(hass, Random(seed))
    for _ in range(20):
        timers.set_one()
    timers.set_one()
    timers.cancel_one()
    for _ in range(6):
        await pass_time(hours=HOURS / 6)
    timers.stop()
    now = datetime.now(UTC)
    assert now == NOON + timedelta(hours=HOURS)
    assert len(timers.came) >= 20
    assert sorted(due for due, _ in timers.came) == sorted(due for due in timers.due if due <= now)
    assert [(due, came) for due, came in timers.came if abs(came - due) > EXACT] == []
    assert [came for _, came in timers.came] == sorted(came for _, came in timers.came)


async def test_with_a_step_each_timer_comes_once_and_late_by_a_step_at_most(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, pass_time: PassTime
) -> None:
    freezer.move_to(NOON)
    timers = Timers(hass, Random(1))
    for _ in range(20):
        timers.set_one()
    await pass_time(hours=HOURS, step=600)
    timers.stop()
    now = datetime.now(UTC)
    assert sorted(due for due, _ in timers.came) == sorted(due for due in timers.due if due <= now)
    assert all(-EXACT <= came - due <= timedelta(seconds=601) for due, came in timers.came)


async def test_intervals_and_times_of_day_keep_their_pace(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, pass_time: PassTime
) -> None:
    freezer.move_to(NOON)
    every_seven: list[datetime] = []
    on_the_hour: list[datetime] = []

    @callback
    def seven(now: datetime) -> None:
        every_seven.append(now)

    @callback
    def hour(now: datetime) -> None:
        on_the_hour.append(now)

    cancels = (
        async_track_time_interval(hass, seven, timedelta(seconds=7)),
        async_track_utc_time_change(hass, hour, minute=0, second=0),
    )
    await pass_time(hours=HOURS)
    for cancel in cancels:
        cancel()
    assert len(every_seven) == HOURS * 3600 // 7
    # Home Assistant tells of an hour half a second late: of noon too, and not yet of the last one.
    assert [moment.astimezone(UTC).hour for moment in on_the_hour] == [12, 13, 14]


async def test_what_a_timer_starts_is_done_before_time_goes_on(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, pass_time: PassTime
) -> None:
    freezer.move_to(NOON)
    done: list[datetime] = []

    async def work(_now: datetime) -> None:
        await asyncio.sleep(0)
        await hass.async_add_executor_job(lambda: None)
        done.append(datetime.now(UTC))

    async_call_later(hass, 60, work)
    async_call_later(hass, 61, work)
    await pass_time(minutes=2)
    assert [round((moment - NOON).total_seconds()) for moment in done] == [60, 61]
