"""Sharing and sending, in front of a browser: a key with its QR code, what it opens, its end; a server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, expect
import pytest
import pytest_asyncio
from yarl import URL

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.home import Home
from tests.home.flows import follow
from tests.home.persons import persons
from tests.nightscout_double import SECRET, NightscoutDouble

from . import qr_code
from .browser import DESKTOP, NARROW, Screen, Seat, seated
from .dialogs import Dialog
from .homes import living
from .words import DELETE, ours

READER = "config_subentries.reader"
NIGHTSCOUT = "config_subentries.nightscout"
SENT_WITHIN = 60.0
"""Seconds, of a busy machine."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(shared_cloud: CloudDouble, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """A Home Assistant that follows three persons."""
    async with living(tmp_path_factory.mktemp("house"), shared_cloud) as home:
        await follow(home.client, EMAIL, PASSWORD)
        yield home


@pytest.mark.parametrize(
    ("language", "screen", "name"),
    [("en", DESKTOP, "Grandma's watch"), ("de", NARROW, "Omas Uhr")],
    ids=["en", "de-phone"],
)
async def test_an_app_gets_a_key_reads_with_it_and_is_ended(
    house: Home, browser: Browser, pictures: Path, language: str, screen: Screen, name: str
) -> None:
    alex = (await persons(house.client))[0]
    async with seated(browser, house.client, pictures, language=language, screen=screen) as seat:
        dialog = Dialog(seat)
        await _open_menu(seat, READER)
        await dialog.shows(f"{READER}.step.user.title", f"share-{language}-1-kind")
        option = ours(language, f"{READER}.step.user.menu_options.app")
        await dialog.inside.get_by_text(option).first.click()
        await dialog.shows(f"{READER}.step.app.title", f"share-{language}-2-app")
        await dialog.fill(name=name)
        await dialog.inside.get_by_text(alex.name).first.click()
        await dialog.submit()
        title = ours(language, f"{READER}.step.key.title").format(name_plain=name)
        await expect(dialog.inside.get_by_text(title).first).to_be_visible()
        await expect(dialog.inside.locator("ha-qr-code canvas")).to_be_visible()
        await seat.look(f"share-{language}-3-key")
        key = (await dialog.inside.locator("code").first.text_content() or "").strip()
        scanned = URL(await qr_code.read(dialog.inside.locator("ha-qr-code canvas")))
        assert scanned.query["token"] == key
        address = str(scanned.origin())
        assert address in {text.strip() for text in await dialog.inside.locator("code").all_text_contents()}
        assert await _read(house, key) in {401, 404}, "nothing is kept before"
        await dialog.submit()
        row = seat.page.locator("ha-config-sub-entry-row").filter(has_text=name)
        await expect(row).to_be_visible()
        (entry,) = await _read(house, key)
        assert entry["type"] == "sgv"

        await seat.go("/config/integrations/integration/libreview")
        await expect(row).to_be_visible()
        await seat.look(f"share-{language}-4-list")
        await row.locator("ha-icon-button").first.click()
        text = await dialog.shows(
            f"{READER}.step.reconfigure.menu_options.new_key", f"share-{language}-5-gear"
        )
        assert "127.0.0.1" in text, "it tells where the last use came from"
        await dialog.close()

        await row.locator("ha-icon-button").last.click()
        await row.get_by_text(DELETE[language]).click()
        asked = seat.page.locator("dialog-box")
        await expect(asked.get_by_text(name)).to_be_visible()
        await seat.look(f"share-{language}-6-end")
        await asked.get_by_role("button", name=DELETE[language]).click()
        await expect(row).to_have_count(0)
    assert await _read(house, key) == 404


@pytest.mark.parametrize(("language", "screen"), [("de", NARROW)], ids=["de-phone"])
async def test_values_are_sent_to_a_nightscout_server(
    house: Home, browser: Browser, pictures: Path, language: str, screen: Screen
) -> None:
    nightscout = NightscoutDouble()
    async with (
        nightscout.serving() as url,
        seated(browser, house.client, pictures, language=language, screen=screen) as seat,
    ):
        dialog = Dialog(seat)
        await _open_menu(seat, NIGHTSCOUT)
        await dialog.shows(f"{NIGHTSCOUT}.step.user.title", f"send-{language}-1-server")
        await dialog.fill(url=url, token="a-wrong-secret")
        await dialog.submit()
        await dialog.shows(f"{NIGHTSCOUT}.error.refused", f"send-{language}-2-refused")
        assert nightscout.sgvs() == {}
        await dialog.fill(token=SECRET)
        await dialog.submit()
        row = seat.page.locator("ha-config-sub-entry-row").filter(has_text="127.0.0.1")
        await expect(row).to_be_visible()
        await seat.go("/config/integrations/integration/libreview")
        await expect(row).to_be_visible()
        await seat.look(f"send-{language}-3-list")
        alex = (await persons(house.client))[0]
        async with asyncio.timeout(SENT_WITHIN):
            while not nightscout.sgvs():
                await asyncio.sleep(0.2)

        await row.locator("ha-icon-button").first.click()
        title = f"{NIGHTSCOUT}.step.reconfigure.title"
        await dialog.shows(title, f"send-{language}-4-gear", person_plain=alex.name)
        await _end(house, f"{alex.name}: 127.0.0.1")


async def _open_menu(seat: Seat, kind: str) -> None:
    """Choose sharing or sending from the menu of the account."""
    await seat.go("/config/integrations/integration/libreview")
    share = ours(seat.language, f"{kind}.initiate_flow.user")
    await seat.page.locator(
        "ha-config-entry-row ha-dropdown, ha-config-entry-row ha-md-button-menu"
    ).first.click()
    await seat.page.get_by_text(share).last.click()


async def _read(home: Home, key: str) -> Any:
    """Return the newest reading as an app asks for it, or the status of a refusal."""
    address = f"{home.client.url}/api/v1/entries.json?count=1"
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, headers={"api-secret": key}) as response,
    ):
        return await response.json() if response.status == 200 else response.status


async def _end(home: Home, name: str) -> None:
    """Delete the entry of an app or a server."""
    (entry,) = await home.client.ask("config_entries/get", domain="libreview")
    fields = {"entry_id": entry["entry_id"]}
    subentries = await home.client.ask("config_entries/subentries/list", **fields)
    (reader,) = [each["subentry_id"] for each in subentries if each["title"] == name]
    await home.client.ask("config_entries/subentries/delete", **fields, subentry_id=reader)
