"""Someone who wears a sensor, in front of a browser: the second factor, the diary, an expired password."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import PASSWORD
from tests.cloud_double.diary import EntryKind
from tests.home import Client, Home
from tests.home.persons import ShownPerson, persons

from .browser import Seat, seated
from .dialogs import Dialog, RepairDialog
from .privacy import leaks
from .words import logged_error, ours
from .world import account, hours_pass, person

EMAIL = "patient@example.com"
NAME = "Pat Placeholder"
NOTE = "Felt dizzy after the stairs"
READ_WITHIN = 100


async def test_a_patient_signs_in_with_a_code_and_keeps_a_diary(
    cloud: CloudDouble, home: Home, browser: Browser, pictures: Path, provoked: list[str]
) -> None:
    provoked += [logged_error("password_expired"), logged_error("sign_in_waits")]
    async with seated(browser, home.client, pictures) as seat:
        await _connect(seat)
        (pat,) = await persons(home.client)
        assert pat.name == NAME
        await _diary_is_shown(cloud, seat, pat)
        await _password_expires(cloud, home, seat, pat)
    assert not cloud.requests("unknown")
    assert not leaks(home.log, cloud)


async def _connect(seat: Seat) -> None:
    dialog = Dialog(seat)
    await dialog.add()
    await dialog.shows("config.step.user.title", "own-1-menu")
    await dialog.choose("own")
    await dialog.shows("config.step.own.title", "own-2-credentials")
    await dialog.fill(email=EMAIL, password=PASSWORD)
    await dialog.submit()
    await dialog.shows("config.step.second_factor.title", "own-3-where-to")
    await dialog.submit()
    await dialog.shows("config.step.code.title", "own-4-code")
    await dialog.fill(code="654321")
    await dialog.submit()
    await dialog.shows("config.error.code_rejected", "own-5-wrong-code")
    await dialog.fill(code="123456")
    await dialog.submit()
    await dialog.finish("own-6-finish")


async def _diary_is_shown(cloud: CloudDouble, seat: Seat, pat: ShownPerson) -> None:
    client = seat.client
    await client.until(
        pat.entities["last_rapid_acting"],
        lambda state: state["state"] not in ("unknown", "unavailable") or "at" in state["attributes"],
        within=READ_WITHIN,
    )
    now = cloud.now()
    person(cloud, NAME).add_entry(EntryKind.NOTE, at=now, text=NOTE)
    person(cloud, NAME).add_entry(EntryKind.RAPID_ACTING_INSULIN, at=now, amount=4.5)
    await _read(client, pat, "last_note", NOTE)
    event = await client.state(pat.entities["diary"])
    assert event["attributes"]["event_type"] in ("note", "rapid_acting_insulin")

    await seat.go(f"/config/devices/device/{pat.device_id}")
    await expect(seat.page.get_by_text(NOTE).first).to_be_visible()
    await expect(seat.page.get_by_text("4.5 U").first).to_be_visible()
    await seat.look("own-7-device", full_page=True)
    # Not by its address: a page that is loaded anew can draw this one before it has learnt its words.
    await seat.page.get_by_role("link", name="Activity", exact=True).click()
    insulin = ours("en", "entity.event.diary.state_attributes.event_type.state.rapid_acting_insulin")
    await expect(seat.page.get_by_text(NOTE).first).to_be_visible()
    await expect(seat.page.get_by_text(insulin).first).to_be_visible()
    await seat.look("own-8-logbook")
    await seat.go("/calendar")
    # The month's page folds away what does not fit into a day, which depends on the hour; the list shows all.
    await seat.page.locator("ha-button-toggle-group ha-button").last.click()
    await expect(seat.page.get_by_text(NOTE).first).to_be_visible()
    await seat.look("own-9-calendar")


async def _read(client: Client, pat: ShownPerson, key: str, value: str) -> None:
    """Press the button until the diary says so: what was read less than a minute ago is not read again."""
    async with asyncio.timeout(READ_WITHIN):
        while (await client.state(pat.entities[key]))["state"] != value:
            await client.act("button.press", entity_id=pat.entities["refresh"])
            await asyncio.sleep(2)


async def _password_expires(cloud: CloudDouble, home: Home, seat: Seat, pat: ShownPerson) -> None:
    own = account(cloud, EMAIL)
    cloud.expire_password(own)
    await hours_pass(home)
    repairs = RepairDialog(seat)
    await repairs.open("issues.password_expired.title", account=EMAIL, picture="own-10-repairs")
    await repairs.shows("issues.password_expired.fix_flow.step.confirm.title", "own-11-repair", account=EMAIL)
    cloud.change_password(own, "Another-password-2")
    await repairs.submit()
    dialog = Dialog(seat)
    await dialog.shows("config.step.reauth_confirm.title", "own-12-password")
    await dialog.fill(password="Another-password-2")
    await dialog.submit()
    await dialog.shows("config.step.second_factor.title", "own-13-where-to")
    await dialog.submit()
    await dialog.shows("config.step.code.title", "own-14-code")
    await dialog.fill(code="123456")
    await dialog.submit()
    await seat.look("own-15-recovered")

    person(cloud, NAME).add_entry(EntryKind.CARBOHYDRATES, at=cloud.now(), amount=77)
    await _read(home.client, pat, "last_carbohydrates", "77")
    await repairs.nothing_left("own-16-no-repairs")
