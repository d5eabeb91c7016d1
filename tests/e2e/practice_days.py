"""A nurse's days in front of a browser: one accepts and their data arrive, one leaves and is told of.

It is not among all tests: hours pass by many restarts, and the pictures in two languages, wide and narrow,
are to be looked at. `LIBREVIEW_SCREENSHOTS=folder scripts/test tests/e2e/practice_days.py`
"""

import asyncio
from datetime import datetime, timedelta
from itertools import product
import json
from pathlib import Path

from playwright.async_api import Browser, expect
import pytest

from tests.cloud_double import Account, CloudDouble
from tests.cloud_double.demo_practice import INVITED, PRACTICE_ID
from tests.home import Home
from tests.home.dashboard import URL_PATH, furnish
from tests.home.persons import ShownPerson, persons

from .browser import DESKTOP, NARROW, seated
from .dialogs import RepairDialog
from .privacy import leaks
from .test_practice import PracticeDialog
from .words import ours
from .world import account

LEAVES = "Nora.Example@example.org"
LANGUAGES = ("en", "de")
SCREENS = {"wide": DESKTOP, "narrow": NARROW}
TURN_WITHIN = 60.0
SHOWN_WITHIN = 3.0
MOST_TURNS = 6
LONG, SHORT = timedelta(hours=10), timedelta(minutes=6)
"""How much longer ago the last turns are: of the one whose turn it is to be, and of the others, who wait."""


class Days:
    """A house that a nurse looks at, and in which hours pass."""

    def __init__(self, cloud: CloudDouble, home: Home, browser: Browser, pictures: Path) -> None:
        self.cloud = cloud
        self.home = home
        self.browser = browser
        self.pictures = pictures

    async def until(self, who: ShownPerson, patient: Account, key: str, *states: str) -> None:
        """Let somebody have turns, hours apart, until one of their sensors has one of these states."""
        for _ in range(MOST_TURNS):
            if await self.state(who, key) in states:
                return
            await self.turn_of(patient)
        assert await self.state(who, key) in states

    async def state(self, who: ShownPerson, key: str) -> str:
        """The state of one of somebody's sensors."""
        return str((await self.home.client.state(who.entities[key]))["state"])

    async def turn_of(self, patient: Account) -> None:
        """Let a patient have a turn."""
        for _ in range(MOST_TURNS):
            if patient.user_id in await self._next_turn(patient):
                return
        raise AssertionError("it was always the turn of others")

    async def _next_turn(self, patient: Account) -> str:
        """Restart as if the last turn of a patient were many hours ago; return who is asked for then."""
        asked = len(self.cloud.requests("patient"))
        await self.home.stop()
        for path in (self.home.folder / ".storage").glob("libreview.*.diary.*"):
            stored = json.loads(path.read_text(encoding="utf-8"))
            span = LONG if stored["data"]["cloud_id"] == patient.user_id else SHORT
            for key in ("attempted_at", "read_at", "failing_since"):
                if at := stored["data"].get(key):
                    stored["data"][key] = (datetime.fromisoformat(at) - span).isoformat()
            path.write_text(json.dumps(stored), encoding="utf-8")
        await self.home.start()
        async with asyncio.timeout(TURN_WITHIN):
            while len(requests := self.cloud.requests("patient")) == asked:
                await asyncio.sleep(0.1)
        await asyncio.sleep(SHOWN_WITHIN)
        return requests[asked].path

    async def look(self, name: str, who: ShownPerson) -> None:
        """Look at the page of the practice, and at one person's own, in every language and width."""
        for language, screen in product(LANGUAGES, SCREENS):
            picture = f"days-{name}-{language}-{screen}"
            async with seated(
                self.browser, self.home.client, self.pictures, language=language, screen=SCREENS[screen]
            ) as seat:
                await seat.go(f"/{URL_PATH}")
                await seat.page.get_by_text(who.name).first.wait_for()
                await seat.look(f"{picture}-board", full_page=True)
                await seat.page.get_by_text(who.name).first.click()
                await expect(seat.page.locator("libreview-card-view").first).to_be_visible()
                await seat.look(f"{picture}-person", full_page=True)

    async def look_at_repair(self, name: str, who: ShownPerson) -> None:
        """Look at the repair that says who left, and at what can be done."""
        for language, screen in product(LANGUAGES, SCREENS):
            picture = f"days-{name}-{language}-{screen}"
            async with seated(
                self.browser, self.home.client, self.pictures, language=language, screen=SCREENS[screen]
            ) as seat:
                await RepairDialog(seat).open("issues.patient_gone.title", f"{picture}-list", person=who.name)
                ways = "issues.patient_gone.fix_flow.step.confirm.menu_options"
                wait = ours(language, f"{ways}.wait", person=who.name)
                await expect(seat.page.get_by_text(wait).first).to_be_visible()
                await seat.look(f"{picture}-dialog")


@pytest.mark.timeout(3600)
async def test_one_accepts_and_one_leaves(
    cloud: CloudDouble, home: Home, browser: Browser, pictures: Path
) -> None:
    days = Days(cloud, home, browser, pictures)
    await _follow(days)
    kai, nora, _ = await persons(home.client)
    assert (kai.name, nora.name) == ("Kai P.", "Nora E.")
    await home.client.until(
        kai.entities["connection"], lambda state: state["state"] == "pending", within=TURN_WITHIN
    )
    await furnish(home.client)
    await days.look("1-invited", kai)

    practice = cloud.practice(PRACTICE_ID)
    assert practice is not None
    practice.accept(account(cloud, INVITED))
    await days.until(kai, account(cloud, INVITED), "connection", "connected")
    await days.turn_of(account(cloud, INVITED))
    assert await days.state(kai, "last_carbohydrates") != "unknown"
    await days.look("2-accepted", kai)

    leaver = account(cloud, LEAVES)
    practice.remove(leaver)
    await days.until(nora, leaver, "connection", "gone")
    await days.turn_of(leaver)
    [issue] = (await home.client.ask("repairs/list_issues"))["issues"]
    assert issue["translation_key"] == "patient_gone"
    assert await days.state(kai, "connection") == "connected"
    await days.look("3-left", nora)
    await days.look_at_repair("4-repair", nora)
    assert not cloud.requests("export")
    assert not leaks(home.log, cloud)


async def _follow(days: Days) -> None:
    """Connect with a code; choose one by an address in other capitals, a namesake, and who is invited."""
    async with seated(days.browser, days.home.client, days.pictures, screen=NARROW) as seat:
        dialog = PracticeDialog(seat)
        await dialog.sign_in("days")
        await dialog.search(LEAVES.upper())
        await dialog.turn_on("more")
        await dialog.submit()
        await dialog.search("nora")
        await dialog.tick("1951")
        await dialog.turn_on("more")
        await dialog.submit()
        await dialog.search("kai")
        await dialog.turn_on("consent")
        await dialog.submit()
        await dialog.finish("days-finish")
