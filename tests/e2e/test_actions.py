"""Somebody tries the actions in Home Assistant's own tools, before automations rely on them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, Locator, expect
import pytest
import pytest_asyncio

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.home import Home
from tests.home.flows import follow

from .browser import SETTLE, Screen, Seat, seated
from .imports import csv_lines, meal, write_file, year_until
from .words import DEVICE, PERFORM, ours, texts

ANSWERS = {
    "import_csv": ("readings: 288", "entries: 1", "unreadable_count: 0"),
    "get_readings": ("unit: mmol/L", "source: graph"),
    "get_diary": ("- kind: carbohydrates", "amount: 45", "unit: g"),
    "get_statistics": ("unit: mg/dL", "average_glucose: "),
    "export": ("entries: 1", "deviceTime"),
    "refresh": (),
}
"""Parts of lines. In the order in which they are tried, for what is asked for has to be there."""
PICKED = {"get_readings": ("unit", "mmol/L"), "export": ("format", "JSON")}
TALL: Screen = {"viewport": {"width": 1280, "height": 1500}}
ALEX = "Alex Example"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(shared_home: Home) -> Home:
    """A Home Assistant that follows three persons."""
    await follow(shared_home.client, EMAIL, PASSWORD)
    return shared_home


async def test_each_action_does_what_it_says_in_the_tools(
    shared_cloud: CloudDouble, house: Home, browser: Browser, pictures: Path
) -> None:
    now = datetime.now(UTC)
    lines = csv_lines(year_until(now - timedelta(days=1), rows=288), [meal(now - timedelta(hours=2), 45)])
    file = write_file(house.folder / "www" / "alex.csv", lines)
    async with seated(browser, house.client, pictures, screen=TALL) as seat:
        for action, answer in ANSWERS.items():
            page = ActionPage(seat, action)
            await page.open()
            await page.choose_person(ALEX)
            if action == "import_csv":
                await page.write("path", str(file))
            elif action == "get_readings":
                await page.choose_today("start")
            if action in PICKED:
                await page.pick(*PICKED[action])
            polls = len(shared_cloud.requests("connections"))
            said = await page.perform()
            assert all(part in said for part in answer)
            if action == "refresh":
                assert len(shared_cloud.requests("connections")) > polls


@pytest.mark.parametrize("language", ["de"])
async def test_the_actions_explain_themselves_in_the_language_of_the_person(
    house: Home, browser: Browser, pictures: Path, language: str
) -> None:
    async with seated(browser, house.client, pictures, screen=TALL, language=language) as seat:
        for action in ANSWERS:
            await ActionPage(seat, action).open()


class ActionPage:
    """The page on which one action is tried."""

    def __init__(self, seat: Seat, action: str) -> None:
        """Work on the page of `action`."""
        self.seat = seat
        self.action = action

    async def open(self) -> None:
        """Open it, and see that everything is explained."""
        await self.seat.go(f"/config/tools/action?service=libreview.{self.action}")
        explained = texts(self.seat.language, f"services.{self.action}")
        await expect(self.seat.page.get_by_text(explained["description"]).first).to_be_visible()
        for field in explained["fields"].values():
            await self.seat.reads(field["name"], field["description"])
        # Home Assistant 2026.11 draws the translated options of a field only once the field has changed.
        for key in explained["fields"]:
            if await self.field(key).locator("ha-selector-select").count():
                await self._tick(key)
                await self._tick(key)
        await self._look("")

    def field(self, key: str) -> Locator:
        """The row of a field."""
        name = ours(self.seat.language, f"services.{self.action}.fields.{key}.description")
        return self.seat.page.locator("ha-settings-row").filter(has_text=name)

    async def choose_person(self, name: str) -> None:
        """Choose a person out of the list."""
        await self._tick("person")
        await self.seat.page.get_by_text(DEVICE[self.seat.language]).first.click()
        await self.seat.page.locator("ha-combo-box-item").get_by_text(name).first.click()
        await self.seat.page.wait_for_timeout(SETTLE)

    async def write(self, key: str, text: str) -> None:
        """Write into a field."""
        await self.field(key).locator("input").click()
        await self.seat.page.keyboard.type(text)
        await self.seat.page.keyboard.press("Tab")

    async def pick(self, key: str, option: str) -> None:
        """Pick one of the options of a field."""
        await self._tick(key)
        await self.field(key).get_by_text(option).click()

    async def choose_today(self, key: str) -> None:
        """Choose a day in the calendar."""
        await self._tick(key)
        await self.field(key).locator("ha-date-input").click()
        await self.seat.page.get_by_role("button", name="Today", exact=True).click()
        await self.seat.page.get_by_role("button", name="OK", exact=True).click()

    async def _tick(self, key: str) -> None:
        """Say that a field is to be filled in, if it may be left out."""
        tick = self.field(key).locator("ha-checkbox")
        if await tick.count():
            await tick.click()

    async def perform(self) -> str:
        """Press the button; the response as it is shown, where there is one."""
        page = self.seat.page
        await self._look("-filled")
        button = page.get_by_role("button", name=PERFORM[self.seat.language])
        await button.click()
        if self.action == "refresh":
            await expect(page.locator("ha-progress-button").first).to_be_visible()
            await page.wait_for_load_state("networkidle")
            await self._look("-done")
            return ""
        lines = page.locator(".cm-content .cm-line")
        await expect(lines.first).to_be_visible()
        await page.wait_for_timeout(300)
        await page.screenshot(path=self.seat.pictures / f"action-{self.action}-response.png")
        return "\n".join(await lines.all_inner_texts())

    async def _look(self, what: str) -> str:
        language = "" if self.seat.language == "en" else f"{self.seat.language}-"
        return await self.seat.look(
            f"action-{language}{self.action}{what}",
            known={f"libreview.{self.action}", "undefined"},  # Home Assistant's own label of a text field
        )
