"""What a practice of fifty costs a real Home Assistant: set-up, memory, processor time, paint of the page.

It is not among all tests, since it measures for minutes: `scripts/test tests/e2e/practice_scale.py`. What was
measured stands at the end of the run.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
from time import perf_counter
from typing import Any

from playwright.async_api import Browser
import pytest
import pytest_asyncio

from tests.cloud_double import Account, CloudDouble, Person, Practice, Sensor, professional
from tests.cloud_double.curve import realistic
from tests.cloud_double.demo_diary import keep_diary
from tests.home import Client, Home
from tests.home.dashboard import URL_PATH, furnish
from tests.home.flows import CODE, FLOWS
from tests.home.persons import ShownPerson, persons

from .browser import DESKTOP, NARROW, seated
from .homes import living

PATIENTS = 50
GROUPS = ("Ada", "Bea", "Cyd")
"""First names, since a search shows twenty people at most."""
DAY = 24 * 60 * 60
CALM = 300.0
"""Seconds: the time between two turns, and between two computations of the figures."""
SETTLED = 15.0
WITHIN = 300.0

type Tell = Callable[[str], None]


@pytest.fixture
def nurse() -> Account:
    return professional(email="nurse50@example.com")


@pytest_asyncio.fixture(loop_scope="session")
async def clinic(cloud: CloudDouble, nurse: Account) -> Practice:
    """A practice whose patients have three months of glucose and diary."""
    practice = cloud.add_practice(Practice(members=[nurse]))
    now = datetime.now(UTC)
    for number in range(PATIENTS):
        first, last = GROUPS[number % len(GROUPS)], f"Example{number:02}"
        email = f"{first}.{last}@example.org".lower()
        person = Person(
            first_name=first,
            last_name=last,
            sensor=Sensor(product=3, activated=now - timedelta(days=4)),
            curve=realistic(email),
        )
        keep_diary(person, email, now)
        practice.link(cloud.add_account(Account(email=email, first_name=first, last_name=last, own=person)))
    return practice


@pytest_asyncio.fixture(loop_scope="session")
async def house(cloud: CloudDouble, tmp_path: Path) -> AsyncIterator[Home]:
    """A Home Assistant that logs as at home."""
    async with living(tmp_path / "config", cloud) as home:
        yield home


@pytest.mark.timeout(3600)
async def test_a_practice_of_fifty(
    clinic: Practice, nurse: Account, house: Home, browser: Browser, pictures: Path, measured: Tell
) -> None:
    await asyncio.sleep(SETTLED)
    alone = await _share_of_processor(house)
    memory = _memory(house)
    begin = perf_counter()
    await _connect(house.client, nurse)
    await _all_known(house.client)
    measured(f"connecting {PATIENTS}, until how each stands is known: {perf_counter() - begin:.1f} s")
    measured(f"memory: {(_memory(house) - memory) / 1024:.0f} MiB more than {memory / 1024:.0f}")

    await house.stop()
    begin = perf_counter()
    await house.start()
    measured(f"start of Home Assistant with them: {perf_counter() - begin:.1f} s")
    await _all_known(house.client)
    measured(f"memory after a restart: {_memory(house) / 1024:.0f} MiB")

    await asyncio.sleep(SETTLED)
    share = await _share_of_processor(house)
    measured(
        f"processor time: {100 * share:.2f}% of one, {100 * alone:.2f}% without them;"
        f" {(share - alone) * DAY:.0f} s a day for them"
    )

    await furnish(house.client)
    for name, screen in (("wide", DESKTOP), ("narrow", NARROW)):
        async with seated(browser, house.client, pictures, screen=screen) as seat:
            for visit in ("first", "second"):
                begin = perf_counter()
                await seat.page.goto(f"{house.client.url}/{URL_PATH}")
                await seat.page.locator("hui-tile-card").nth(4 * PATIENTS - 1).wait_for(state="attached")
                measured(f"dashboard, {name}, {visit} visit: {perf_counter() - begin:.1f} s until all tiles")
            await seat.look(f"scale-{name}", full_page=True)


async def _share_of_processor(home: Home) -> float:
    """Return the share of a processor that Home Assistant takes while nothing else happens."""
    begin, used = perf_counter(), _processor_time(home)
    await asyncio.sleep(CALM)
    return (_processor_time(home) - used) / (perf_counter() - begin)


async def _connect(client: Client, nurse: Account) -> None:
    """Connect the practice and choose everybody."""
    step = await client.post(FLOWS, {"handler": "libreview"})

    async def answer(**answers: Any) -> None:
        nonlocal step
        step = await client.post(f"{FLOWS}/{step['flow_id']}", answers)
        while step["type"] in ("progress", "progress_done"):
            await asyncio.sleep(0.1)
            step = await client.get(f"{FLOWS}/{step['flow_id']}")
        assert not step.get("errors"), step["errors"]

    await answer(next_step_id="practice")
    await answer(email=nurse.email, password=nurse.password, advanced={})
    await answer(target="primary")
    await answer(code=CODE, resend=False)
    for group in GROUPS:
        await answer(term=group, advanced={})
        [field] = [each for each in step["data_schema"] if each["name"] == "persons"]
        everybody = [option["value"] for option in field["selector"]["select"]["options"]]
        is_last = group == GROUPS[-1]
        await answer(persons=everybody, more=not is_last, consent=is_last)
    assert step["type"] == "create_entry"


async def _all_known(client: Client) -> None:
    """Wait until it is known of everybody how they stand to the practice."""
    async with asyncio.timeout(WITHIN):
        shown: list[ShownPerson] = []
        while len(shown) < PATIENTS:
            shown = [each for each in await persons(client) if "connection" in each.entities]
        for each in shown:
            await client.until(
                each.entities["connection"], lambda state: state["state"] == "connected", within=WITHIN
            )


def _memory(home: Home) -> int:
    """Return the memory of Home Assistant's process, in KiB."""
    status = Path(f"/proc/{home.process_id}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def _processor_time(home: Home) -> float:
    """Return the seconds of processor time that Home Assistant's process has used."""
    fields = Path(f"/proc/{home.process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
