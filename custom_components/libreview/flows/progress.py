"""Work that a dialog waits for, shown as progress if it takes a while."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
from homeassistant.helpers.event import async_call_later

from ..placeholders import as_placeholders

_UNNOTICED: Final = 1.0
"""Seconds. Work that ends sooner shows no progress."""

_REMINDER: Final = 3.0
"""Seconds. After this a browser that has not asked what follows is told again that the work has ended."""
_REMINDERS: Final = 100
"""Five minutes of them: a browser that has not asked by then was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending[T, R]:
    """The work a dialog waits for, and what follows from its outcome."""

    task: asyncio.Task[T]
    finish: Callable[[T], Awaitable[R]]
    action: str
    """The translation key of the text that is shown meanwhile, among `progress`."""
    placeholders: Mapping[str, str] | None


class ProgressFlow[C: FlowContext, R: FlowResult[Any, Any], H](FlowHandler[C, R, H]):
    """The part of a dialog that does lengthy work.

    Home Assistant tells the browser once that the work has ended. A browser that does not listen yet, because
    the work ended just when its progress was shown, would show progress for ever: it is told until it asks,
    for five minutes at most.
    """

    _pending: _Pending[Any, R]
    _cancel_reminder: CALLBACK_TYPE | None = None
    _reminders_left = 0

    async def _finish_after[T](
        self,
        work: Coroutine[Any, Any, T],
        finish: Callable[[T], Awaitable[R]],
        action: str,
        placeholders: Mapping[str, str] | None = None,
    ) -> R:
        """Do work, showing progress if it takes a while, and return what `finish` makes of its outcome."""
        if self.cur_step is None:  # The dialog is not on any screen yet, so nobody would see progress.
            return await finish(await work)
        task = self.hass.async_create_task(work)
        self._pending = _Pending(task=task, finish=finish, action=action, placeholders=placeholders)
        await asyncio.wait({task}, timeout=_UNNOTICED)
        return await (self.async_step_work_done() if task.done() else self.async_step_work())

    async def async_step_work(self, user_input: dict[str, Any] | None = None) -> R:
        """Wait for the work."""
        pending = self._pending
        if pending.task.done():
            self._reminders_left = _REMINDERS
            self._schedule_reminder()
            return self.async_show_progress_done(next_step_id="work_done")
        return self.async_show_progress(
            step_id="work",
            progress_action=pending.action,
            progress_task=pending.task,
            description_placeholders=as_placeholders(pending.placeholders or {}),
        )

    async def async_step_work_done(self, user_input: dict[str, Any] | None = None) -> R:
        """Go where the work has led."""
        self._end_reminders()
        return await self._pending.finish(await self._pending.task)

    @callback
    @override
    def async_remove(self) -> None:
        self._end_reminders()

    @callback
    def _schedule_reminder(self) -> None:
        self._end_reminders()
        self._cancel_reminder = async_call_later(self.hass, _REMINDER, self._remind)

    @callback
    def _remind(self, _now: datetime) -> None:
        self._cancel_reminder = None
        self._reminders_left -= 1
        self.async_notify_flow_changed()
        if self._reminders_left:
            self._schedule_reminder()

    @callback
    def _end_reminders(self) -> None:
        if self._cancel_reminder is not None:
            self._cancel_reminder()
            self._cancel_reminder = None
