"""Letting time go by: from one timer to the next, each at its moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import math
from typing import Protocol

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util.async_ import get_scheduled_timer_handles

_TURNS = 40
"""How often the loop turns until a run of an automation has come to where it waits again."""

_IDLE = 3
"""Turns in a row with nothing to do after which nothing more is waited for."""

_RUNS = ("Script", "rigger", "repeat", "async_call")
"""Parts of the names of the coroutines in which automations run, and of the calls that they make."""

type Settle = Callable[[HomeAssistant], Awaitable[None]]


class PassTime(Protocol):
    """Lets so much time go by: `await pass_time(hours=2)`."""

    async def __call__(self, *, step: float = 0, **span: float) -> None:
        """Go on by a span, said as `timedelta` takes it.

        With a step in seconds, for days to go by sooner, what is due within it comes together at its end.
        """


async def settled_all(hass: HomeAssistant) -> None:
    """Wait for everything that is under way, in the background too."""
    await hass.async_block_till_done(wait_background_tasks=True)


async def settled_but_automations(hass: HomeAssistant) -> None:
    """Wait for everything but automations, which may wait for the very time that a test is to let go by."""
    idle = 0
    for _ in range(_TURNS):
        if busy := {task for task in hass._tasks | hass._background_tasks if not _is_run(task)}:
            await asyncio.wait(busy)
        await asyncio.sleep(0)
        idle = 0 if busy or vars(hass.loop)["_ready"] else idle + 1
        if idle == _IDLE:
            return


def _is_run(task: asyncio.Future[object]) -> bool:
    """Return whether it is an automation at work, or the test itself."""
    if not isinstance(task, asyncio.Task):
        return False
    name = getattr(task.get_coro(), "__qualname__", "")
    return task is asyncio.current_task() or any(part in name for part in _RUNS)


async def let_pass(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    settle: Settle = settled_all,
    *,
    step: float = 0,
    **span: float,
) -> None:
    """Move the clock from timer to timer until the span is over, and let happen what each of them starts."""
    end = datetime.now(UTC) + timedelta(**span)
    while (now := datetime.now(UTC)) < end:
        due = _next_due(hass.loop)
        freezer.move_to(end if due is None else min(end, now + max(due, timedelta(seconds=step))))
        _call_what_is_due(hass.loop)
        await settle(hass)
        await _called(hass.loop)


def _call_what_is_due(loop: asyncio.AbstractEventLoop) -> None:
    """Call each timer whose time has come.

    The test kit's `async_fire_time_changed` does it as well, and tells Home Assistant the time by two mocks
    for each timer, which takes longer than what most timers do; here the clock has moved already.
    """
    now = loop.time()
    for handle in list(get_scheduled_timer_handles(loop)):
        if handle.when() <= now and not handle.cancelled():
            handle._run()
            handle.cancel()


async def _called(loop: asyncio.AbstractEventLoop) -> None:
    """Let the loop call what it has ready, such as a timer that was set to be due at once."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
        if not vars(loop)["_ready"]:
            break


def _next_due(loop: asyncio.AbstractEventLoop) -> timedelta | None:
    """Return the time until the next timer of the loop is due: a moment more, as floats are not exact."""
    whens = [handle.when() for handle in get_scheduled_timer_handles(loop) if not handle.cancelled()]
    if not whens:
        return None
    return timedelta(microseconds=math.ceil(max(0, min(whens) - loop.time()) * 1e6) + 1)
