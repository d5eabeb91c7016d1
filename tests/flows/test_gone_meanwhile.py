"""Dialogs whose person or account is removed in another tab end in plain words, whatever step they are at."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person
from tests.support.clock import PassTime
from tests.support.forms import fill
from tests.support.person_dialogs import UNCHANGED, add, choose, person_dialog
from tests.support.repair_dialogs import issue_of, set_up_repairs

type Removing = Callable[[HomeAssistant, MockConfigEntry], Awaitable[object]]
type Happening = Callable[[CloudDouble, Account, Person], None]
LOGIN = {"email": "somebody@example.com", "password": "Any-password-1", "advanced": {}}


async def _remove_person(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    hass.config_entries.async_remove_subentry(entry, next(iter(entry.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)


async def _remove_account(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


REMOVED = pytest.mark.parametrize("remove", [_remove_person, _remove_account], ids=["person", "account"])


@REMOVED
@pytest.mark.parametrize(
    ("option", "fields"),
    [
        ("settings", UNCHANGED),
        ("diary", LOGIN),
        ("import_file", {"file": "0123456789abcdef0123456789abcdef"}),
    ],
)
async def test_what_was_being_changed_of_a_person_ends_when_there_is_no_such_person(
    hass: HomeAssistant, loaded: MockConfigEntry, remove: Removing, option: str, fields: dict[str, Any]
) -> None:
    form = await choose(hass, loaded, option)
    await remove(hass, loaded)
    result = await fill(hass, form, **fields)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "person_gone")


@REMOVED
@pytest.mark.parametrize("option", ["settings", "diary", "import_file"])
async def test_a_menu_about_nobody_leads_nowhere(
    hass: HomeAssistant, loaded: MockConfigEntry, remove: Removing, option: str
) -> None:
    menu = await person_dialog(hass, loaded)
    await remove(hass, loaded)
    result = await fill(hass, menu, next_step_id=option)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "person_gone")


async def test_nobody_is_added_to_an_account_that_is_gone(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry
) -> None:
    sam = Person(first_name="Sam")
    cloud.start_sharing(account, sam)
    form = await add(hass, loaded)
    await _remove_account(hass, loaded)
    result = await fill(hass, form, persons=sam.patient_id)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "person_gone")


async def test_an_account_that_is_gone_has_no_options(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    form = await hass.config_entries.options.async_init(loaded.entry_id)
    await _remove_account(hass, loaded)
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], {"interval": 60, "kept_days": 400, "follow_everybody": False}
    )
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "account_gone")


def _terms_change(cloud: CloudDouble, account: Account, person: Person) -> None:
    cloud.change_terms(account)


def _somebody_new_shares(cloud: CloudDouble, account: Account, person: Person) -> None:
    cloud.start_sharing(account, Person(first_name="Sam"))


def _nobody_shares(cloud: CloudDouble, account: Account, person: Person) -> None:
    cloud.stop_sharing(account, person)


@pytest.mark.parametrize(
    ("happens", "kind", "answer"),
    [
        (_terms_change, "terms", {}),
        (_somebody_new_shares, "person_new", {}),
        (_nobody_shares, "person_gone", {"next_step_id": "remove"}),
    ],
)
async def test_a_repair_of_an_account_that_is_gone_says_so(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    loaded: MockConfigEntry,
    pass_time: PassTime,
    happens: Happening,
    kind: str,
    answer: dict[str, str],
) -> None:
    await set_up_repairs(hass)
    happens(cloud, account, person)
    await pass_time(minutes=7)
    manager = hass.data["repairs"]["flow_manager"]
    form = await manager.async_init("libreview", data={"issue_id": issue_of(hass, kind).issue_id})
    await _remove_account(hass, loaded)
    result = await manager.async_configure(form["flow_id"], answer)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "account_gone")


async def test_an_account_that_is_gone_is_not_reconfigured(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    form = await loaded.start_reconfigure_flow(hass)
    await _remove_account(hass, loaded)
    result = await fill(hass, form, advanced={})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "account_gone")
