"""A nurse in front of a browser: the code, finding people, following them, one who was only invited."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, expect
import pytest

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import PASSWORD
from tests.cloud_double.demo_practice import INVITED, PRACTICE_EMAIL, PRACTICE_ID
from tests.home import Home
from tests.home.dashboard import URL_PATH, furnish
from tests.home.persons import ShownPerson, persons

from .browser import DESKTOP, NARROW, SETTLE, Screen, Seat, seated
from .dialogs import Dialog
from .privacy import leaks
from .words import ours
from .world import account

READ_WITHIN = 100


class PracticeDialog(Dialog):
    """The steps in which people are found and chosen."""

    async def sign_in(self, name: str) -> None:
        """Come as far as the search."""
        await self.add()
        await self.shows("config.step.user.title", f"{name}-1-menu")
        await self.choose("practice")
        await self.shows("config.step.practice.title", f"{name}-2-credentials")
        await self.fill(email=PRACTICE_EMAIL, password=PASSWORD)
        await self.submit()
        await self.shows("config.step.second_factor.title", f"{name}-3-where-to")
        await self.submit()
        await self.shows("config.step.code.title", f"{name}-4-code")
        await self.fill(code="123456")
        await self.submit()
        await self.shows("config.step.find.title", f"{name}-5-find")

    async def search(self, term: str) -> None:
        """Look for somebody."""
        await self.fill(term=term)
        await self.submit()

    async def tick(self, line: str) -> None:
        """Choose one line of the list."""
        await self.inside.locator("ha-checkbox").filter(has_text=line).click()

    async def turn_on(self, key: str) -> None:
        """Turn on one of the two switches."""
        text = ours(self.seat.language, f"config.step.choose.data.{key}")
        await self.inside.locator("ha-selector-boolean").filter(has_text=text).locator("ha-switch").click()


async def test_a_nurse_finds_people_and_follows_them(
    cloud: CloudDouble, home: Home, browser: Browser, pictures: Path
) -> None:
    async with seated(browser, home.client, pictures) as seat:
        dialog = PracticeDialog(seat)
        await dialog.sign_in("practice")
        await dialog.search("nobody at all")
        await dialog.seat.look("practice-6-nobody")
        await dialog.search("NORA.EXAMPLE@EXAMPLE.ORG")
        await dialog.shows("config.step.choose.title", "practice-7-one")
        await dialog.turn_on("more")
        await dialog.submit()
        await dialog.shows("config.step.find.title", "practice-8-more")
        await dialog.search("nora")
        await dialog.shows("config.step.choose.title", "practice-9-namesakes")
        await dialog.tick("1951")
        await dialog.turn_on("more")
        await dialog.submit()
        await dialog.search("kai")
        await dialog.shows("config.step.choose.title", "practice-10-invited")
        await dialog.turn_on("consent")
        await dialog.submit()
        await dialog.finish("practice-11-finish")
        shown = await persons(home.client)
        assert [each.name for each in shown] == ["Kai P.", "Nora E.", "Nora E. 1951"]
        kai = shown[0]
        await home.client.until(
            kai.entities["connection"], lambda state: state["state"] == "pending", within=READ_WITHIN
        )
        read = [each for each in shown if "1951" in each.name or each.name == "Nora E."]
        await seat.go(f"/config/devices/device/{kai.device_id}")
        await expect(seat.page.get_by_text(ours("en", "entity.sensor.connection.name")).first).to_be_visible()
        await seat.look("practice-12-invited", full_page=True)
        practice = cloud.practice(PRACTICE_ID)
        assert practice is not None
        practice.accept(account(cloud, INVITED))
        await seat.go(f"/config/devices/device/{read[0].device_id}")
        await seat.look("practice-13-device", full_page=True)
        await seat.go("/config/integrations/integration/libreview")
        await seat.look("practice-14-integration")
    await furnish(home.client)
    for name, screen in (("practice-15-board", DESKTOP), ("practice-16-board-phone", NARROW)):
        async with seated(browser, home.client, pictures, screen=screen) as seat:
            await seat.go(f"/{URL_PATH}")
            await seat.page.get_by_text("Nora E. 1951").first.wait_for()
            await seat.look(name, full_page=True)
            await seat.page.get_by_text("Nora E. 1951").first.click()
            await expect(seat.page.locator("libreview-card-view").first).to_be_visible()
            await seat.page.go_back()
            await _becomes_the_first(seat, kai)
    assert not cloud.requests("unknown")
    assert not cloud.requests("export")
    assert not leaks(home.log, cloud)


async def _becomes_the_first(seat: Seat, who: ShownPerson) -> None:
    """See that an open page puts somebody first who is below range for longer than all others."""
    first = seat.page.locator("hui-heading-card").first.filter(has_text=who.name)
    await expect(first).to_have_count(0)
    async with asyncio.timeout(READ_WITHIN):
        while not await first.count():
            await seat.client.post(f"/api/states/{who.entities['time_below']}", {"state": "42"})
            await seat.page.wait_for_timeout(SETTLE)
    await seat.client.post(f"/api/states/{who.entities['time_below']}", {"state": "unknown"})
    await expect(first).to_have_count(0)


@pytest.mark.parametrize("screen", [DESKTOP, NARROW], ids=["desktop", "phone"])
async def test_a_german_practice_reads_its_own_language(
    cloud: CloudDouble, home: Home, browser: Browser, pictures: Path, screen: Screen
) -> None:
    name = "practice-de-phone" if screen is NARROW else "practice-de"
    async with seated(browser, home.client, pictures, language="de", screen=screen) as seat:
        dialog = PracticeDialog(seat)
        await dialog.sign_in(name)
        await dialog.search("xx")
        await dialog.shows("config.error.term_too_short", f"{name}-6-short")
        await dialog.search("nora")
        await dialog.shows("config.step.choose.title", f"{name}-7-namesakes")
        await dialog.submit()
        await dialog.shows("config.error.nobody_chosen", f"{name}-8-nobody")
