"""A person who mistypes does not lock the account, in whichever dialog and spelling."""

import asyncio
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, faults
from tests.support.clock import PassTime
from tests.support.dialogs import give, is_form, open_follow, reauth_flows, signed_in
from tests.support.forms import fill


async def test_failures_are_counted_over_dialogs_and_spellings(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    await give(hass, await open_follow(hass), account, password="Wrong-horse-1")
    await give(hass, await open_follow(hass), account, password="Wrong-horse-2", email=account.email.upper())
    cloud.log.clear()
    assert is_form(await signed_in(hass, account), "follow", "slow_down")
    assert not cloud.log


async def test_failures_of_one_account_do_not_hold_up_another(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    other = cloud.add_account(Account(email="other@example.com"), persons=account.follows)
    for password in ("Wrong-horse-1", "Wrong-horse-2"):
        await give(hass, await open_follow(hass), account, password=password)
    assert is_form(await signed_in(hass, other), "persons")


async def test_a_dialog_that_changes_an_account_counts_as_well(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry
) -> None:
    form = await loaded.start_reconfigure_flow(hass)
    for password in ("Wrong-horse-1", "Wrong-horse-2"):
        form = await fill(hass, form, password=password, advanced={})
    cloud.log.clear()
    form = await fill(hass, form, password="Wrong-horse-3", advanced={})
    assert is_form(form, "reconfigure", "slow_down")
    assert not cloud.log


async def test_success_forgets_the_failures(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    for password in ("Wrong-horse-1", account.password, "Wrong-horse-2", account.password):
        result = await give(hass, await open_follow(hass), account, password=password)
    assert is_form(result, "persons")


async def test_a_refused_password_may_be_tried_in_another_country_at_once(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account(region="cn"))
    form = await signed_in(hass, account)
    assert is_form(form, "follow", "invalid_auth")
    assert is_form(await give(hass, form, account, country="CN"), "no_connections")


@pytest.mark.parametrize("country", ["GB", None])
async def test_a_wait_holds_for_the_look_up_of_a_country_as_well(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    freezer: FrozenDateTimeFactory,
    country: str | None,
) -> None:
    cloud.fail_next("config", faults.rate_limited(300))
    advanced = {"country": "GB"}
    form = await give(hass, await open_follow(hass), account, **advanced)
    assert is_form(form, "follow", "waiting")
    cloud.log.clear()
    freezer.tick(200)
    form = await give(hass, form, account, **({"country": country} if country else {}))
    assert is_form(form, "follow", "waiting")
    assert not cloud.log
    freezer.tick(101)
    assert is_form(await give(hass, form, account, **advanced), "persons")


# Beside what runs by itself.


async def test_two_slips_in_a_dialog_and_the_running_feed_do_not_lock_the_account(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=10)
    form = await loaded.start_reconfigure_flow(hass)
    cloud.change_password(account, "New-horse-2")
    cloud.log.clear()
    for password in ("Wrong-horse-1", "Wrong-horse-2"):
        form = await fill(hass, form, password=password, advanced={})
    await pass_time(minutes=4)
    assert len(cloud.logins) == 2, "the feed has not sent the old password yet"
    result = await fill(hass, form, password="New-horse-2", advanced={})
    assert result["reason"] == "reconfigure_successful"


async def test_the_same_mistyped_password_in_three_dialogs_at_once_is_sent_once(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    forms = [await open_follow(hass) for _ in range(3)]
    cloud.log.clear()
    again = await asyncio.gather(*(give(hass, form, account, password="Wrong-horse-1") for form in forms))
    assert all(is_form(form, "follow", "invalid_auth") for form in again)
    assert [login.region for login in cloud.logins] == ["global", "eu"]


async def test_a_sign_in_that_a_reload_breaks_off_is_not_repeated_for_five_minutes(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    pass_time: PassTime,
    hass_storage: dict[str, Any],
) -> None:
    await pass_time(minutes=10)
    cloud.change_password(account, "New-horse-2")
    answers = asyncio.Event()
    cloud.fail_always("login", faults.slow(answers))
    cloud.log.clear()
    asking = hass.async_create_background_task(loaded.runtime_data.live.async_refresh(), "ask")
    while not cloud.logins:
        await asyncio.sleep(0)
    written = hass_storage[f"{DOMAIN}.{loaded.entry_id}"]["data"]["librelinkup"]
    assert written["sign_in_after"] > time.time(), "written down before anything was sent"
    asking.cancel()
    cloud.heal()
    await hass.config_entries.async_reload(loaded.entry_id)
    answers.set()
    await pass_time(minutes=4)
    assert len(cloud.logins) == 1
    await pass_time(minutes=12)
    assert len(cloud.logins) == 2
    assert len(reauth_flows(hass)) == 1
