"""Noticing that time has jumped: the machine slept, a virtual machine was paused, or the clock was set.

Timers run by the monotonic clock, which stands still in a sleep, so that what grows old by the wall clock
would not be noticed before they ring.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ..const import DOMAIN

TICK: Final = timedelta(seconds=5)
"""Pause between two comparisons of the clocks."""
_JUMP: Final = 10.0
"""Seconds. Clocks that part by less within a tick are being adjusted."""


@callback
def async_watch_clock(hass: HomeAssistant, on_jump: Callable[[float], None]) -> CALLBACK_TYPE:
    """Call `on_jump` whenever wall and monotonic clock have parted. Return a callback that ends that.

    It gets the seconds by which the wall clock went ahead: less than 0 where it was set back.
    """
    watch = ClockWatch(on_jump)
    return async_track_time_interval(hass, watch.check, TICK, name=f"{DOMAIN} clock", cancel_on_shutdown=True)


class ClockWatch:
    """Compares the wall clock with the monotonic one."""

    def __init__(self, on_jump: Callable[[float], None]) -> None:
        """Start with the clocks as they stand now."""
        self._on_jump = on_jump
        self._difference = time() - monotonic()

    @callback
    def check(self, _now: datetime | None = None) -> None:
        """Call `on_jump` if the clocks have parted since the last check."""
        before, self._difference = self._difference, time() - monotonic()
        if abs(self._difference - before) > _JUMP:
            self._on_jump(self._difference - before)
