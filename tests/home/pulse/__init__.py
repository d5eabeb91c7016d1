"""Feels the pulse of a Home Assistant from inside: how long its event loop stood still, and its memory.

For the tests alone: an integration of its own, which a test puts into the house. `GET /api/pulse` tells what
was since the last time it was asked.
"""

import asyncio
import gc
import os
from pathlib import Path
from threading import get_native_id
from time import perf_counter, process_time
from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.http import HomeAssistantView

DOMAIN = "pulse"
CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)
TICK = 0.002
"""Seconds."""
LONG = 0.020
RESET_PEAK = "5"
"""What Linux takes for the wish to begin anew with the peak of memory (proc_pid_clear_refs(5))."""

type Pulse = dict[str, float]


async def async_setup(hass: HomeAssistant, config: dict[str, Any]) -> bool:
    """Begin."""
    view = PulseView()
    hass.http.register_view(view)
    hass.async_create_background_task(view.beat(), "Pulse")
    return True


class PulseView(HomeAssistantView):
    """Tells the pulse."""

    url = f"/api/{DOMAIN}"
    name = f"api:{DOMAIN}"

    def __init__(self) -> None:
        """Find where Linux tells how long this very thread had to wait for a processor."""
        self._schedule = os.open(f"/proc/self/task/{get_native_id()}/schedstat", os.O_RDONLY)
        self._collection_began = self.collection = 0.0
        self._begin()
        gc.callbacks.append(self._on_collection)

    def _on_collection(self, phase: str, _info: dict[str, int]) -> None:
        """Notice how long the collector of garbage takes, which holds all threads."""
        if phase == "start":
            self._collection_began = process_time()
        else:
            self.collection = max(self.collection, process_time() - self._collection_began)

    def _begin(self) -> None:
        self.longest = self.own = self.collection = 0.0
        self.long = self.ticks = 0
        Path("/proc/self/clear_refs").write_text(RESET_PEAK, encoding="ascii")

    async def beat(self) -> None:
        """Tick, and notice when a tick comes late."""
        while True:
            waited = self._waited()
            before, computed = perf_counter(), process_time()
            await asyncio.sleep(TICK)
            late = perf_counter() - before - TICK
            # Another of our threads may have waited with the interpreter's lock in hand.
            own = min(late - (self._waited() - waited), process_time() - computed)
            self.longest = max(self.longest, late)
            self.own = max(self.own, own)
            self.long += late > LONG
            self.ticks += 1

    def _waited(self) -> float:
        """Seconds for which this thread was ready and others had the processors."""
        return int(os.pread(self._schedule, 100, 0).split()[1]) / 1e9

    async def get(self, request: web.Request) -> web.Response:
        """Tell the longest times without a tick and of a collection (ms), and memory (KiB); begin anew."""
        status = Path("/proc/self/status").read_text(encoding="ascii")
        memory = {
            key: int(text.split()[0]) for key, _, text in map(_pair, status.splitlines()) if key in KEYS
        }
        told = {
            "longest": self.longest * 1e3,
            "own": self.own * 1e3,
            "collection": self.collection * 1e3,
            "long": self.long,
            "ticks": self.ticks,
            "memory": memory["VmRSS"],
            "peak": memory["VmHWM"],
        }
        self._begin()
        return self.json(told)


KEYS = {"VmRSS", "VmHWM"}


def _pair(line: str) -> tuple[str, str, str]:
    return line.partition(":")
