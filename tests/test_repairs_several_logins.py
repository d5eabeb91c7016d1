"""Repairs of an entry that has several logins: each has its own way out, and none stands in another's."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import is_form, reauth_flows, said
from tests.support.diary_logins import both_feeds, is_back, is_read, read_diaries, with_diaries
from tests.support.feeds import diary_feeds
from tests.support.forms import fill
from tests.support.person_dialogs import data_of
from tests.support.repair_dialogs import dialog, issue_of, issues, names_in, set_up_repairs

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


@pytest.fixture
async def followed(hass: HomeAssistant, account: Account, diary_account: Account) -> MockConfigEntry:
    """An account that follows a person whose diary is read with a login of its own, set up."""
    return await set_up(hass, with_diaries(account, diary_account))


# An account and the persons followed through it.


async def test_prompts_for_several_logins_do_not_push_each_other_out(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person, diary_account: Account
) -> None:
    sam = Person(first_name="Sam")
    cloud.start_sharing(account, sam)
    sams = cloud.add_account(Account(email="sam@example.com", own=sam))
    entry = await set_up(hass, with_diaries(account, diary_account, sams))
    for each in (diary_account, sams):
        cloud.change_password(each, NEW)
    await read_diaries(hass, entry)
    by_account = {names_in(issue)["account"]: issue for issue in issues(hass)}
    assert by_account.keys() == {diary_account.email, sams.email}
    forms = {email: await dialog(hass, issue) for email, issue in by_account.items()}
    assert len(reauth_flows(hass)) == 2
    assert {email: said(form, "account") for email, form in forms.items()} == {each: each for each in forms}
    assert is_back(await fill(hass, forms[sams.email], password=NEW))
    # Home Assistant closes all prompts of an entry that starts anew; the repair leads to another one.
    await read_diaries(hass, entry)
    form = await dialog(hass, issue_of(hass, "diary_rejected"))
    assert said(form, "account") == diary_account.email
    assert is_back(await fill(hass, form, password=NEW))
    await read_diaries(hass, entry)
    assert is_read(entry)
    assert not issues(hass)
    assert {sub.data["diary"]["password"] for sub in entry.subentries.values()} == {NEW}


async def test_the_accounts_own_prompt_stays_when_a_diarys_repair_is_opened(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    diary_account: Account,
    followed: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(account, NEW)
    await pass_time(minutes=7)
    (prompt,) = reauth_flows(hass)
    cloud.change_password(diary_account, NEW)
    await read_diaries(hass, followed)
    form = await dialog(hass, issue_of(hass, "diary_rejected"))
    assert {each["flow_id"] for each in reauth_flows(hass)} == {prompt["flow_id"], form["flow_id"]}
    assert is_back(await fill(hass, form, password=NEW))
    assert data_of(followed)["diary"]["password"] == NEW
    assert account.email in [said(each, "account") for each in await _shown(hass)]
    (still,) = reauth_flows(hass)
    assert is_back(await fill(hass, still, password=NEW))
    assert followed.data["password"] == NEW
    assert followed.state is ConfigEntryState.LOADED


async def _shown(hass: HomeAssistant) -> list[Any]:
    """The open prompts, as they are shown when opened."""
    return [await hass.config_entries.flow.async_configure(each["flow_id"]) for each in reauth_flows(hass)]


async def test_a_repair_that_is_clicked_twice_leads_into_one_dialog(
    hass: HomeAssistant, cloud: CloudDouble, diary_account: Account, followed: MockConfigEntry
) -> None:
    cloud.change_password(diary_account, NEW)
    await read_diaries(hass, followed)
    await dialog(hass, issue_of(hass, "diary_rejected"))
    form = await dialog(hass, issue_of(hass, "diary_rejected"))
    assert [prompt["flow_id"] for prompt in reauth_flows(hass)] == [form["flow_id"]]


# An account of one's own with a live feed.


@pytest.fixture
async def with_live(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, pass_time: PassTime
) -> MockConfigEntry:
    """The account of a patient who follows themself, with both feeds read."""
    return await both_feeds(hass, cloud, own_account, pass_time)


async def test_terms_at_librelinkup_alone_are_accepted_for_the_live_feed_alone(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    with_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    before = dict(with_live.data)
    cloud.fail_next("connections", faults.ticket_invalid())
    own_account.steps = ["tou"]
    await pass_time(minutes=7)
    issue = issue_of(hass, "terms")
    assert names_in(issue)["site"] == "librelinkup.com"
    cloud.log.clear()
    form = await dialog(hass, issue)
    assert is_form(form, "terms")
    assert is_back(await fill(hass, form, accept=True))
    assert not cloud.web_logins
    assert not issues(hass)
    await read_diaries(hass, with_live)
    assert is_read(with_live)
    assert with_live.data == before


async def test_one_new_password_cures_both_feeds_when_both_were_refused(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    with_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.change_password(own_account, NEW)
    await pass_time(minutes=7)
    await read_diaries(hass, with_live)
    (prompt,) = reauth_flows(hass)
    assert is_back(await fill(hass, prompt, password=NEW))
    await read_diaries(hass, with_live)
    assert is_read(with_live)
    assert with_live.runtime_data.live.last_update_success
    await pass_time(minutes=10)
    assert not reauth_flows(hass)
    assert not issues(hass)


async def test_an_expired_password_of_both_feeds_is_one_repair_that_cures_both(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    with_live: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.expire_password(own_account)
    for _ in range(2):  # One feed at a time signs in.
        await pass_time(minutes=7)
        await read_diaries(hass, with_live)
    form = await dialog(hass, issue_of(hass, "password_expired"))
    assert is_form(form, "reauth_confirm")
    assert said(form, "app") == "Libre"
    cloud.change_password(own_account, NEW)
    assert is_back(await fill(hass, form, password=NEW))
    await read_diaries(hass, with_live)
    assert is_read(with_live)
    assert with_live.runtime_data.live.last_update_success
    assert not issues(hass)


async def test_a_diary_that_can_still_be_read_does_not_take_down_what_stops_the_live_feed(
    hass: HomeAssistant, cloud: CloudDouble, with_live: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.fail_next("connections", faults.ticket_invalid())
    cloud.fail_always("login", faults.answer({"status": 2, "error": {"message": "passwordExpired"}}))
    await pass_time(minutes=90)
    assert is_read(with_live)
    live = with_live.runtime_data.live
    assert diary_feeds(with_live)["libreview"].last_success > live.last_success
    assert live.problem.key == "password_expired"
    assert (issue_of(hass, "password_expired").data or {})["login"] == "libreview"
