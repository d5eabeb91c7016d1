"""Connecting a LibreView account of one's own: sign-in, whose it is, and whether it has a live feed."""

import asyncio
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, Uom, faults
from tests.cloud_double.expired_password import SPELLINGS
from tests.cloud_double.faults import Fault
from tests.conftest import set_up
from tests.support.dialogs import (
    give,
    is_form,
    open_follow,
    open_own,
    said,
    selector_of,
    signed_in_own,
    suggested,
    the_entry,
)
from tests.support.entries import entry_of, own_entry_of
from tests.support.forms import awaited, fill
from tests.support.person_dialogs import add


def endpoints(cloud: CloudDouble) -> list[str]:
    return [request.endpoint for request in cloud.requests()]


def statuses(hass: HomeAssistant) -> list[ConfigEntryState]:
    return [entry.state for entry in hass.config_entries.async_entries(DOMAIN)]


# Connecting.


async def test_a_right_password_connects_the_own_account(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, patient: Person
) -> None:
    result = await signed_in_own(hass, own_account)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = the_entry(hass)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == own_account.user_id
    assert dict(entry.data) == {
        "email": own_account.email,
        "password": own_account.password,
        "region": own_account.region,
        "service": "libreview",
        "live": False,
        "declined": [],
    }
    (subentry,) = entry.subentries.values()
    assert (subentry.title, subentry.unique_id) == (patient.name, own_account.user_id)


async def test_the_title_names_the_service_but_not_the_whole_address(
    hass: HomeAssistant, own_account: Account
) -> None:
    await signed_in_own(hass, own_account)
    assert the_entry(hass).title == "LibreView (pa…)"


async def test_the_unit_of_the_account_is_the_persons(
    hass: HomeAssistant, own_account: Account, patient: Person
) -> None:
    own_account.uom = Uom.MMOL_L
    await signed_in_own(hass, own_account)
    (subentry,) = the_entry(hass).subentries.values()
    assert dict(subentry.data) == {"unit": "mmol/L"}


async def test_one_sign_in_per_service_serves_dialog_and_set_up(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, patient: Person
) -> None:
    cloud.start_sharing(own_account, patient)
    await signed_in_own(hass, own_account)
    assert the_entry(hass).state is ConfigEntryState.LOADED
    assert [request.region for request in cloud.web_logins] == ["global", "eu"]
    assert [request.region for request in cloud.logins] == ["eu"]


async def test_the_account_of_a_far_region_is_found_when_its_country_is_named(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account
) -> None:
    own_account.region = "ru"
    form = await signed_in_own(hass, own_account)
    assert is_form(form, "own", "invalid_auth")
    assert suggested(form) == {"email": own_account.email}
    await give(hass, form, own_account, country="RU")
    assert the_entry(hass).data["region"] == "ru"


async def test_an_account_that_tells_its_id_only_when_asked_is_connected_too(
    hass: HomeAssistant, own_account: Account
) -> None:
    own_account.hides_id = True
    await signed_in_own(hass, own_account)
    assert the_entry(hass).unique_id == own_account.user_id


# The live feed.


async def test_a_patient_who_follows_themself_has_live_glucose(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, patient: Person
) -> None:
    cloud.start_sharing(own_account, patient)
    result = await signed_in_own(hass, own_account)
    assert result["description"] == "with_live"
    assert the_entry(hass).data["live"] is True
    glucose = hass.states.get("sensor.jamie_sample_glucose")
    assert glucose is not None
    assert glucose.state == "120"


async def test_a_patient_who_follows_nobody_is_told_how_to_get_live_glucose(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account
) -> None:
    result = await signed_in_own(hass, own_account)
    assert result["description"] == "without_live"
    assert said(result, "account") == own_account.email
    assert len(cloud.logins) == 1


async def test_others_who_share_with_the_same_login_are_not_followed_but_can_be_added(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, patient: Person
) -> None:
    child = Person(first_name="Sam")
    for person in (patient, child):
        cloud.start_sharing(own_account, person)
    await signed_in_own(hass, own_account)
    entry = the_entry(hass)
    assert [subentry.title for subentry in entry.subentries.values()] == [patient.name]
    assert entry.data["declined"] == [child.patient_id]
    form = await add(hass, entry)
    assert selector_of(form, "persons").config["options"] == [
        {"value": child.patient_id, "label": "Sam Example"}
    ]


