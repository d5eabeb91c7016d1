"""What it costs a house when many apps read a person's last day, at 400 days of a reading a minute.

A real Home Assistant is asked over a real socket. Latency is what an app waits for a whole answer; processor
time is that of Home Assistant's process, less what it takes when nobody asks. A stall is the longest that
another, small answer had to wait meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
import os
from pathlib import Path
from statistics import median
import tempfile
from time import perf_counter, time
from typing import Final

import aiohttp

from custom_components.libreview.history.row_codec import ReadingRow
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Device, Source
from tests.cloud_double import Account, CloudDouble, Person
from tests.home.flows import PERSON_FLOWS, follow
from tests.home.process import Home
from tests.support.simulated_uploader import percentile

APPS: Final = 20
DAYS: Final = 400
DAY: Final = 24 * 60
"""Readings of a day, a minute apart."""
SPAN: Final = 60.0
"""Seconds of each part."""
PROBE: Final = 0.05
"""Seconds between two small questions."""
AIM_LATENCY: Final = 1.0
AIM_AT_ONCE: Final = 5.0
"""Seconds. Whoever has to wait longer for a turn is told to come back later."""
AIM_STALL: Final = 0.5
LIBRE: Final = Device(name="FreeStyle Libre 3", serial="0ETEST0010")
PATH: Final = f"/api/libreview/nightscout/api/v1/entries/sgv.json?count={DAY}"


@dataclass(slots=True)
class Figures:
    """What came of the questions of one part."""

    waits: list[float] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    size: int = 0
    processor: float = 0.0

    def share(self, status: HTTPStatus) -> float:
        """Return the share of answers of a status."""
        return self.answers.get(status, 0) / max(1, sum(self.answers.values()))


type Asking = Callable[[Sequence[App], Figures], Awaitable[None]]


@dataclass(slots=True)
class App:
    """An app with a key, which may tell what it has already."""

    http: aiohttp.ClientSession
    key: str
    knows_tags: bool = False
    tag: str = ""

    async def ask(self, figures: Figures) -> None:
        """Ask for the last day once."""
        headers = {"api-secret": self.key}
        if self.knows_tags and self.tag:
            headers["If-None-Match"] = self.tag
        began = perf_counter()
        async with self.http.get(PATH, headers=headers) as response:
            body = await response.read()
        figures.waits.append(perf_counter() - began)
        figures.size = max(figures.size, len(body))
        figures.answers[response.status] = figures.answers.get(response.status, 0) + 1
        self.tag = response.headers.get("ETag", "")


def report() -> None:
    """Print what was measured, and whether the aims are met."""
    asyncio.run(_measure())


async def _measure() -> None:
    cloud = CloudDouble()
    person = Person(phase=timedelta(), upload_delay=timedelta(seconds=2), upload_jitter=timedelta())
    account = cloud.add_account(Account(), persons=[person])
    async with cloud.serving():
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder), cloud=cloud.url_template, login=False, log_level="warning")
            async with home:
                entry = await follow(home.client, account.email, account.password)
                await home.stop()
                _fill(Path(folder) / ".storage" / f"libreview.{entry['entry_id']}.history.db", person)
                await home.start()
                keys = [await _share(home, entry["entry_id"], person, number) for number in range(APPS)]
                async with aiohttp.ClientSession(home.url) as http:
                    await _parts(home, person, [App(http, key) for key in keys])


def _fill(path: Path, person: Person) -> None:
    """Have a reading each minute of 400 days in the history, until now."""
    store = Store(path)
    end = int(time()) // 60 * 60

    def rows(devices: Sequence[int | None]) -> Iterator[ReadingRow]:
        code = SOURCE_CODE[Source.LIVE]
        return (
            ReadingRow(at, 80 + at // 60 % 90, code, 2, 0, devices[0])
            for at in range(end - DAYS * DAY * 60, end, 60)
        )

    store.keep_file(person.patient_id, [LIBRE], rows, (), thin_before=0)
    store.close()


async def _share(home: Home, entry_id: str, person: Person, number: int) -> str:
    """Share that person with one more app. Return its key."""
    step = await home.client.post(PERSON_FLOWS, {"handler": [entry_id, "reader"]})
    fields = {"name": f"App {number}", "person": person.patient_id, "diary": False, "local_only": True}
    for answer in ({"next_step_id": "app"}, fields):
        step = await home.client.post(f"{PERSON_FLOWS}/{step['flow_id']}", answer)
    key: str = step["description_placeholders"]["key"]
    await home.client.post(f"{PERSON_FLOWS}/{step['flow_id']}", {})
    return key


async def _parts(home: Home, person: Person, apps: Sequence[App]) -> None:
    idle = await _part(home, [], _in_turns)
    print(f"{APPS} apps that ask for 24 h of readings once a minute, at {DAYS} days of them:")
    print(f"{'':34}{'median':>9}{'95 %':>9}{'longest':>9}{'stall':>9}{'processor':>11}{'304':>7}")
    print(f"{'nobody asks':61}{max(idle.stalls) * 1000:6.0f} ms{idle.processor / SPAN:10.1%}")
    met = True
    for name, knows_tags, is_silent, ask in (
        ("whole answers", False, False, _in_turns),
        ("with tags, a reading a minute", True, False, _in_turns),
        ("with tags, the phone is silent", True, True, _in_turns),
        ("whole answers, all at once", False, False, _at_once),
    ):
        for app in apps:
            app.knows_tags = knows_tags
        person.pauses = [(datetime.now(UTC), None)] if is_silent else []
        if is_silent:  # They have the last answer already.
            await asyncio.gather(*(app.ask(Figures()) for app in apps))
        figures = await _part(home, apps, ask)
        answers = max(1, sum(figures.answers.values()))
        times = (
            median(figures.waits),
            percentile(figures.waits, 95),
            max(figures.waits),
            max(figures.stalls),
        )
        shown = "".join(f"{each * 1000:6.0f} ms" for each in times)
        processor = max(0.0, figures.processor - idle.processor) / answers * 1000
        print(f"{name:34}{shown}{processor:8.0f} ms{figures.share(HTTPStatus.NOT_MODIFIED):7.0%}", flush=True)
        aim = AIM_AT_ONCE if ask is _at_once else AIM_LATENCY
        met &= percentile(figures.waits, 95) <= aim and max(figures.stalls) <= AIM_STALL
        met &= figures.share(HTTPStatus.OK) + figures.share(HTTPStatus.NOT_MODIFIED) == 1
    print(f"A whole answer has {figures.size / 1000:.0f} kB. {'Aims met.' if met else 'AIMS MISSED.'}")


async def _part(home: Home, apps: Sequence[App], ask: Asking) -> Figures:
    """Let the apps ask for one part's time, and measure what it costs meanwhile."""
    figures = Figures()
    before = _processor_seconds(home.process_id)
    async with aiohttp.ClientSession(home.url) as http:
        probing = asyncio.create_task(_probe(http, figures))
        await ask(apps, figures)
        probing.cancel()
    figures.processor = _processor_seconds(home.process_id) - before
    return figures


async def _in_turns(apps: Sequence[App], figures: Figures) -> None:
    """Spread the questions evenly over the time."""

    async def later(app: App, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await app.ask(figures)

    asking = (later(app, SPAN * number / len(apps)) for number, app in enumerate(apps))
    await asyncio.gather(*asking, asyncio.sleep(SPAN))


async def _at_once(apps: Sequence[App], figures: Figures) -> None:
    """Have all ask in the same moment."""
    await asyncio.gather(*(app.ask(figures) for app in apps), asyncio.sleep(SPAN))


async def _probe(http: aiohttp.ClientSession, figures: Figures) -> None:
    """Note how long a small answer takes, again and again."""
    while True:
        began = perf_counter()
        async with http.get("/manifest.json") as response:
            await response.read()
        figures.stalls.append(perf_counter() - began)
        await asyncio.sleep(PROBE)


def _processor_seconds(process_id: int) -> float:
    """Return the processor time that a process has taken so far (proc_pid_stat(5))."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    report()
