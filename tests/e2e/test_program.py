"""A program of somebody else: it signs in through a browser, by a library that knows nothing of this one."""

from asyncio import to_thread
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from playwright.async_api import Browser, Route, expect
import pytest
import pytest_asyncio

from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.home import Home
from tests.home.client import OWNER, PASSWORD as OWNERS_PASSWORD
from tests.home.flows import entries, follow, share_with_program
from tests.home.persons import persons

from .browser import Seat, seated
from .words import DELETE

PROGRAM: Final = "http://127.0.0.1:9/"
REDIRECT: Final = f"{PROGRAM}signed-in"


@pytest_asyncio.fixture(loop_scope="session")
async def program(home: Home) -> AsyncIterator[OAuth2Session]:
    """A program that may read one person, as soon as somebody has signed in for it."""
    await follow(home.client, EMAIL, PASSWORD)
    alex = (await persons(home.client))[0]
    await share_with_program(home.client, "Insulin calculator", PROGRAM, alex.name)
    with OAuth2Session(
        PROGRAM,
        redirect_uri=REDIRECT,
        token_endpoint=f"{home.url}/auth/token",
        token_endpoint_auth_method="none",  # Home Assistant knows programs by their address alone.
    ) as client:
        yield client


async def test_a_program_signs_in_reads_what_is_new_and_is_ended_by_either_side(
    home: Home, program: OAuth2Session, browser: Browser, pictures: Path
) -> None:
    await _sign_in(home, program, browser)
    (told,) = (await _read(home, program, "persons")).json()
    changes = f"changes/{told['id']}"
    page = (await _read(home, program, changes)).json()
    assert any(item["type"] == "cbg" for hour in page["hours"] for item in hour["items"])

    await to_thread(program.refresh_token)

    again = await _read(home, program, f"{changes}?cursor={page['cursor']}")
    assert again.status_code == 200

    async with seated(browser, home.client, pictures) as seat:
        await _end_sign_in(seat)
    assert (await _read(home, program, "persons")).status_code == 401
    with pytest.raises(OAuthError):
        await to_thread(program.refresh_token)

    await _sign_in(home, program, browser)
    assert (await _read(home, program, changes)).status_code == 200
    await _remove_reader(home)
    assert (await _read(home, program, changes)).status_code == 404, "the token lives, and reads nobody"


async def _sign_in(home: Home, program: OAuth2Session, browser: Browser) -> None:
    """Sign in as somebody does whom a program has sent to Home Assistant."""
    address, _ = program.create_authorization_url(f"{home.url}/auth/authorize")
    page = await browser.new_page()

    async def arrived(route: Route) -> None:
        await route.fulfill(body="Signed in", content_type="text/plain")

    await page.route(f"{PROGRAM}**", arrived)
    await page.goto(address)
    await page.locator("input[name=username]").fill(OWNER)
    await page.locator("input[name=password]").fill(OWNERS_PASSWORD)
    await page.locator("input[name=password]").press("Enter")
    await page.wait_for_url(f"{REDIRECT}**")
    await to_thread(program.fetch_token, authorization_response=page.url)
    await page.close()


async def _read(home: Home, program: OAuth2Session, path: str) -> Any:
    """Return an answer, asked for with the token that the program has."""
    return await to_thread(program.get, f"{home.url}/api/libreview/{path}")


async def _end_sign_in(seat: Seat) -> None:
    """Delete what a program was given, on the person's own profile."""
    await seat.go("/profile/security")
    rows = seat.page.locator("ha-refresh-tokens-card :is(ha-settings-row, ha-list-item-base)")
    row = rows.filter(has_text=PROGRAM)
    await row.locator("ha-icon-button").click()
    await row.get_by_text(DELETE["en"]).click()
    asked = seat.page.locator("dialog-box")
    await expect(asked.get_by_text(PROGRAM)).to_be_visible()
    await seat.look("program-1-end")
    await asked.get_by_role("button", name=DELETE["en"]).click()
    await expect(row).to_have_count(0)


async def _remove_reader(home: Home) -> None:
    (entry,) = await entries(home.client)
    fields: dict[str, Any] = {"entry_id": entry["entry_id"]}
    subentries = await home.client.ask("config_entries/subentries/list", **fields)
    (reader,) = [each["subentry_id"] for each in subentries if each["subentry_type"] == "reader"]
    await home.client.ask("config_entries/subentries/delete", **fields, subentry_id=reader)
