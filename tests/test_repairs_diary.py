"""Repairs of LibreView logins: those of an account and those of single persons, and the way out of each."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, SecondFactor, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import is_form, reauth_flows, said
from tests.support.diary_logins import is_back, is_read, read_diaries, with_diaries
from tests.support.entries import diary_login, own_entry_of
from tests.support.forms import fill
from tests.support.person_dialogs import choose, data_of
from tests.support.repair_dialogs import dialog, issue_of, issues, names_in, repair, set_up_repairs

NEW = "New-horse-2"

# Repairs bring Home Assistant's web server, which names its parts as aiohttp no longer likes it.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")


@pytest.fixture(autouse=True)
async def _repairs(hass: HomeAssistant) -> None:
    await set_up_repairs(hass)


@pytest.fixture
def diary_account(cloud: CloudDouble, person: Person) -> Account:
    """The LibreView account of the person who is followed."""
    return cloud.add_account(Account(email="alex@example.com", own=person))


@pytest.fixture(params=["own account", "person"])
async def fed(
    request: pytest.FixtureRequest, hass: HomeAssistant, cloud: CloudDouble
) -> tuple[MockConfigEntry, Account]:
    """An entry with a diary, and the account that it is read from: its own, or a followed person's."""
    if request.param == "own account":
        login: Account = request.getfixturevalue("own_account")
        return await set_up(hass, own_entry_of(login)), login
    login = request.getfixturevalue("diary_account")
    return await set_up(hass, with_diaries(request.getfixturevalue("account"), login)), login


def glucose(hass: HomeAssistant) -> str:
    state = hass.states.get("sensor.alex_example_glucose")
    assert state is not None
    return state.state


# What Abbott wants, of either kind of login.


async def test_new_terms_are_accepted_by_way_of_a_repair(
    hass: HomeAssistant, cloud: CloudDouble, fed: tuple[MockConfigEntry, Account]
) -> None:
    entry, login = fed
    cloud.change_terms(login, "tou")
    await read_diaries(hass, entry)
    issue = issue_of(hass, "terms")
    assert names_in(issue)["account"] == login.email
    assert names_in(issue)["site"] == "libreview.com"
    form = await dialog(hass, issue)
    assert is_form(form, "terms")
    assert said(form, "account") == login.email
    assert is_back(await fill(hass, form, accept=True))
    await read_diaries(hass, entry)
    assert is_read(entry)
    assert not issues(hass)


@pytest.mark.parametrize(
    ("kind", "key"), [("verifyEmail", "verify_email"), ("shareYourHeight", "unknown_step")]
)
async def test_what_only_the_person_can_do_is_shown_until_it_is_done(
    hass: HomeAssistant, cloud: CloudDouble, fed: tuple[MockConfigEntry, Account], kind: str, key: str
) -> None:
    entry, login = fed
    cloud.change_terms(login, kind)
    await read_diaries(hass, entry)
    issue = issue_of(hass, key)
    assert names_in(issue)["account"] == login.email
    assert kind in names_in(issue)["step"]
    form = await dialog(hass, issue)
    assert is_form(form, key)
    login.steps = []
    assert is_back(await fill(hass, form))
    await read_diaries(hass, entry)
    assert is_read(entry)
    assert not issues(hass)


async def test_the_second_factor_is_passed_by_way_of_a_repair(
    hass: HomeAssistant, cloud: CloudDouble, fed: tuple[MockConfigEntry, Account]
) -> None:
    entry, login = fed
    factor = login.second_factor = SecondFactor()
    cloud.demand_second_factor(login)
    await read_diaries(hass, entry)
    issue = issue_of(hass, "second_factor")
    assert names_in(issue)["account"] == login.email
    assert not login.codes_sent
    form = await dialog(hass, issue)
    assert is_form(form, "second_factor")
    form = await fill(hass, form, target="primary")
    form = await fill(hass, form, code="000000", resend=False)
    assert is_form(form, "code", "code_rejected")
    assert is_back(await fill(hass, form, code=factor.code, resend=False))
    await read_diaries(hass, entry)
    assert is_read(entry)
    assert not issues(hass)


async def test_an_expired_password_leads_to_the_form_for_the_new_one(
    hass: HomeAssistant, cloud: CloudDouble, fed: tuple[MockConfigEntry, Account]
) -> None:
    entry, login = fed
    cloud.expire_password(login, "changePassword")
    await read_diaries(hass, entry)
    issue = issue_of(hass, "password_expired")
    assert names_in(issue)["account"] == login.email
    assert names_in(issue)["app"] == "Libre"
    cloud.log.clear()
    form = await dialog(hass, issue)
    assert is_form(form, "reauth_confirm")
    assert (said(form, "account"), said(form, "app")) == (login.email, "Libre")
    assert not cloud.log
    cloud.change_password(login, NEW)
    assert is_back(await fill(hass, form, password=NEW))
    await read_diaries(hass, entry)
    assert is_read(entry)
    assert not issues(hass)


async def test_what_was_done_in_the_app_meanwhile_needs_no_dialog(
    hass: HomeAssistant, cloud: CloudDouble, fed: tuple[MockConfigEntry, Account]
) -> None:
    entry, login = fed
    cloud.change_terms(login)
    await read_diaries(hass, entry)
    login.steps = []
    result = await repair(hass, issue_of(hass, "terms"))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not reauth_flows(hass)
    await read_diaries(hass, entry)
    assert is_read(entry)
    assert not issues(hass)


async def test_a_repair_goes_by_itself_when_its_cause_is_gone(
    hass: HomeAssistant, cloud: CloudDouble, fed: tuple[MockConfigEntry, Account], pass_time: PassTime
) -> None:
    entry, login = fed
    cloud.change_terms(login)
    await read_diaries(hass, entry)
    issue_of(hass, "terms")
    login.steps = []
    await pass_time(minutes=6)
    await hass.config_entries.async_reload(entry.entry_id)
    await read_diaries(hass, entry)
    assert is_read(entry)
    assert not issues(hass)


