"""What a person does in the dialogs of the config flow, step by step."""

from pathlib import Path
import re

from playwright.async_api import Locator, Page, expect

from .browser import SETTLE, Seat
from .words import ADD, FINISH, SUBMIT, ours, submits

PERSON = "config_subentries.person"


class Dialog:
    """The dialog of a config flow, in the language of the page."""

    def __init__(self, seat: Seat) -> None:
        """Work on the dialog that is or will be open in front of `seat`."""
        self.seat = seat
        self.inside = seat.page.locator("dialog-data-entry-flow")

    async def add(self) -> None:
        """Add an integration as a person does: press the button, look for ours, pick it."""
        page: Page = self.seat.page
        await self.seat.go("/config/integrations/dashboard")
        await page.get_by_role("button", name=ADD[self.seat.language]).first.click()
        await page.locator("dialog-add-integration input").fill("LibreView")
        await page.locator("dialog-add-integration ha-integration-list-item").first.click()

    async def shows(self, key: str, picture: str, **named: str) -> str:
        """Wait until one of our texts is there, take a picture and return all that can be read."""
        text = ours(self.seat.language, key, **{"app": "LibreLinkUp", **named})
        await expect(self.inside.get_by_text(text).first, f"{key} should be there").to_be_visible()
        return await self.seat.look(picture)

    async def choose(self, option: str) -> None:
        """Take an option of the first menu."""
        text = ours(self.seat.language, f"config.step.user.menu_options.{option}")
        await self.inside.get_by_text(text).first.click()

    async def fill(self, **fields: str) -> None:
        """Type into fields, named by their keys."""
        for name, value in fields.items():
            await self.inside.locator(f"input[name={name}]").fill(value)

    async def untick(self, line: str) -> None:
        """Take the tick away from one line of a list."""
        await self.inside.locator("ha-checkbox").filter(has_text=line).click()

    async def say_yes(self) -> None:
        """Turn on the only switch there is."""
        await self.inside.locator("ha-switch").click()

    async def submit(self) -> None:
        """Press the button that goes on to the next step, whatever this step calls it."""
        words = {SUBMIT[self.seat.language], *submits(self.seat.language)}
        name = re.compile(f"^({'|'.join(map(re.escape, words))})$")
        await self.inside.get_by_role("button", name=name).click()

    async def finish(self, picture: str) -> None:
        """Look at the last step and close it."""
        await expect(self._button(FINISH)).to_be_visible()
        await self.seat.look(picture)
        await self._button(FINISH).click()
        await expect(self.inside.locator("ha-dialog")).to_have_count(0)

    async def close(self) -> None:
        """Leave the dialog."""
        await self.seat.page.keyboard.press("Escape")

    def _button(self, words: dict[str, str]) -> Locator:
        return self.inside.get_by_role("button", name=words[self.seat.language], exact=True)


class RepairDialog(Dialog):
    """The page of repairs, and the dialog of one of them."""

    async def open(self, title: str, picture: str, **named: str) -> None:
        """Open the repair with that title."""
        await self.seat.go("/config/repairs")
        text = ours(self.seat.language, title, **named)
        line = self.seat.page.get_by_role("listitem").filter(has_text=text)
        await expect(line).to_be_visible()
        await self.seat.look(picture)
        await line.click()

    async def nothing_left(self, picture: str) -> None:
        """See that there is no repair of ours."""
        await self.seat.go("/config/repairs")
        text = await self.seat.look(picture)
        assert "LibreView" not in text


class ImportDialog(Dialog):
    """A person's settings, and in them the way from a CSV file into the history."""

    async def open(self, person: str) -> None:
        """Open a person's settings on the integration's page, and choose the import."""
        await self.seat.go("/config/integrations/integration/libreview")
        row = self.seat.page.locator("ha-config-sub-entry-row").filter(has_text=person)
        await row.locator("ha-icon-button").nth(1).click()  # the first one folds the person up
        option = ours(self.seat.language, f"{PERSON}.step.reconfigure.menu_options.import_file")
        await self.inside.get_by_text(option).first.click()

    async def upload(self, file: Path) -> None:
        """Choose the file, wait until it has arrived, and go on."""
        async with self.seat.page.expect_response("**/api/file_upload"):
            await self.inside.locator("input[type=file]").set_input_files(file)
        await expect(self.inside.get_by_text(file.name).first).to_be_visible()
        await self.seat.page.wait_for_timeout(SETTLE)
        await self.submit()

    async def shows_step(self, step: str, picture: str, **named: str) -> str:
        """Wait for one of the steps."""
        return await self.shows(f"{PERSON}.step.{step}.title", picture, **named)

    async def says(self, reason: str, picture: str, **named: str) -> str:
        """Wait for the last word, and close the dialog."""
        text = await self.shows(f"{PERSON}.abort.{reason}", picture, **named)
        await self.close()
        return text