async def test_an_account_without_live_glucose_says_how_to_get_it_when_somebody_is_to_be_added(
    hass: HomeAssistant, cloud: CloudDouble, own_entry: MockConfigEntry
) -> None:
    await set_up(hass, own_entry)
    result = await add(hass, own_entry)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "no_live")


REJECTED = faults.answer({"status": 2, "error": {"message": "notAuthenticated"}})


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        pytest.param("login", REJECTED, id="rejected"),
        pytest.param("login", faults.locked(), id="locked"),
        pytest.param("login", faults.rate_limited(600), id="429"),
        pytest.param("login", faults.cloudflare_block(), id="blocked"),
        pytest.param("login", faults.dropped(), id="broken connection"),
        pytest.param("login", faults.answer({"status": 4, "data": {"step": {"type": "tou"}}}), id="terms"),
        pytest.param("login", faults.answer({"status": 4, "data": {"step": {}}}), id="unknown step"),
        pytest.param("connections", faults.status(500), id="500 for who shares"),
        pytest.param("connections", faults.ticket_invalid(), id="refused session"),
    ],
)
async def test_trouble_at_librelinkup_does_not_stand_in_the_way_and_is_not_asked_for(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    patient: Person,
    endpoint: str,
    fault: Fault,
) -> None:
    cloud.start_sharing(own_account, patient)
    cloud.fail_always(endpoint, fault)
    result = await signed_in_own(hass, own_account)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert the_entry(hass).data["live"] is False
    assert the_entry(hass).state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress()


async def test_librelinkup_is_tried_once_only(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account
) -> None:
    cloud.fail_always("login", REJECTED)
    await signed_in_own(hass, own_account)
    assert len(cloud.logins) == 1


# Accounts that are there.


async def test_an_account_that_is_set_up_is_known_by_its_address_without_a_request(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, own_entry: MockConfigEntry
) -> None:
    own_entry.add_to_hass(hass)
    result = await signed_in_own(hass, own_account)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert not cloud.log


async def test_an_account_that_is_set_up_is_known_by_its_id_under_another_address(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account
) -> None:
    own_entry_of(own_account, email="former@example.com").add_to_hass(hass)
    result = await signed_in_own(hass, own_account)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert not cloud.logins


@pytest.mark.parametrize("email", ["patient@example.com", "former@example.com"])
async def test_an_account_that_is_set_up_for_following_says_where_its_diary_is_added(
    hass: HomeAssistant, own_account: Account, email: str
) -> None:
    entry_of(own_account, email=email).add_to_hass(hass)
    result = await signed_in_own(hass, own_account)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_followed")


async def test_an_own_account_that_is_set_up_is_not_added_once_more_for_following(
    hass: HomeAssistant, own_account: Account, own_entry: MockConfigEntry
) -> None:
    own_entry.add_to_hass(hass)
    result = await give(hass, await open_follow(hass), own_account)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


# What can stop the sign-in.


async def test_a_wrong_password_can_be_put_right(hass: HomeAssistant, own_account: Account) -> None:
    form = await give(hass, await open_own(hass), own_account, password="Wrong-horse-1")
    assert is_form(form, "own", "invalid_auth")
    assert said(form, "app") == "Libre"
    assert "Wrong-horse-1" not in str(form)
    assert (await give(hass, form, own_account))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.locked(), "locked"),
        (faults.rate_limited(120), "refused"),
        (faults.cloudflare_block(), "blocked"),
        (faults.maintenance(), "server_trouble"),
        (faults.redirect("evil.example/"), "redirect_refused"),
        (faults.html(), "invalid_answer"),
        (faults.dropped(), "no_answer"),
    ],
)
async def test_what_is_wrong_with_a_sign_in_is_said_on_the_form(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, fault: Fault, error: str
) -> None:
    cloud.fail_always("web_login", fault)
    form = await signed_in_own(hass, own_account)
    assert is_form(form, "own", error)
    assert not statuses(hass)


@pytest.mark.parametrize("spelling", [each for each in SPELLINGS if each != "renewCredentials"])
async def test_an_expired_password_is_called_so_and_the_new_one_lets_in(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, spelling: str
) -> None:
    cloud.expire_password(own_account, spelling)
    form = await signed_in_own(hass, own_account)
    assert is_form(form, "own", "password_expired")
    cloud.change_password(own_account, "New-horse-2")
    result = await give(hass, form, own_account)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert the_entry(hass).data["password"] == "New-horse-2"


