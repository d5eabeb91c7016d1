"""The card and the dashboard in a real Home Assistant, as a person finds and uses them."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Locator, Route, expect
import pytest
import pytest_asyncio

from tests.cloud_double.demo import DIARY_EMAIL, DIARY_PERSON, EMAIL, PASSWORD
from tests.home import Client, Home
from tests.home.flows import add_diary, follow
from tests.home.persons import persons

from .browser import DESKTOP, PHONE, seated

LATE = 2.0


@pytest_asyncio.fixture(loop_scope="session")
async def followed(home: Home) -> Home:
    """A Home Assistant that follows three persons, one of them with a diary."""
    return await _follow(home)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(shared_home: Home) -> Home:
    """The same for several tests, each of which has a dashboard of its own."""
    return await _follow(shared_home)


async def _follow(home: Home) -> Home:
    entry = await follow(home.client, EMAIL, PASSWORD)
    await add_diary(home.client, entry["entry_id"], DIARY_PERSON, DIARY_EMAIL, PASSWORD)
    return home


async def test_a_person_adds_the_dashboard_and_finds_a_page_for_everybody(
    shared: Home, browser: Browser, pictures: Path
) -> None:
    async with seated(browser, shared.client, pictures) as seat:
        page = seat.page
        await seat.go("/config/lovelace/dashboards")
        await page.get_by_role("button", name="Add dashboard").click()
        await page.get_by_text("A page for each person").click()
        await expect(page.get_by_role("textbox", name="URL")).to_have_value("dashboard-glucose")
        await page.get_by_role("button", name="Create").click()
        await expect(page.get_by_role("row", name="Glucose")).to_be_visible()

        await seat.go("/dashboard-glucose")
        for person in await persons(shared.client):
            await expect(page.get_by_role("tab", name=person.name)).to_be_visible()
        await expect(page.locator("libreview-curve canvas")).to_be_visible()
        await seat.look("card-dashboard", full_page=True)


@pytest.mark.parametrize("late", ["**/frontend_latest/app.*.js", "**/libreview_static/libreview.js*"])
async def test_the_dashboard_opens_whichever_file_arrives_last(
    shared: Home, browser: Browser, pictures: Path, late: str
) -> None:
    board = await _board(shared.client, {"strategy": {"type": "custom:libreview"}})
    async with seated(browser, shared.client, pictures) as seat:

        async def later(route: Route) -> None:
            await asyncio.sleep(LATE)
            await route.continue_()

        await seat.page.route(late, later)
        await seat.go(board)
        await expect(seat.page.locator("libreview-card-view").first).to_be_visible()


async def test_the_dashboard_explains_itself_before_anybody_is_followed(
    home: Home, browser: Browser, pictures: Path
) -> None:
    # The file is loaded once the integration is, which its first account does.
    entry = await follow(home.client, EMAIL, PASSWORD)
    for subentry in await home.client.ask("config_entries/subentries/list", entry_id=entry["entry_id"]):
        await home.client.ask(
            "config_entries/subentries/delete",
            entry_id=entry["entry_id"],
            subentry_id=subentry["subentry_id"],
        )
    board = await _board(home.client, {"strategy": {"type": "custom:libreview"}})

    async with seated(browser, home.client, pictures, language="de", screen=PHONE) as seat:
        await seat.go(board)
        await expect(seat.page.get_by_text("Sobald LibreView einer Person folgt")).to_be_visible()
        await seat.look("card-dashboard-nobody")


async def test_a_person_picks_the_card_and_changes_it_in_the_editor(
    shared: Home, browser: Browser, pictures: Path
) -> None:
    board = await _board(
        shared.client, {"views": [{"type": "sections", "sections": [{"type": "grid", "cards": []}]}]}
    )
    async with seated(browser, shared.client, pictures) as seat:
        page = seat.page
        await seat.go(f"{board}/0?edit=1")
        await page.locator("hui-grid-section button.add").click()
        await page.get_by_role("tab", name="By card").click()
        await page.locator("hui-card-picker input").first.fill("Glucose")
        await page.locator("hui-card-picker .card:has(libreview-card) .overlay").click()
        editor = page.locator("hui-dialog-edit-card")
        await expect(editor.locator("libreview-card-view .number")).to_be_visible()
        await seat.look("card-editor")

        await editor.get_by_text("Hide").click()
        await (
            editor.locator("ha-selector-boolean")
            .filter(has_text="Time in range")
            .locator("ha-switch")
            .click()
        )
        await editor.get_by_role("button", name="Save", exact=True).click()
        await expect(editor).to_be_hidden()
        await expect(page.locator("#view libreview-card-view .number")).to_be_visible()

    saved = await shared.client.ask("lovelace/config", url_path=board.strip("/"))
    (card,) = saved["views"][0]["sections"][0]["cards"]
    assert card["type"] == "custom:libreview-card"
    assert card["entities"] == [each.entities["glucose"] for each in await persons(shared.client)]
    assert card["hide_ranges"] is True


async def test_the_card_goes_on_without_home_assistant_and_then_admits_that_it_knows_nothing(
    followed: Home, browser: Browser, pictures: Path
) -> None:
    board = await _card(followed.client, "Alex Example")
    async with seated(browser, followed.client, pictures, screen=PHONE, dark=True) as seat:
        page = seat.page
        await page.clock.install()
        await seat.go(board)
        number = page.locator("libreview-card-view .number")
        await expect(number).to_be_visible()
        await expect(page.locator("libreview-curve canvas")).to_be_visible()
        await seat.look("card-phone-dark")

        await followed.stop()
        await expect(page.get_by_text("Not connected")).to_be_visible()
        await page.clock.fast_forward("16:00")
        await expect(number).to_be_hidden()
        await expect(page.get_by_text("No current value").first).to_be_visible()
        await seat.look("card-phone-lost")

        await followed.start()
        await page.clock.resume()
        await expect(number).to_be_visible(timeout=60_000)


async def test_a_note_with_markup_is_text(shared: Home, browser: Browser, pictures: Path) -> None:
    board = await _card(shared.client, DIARY_PERSON, hours=24)
    async with seated(browser, shared.client, pictures, screen=DESKTOP) as seat:
        await seat.go(board)
        marks = seat.page.locator("libreview-curve .mark")
        await expect(marks.first).to_be_visible()
        await marks.first.click()
        await expect(seat.page.locator("libreview-curve .entries")).to_be_visible()
        assert await _tags(seat.page.locator("libreview-curve .what")) == set()
        await seat.look("card-diary")


async def _tags(texts: Locator) -> set[str]:
    found: list[str] = await texts.evaluate_all(
        "elements => elements.flatMap(element => [...element.children].map(child => child.tagName))"
    )
    return set(found)


async def _card(client: Client, name: str, **options: object) -> str:
    person = next(each for each in await persons(client) if each.name == name)
    card = {"type": "custom:libreview-card", "entities": [person.entities["glucose"]], **options}
    return await _board(client, {"views": [{"type": "panel", "cards": [card]}]})


async def _board(client: Client, config: dict[str, object]) -> str:
    """Make a new dashboard; gives its path."""
    number = len(await client.ask("lovelace/dashboards/list"))
    name = f"board-{number}"
    await client.ask("lovelace/dashboards/create", url_path=name, title=name, icon="mdi:water")
    await client.ask("lovelace/config/save", url_path=name, config=config)
    return f"/{name}"
