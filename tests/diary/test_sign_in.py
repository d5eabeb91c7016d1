"""What becomes of a diary feed when signing in fails or needs a person."""

import asyncio
from collections.abc import Callable

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.failures.problems import CURED_AT_ABBOTT
from tests.cloud_double import Account, CloudDouble, Person, SecondFactor, faults
from tests.cloud_double.faults import Fault
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import diary, dose, entries, minutes_between, problem, reports, restart
from tests.support.entries import entry_of
from tests.support.forms import fill
from tests.support.prompts import REAUTH, prompts
from tests.support.repair_dialogs import dialog, issue_of, set_up_repairs
from tests.support.states import state

# Repairs bring Home Assistant's web server, which names its parts as aiohttp no longer likes it.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant and the person live in the same zone."""
    await hass.config.async_set_time_zone("Europe/Berlin")


# Signing in.


def changed_password(cloud: CloudDouble, account: Account) -> None:
    cloud.change_password(account, "Another-1")


def second_factor(cloud: CloudDouble, account: Account) -> None:
    account.second_factor = SecondFactor()
    cloud.demand_second_factor(account)


def expired(cloud: CloudDouble, account: Account) -> None:
    cloud.expire_password(account)


def new_terms(cloud: CloudDouble, account: Account) -> None:
    cloud.change_terms(account)


def unknown_step(cloud: CloudDouble, account: Account) -> None:
    cloud.change_terms(account, "somethingNew")


PERSONS_MATTERS = [
    pytest.param(changed_password, "invalid_auth", REAUTH, id="changed password"),
    pytest.param(second_factor, "second_factor", "second_factor", id="second factor"),
    pytest.param(expired, "password_expired", "password_expired", id="expired password"),
    pytest.param(new_terms, "terms", "terms", id="terms"),
    pytest.param(unknown_step, "unknown_step", "unknown_step", id="unknown step"),
]


@pytest.mark.parametrize(("happens", "key", "prompt"), PERSONS_MATTERS)
async def test_what_only_a_person_can_do_is_asked_for_at_once_and_nothing_else_happens(
    hass: HomeAssistant,
    diary_read_before: MockConfigEntry,
    own_account: Account,
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
    happens: Callable[[CloudDouble, Account], None],
    key: str,
    prompt: str,
) -> None:
    known = dose(patient)
    await pass_time(hours=1.5)
    happens(cloud, own_account)
    await pass_time(hours=12, step=300)
    assert problem(diary_read_before) == key
    assert prompts(hass) == {prompt}
    # What may also be done at Abbott is looked at once an hour, from the next report on, 45 to 75 min away.
    looks = 12 if key in CURED_AT_ABBOTT else 0
    assert looks - 2 <= len(cloud.web_logins) - 2 <= looks
    assert len(cloud.requests(since=cloud.web_logins[-1].at)) <= 3
    assert [each.amount for each in entries(diary_read_before)] == [known]
    with pytest.raises(HomeAssistantError) as raised:
        await diary(diary_read_before).async_refresh_now()
    assert raised.value.translation_key == key
    # Once more, at a moment when signing in would be too soon: it still is what it was.
    await pass_time(minutes=1)
    with pytest.raises(HomeAssistantError) as raised:
        await diary(diary_read_before).async_refresh_now()
    assert raised.value.translation_key == key
    await pass_time(hours=2)
    assert len(cloud.web_logins) <= 3 + looks + 2 * (looks > 0)