async def test_a_dialog_that_a_repair_leads_to_says_what_went_wrong(
    hass: HomeAssistant, cloud: CloudDouble, fed: tuple[MockConfigEntry, Account]
) -> None:
    entry, login = fed
    cloud.change_terms(login)
    await read_diaries(hass, entry)
    cloud.fail_always("web_login", faults.status(500))
    form = await dialog(hass, issue_of(hass, "terms"))
    assert is_form(form, "reauth_confirm", "server_trouble")
    cloud.heal()
    assert is_form(await fill(hass, form, password=login.password), "terms")


async def test_nothing_is_left_of_a_removed_entry(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    fed: tuple[MockConfigEntry, Account],
) -> None:
    entry, login = fed
    cloud.change_terms(login)
    await read_diaries(hass, entry)
    issue_of(hass, "terms")
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not issues(hass)
    assert not [key for key in hass_storage if key.startswith(DOMAIN)]


# The login of a person's diary, besides a live feed that goes on.


@pytest.fixture
async def followed(hass: HomeAssistant, account: Account, diary_account: Account) -> MockConfigEntry:
    """An account that follows a person whose diary is read with a login of its own, set up."""
    return await set_up(hass, with_diaries(account, diary_account))


async def test_a_refused_diary_login_is_a_repair_and_the_live_feed_goes_on(
    hass: HomeAssistant,
    cloud: CloudDouble,
    person: Person,
    diary_account: Account,
    followed: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(diary_account, NEW)
    await read_diaries(hass, followed)
    issue = issue_of(hass, "diary_rejected")
    assert names_in(issue)["account"] == diary_account.email
    assert not reauth_flows(hass)
    person.curve = lambda _: 99
    await pass_time(minutes=2)
    assert glucose(hass) == "99"


async def test_a_new_password_of_a_diary_is_kept_with_the_person_and_not_with_the_account(
    hass: HomeAssistant,
    cloud: CloudDouble,
    diary_account: Account,
    followed: MockConfigEntry,
) -> None:
    before = dict(followed.data)
    cloud.change_password(diary_account, NEW)
    await read_diaries(hass, followed)
    cloud.log.clear()
    form = await dialog(hass, issue_of(hass, "diary_rejected"))
    assert is_form(form, "reauth_confirm")
    assert said(form, "account") == diary_account.email
    assert not cloud.log
    assert is_back(await fill(hass, form, password=NEW))
    assert data_of(followed)["diary"] == diary_login(diary_account)
    assert diary_account.password == NEW
    assert followed.data == before
    await read_diaries(hass, followed)
    assert is_read(followed)
    assert not issues(hass)
    assert not cloud.logins
    assert glucose(hass) == "120"


async def test_signing_in_again_to_another_diary_account_changes_nothing(
    hass: HomeAssistant, cloud: CloudDouble, diary_account: Account, followed: MockConfigEntry
) -> None:
    before = data_of(followed)
    diary_account.user_id = "another-account-with-the-same-address"
    cloud.change_password(diary_account, NEW)
    await read_diaries(hass, followed)
    result = await fill(hass, await dialog(hass, issue_of(hass, "diary_rejected")), password=NEW)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "wrong_account")
    assert said(result, "account") == diary_account.email
    assert data_of(followed) == before


async def test_a_diary_that_is_removed_takes_its_repair_along(
    hass: HomeAssistant, cloud: CloudDouble, diary_account: Account, followed: MockConfigEntry
) -> None:
    cloud.change_password(diary_account, NEW)
    await read_diaries(hass, followed)
    issue_of(hass, "diary_rejected")
    await fill(hass, await choose(hass, followed, "remove_diary"))
    assert not issues(hass)


async def test_a_repair_of_a_removed_login_ends_without_a_dialog(
    hass: HomeAssistant, cloud: CloudDouble, diary_account: Account, followed: MockConfigEntry
) -> None:
    cloud.change_password(diary_account, NEW)
    await read_diaries(hass, followed)
    manager = hass.data["repairs"]["flow_manager"]
    form = await manager.async_init(DOMAIN, data={"issue_id": issue_of(hass, "diary_rejected").issue_id})
    await fill(hass, await choose(hass, followed, "remove_diary"))
    result = await manager.async_configure(form["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not reauth_flows(hass)
    assert not issues(hass)


async def test_a_prompt_for_a_login_that_is_not_there_says_so(
    hass: HomeAssistant, followed: MockConfigEntry
) -> None:
    result = await followed.start_reauth_flow(hass, data={"login": "libreview.subentry-of-nobody"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "login_gone")


# The guard against locks.


async def test_a_password_that_the_diary_was_refused_with_is_not_sent_again_at_once(
    hass: HomeAssistant,
    cloud: CloudDouble,
    diary_account: Account,
    followed: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    old = diary_account.password
    cloud.change_password(diary_account, NEW)
    await read_diaries(hass, followed)
    form = await dialog(hass, issue_of(hass, "diary_rejected"))
    cloud.log.clear()
    form = await fill(hass, form, password=old)
    assert is_form(form, "reauth_confirm", "invalid_auth")
    assert not cloud.log
    form = await fill(hass, form, password="Wrong-horse-1")
    assert is_form(form, "reauth_confirm", "invalid_auth")
    cloud.log.clear()
    assert is_form(await fill(hass, form, password=NEW), "reauth_confirm", "slow_down")
    assert not cloud.log
    freezer.tick(timedelta(seconds=61))
    assert is_back(await fill(hass, form, password=NEW))