async def test_an_expired_password_under_an_unknown_name_is_shown_by_that_name(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account
) -> None:
    cloud.expire_password(own_account, "renewCredentials")
    form = await signed_in_own(hass, own_account)
    assert is_form(form, "unknown_step")
    assert said(form, "step") == "renewCredentials RenewCredentials"


async def test_terms_are_accepted_on_the_way(hass: HomeAssistant, own_account: Account) -> None:
    own_account.steps = ["tou", "pp"]
    form = await signed_in_own(hass, own_account)
    assert is_form(form, "terms")
    form = await fill(hass, form, accept=True)
    assert is_form(form, "privacy_policy")
    result = await fill(hass, form, accept=True)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("kind", "step_id"), [("verifyEmail", "verify_email"), ("shareYourHeight", "unknown_step")]
)
async def test_what_only_the_person_can_do_is_waited_for(
    hass: HomeAssistant, own_account: Account, kind: str, step_id: str
) -> None:
    own_account.steps = [kind]
    form = await signed_in_own(hass, own_account)
    assert is_form(form, step_id)
    assert is_form(await fill(hass, form), step_id, "still_required")
    own_account.steps = []
    assert (await fill(hass, form))["type"] is FlowResultType.CREATE_ENTRY


async def test_whose_account_it_is_can_be_asked_again_without_signing_in_again(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account
) -> None:
    cloud.fail_always("user", faults.status(502))
    form = await signed_in_own(hass, own_account)
    assert is_form(form, "owner", "server_trouble")
    form = await fill(hass, form)
    assert is_form(form, "owner", "server_trouble")
    assert not cloud.logins
    cloud.heal()
    cloud.log.clear()
    result = await fill(hass, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not cloud.web_logins


# Locks are counted by e-mail address, whichever service is signed in to.


async def test_wrong_passwords_at_both_services_count_together(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account
) -> None:
    await give(hass, await open_own(hass), own_account, password="Wrong-horse-1")
    await give(hass, await open_follow(hass), own_account, password="Wrong-horse-2")
    cloud.log.clear()
    assert is_form(await signed_in_own(hass, own_account), "own", "slow_down")
    assert not cloud.log


async def test_a_lock_at_one_service_holds_at_the_other(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_next("login", faults.locked())
    await give(hass, await open_follow(hass), own_account)
    cloud.log.clear()
    form = await signed_in_own(hass, own_account)
    assert is_form(form, "own", "locked")
    assert not cloud.log
    freezer.tick(timedelta(seconds=301))
    assert (await give(hass, form, own_account))["type"] is FlowResultType.CREATE_ENTRY


# Progress.


async def slow(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    freezer: FrozenDateTimeFactory,
    endpoint: str,
    seconds: float = 10,
) -> ConfigFlowResult:
    """What a dialog shows when an endpoint has left it waiting for so long."""
    form = await open_own(hass)
    credentials = {"email": account.email, "password": account.password, "advanced": {}}
    configuring = asyncio.create_task(hass.config_entries.flow.async_configure(form["flow_id"], credentials))
    while not cloud.requests(endpoint):
        await asyncio.sleep(0)
    freezer.tick(timedelta(seconds=seconds))
    result = await configuring
    assert (result["type"], result["progress_action"]) == (FlowResultType.SHOW_PROGRESS, "sign_in")
    return result


@pytest.mark.parametrize(("endpoint", "seconds"), [("web_login", 55), ("user", 9), ("login", 55)])
async def test_a_slow_cloud_is_waited_for_and_progress_is_shown(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    freezer: FrozenDateTimeFactory,
    endpoint: str,
    seconds: float,
) -> None:
    answers = asyncio.Event()
    cloud.fail_next(endpoint, faults.slow(answers))
    result = await slow(hass, cloud, own_account, freezer, endpoint, seconds)
    answers.set()
    assert (await awaited(hass, result))["type"] is FlowResultType.CREATE_ENTRY


async def test_closing_the_dialog_in_the_middle_leaves_nothing_running(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_always("web_login", faults.slow())
    result = await slow(hass, cloud, own_account, freezer, "web_login")
    hass.config_entries.flow.async_abort(result["flow_id"])
    await hass.async_block_till_done(wait_background_tasks=True)  # For ever, if the sign-in went on.
    assert not hass.config_entries.flow.async_progress()
    assert not statuses(hass)
