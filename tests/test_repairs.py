"""Repairs: what they say, what a click does, and when they go."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS_DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.failures.issue_kinds import KINDS
from custom_components.libreview.placeholders import as_placeholders
from custom_components.libreview.repairs import REPAIRS
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import all_said, is_form, reauth_flows, said
from tests.support.entries import entry_of
from tests.support.forms import fill
from tests.support.repair_dialogs import (
    choose_way,
    dialog,
    issue_of,
    issues,
    names_in,
    repair,
    set_up_repairs,
)

# Repairs bring Home Assistant's web server, which names its parts as aiohttp no longer likes it.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")


@pytest.fixture(autouse=True)
async def _repairs(hass: HomeAssistant) -> None:
    await set_up_repairs(hass)


async def polled(hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime) -> bool:
    """Whether the account is read, well and without a new sign-in, in the next minutes."""
    since = datetime.now(UTC)
    await pass_time(minutes=3)
    statuses = {request.status for request in cloud.requests("connections", since=since)}
    return statuses == {200} and not [request for request in cloud.logins if request.at > since]


# Abbott's steps.


async def test_new_terms_while_running_are_accepted_by_way_of_a_repair(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.change_terms(account)
    await pass_time(minutes=7)
    assert not reauth_flows(hass)
    form = await dialog(hass, issue_of(hass, "terms"))
    assert is_form(form, "terms")
    issue_of(hass, "terms")  # Until the account is read again.
    assert not cloud.requests("continue")
    form = await fill(hass, form, accept=True)
    assert is_form(form, "privacy_policy")
    result = await fill(hass, form, accept=True)
    assert result["reason"] == "reauth_successful"
    assert loaded.state is ConfigEntryState.LOADED
    assert not issues(hass)
    assert await polled(hass, cloud, pass_time)


@pytest.mark.parametrize(
    ("kind", "key"), [("verifyEmail", "verify_email"), ("shareYourHeight", "unknown_step")]
)
async def test_what_only_the_person_can_do_is_shown_until_it_is_done(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    pass_time: PassTime,
    kind: str,
    key: str,
) -> None:
    cloud.change_terms(account, kind)
    await pass_time(minutes=7)
    issue = issue_of(hass, key)
    assert kind in names_in(issue)["step"]
    form = await dialog(hass, issue)
    assert is_form(form, key)
    assert kind in said(form, "step")
    account.steps = []
    result = await fill(hass, form)
    assert result["reason"] == "reauth_successful"
    assert not issues(hass)
    assert await polled(hass, cloud, pass_time)


async def test_what_was_done_in_the_app_meanwhile_needs_no_dialog(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.change_terms(account)
    await pass_time(minutes=7)
    account.steps = []
    result = await repair(hass, issue_of(hass, "terms"))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not issues(hass)
    assert await polled(hass, cloud, pass_time)


async def test_a_dialog_that_a_repair_leads_to_says_what_went_wrong(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.change_terms(account)
    await pass_time(minutes=7)
    cloud.fail_always("login", faults.status(500))
    form = await dialog(hass, issue_of(hass, "terms"))
    assert is_form(form, "reauth_confirm", "server_trouble")
    cloud.heal()
    assert is_form(await fill(hass, form, password=account.password), "terms")


async def test_terms_at_set_up_are_accepted_by_way_of_a_repair(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, entry: MockConfigEntry
) -> None:
    account.steps = ["tou"]
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    form = await dialog(hass, issue_of(hass, "terms"))
    await fill(hass, form, accept=True)
    assert entry.state is ConfigEntryState.LOADED
    assert not issues(hass)


async def test_a_repair_that_is_clicked_twice_leads_into_one_dialog(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.change_terms(account)
    await pass_time(minutes=7)
    await dialog(hass, issue_of(hass, "terms"))
    form = await dialog(hass, issue_of(hass, "terms"))
    assert [prompt["flow_id"] for prompt in reauth_flows(hass)] == [form["flow_id"]]


async def test_an_expired_password_leads_to_the_form_for_the_new_one(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.change_terms(account, "passwordExpired")
    await pass_time(minutes=7)
    cloud.log.clear()
    form = await dialog(hass, issue_of(hass, "password_expired"))
    assert is_form(form, "reauth_confirm")
    assert not cloud.logins
    account.steps = []
    cloud.change_password(account, "New-horse-2")
    result = await fill(hass, form, password="New-horse-2")
    assert result["reason"] == "reauth_successful"
    assert not issues(hass)
    assert await polled(hass, cloud, pass_time)


async def test_a_repair_of_a_removed_account_ends_when_it_is_confirmed(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.stop_sharing(account, account.follows[0])
    await pass_time(minutes=4)
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    issue = issue_of(hass, "person_gone")
    assert await hass.config_entries.async_remove(loaded.entry_id)
    assert not issues(hass)
    ir.async_get(hass).async_get_or_create(
        DOMAIN,
        issue.issue_id,
        data=issue.data,
        is_fixable=True,
        is_persistent=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="person_gone",
        translation_placeholders=issue.translation_placeholders,
    )
    form = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    result = await manager.async_configure(form["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


def test_every_fixable_issue_has_a_fix_flow_and_no_other_has_one() -> None:
    assert set(REPAIRS) == {kind for kind, shown in KINDS.items() if shown.is_fixable}


@pytest.mark.parametrize("data", [None, {}, {"kind": "of_another_version"}])
async def test_an_issue_of_an_unknown_kind_goes_when_it_is_confirmed(
    hass: HomeAssistant, loaded: MockConfigEntry, data: dict[str, Any] | None
) -> None:
    issue = ir.async_get(hass).async_get_or_create(
        DOMAIN,
        "of_another_version",
        data=data if data is None else {"entry_id": loaded.entry_id, **data},
        is_fixable=True,
        is_persistent=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="history_set_aside",
        translation_placeholders=as_placeholders({"file": "history.db"}),
    )
    result = await repair(hass, issue)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not issues(hass)


# Persons.


async def test_who_stops_sharing_is_missed_after_three_polls_and_removed_on_a_click(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.stop_sharing(account, account.follows[0])
    cloud.log.clear()
    while len(cloud.requests("connections")) < 3:
        assert not issues(hass)
        await pass_time(seconds=10)
    issue = issue_of(hass, "person_gone")
    assert names_in(issue) == {"person": "Alex Example", "account": loaded.title}
    result = await choose_way(hass, issue, "remove")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not loaded.subentries
    assert not er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    assert not issues(hass)


async def test_who_was_removed_by_hand_while_the_repair_was_open_just_stays_removed(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.stop_sharing(account, account.follows[0])
    await pass_time(minutes=4)
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue_of(hass, "person_gone").issue_id})
    hass.config_entries.async_remove_subentry(loaded, next(iter(loaded.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)
    result = await manager.async_configure(menu["flow_id"], {"next_step_id": "remove"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_who_shares_again_while_the_repair_was_open_is_not_removed(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.stop_sharing(account, person)
    await pass_time(minutes=4)
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue_of(hass, "person_gone").issue_id})
    cloud.start_sharing(account, person)
    await pass_time(minutes=2)
    assert not issues(hass)

    result = await manager.async_configure(menu["flow_id"], {"next_step_id": "remove"})
    await hass.async_block_till_done(wait_background_tasks=True)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "shares_again")
    assert loaded.subentries


async def test_who_no_longer_shares_can_be_waited_for(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.stop_sharing(account, account.follows[0])
    await pass_time(minutes=4)
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue_of(hass, "person_gone").issue_id})
    said = {"person": "Alex Example", "account": loaded.title, "days": "1"}
    assert all_said(menu) == said

    await hass.config_entries.async_unload(loaded.entry_id)
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue_of(hass, "person_gone").issue_id})
    assert all_said(menu) == said | {"days": "?"}

    result = await choose_way(hass, issue_of(hass, "person_gone"), "wait")

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "waiting")
    issue_of(hass, "person_gone")
    assert loaded.subentries


async def test_who_shares_again_is_no_longer_missed(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.stop_sharing(account, person)
    await pass_time(minutes=4)
    issue_of(hass, "person_gone")
    cloud.start_sharing(account, person)
    await pass_time(minutes=2)
    assert not issues(hass)
    glucose = hass.states.get("sensor.alex_example_glucose")
    assert glucose is not None
    assert glucose.state == "120"


async def test_who_stopped_sharing_and_is_removed_by_hand_is_no_longer_spoken_of(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.stop_sharing(account, account.follows[0])
    await pass_time(minutes=4)
    issue_of(hass, "person_gone")
    hass.config_entries.async_remove_subentry(loaded, next(iter(loaded.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not issues(hass)


async def test_who_newly_shares_is_added_on_a_click(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.start_sharing(account, Person(first_name="Sam", curve=lambda _: 90))
    await pass_time(minutes=2)
    issue = issue_of(hass, "person_new")
    assert names_in(issue)["person"] == "Sam Example"
    result = await repair(hass, issue)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    glucose = hass.states.get("sensor.sam_example_glucose")
    assert glucose is not None
    assert glucose.state == "90"
    assert not issues(hass)


async def test_who_was_added_by_hand_while_the_repair_was_open_is_not_added_twice(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    sam = Person(first_name="Sam")
    cloud.start_sharing(account, sam)
    await pass_time(minutes=2)
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    form = await manager.async_init(DOMAIN, data={"issue_id": issue_of(hass, "person_new").issue_id})
    adding = await hass.config_entries.subentries.async_init(
        (loaded.entry_id, "person"), context={"source": SOURCE_USER}
    )
    await hass.config_entries.subentries.async_configure(adding["flow_id"], {"persons": sam.patient_id})
    await hass.async_block_till_done(wait_background_tasks=True)
    result = await manager.async_configure(form["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(loaded.subentries) == 2


@pytest.mark.parametrize("cloud_is_away", [False, True])
async def test_who_does_not_share_after_all_is_not_added(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    pass_time: PassTime,
    cloud_is_away: bool,
) -> None:
    sam = Person(first_name="Sam")
    cloud.start_sharing(account, sam)
    await pass_time(minutes=2)
    issue = issue_of(hass, "person_new")
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    form = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    cloud.stop_sharing(account, sam)
    if cloud_is_away:
        cloud.fail_always("*", faults.status(500))
        await hass.config_entries.async_reload(loaded.entry_id)
    else:
        await pass_time(minutes=2)
    result = await manager.async_configure(form["flow_id"], {})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_sharing")
    assert len(loaded.subentries) == 1


async def test_who_is_removed_by_hand_though_still_sharing_is_not_offered_again(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.log.clear()
    hass.config_entries.async_remove_subentry(loaded, next(iter(loaded.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [request.endpoint for request in cloud.requests()] == ["connections"]
    await pass_time(minutes=5)
    assert not issues(hass)
    await hass.config_entries.async_reload(loaded.entry_id)
    await pass_time(minutes=2)
    assert not issues(hass)


async def test_who_was_declined_and_is_added_later_is_missed_when_gone(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person, loaded: MockConfigEntry
) -> None:
    hass.config_entries.async_remove_subentry(loaded, next(iter(loaded.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.data["declined"] == [person.patient_id]
    form = await hass.config_entries.subentries.async_init(
        (loaded.entry_id, "person"), context={"source": SOURCE_USER}
    )
    await hass.config_entries.subentries.async_configure(form["flow_id"], {"persons": person.patient_id})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.data["declined"] == []
    assert not issues(hass)


async def test_no_more_than_five_persons_are_offered_at_a_time(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    for number in range(7):
        cloud.start_sharing(account, Person(first_name=f"Child {number}"))
    await pass_time(minutes=2)
    assert [issue.translation_key for issue in issues(hass)] == ["person_new"] * 5


async def test_nothing_is_left_of_a_removed_account(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    account: Account,
    person: Person,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.stop_sharing(account, person)
    cloud.start_sharing(account, Person(first_name="Sam"))
    await pass_time(minutes=4)
    cloud.change_terms(account)
    await pass_time(minutes=7)
    assert {issue.translation_key for issue in issues(hass)} == {"person_gone", "person_new", "terms"}
    assert f"{DOMAIN}.{loaded.entry_id}" in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    await pass_time(hours=2)
    assert not issues(hass)
    assert f"{DOMAIN}.{loaded.entry_id}" not in hass_storage


async def test_issues_of_another_account_stay_when_one_is_removed(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    other = cloud.add_account(Account(email="other@example.com"), persons=[Person(first_name="Sam")])
    await set_up(hass, entry_of(other))
    cloud.change_terms(account)
    cloud.change_terms(other)
    await pass_time(minutes=7)
    assert len(issues(hass)) == 2
    await hass.config_entries.async_remove(loaded.entry_id)
    issue = issue_of(hass, "terms")
    assert hass.config_entries.async_get_entry(str((issue.data or {})["entry_id"]))
