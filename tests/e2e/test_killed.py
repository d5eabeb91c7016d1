"""Home Assistant is killed as by a power failure, again and again: while it polls, and while it imports.

LIBREVIEW_KILLS says how often. Long runs have long lives among the short ones, so that something is on the
screen for more than a minute.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import random
import time

import aiohttp
import pytest

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.home import Home, HomeError
from tests.home.flows import entries, follow
from tests.home.persons import ShownPerson, persons

from .disk import HistoryFile
from .imports import YEAR, csv_lines, write_file, year_until
from .world import person

ROUNDS = int(os.environ.get("LIBREVIEW_KILLS", "3"))
SHORT_LIFE = (2.0, 14.0)
"""Seconds from the start of the process: in some of its lives it does not get to see the cloud."""
LONG_LIFE = (75.0, 130.0)
A_LONG_LIFE_IN = 16
IMPORT_LIFE = (0.05, 1.5)
"""Seconds from the call of the action."""
SHOWN_FOR = 60.0
"""Seconds after which what is on the screen must be safe."""


@pytest.mark.timeout(180 + 60 * ROUNDS)
async def test_readings_outlive_a_home_assistant_that_is_killed(
    cloud: CloudDouble, home: Home, tmp_path: Path, measured: Callable[[str], None]
) -> None:
    await follow(home.client, EMAIL, PASSWORD)
    alex = (await persons(home.client))[0]
    patient_id = person(cloud, alex.name).patient_id
    (entry,) = await entries(home.client)
    year = year_until(datetime.now(UTC) - timedelta(days=2))
    write_file(home.folder / "www" / "year.csv", csv_lines(year))
    file = HistoryFile(home.folder / ".storage" / f"libreview.{entry['entry_id']}.history.db", tmp_path)
    await home.stop()
    deaths = Deaths(home, alex, patient_id, file)
    for number in range(ROUNDS):
        if number % 2:
            await deaths.while_importing()
        else:
            await deaths.while_polling(LONG_LIFE if number % A_LONG_LIFE_IN == 10 else SHORT_LIFE)
    await home.start()

    assert await _told(home, alex) >= {at for who, at in file.seen if who == patient_id}
    (entry,) = await entries(home.client)
    assert entry["state"] == "loaded"
    assert not list(file.path.parent.glob("*unreadable*"))
    measured(f"{ROUNDS} deaths: {deaths.count}; {len(file.seen)} readings seen on disk, none of them lost")


class Deaths:
    """The lives of one Home Assistant, and what must be true after each."""

    def __init__(self, home: Home, alex: ShownPerson, patient_id: str, file: HistoryFile) -> None:
        self.home = home
        self.alex = alex
        self.patient_id = patient_id
        self.file = file
        self.chance = random.Random()
        self.count = dict.fromkeys(("polling", "shown a minute", "importing", "whole", "acknowledged"), 0)

    async def while_polling(self, life: tuple[float, float]) -> None:
        start = asyncio.create_task(self.home.start())
        shown = await self._watch(self.chance.uniform(*life))
        await self.home.kill()
        killed = time.monotonic()
        start.cancel()
        with suppress(asyncio.CancelledError, aiohttp.ClientError, HomeError):
            await start
        self.file.compare()
        for at, since in shown.items():
            if killed - since > SHOWN_FOR:
                assert self.file.has(self.patient_id, at), "what was on the screen for a minute is safe"
                self.count["shown a minute"] += 1
        self.count["polling"] += 1

    async def _watch(self, life: float) -> dict[int, float]:
        """When which reading (epoch seconds) came to the screen, during a life."""
        shown: dict[int, float] = {}
        end = time.monotonic() + life
        while (now := time.monotonic()) < end:
            self.file.look()
            with suppress(aiohttp.ClientError, HomeError, ValueError):
                state = await self.home.client.state(self.alex.entities["glucose"])
                at = datetime.fromisoformat(state["attributes"].get("measurement_timestamp") or "")
                shown.setdefault(int(at.timestamp()), now)
            await asyncio.sleep(min(0.5, end - now))
        return shown

    async def while_importing(self) -> None:
        await self.home.start()
        action = asyncio.create_task(
            self.home.client.answer(
                "libreview.import_csv",
                person=self.alex.device_id,
                path=str(self.home.folder / "www" / "year.csv"),
            )
        )
        await asyncio.wait({action}, timeout=self.chance.uniform(*IMPORT_LIFE))
        self.file.look()
        is_acknowledged = action.done()
        await self.home.kill()
        # What Home Assistant still sends when it is being killed counts as not acknowledged.
        with suppress(aiohttp.ClientError, HomeError, TypeError):
            await action
        self.file.compare()
        imported = self.file.imported(self.patient_id)
        assert imported in (0, YEAR), "a file is there as a whole or not at all"
        assert imported or not is_acknowledged
        self.count["importing"] += 1
        self.count["whole"] += bool(imported)
        self.count["acknowledged"] += is_acknowledged
        if imported:
            self.file.forget_import()


async def _told(home: Home, who: ShownPerson) -> set[int]:
    """The instants (epoch seconds) of all readings that Home Assistant tells of somebody."""
    answer = await home.client.answer(
        "libreview.get_readings", person=who.device_id, start="2020-01-01 00:00:00"
    )
    return {int(datetime.fromisoformat(each["at"]).timestamp()) for each in answer["readings"]}
