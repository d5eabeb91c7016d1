"""Signing in again, changing how, and the options."""

from datetime import UTC, datetime, timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import is_form, reauth_flows, suggested
from tests.support.entries import entry_of
from tests.support.forms import fill

NEW = "New-horse-2"


def endpoints(cloud: CloudDouble) -> list[str]:
    return [request.endpoint for request in cloud.requests()]


# Signing in again.


async def test_a_changed_password_is_asked_for_and_readings_go_on(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(account, NEW)
    await pass_time(minutes=7)
    (prompt,) = reauth_flows(hass)
    form = await fill(hass, prompt, password="Wrong-horse-1")
    assert is_form(form, "reauth_confirm", "invalid_auth")
    cloud.log.clear()
    result = await fill(hass, form, password=NEW)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.data["password"] == NEW
    assert endpoints(cloud) == ["login", "connections", "graph"]
    person.curve = lambda _: 99
    await pass_time(minutes=2)
    glucose = hass.states.get("sensor.alex_example_glucose")
    assert glucose is not None
    assert glucose.state == "99"
    assert not reauth_flows(hass)


async def test_a_wrong_password_at_set_up_is_asked_for_and_the_entry_loads(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    entry = await set_up(hass, entry_of(account, password="Wrong-horse-1"))
    assert entry.state is ConfigEntryState.LOADED
    (prompt,) = reauth_flows(hass)
    result = await fill(hass, prompt, password=account.password)
    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED


async def test_a_session_that_is_refused_again_and_again_asks_nobody_for_a_password(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.fail_always("connections", faults.ticket_invalid())
    await pass_time(minutes=50)
    assert not reauth_flows(hass)
    cloud.heal()
    before = datetime.now(UTC)
    await pass_time(minutes=62)
    assert {request.status for request in cloud.requests("connections", since=before)} == {200}


async def test_signing_in_again_with_another_account_changes_nothing(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    account.user_id = "another-account-with-the-same-address"
    cloud.change_password(account, NEW)
    await pass_time(minutes=7)
    before = dict(loaded.data)
    result = await fill(hass, reauth_flows(hass)[0], password=NEW)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "wrong_account")
    assert loaded.data == before


async def test_terms_that_come_when_signing_in_again_are_accepted_on_the_way(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    entry = await set_up(hass, entry_of(account, password="Wrong-horse-1"))
    account.steps = ["tou", "pp"]
    form = await fill(hass, reauth_flows(hass)[0], password=account.password)
    assert is_form(form, "terms")
    form = await fill(hass, form, accept=True)
    assert is_form(form, "privacy_policy")
    result = await fill(hass, form, accept=True)
    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED


# Changing how to sign in.


async def test_a_new_password_can_be_given_before_the_old_one_fails(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry
) -> None:
    cloud.change_password(account, NEW)
    cloud.log.clear()
    form = await loaded.start_reconfigure_flow(hass)
    assert is_form(form, "reconfigure")
    result = await fill(hass, form, password=NEW, advanced={})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert loaded.data["password"] == NEW
    assert loaded.state is ConfigEntryState.LOADED
    assert endpoints(cloud) == ["login", "connections", "graph"]


async def test_an_empty_password_keeps_the_one_there_is(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry
) -> None:
    before = dict(loaded.data)
    cloud.log.clear()
    result = await fill(hass, await loaded.start_reconfigure_flow(hass), advanced={})
    assert result["reason"] == "reconfigure_successful"
    assert loaded.data == before
    assert loaded.state is ConfigEntryState.LOADED
    assert endpoints(cloud) == ["login", "connections", "graph"]


async def test_a_country_leads_to_its_region_and_that_is_kept(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry
) -> None:
    account.region = "eu2"
    cloud.log.clear()
    result = await fill(hass, await loaded.start_reconfigure_flow(hass), advanced={"country": "GB"})
    assert result["reason"] == "reconfigure_successful"
    assert [request.region for request in cloud.logins] == ["eu2"]
    assert loaded.data["region"] == "eu2"
    assert loaded.state is ConfigEntryState.LOADED


async def test_a_client_version_is_named_to_the_cloud_from_then_on(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry
) -> None:
    form = await loaded.start_reconfigure_flow(hass)
    assert suggested(form) == {"client_version": "4.16.0"}
    cloud.log.clear()
    result = await fill(hass, form, advanced={"client_version": " 4.18.2 "})
    assert result["reason"] == "reconfigure_successful"
    assert {request.headers["version"] for request in cloud.requests()} == {"4.18.2"}
    assert suggested(await loaded.start_reconfigure_flow(hass)) == {"client_version": "4.18.2"}


async def test_the_client_version_arrived_at_outlives_signing_in_again(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.minimum_version = "4.17.0"
    await pass_time(minutes=2)
    cloud.change_password(account, NEW)
    await pass_time(minutes=7)
    cloud.log.clear()
    await fill(hass, reauth_flows(hass)[0], password=NEW)
    assert {request.headers["version"] for request in cloud.requests()} == {"4.17.0"}


@pytest.mark.parametrize("version", ["four", "4.", "4.16.0-beta", "4.16.0.0.0"])
async def test_input_that_is_no_version_is_refused_without_a_request(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, version: str
) -> None:
    form = await loaded.start_reconfigure_flow(hass)
    cloud.log.clear()
    form = await fill(hass, form, advanced={"client_version": version})
    assert is_form(form, "reconfigure", "invalid_version")
    assert suggested(form) == {"client_version": version}
    assert not cloud.log
    result = await fill(hass, form, advanced={"client_version": "4.17.0"})
    assert result["reason"] == "reconfigure_successful"


async def test_nothing_is_kept_of_a_change_that_does_not_work(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    before = dict(loaded.data)
    form = await loaded.start_reconfigure_flow(hass)
    form = await fill(
        hass, form, password="Wrong-horse-1", advanced={"country": "GB", "client_version": "4.19.0"}
    )
    assert is_form(form, "reconfigure", "invalid_auth")
    assert suggested(form) == {"country": "GB", "client_version": "4.19.0"}
    assert loaded.data == before
    cloud.log.clear()
    await pass_time(minutes=2)
    assert set(endpoints(cloud)) == {"connections"}
    assert {request.headers["version"] for request in cloud.requests()} == {"4.16.0"}


async def test_an_entry_that_waits_for_the_cloud_can_be_changed(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, entry: MockConfigEntry
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    cloud.heal()
    result = await fill(hass, await entry.start_reconfigure_flow(hass), advanced={})
    assert result["reason"] == "reconfigure_successful"
    assert entry.state is ConfigEntryState.LOADED


# Options.


async def test_the_interval_is_an_option_that_takes_effect(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    form = await hass.config_entries.options.async_init(loaded.entry_id)
    assert is_form(form, "init")
    result = await hass.config_entries.options.async_configure(form["flow_id"], {"interval": 300})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.options == {"interval": 300, "kept_days": 400, "follow_everybody": False}
    await pass_time(minutes=30)
    polls = cloud.requests("connections", since=datetime.now(UTC) - timedelta(minutes=25))
    assert 4 <= len(polls) <= 6


# What a running account has met counts in its dialogs as well.


async def test_a_password_that_was_refused_while_running_is_not_sent_again_at_once(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    old = account.password
    await pass_time(minutes=6)
    cloud.change_password(account, NEW)
    await pass_time(minutes=2)
    (prompt,) = reauth_flows(hass)
    cloud.log.clear()
    form = await fill(hass, prompt, password=old)
    assert is_form(form, "reauth_confirm", "invalid_auth")
    assert not cloud.logins
    result = await fill(hass, form, password=NEW)
    assert result["reason"] == "reauth_successful"


async def test_a_refused_password_is_not_sent_by_leaving_the_field_empty(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    await pass_time(minutes=6)
    cloud.change_password(account, NEW)
    await pass_time(minutes=30)
    form = await loaded.start_reconfigure_flow(hass)
    cloud.log.clear()
    form = await fill(hass, form, advanced={})
    assert is_form(form, "reconfigure", "invalid_auth")
    assert not cloud.log
    result = await fill(hass, form, password=NEW, advanced={})
    assert result["reason"] == "reconfigure_successful"


async def test_a_wait_that_the_cloud_asked_for_holds_in_dialogs_too(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.fail_next("connections", faults.rate_limited(3600))
    await pass_time(minutes=2)
    cloud.log.clear()
    form = await fill(hass, await loaded.start_reconfigure_flow(hass), advanced={})
    assert is_form(form, "reconfigure", "waiting")
    assert not cloud.log


async def test_refreshing_in_vain_does_not_count_as_wrong_passwords(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    await pass_time(minutes=6)
    cloud.change_password(account, NEW)
    await pass_time(minutes=2)
    cloud.log.clear()
    for _ in range(3):
        await loaded.runtime_data.live.async_refresh()
    assert not cloud.logins
    (prompt,) = reauth_flows(hass)
    result = await fill(hass, prompt, password=NEW)
    assert result["reason"] == "reauth_successful"


async def test_a_password_refused_while_the_settings_are_open_is_asked_for_when_they_close(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=6)
    form = await loaded.start_reconfigure_flow(hass)
    cloud.change_password(account, "Another-1")
    await pass_time(minutes=8)
    assert not reauth_flows(hass), "Home Assistant shows one such dialog at a time"
    hass.config_entries.flow.async_abort(form["flow_id"])
    await hass.async_block_till_done()
    assert len(reauth_flows(hass)) == 1
