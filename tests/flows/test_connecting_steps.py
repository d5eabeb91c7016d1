"""What can stop a sign-in in the dialog, and how one gets on from there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.faults import Fault
from tests.support.dialogs import give, is_form, open_follow, said, signed_in, suggested
from tests.support.forms import fill


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault of the sign-in, the error it shows, and how long (seconds) nothing is sent afterwards."""

    name: str
    fault: Fault
    error: str
    wait: float = 0


CASES = (
    Case(name="locked", fault=faults.locked(), error="locked", wait=300),
    Case(name="429 with a time", fault=faults.rate_limited(120), error="refused", wait=120),
    Case(name="429 without", fault=faults.rate_limited(), error="refused"),
    Case(name="430", fault=faults.rate_limited(code=430), error="refused"),
    Case(name="Cloudflare's page", fault=faults.cloudflare_block(), error="blocked"),
    Case(name="banned", fault=faults.cloudflare_ban(), error="blocked", wait=65620),
    Case(name="banned for a week", fault=faults.cloudflare_ban(604800), error="blocked", wait=86400),
    Case(name="500", fault=faults.status(500), error="server_trouble"),
    Case(name="911", fault=faults.maintenance(), error="server_trouble"),
    Case(name="version refused", fault=faults.version_refused(None), error="client_refused"),
    Case(name="version 5 wanted", fault=faults.version_refused("5.0.0"), error="protocol_ended"),
    Case(name="401", fault=faults.ticket_invalid(), error="ticket_rejected"),
    Case(name="foreign place", fault=faults.redirect("evil.example/"), error="redirect_refused"),
    Case(name="in a circle", fault=faults.redirect_loop(), error="redirect_refused"),
    Case(name="HTTP redirect", fault=faults.http_redirect("https://evil.example"), error="redirect_refused"),
    Case(name="half an answer", fault=faults.truncated(), error="invalid_answer"),
    Case(name="a page", fault=faults.html(), error="invalid_answer"),
    Case(name="nothing", fault=faults.empty(), error="invalid_answer"),
    Case(name="success without a ticket", fault=faults.answer({"status": 0}), error="invalid_answer"),
    Case(name="broken connection", fault=faults.dropped(), error="no_answer"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_after_an_error_the_same_form_goes_on(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, freezer: FrozenDateTimeFactory, case: Case
) -> None:
    cloud.fail_always("login", case.fault)
    form = await signed_in(hass, account)
    assert is_form(form, "follow", case.error)
    cloud.heal()
    if case.wait:
        cloud.log.clear()
        freezer.tick(timedelta(seconds=case.wait - 1))
        form = await give(hass, form, account)
        assert is_form(form, "follow", "locked" if case.error == "locked" else "waiting")
        assert not cloud.log
        freezer.tick(timedelta(seconds=2))
    assert is_form(await give(hass, form, account), "persons")


async def test_a_wait_that_the_cloud_asked_for_holds_also_in_a_new_dialog(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    cloud.fail_next("login", faults.rate_limited(600))
    await signed_in(hass, account)
    cloud.log.clear()
    form = await signed_in(hass, account)
    assert is_form(form, "follow", "waiting")
    assert said(form, "minutes") == "10"
    assert not cloud.log


async def test_a_locked_account_says_how_long(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_next("login", faults.locked())
    form = await signed_in(hass, account)
    assert said(form, "minutes") == "5"
    freezer.tick(timedelta(seconds=121))
    form = await give(hass, form, account)
    assert is_form(form, "follow", "locked")
    assert said(form, "minutes") == "3"


async def test_after_an_error_everything_but_the_password_is_still_filled_in(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    form = await give(hass, await open_follow(hass), account, password="Wrong-horse-1", country="DE")
    assert is_form(form, "follow", "invalid_auth")
    assert suggested(form) == {"email": account.email, "country": "DE"}
    assert "Wrong-horse-1" not in str(form)


async def test_a_wrong_password_can_be_put_right(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    form = await give(hass, await open_follow(hass), account, password="Wrong-horse-1")
    assert is_form(form, "follow", "invalid_auth")
    assert is_form(await give(hass, form, account), "persons")


async def test_a_third_wrong_password_within_a_minute_is_not_sent(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, freezer: FrozenDateTimeFactory
) -> None:
    form = await open_follow(hass)
    for attempt in ("Wrong-horse-1", "Wrong-horse-2"):
        form = await give(hass, form, account, password=attempt)
        freezer.tick(10)
    cloud.log.clear()
    form = await give(hass, form, account)
    assert is_form(form, "follow", "slow_down")
    assert not cloud.log
    seconds = int(said(form, "seconds"))
    freezer.tick(seconds)
    assert is_form(await give(hass, form, account), "persons")
    assert seconds == 40


async def test_a_refused_password_is_not_sent_again_within_five_minutes(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, freezer: FrozenDateTimeFactory
) -> None:
    form = await give(hass, await open_follow(hass), account, password="New-horse-2")
    cloud.log.clear()
    freezer.tick(299)
    form = await give(hass, form, account, password="New-horse-2")
    assert is_form(form, "follow", "invalid_auth")
    assert not cloud.log
    cloud.change_password(account, "New-horse-2")
    freezer.tick(2)
    assert is_form(await give(hass, form, account), "persons")


async def test_terms_and_privacy_policy_are_accepted_by_an_explicit_yes_only(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account(steps=["tou", "pp"]), persons=[Person()])
    form = await signed_in(hass, account)
    assert is_form(form, "terms")
    form = await fill(hass, form, accept=False)
    assert is_form(form, "terms", "acceptance_required")
    assert not cloud.requests("continue")
    form = await fill(hass, form, accept=True)
    assert is_form(form, "privacy_policy")
    form = await fill(hass, form, accept=False)
    assert is_form(form, "privacy_policy", "acceptance_required")
    assert [request.path for request in cloud.requests("continue")] == ["/eu/auth/continue/tou"]
    assert is_form(await fill(hass, form, accept=True), "persons")
    assert account.steps == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.status(500), "server_trouble"),
        (faults.dropped(), "no_answer"),
        (faults.html(), "invalid_answer"),
        (faults.ticket_invalid(), "ticket_rejected"),
    ],
)
async def test_an_acceptance_that_fails_can_be_sent_again(
    hass: HomeAssistant, cloud: CloudDouble, fault: Fault, error: str
) -> None:
    account = cloud.add_account(Account(steps=["tou"]), persons=[Person()])
    form = await signed_in(hass, account)
    cloud.fail_always("continue", fault)
    form = await fill(hass, form, accept=True)
    assert is_form(form, "terms", error)
    cloud.heal()
    assert is_form(await fill(hass, form, accept=True), "persons")


async def test_terms_can_be_accepted_when_the_dialog_was_open_for_longer_than_an_hour(
    hass: HomeAssistant, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    account = cloud.add_account(Account(steps=["tou"]), persons=[Person()])
    form = await signed_in(hass, account)
    freezer.tick(timedelta(hours=1, seconds=1))
    assert is_form(await fill(hass, form, accept=True), "persons")
    assert account.steps == []


async def test_accepting_terms_does_not_accept_a_document_that_replaced_them_meanwhile(
    hass: HomeAssistant, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    account = cloud.add_account(Account(steps=["tou"]), persons=[Person()])
    form = await signed_in(hass, account)
    account.steps = ["pp"]
    freezer.tick(timedelta(hours=1, seconds=1))
    assert is_form(await fill(hass, form, accept=True), "privacy_policy")
    assert account.steps == ["pp"]


async def test_terms_accepted_in_the_app_meanwhile_let_the_person_in(
    hass: HomeAssistant, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    account = cloud.add_account(Account(steps=["tou"]), persons=[Person()])
    form = await signed_in(hass, account)
    account.steps = []
    freezer.tick(timedelta(hours=1, seconds=1))
    assert is_form(await fill(hass, form, accept=True), "persons")


@pytest.mark.parametrize(
    ("kind", "step_id", "named"),
    [
        ("verifyEmail", "verify_email", "verifyEmail VerifyEmail"),
        ("shareYourHeight", "unknown_step", "shareYourHeight ShareYourHeight"),
    ],
)
async def test_what_only_the_person_can_do_is_named_and_waited_for(
    hass: HomeAssistant, cloud: CloudDouble, kind: str, step_id: str, named: str
) -> None:
    account = cloud.add_account(Account(steps=[kind]), persons=[Person()])
    form = await signed_in(hass, account)
    assert is_form(form, step_id)
    assert said(form, "step") == named
    form = await fill(hass, form)
    assert is_form(form, step_id, "still_required")
    assert said(form, "step") == named
    cloud.fail_next("login", faults.status(500))
    form = await fill(hass, form)
    assert is_form(form, step_id, "server_trouble")
    account.steps = ["tou"]
    assert is_form(await fill(hass, form), "terms")


async def test_an_expired_password_leads_back_to_the_form_for_the_new_one(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account(steps=["passwordExpired"]), persons=[Person()])
    form = await signed_in(hass, account)
    assert is_form(form, "follow", "password_expired")
    account.steps = []
    cloud.change_password(account, "New-horse-2")
    assert is_form(await give(hass, form, account), "persons")


@pytest.mark.parametrize("step", ["tou", "pp", "verifyEmail", "shareYourHeight"])
async def test_a_dialog_that_is_reopened_shows_the_same_form_and_sends_nothing(
    hass: HomeAssistant, cloud: CloudDouble, step: str
) -> None:
    account = cloud.add_account(Account(steps=[step]), persons=[Person()])
    form: Any = await signed_in(hass, account)
    cloud.log.clear()
    again = await hass.config_entries.flow.async_configure(form["flow_id"])
    assert is_form(again, form["step_id"])
    assert again["description_placeholders"] == form["description_placeholders"]
    assert not cloud.log
