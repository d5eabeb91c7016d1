"""Signing in again to a LibreView account of one's own, and changing how."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person, SecondFactor, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import is_form, reauth_flows, said
from tests.support.diary_logins import both_feeds, is_read, read_diaries
from tests.support.forms import fill

NEW = "New-horse-2"


@pytest.fixture
async def with_live(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, pass_time: PassTime
) -> MockConfigEntry:
    """The account of a patient who follows themself, with both feeds read."""
    return await both_feeds(hass, cloud, own_account, pass_time)


@pytest.fixture
async def without_live(hass: HomeAssistant, own_entry: MockConfigEntry) -> MockConfigEntry:
    """The account of a patient who follows nobody, set up."""
    return await set_up(hass, own_entry)


def is_back(result: Any, reason: str = "reauth_successful") -> bool:
    return (result["type"], result.get("reason")) == (FlowResultType.ABORT, reason)


# Signing in again.


async def test_a_changed_password_is_asked_for_and_the_diary_goes_on(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    without_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(own_account, NEW)
    await read_diaries(hass, without_live)
    await pass_time(minutes=2)
    (prompt,) = reauth_flows(hass)
    form = await fill(hass, prompt, password="Wrong-horse-1")
    assert is_form(form, "reauth_confirm", "invalid_auth")
    assert (said(form, "account"), said(form, "app")) == (own_account.email, "Libre")
    assert is_back(await fill(hass, form, password=NEW))
    assert without_live.data["password"] == NEW
    assert without_live.state is ConfigEntryState.LOADED
    before = len(cloud.web_logins)
    await read_diaries(hass, without_live)
    assert is_read(without_live)
    assert len(cloud.web_logins) == before


async def test_the_second_factor_is_asked_for_when_signing_in_again(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, without_live: MockConfigEntry
) -> None:
    factor = own_account.second_factor = SecondFactor()
    cloud.change_password(own_account, NEW)
    await read_diaries(hass, without_live)
    form = await fill(hass, reauth_flows(hass)[0], password=NEW)
    assert is_form(form, "second_factor")
    form = await fill(hass, form, target="primary")
    form = await fill(hass, form, code="000000", resend=False)
    assert is_form(form, "code", "code_rejected")
    assert is_back(await fill(hass, form, code=factor.code, resend=False))
    await read_diaries(hass, without_live)
    assert is_read(without_live)


async def test_one_new_password_is_for_both_feeds_with_one_sign_in_each(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    patient: Person,
    with_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(own_account, NEW)
    await pass_time(minutes=7)
    (prompt,) = reauth_flows(hass)
    cloud.log.clear()
    assert is_back(await fill(hass, prompt, password=NEW))
    assert with_live.data["live"] is True
    patient.curve = lambda _: 99
    await pass_time(minutes=2)
    glucose = hass.states.get("sensor.jamie_sample_glucose")
    assert glucose is not None
    assert glucose.state == "99"
    await read_diaries(hass, with_live)
    assert is_read(with_live)
    assert (len(cloud.logins), len(cloud.web_logins)) == (1, 1)
    assert not reauth_flows(hass)


async def test_trouble_at_librelinkup_does_not_hold_up_the_diary_and_the_live_feed_comes_back(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    with_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(own_account, NEW)
    await pass_time(minutes=7)
    cloud.fail_always("login", faults.status(500))
    assert is_back(await fill(hass, reauth_flows(hass)[0], password=NEW))
    assert with_live.data["live"] is True
    await read_diaries(hass, with_live)
    assert is_read(with_live)
    cloud.heal()
    await pass_time(minutes=20)
    glucose = hass.states.get("sensor.jamie_sample_glucose")
    assert glucose is not None
    assert glucose.state == "120"
    assert not reauth_flows(hass)


async def test_a_live_feed_that_was_told_to_wait_is_not_looked_for_before(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    with_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(own_account, NEW)
    cloud.fail_always("connections", faults.rate_limited(6 * 3600))
    await pass_time(minutes=7)
    await read_diaries(hass, with_live)
    cloud.heal()
    cloud.log.clear()
    assert is_back(await fill(hass, reauth_flows(hass)[0], password=NEW))
    await pass_time(minutes=30)
    await read_diaries(hass, with_live)
    assert is_read(with_live)
    assert not cloud.logins
    assert not cloud.requests("connections")


async def test_a_password_that_only_librelinkup_refuses_is_sent_there_once(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    with_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(own_account, NEW)
    await pass_time(minutes=7)
    cloud.fail_always("login", faults.answer({"status": 2, "error": {"message": "notAuthenticated"}}))
    cloud.log.clear()
    assert is_back(await fill(hass, reauth_flows(hass)[0], password=NEW))
    await pass_time(minutes=30)
    assert len(cloud.logins) == 1
    assert reauth_flows(hass)
    await read_diaries(hass, with_live)
    assert is_read(with_live)


async def test_another_account_is_refused_and_nothing_is_kept(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, without_live: MockConfigEntry
) -> None:
    before = dict(without_live.data)
    own_account.user_id = "another-account-with-the-same-address"
    cloud.change_password(own_account, NEW)
    await read_diaries(hass, without_live)
    result = await fill(hass, reauth_flows(hass)[0], password=NEW)
    assert is_back(result, "wrong_account")
    assert said(result, "account") == own_account.email
    assert without_live.data == before


async def test_an_expired_password_is_said_on_the_form_for_the_new_one(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, without_live: MockConfigEntry
) -> None:
    cloud.change_password(own_account, NEW)
    await read_diaries(hass, without_live)
    cloud.expire_password(own_account)
    form = await fill(hass, reauth_flows(hass)[0], password=NEW)
    assert is_form(form, "reauth_confirm", "password_expired")
    cloud.change_password(own_account, "Newer-horse-3")
    assert is_back(await fill(hass, form, password="Newer-horse-3"))


async def test_signing_in_again_succeeds_while_the_owner_cannot_be_asked_for(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, without_live: MockConfigEntry
) -> None:
    cloud.change_password(own_account, NEW)
    await read_diaries(hass, without_live)
    cloud.fail_always("user", faults.status(500))
    assert is_back(await fill(hass, reauth_flows(hass)[0], password=NEW))


# Changing how to sign in.


async def test_the_live_feed_is_found_later_by_reconfiguring(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    patient: Person,
    without_live: MockConfigEntry,
) -> None:
    cloud.start_sharing(own_account, patient)
    cloud.log.clear()
    form = await without_live.start_reconfigure_flow(hass)
    assert is_form(form, "reconfigure")
    assert is_back(await fill(hass, form, advanced={}), "reconfigure_successful")
    assert without_live.data["live"] is True
    assert (len(cloud.logins), len(cloud.web_logins)) == (1, 1)
    glucose = hass.states.get("sensor.jamie_sample_glucose")
    assert glucose is not None
    assert glucose.state == "120"


async def test_reconfiguring_an_account_that_still_follows_nobody_changes_nothing(
    hass: HomeAssistant, cloud: CloudDouble, without_live: MockConfigEntry
) -> None:
    before = dict(without_live.data)
    result = await fill(hass, await without_live.start_reconfigure_flow(hass), advanced={})
    assert is_back(result, "reconfigure_successful")
    assert without_live.data == before


async def test_a_live_feed_that_works_is_left_alone_when_the_password_stays(
    hass: HomeAssistant, cloud: CloudDouble, with_live: MockConfigEntry
) -> None:
    cloud.log.clear()
    result = await fill(hass, await with_live.start_reconfigure_flow(hass), advanced={})
    assert is_back(result, "reconfigure_successful")
    assert with_live.state is ConfigEntryState.LOADED
    assert (len(cloud.logins), len(cloud.web_logins)) == (0, 1)


async def test_a_new_password_given_early_is_for_both_feeds(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, with_live: MockConfigEntry
) -> None:
    cloud.change_password(own_account, NEW)
    cloud.log.clear()
    form = await with_live.start_reconfigure_flow(hass)
    assert is_back(await fill(hass, form, password=NEW, advanced={}), "reconfigure_successful")
    assert with_live.data["password"] == NEW
    assert (len(cloud.logins), len(cloud.web_logins)) == (1, 1)


async def test_a_live_feed_keeps_its_ticket_when_it_cannot_be_looked_for(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    patient: Person,
    with_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    own_account.password = NEW  # Not every service forgets its tickets when a password changes.
    cloud.fail_always("login", faults.status(500))
    form = await with_live.start_reconfigure_flow(hass)
    assert is_back(await fill(hass, form, password=NEW, advanced={}), "reconfigure_successful")
    patient.curve = lambda _: 99
    await pass_time(minutes=2)
    glucose = hass.states.get("sensor.jamie_sample_glucose")
    assert glucose is not None
    assert glucose.state == "99"
    assert len(cloud.logins) == 2  # The first one, and the one that failed.


def fields_of(form: Any) -> set[str]:
    return {str(marker) for marker in form["data_schema"].schema}


async def test_the_interval_and_following_everybody_are_options_of_a_live_feed_only(
    hass: HomeAssistant, with_live: MockConfigEntry
) -> None:
    form = await hass.config_entries.options.async_init(with_live.entry_id)
    assert is_form(form, "init")
    assert fields_of(form) == {"interval", "kept_days", "follow_everybody"}


async def test_without_a_live_feed_it_can_be_chosen_how_long_readings_are_kept(
    hass: HomeAssistant, without_live: MockConfigEntry
) -> None:
    form = await hass.config_entries.options.async_init(without_live.entry_id)
    assert fields_of(form) == {"kept_days"}
    await hass.config_entries.options.async_configure(form["flow_id"], {"kept_days": 90})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert without_live.options == {"kept_days": 90}
