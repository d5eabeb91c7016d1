"""A person who mistypes does not lock the account, in whichever dialog and spelling."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, faults
from tests.dialogs import fill, give, is_form, open_follow, signed_in


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
