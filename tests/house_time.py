"""Time in a house where automations wait for something."""

import asyncio
from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_fire_time_changed

_TURNS = 40
"""How often the loop turns until a run of an automation has come to where it waits again."""

_RUNS = ("Script", "rigger", "repeat", "async_call")
"""Parts of the names of the tasks in which automations run, and of the calls that they make."""


async def let_pass(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, *, step: float = 10.0, **span: float
) -> None:
    """Let time go by, without waiting for automations that wait for that very time."""
    end = datetime.now(UTC) + timedelta(**span)
    while (now := datetime.now(UTC)) < end:
        freezer.tick(min(timedelta(seconds=step), end - now))
        async_fire_time_changed(hass)
        await settled(hass)


async def settled(hass: HomeAssistant) -> None:
    """Let everything happen that happens at once."""
    for _ in range(_TURNS):
        if busy := {task for task in hass._tasks | hass._background_tasks if not _is_run(task)}:
            await asyncio.wait(busy)
        await asyncio.sleep(0)


def _is_run(task: asyncio.Future[object]) -> bool:
    """Whether it is an automation at work, or the test itself."""
    if not isinstance(task, asyncio.Task):
        return False
    name = getattr(task.get_coro(), "__qualname__", "")
    return task is asyncio.current_task() or any(
        part in name for part in ("Script", "rigger", "repeat", "async_call")
    )
