"""Someone who has never seen the integration, in front of a browser."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.home import Home
from tests.home.dashboard import URL_PATH, furnish
from tests.home.flows import prompt
from tests.home.persons import ShownPerson, persons

from .browser import DESKTOP, PHONE, Screen, Seat, seated
from .dialogs import Dialog
from .homes import living
from .privacy import leaks
from .words import logged_error, ours
from .world import account, hours_pass, person

INTEGRATION = "/config/integrations/integration/libreview"
MOVES_WITHIN = 300


async def test_a_new_user_connects_an_account_and_keeps_seeing_glucose(
    cloud: CloudDouble, home: Home, browser: Browser, pictures: Path, provoked: list[str]
) -> None:
    provoked.append(logged_error("invalid_auth"))
    async with seated(browser, home.client, pictures) as seat:
        await _follow_two_of_three(seat)
        alex, robin = await persons(home.client)
        assert (alex.name, robin.name) == ("Alex Example", "Robin Sample")
        await _values_move(cloud, browser, seat, alex, robin)
        await _password_changes_while_running(cloud, home, seat, alex)
    assert not cloud.requests("unknown")
    assert not leaks(home.log, cloud)


async def test_a_german_is_asked_for_consent_and_reads_no_english(
    cloud: CloudDouble, tmp_path: Path, browser: Browser, pictures: Path
) -> None:
    async with (
        living(tmp_path / "config", cloud, language="de") as home,
        seated(browser, home.client, pictures, language="de") as seat,
    ):
        dialog = Dialog(seat)
        await dialog.add()
        await dialog.shows("config.step.user.title", "de-1-menu")
        await dialog.choose("follow")
        await dialog.fill(email="terms@example.com", password=PASSWORD)
        await dialog.submit()
        for picture, document in (("de-2-terms", "terms"), ("de-3-privacy", "privacy_policy")):
            await dialog.shows(f"config.step.{document}.title", picture)
            await dialog.say_yes()
            await dialog.submit()
        await dialog.shows("config.step.persons.title", "de-4-persons")
        await dialog.submit()
        await dialog.finish("de-5-finish")

        (alex,) = await persons(home.client)
        await seat.go(f"/config/devices/device/{alex.device_id}")
        await expect(seat.page.get_by_text("mg/dL").first).to_be_visible()
        await seat.reads(*_names("de"))
        text = await seat.look("de-6-device", full_page=True)
        assert not _names("en") & set(text.splitlines())


def _names(language: str) -> set[str]:
    return {ours(language, f"entity.sensor.{key}.name") for key in ("change", "range", "sensor_expires")}


async def _follow_two_of_three(seat: Seat) -> None:
    dialog = Dialog(seat)
    await dialog.add()
    await dialog.shows("config.step.user.title", "1-menu")
    await dialog.choose("follow")
    await dialog.shows("config.step.follow.title", "2-credentials")
    await dialog.fill(email=EMAIL, password="not-the-password")
    await dialog.submit()
    await dialog.shows("config.error.invalid_auth", "3-wrong-password")
    await dialog.fill(password=PASSWORD)  # the e-mail address is still there
    await dialog.submit()
    await dialog.shows("config.step.persons.title", "4-persons")
    await dialog.untick("Sam Specimen")
    await dialog.submit()
    await dialog.finish("5-finish")
    await seat.look("6-integration")


async def _values_move(
    cloud: CloudDouble, browser: Browser, seat: Seat, alex: ShownPerson, robin: ShownPerson
) -> None:
    client = seat.client
    assert float((await client.state(alex.entities["glucose"]))["state"]) > 0
    person(cloud, alex.name).curve = lambda _: 143
    person(cloud, robin.name).curve = lambda _: 112
    moved = asyncio.gather(
        client.until(alex.entities["glucose"], lambda state: state["state"] == "143", within=MOVES_WITHIN),
        client.until(robin.entities["glucose"], lambda state: state["state"] == "6.2", within=MOVES_WITHIN),
    )

    await furnish(client)
    await seat.go(f"/config/devices/device/{alex.device_id}")
    await expect(seat.page.get_by_text("mg/dL").first).to_be_visible()
    await seat.look("7-device", full_page=True)
    await _dashboard(browser, seat, alex, "9-dashboard-dark", dark=True)
    await _dashboard(browser, seat, alex, "10-dashboard-phone", screen=PHONE)

    await moved
    await expect(seat.page.get_by_text("143 mg/dL").first).to_be_visible()
    await _dashboard(browser, seat, alex, "8-dashboard", says="Alex Example: 143 mg/dL")
    await _dashboard(browser, seat, robin, "8-dashboard-2", says="Robin Sample: 6.2 mmol/L")


async def _dashboard(
    browser: Browser,
    seat: Seat,
    shown: ShownPerson,
    picture: str,
    *,
    screen: Screen = DESKTOP,
    dark: bool = False,
    says: str = "",
) -> None:
    async with seated(browser, seat.client, seat.pictures, screen=screen, dark=dark) as other:
        await other.go(f"/{URL_PATH}/person-{shown.device_id}")
        await expect(other.page.locator("libreview-curve canvas")).to_be_visible()
        await other.reads(says)
        await other.look(picture)


async def _password_changes_while_running(
    cloud: CloudDouble, home: Home, seat: Seat, alex: ShownPerson
) -> None:
    await hours_pass(home)
    cloud.change_password(account(cloud, EMAIL), "Another-password-2")
    await seat.go(f"/config/devices/device/{alex.device_id}")
    await seat.page.get_by_role("button", name="Press").click()
    await expect(seat.page.get_by_text(ours("en", "exceptions.invalid_auth.message")).first).to_be_visible()
    await seat.look("11-refresh-says-why-not")

    await seat.go(INTEGRATION)
    await expect(seat.page.get_by_role("button", name="Reconfigure", exact=True)).to_be_visible()
    await seat.look("12-needs-a-password")
    await seat.page.get_by_role("button", name="Reconfigure", exact=True).click()
    dialog = Dialog(seat)
    await dialog.shows("config.step.reauth_confirm.title", "13-password-again")
    person(cloud, alex.name).curve = lambda _: 99
    await dialog.fill(password="Another-password-2")
    await dialog.submit()
    await seat.look("14-recovered")
    await home.client.until(
        alex.entities["glucose"], lambda state: state["state"] == "99", within=MOVES_WITHIN
    )
    assert await prompt(home.client) is None
