"""What a person does with blueprints: find one in the list, fill its form, save an automation."""

import re

from playwright.async_api import Locator, expect

from .browser import Seat
from .words import SAVE

SWITCH_LABEL = ("undefined",)
"""What Home Assistant 2026.10 calls the switches of such a form for those who cannot see them."""


class BlueprintForm:
    """The list of blueprints, and the form of an automation made from one of them."""

    def __init__(self, seat: Seat) -> None:
        """Work in front of `seat`, where the list is opened first."""
        self.seat = seat
        self.page = seat.page
        self.form = seat.page.locator("blueprint-automation-editor")

    async def listed(self, names: list[str], picture: str) -> None:
        """See all of them in the list, which also shows the names of files."""
        await self.seat.go("/config/blueprint/dashboard")
        for name in names:
            await expect(self.page.get_by_text(name, exact=True)).to_be_visible()
        await self.page.screenshot(path=self.seat.pictures / f"{picture}.png")

    async def open(self, name: str, picture: str) -> None:
        """Press one of the list, and look at the form that opens."""
        await self.seat.go("/config/blueprint/dashboard")
        await self.page.get_by_text(name, exact=True).click()
        await expect(self.form.get_by_text("Not a medical device")).to_be_visible()
        await self.seat.look(picture, known=SWITCH_LABEL)

    async def choose(self, setting: str, name: str) -> None:
        """Choose a device or an entity for a setting."""
        await self._row(setting).locator("ha-picker-field").click()
        await self.page.locator("ha-picker-combo-box").get_by_text(name, exact=True).click()

    async def unfold(self, section: str) -> None:
        """Open one of the folded sections."""
        await self.form.locator("ha-expansion-panel").filter(has_text=section).locator("#summary").click()

    async def enter(self, setting: str, number: int) -> None:
        """Type a number for a setting."""
        field = self._row(setting).locator("input")
        await field.click()
        await field.fill(str(number))
        await field.press("Tab")
        await expect(field).to_have_value(str(number))

    async def save(self) -> str:
        """Save the automation, which takes the name of the blueprint; gives its id."""
        button = SAVE[self.seat.language]
        await self.page.get_by_role("button", name=button, exact=True).click()
        await self.page.wait_for_url(re.compile(r"/config/automation/edit/\d+"))
        return self.page.url.rsplit("/", 1)[-1]

    def _row(self, setting: str) -> Locator:
        heading = self.page.get_by_text(setting, exact=True)
        return self.form.locator("ha-settings-row").filter(has=heading)