async def test_a_refused_password_is_not_sent_again_by_a_restart_or_a_button(
    hass: HomeAssistant,
    diary_read_before: MockConfigEntry,
    own_account: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    cloud.change_password(own_account, "Another-1")
    await pass_time(hours=2)
    cloud.log.clear()
    entry = await restart(hass, diary_read_before)
    await pass_time(minutes=30)
    for _ in range(3):
        with pytest.raises(HomeAssistantError):
            await diary(entry).async_refresh_now()
        await pass_time(minutes=6)
    assert not cloud.requests()
    assert prompts(hass) == {REAUTH}


async def test_what_was_done_in_the_app_is_found_by_the_button(
    hass: HomeAssistant,
    diary_read_before: MockConfigEntry,
    own_account: Account,
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
) -> None:
    cloud.change_terms(own_account)
    new = dose(patient)
    await pass_time(hours=2)
    with pytest.raises(HomeAssistantError):
        await diary(diary_read_before).async_refresh_now()
    own_account.steps.clear()
    await pass_time(minutes=30)
    await diary(diary_read_before).async_refresh_now()
    assert not prompts(hass)
    assert [each.amount for each in entries(diary_read_before)] == [new]
    await pass_time(hours=2)
    assert problem(diary_read_before) is None
    assert len(reports(cloud)) >= 3


async def test_a_repair_is_followed_by_a_report_at_once(
    hass: HomeAssistant,
    diary_read_before: MockConfigEntry,
    own_account: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    await set_up_repairs(hass)
    second_factor(cloud, own_account)
    await pass_time(hours=2)
    with pytest.raises(HomeAssistantError):
        await diary(diary_read_before).async_refresh_now()
    form = await dialog(hass, issue_of(hass, "second_factor"))
    form = await fill(hass, form, target="primary")
    result = await fill(hass, form, code="123456", resend=False)
    assert result["reason"] == "reauth_successful"
    cloud.log.clear()
    await pass_time(seconds=30)
    assert len(cloud.requests("report_page")) == 1
    assert not prompts(hass)


SIGN_IN_FAULTS = [
    pytest.param(faults.locked(), "locked", {"lasting_lock"}, id="locked"),
    pytest.param(faults.rate_limited(code=430), "refused", {"refused"}, id="430"),
    pytest.param(faults.cloudflare_ban(7200), "blocked", {"blocked"}, id="476"),
    pytest.param(faults.status(500), "server_trouble", {"lasting_failure"}, id="500"),
    pytest.param(faults.maintenance(), "server_trouble", {"lasting_failure"}, id="911"),
    pytest.param(faults.html(), "invalid_answer", {"diary_unreadable"}, id="page"),
    pytest.param(faults.redirect_loop(), "redirect_refused", {"redirect_refused"}, id="redirect loop"),
]


@pytest.mark.parametrize(("fault", "key", "asked"), SIGN_IN_FAULTS)
async def test_a_failing_sign_in_is_tried_again_no_sooner_than_in_five_minutes(
    hass: HomeAssistant,
    diary_read_before: MockConfigEntry,
    own_account: Account,
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
    fault: Fault,
    key: str,
    asked: set[str],
) -> None:
    cloud.end_web_session(own_account)
    cloud.fail_always("web_login", fault)
    new = dose(patient)
    await pass_time(hours=6)
    sign_ins = [each.at for each in cloud.web_logins if each.region == "eu"][1:]
    assert min(minutes_between(sign_ins)) >= 5
    assert len(sign_ins) <= 12
    assert problem(diary_read_before) in (key, "waiting", "sign_in_waits")
    assert prompts(hass) == asked
    cloud.heal()
    await pass_time(hours=2.2)
    assert problem(diary_read_before) is None
    assert not prompts(hass)
    assert [each.amount for each in entries(diary_read_before)] == [new]


async def test_a_restart_does_not_shorten_the_wait_after_a_refusal(
    hass: HomeAssistant, diary_read_before: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("report_settings", faults.rate_limited())
    await pass_time(hours=8)
    last = reports(cloud)[-1]
    await pass_time(minutes=1)
    while reports(cloud)[-1] == last:
        await pass_time(minutes=1)
    await pass_time(minutes=1)
    cloud.log.clear()
    await restart(hass, diary_read_before)
    await pass_time(minutes=40)
    assert not cloud.requests()


async def test_a_long_wait_is_spoken_of_again_after_a_restart(
    hass: HomeAssistant, diary_read_before: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_next("report_settings", faults.rate_limited(6 * 3600))
    await pass_time(minutes=80)
    assert prompts(hass) == {"refused"}
    for issue in ir.async_get(hass).issues.copy():
        ir.async_delete_issue(hass, *issue)
    cloud.log.clear()
    entry = await restart(hass, diary_read_before)
    await pass_time(minutes=80)
    assert prompts(hass) == {"refused"}
    assert problem(entry) == "waiting"
    assert not cloud.requests()
    await pass_time(hours=5)
    assert not prompts(hass)


# Beside the live feed.


@pytest.fixture
async def followed(
    hass: HomeAssistant,
    account: Account,
    own_account: Account,
    patient: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> MockConfigEntry:
    """A follower's account with a diary login for the patient, read an hour ago."""
    account.follows.clear()
    cloud.start_sharing(account, patient)
    entry = await set_up(hass, entry_of(account, diaries=[own_account]))
    await pass_time(minutes=40)
    return entry


JAMIE = "libreview.subentry-jamie"


async def test_a_refused_diary_login_is_a_repair_and_the_live_feed_goes_on(
    hass: HomeAssistant,
    followed: MockConfigEntry,
    own_account: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    assert problem(followed, JAMIE) is None
    cloud.change_password(own_account, "Another-1")
    await pass_time(hours=1.5)
    assert prompts(hass) == {"diary_rejected"}
    assert problem(followed, JAMIE) == "invalid_auth"
    assert state(hass, "sensor.jamie_sample_glucose") == "120"
    assert len(cloud.web_logins) == 2
    assert len(cloud.logins) == 1


async def test_a_failing_live_feed_leaves_the_diary_working(
    hass: HomeAssistant, followed: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    cloud.fail_always("connections", faults.status(500))
    new = dose(patient)
    await pass_time(hours=1.5)
    feed = diary(followed, JAMIE)
    assert feed.problem is None
    assert [each.amount for each in feed.data[patient.patient_id].entries] == [new]


async def test_a_failure_after_an_account_was_removed_asks_nobody(
    hass: HomeAssistant, diary_read_before: MockConfigEntry, own_account: Account, cloud: CloudDouble
) -> None:
    answering = asyncio.Event()
    second_factor(cloud, own_account)
    cloud.fail_always("web_login", faults.slow(answering))
    asking = hass.async_create_task(diary(diary_read_before).async_refresh_now())
    while len(cloud.web_logins) < 2:
        await asyncio.sleep(0)
    await hass.config_entries.async_remove(diary_read_before.entry_id)
    answering.set()
    with pytest.raises(HomeAssistantError):
        await asking
    assert prompts(hass) == {"account_kept_aside"}


async def test_nothing_is_left_of_a_removed_account(
    hass: HomeAssistant,
    hass_storage: dict[str, object],
    diary_read_before: MockConfigEntry,
    own_account: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    second_factor(cloud, own_account)
    await pass_time(hours=2)
    assert any(diary_read_before.entry_id in key for key in hass_storage)
    await hass.config_entries.async_remove(diary_read_before.entry_id)
    await pass_time(hours=2)
    assert not [key for key in hass_storage if diary_read_before.entry_id in key]
    assert prompts(hass) == {"account_kept_aside"}
