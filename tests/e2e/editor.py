"""What a person does in Home Assistant's automation editor, with the mouse and the keys for numbers."""

import re

from playwright.async_api import Locator, expect

from .browser import Seat
from .words import ADD_ACTION, ADD_CONDITION, ADD_TRIGGER, BELOW, DEVICES, SAVE, ours


class Editor:
    """The editor of a new automation."""

    def __init__(self, seat: Seat) -> None:
        """Work on the editor that is or will be open in front of `seat`."""
        self.seat = seat
        self.page = seat.page

    async def open(self) -> None:
        """Begin with nothing."""
        await self.seat.go("/config/automation/edit/new")

    async def offers(self, what: dict[str, str], person: str) -> Locator:
        """Ask for triggers, conditions or actions of a person; gives the list of what is offered."""
        await self.page.get_by_role("button", name=what[self.seat.language]).first.click()
        targets = self.page.locator("ha-automation-add-from-target")
        await targets.get_by_text(DEVICES[self.seat.language], exact=True).click()
        await targets.get_by_role("treeitem", name=person).click()
        offered = self.page.locator("ha-automation-add-items ha-list-item-button")
        await expect(offered.first).to_be_visible()
        return offered

    async def choose(self, offered: Locator, name: str) -> None:
        """Take one of those that are offered."""
        await offered.filter(has_text=re.compile(re.escape(name))).first.click()
        await expect(offered).to_have_count(0)

    async def add_trigger(self, key: str, person: str, picture: str) -> None:
        """Add one of our triggers for a person."""
        offered = await self.offers(ADD_TRIGGER, person)
        await self.seat.look(picture)
        await self.choose(offered, ours(self.seat.language, f"triggers.{key}.name"))

    async def add_condition(self, key: str, person: str, picture: str) -> None:
        """Add one of our conditions for a person."""
        offered = await self.offers(ADD_CONDITION, person)
        await self.seat.look(picture)
        await self.choose(offered, ours(self.seat.language, f"conditions.{key}.name"))

    async def tick(self, field: str) -> None:
        """Tick the box before a field of the trigger that may be left out."""
        row = self.page.locator("ha-automation-trigger-platform ha-settings-row")
        named = row.filter(has=self.page.get_by_text(field, exact=True))
        await named.locator("ha-checkbox").first.click()

    async def add_action(self, name: str, person: str) -> None:
        """Add an action that Home Assistant offers for a person's device."""
        await self.choose(await self.offers(ADD_ACTION, person), name)

    async def below(self, number: str, unit: str) -> None:
        """Say below what."""
        threshold = self.page.locator("ha-selector-numeric_threshold")
        await threshold.locator("ha-select").first.click()
        await self.page.get_by_text(BELOW[self.seat.language], exact=True).first.click()
        await threshold.locator(".value-selector input").fill(number)
        await threshold.locator("ha-select").last.click()
        await threshold.locator("ha-dropdown-item").filter(has_text=unit).last.click()

    async def for_seconds(self, seconds: int) -> None:
        """Say for how long."""
        await self.page.locator("ha-duration-input #sec input").fill(str(seconds))
        await self.page.keyboard.press("Tab")

    async def save(self, name: str) -> str:
        """Save under a name; gives the automation's id."""
        button = SAVE[self.seat.language]
        await self.page.get_by_role("button", name=button, exact=True).first.click()
        dialog = self.page.locator("ha-dialog-automation-save")
        await dialog.locator("input").first.fill(name)
        await dialog.get_by_role("button", name=button, exact=True).click()
        await self.page.wait_for_url(re.compile(r"/config/automation/edit/\d+"))
        return self.page.url.rsplit("/", 1)[-1]
