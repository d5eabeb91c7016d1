"""The login of a followed person's diary, and the person's time zone."""

import asyncio
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, SecondFactor, faults
from tests.cloud_double.faults import Fault
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import is_form, said, suggested
from tests.support.diary_logins import with_diaries
from tests.support.entries import diary_login
from tests.support.feeds import diary_feeds
from tests.support.forms import fill
from tests.support.person_dialogs import UNCHANGED, choose, data_of, give_diary, person_dialog, settings
from tests.support.stored_history import kept


@pytest.fixture
def diary_account(cloud: CloudDouble, person: Person) -> Account:
    """The LibreView account of the person who is followed."""
    account = Account(email="alex@example.com", own=person)
    account.first_name, account.last_name = person.first_name, person.last_name
    return cloud.add_account(account)


async def signed_in(hass: HomeAssistant, entry: ConfigEntry, account: Account) -> Any:
    """What follows upon the right credentials of a diary."""
    return await give_diary(hass, await choose(hass, entry, "diary"), account)


@pytest.fixture
async def with_diary(hass: HomeAssistant, loaded: MockConfigEntry, diary_account: Account) -> MockConfigEntry:
    """The account that follows the person, with the person's diary."""
    assert is_kept(await signed_in(hass, loaded, diary_account))
    return loaded


def is_kept(result: Any) -> bool:
    return (result["type"], result.get("reason")) == (FlowResultType.ABORT, "reconfigure_successful")


def diary_entities(hass: HomeAssistant) -> set[str]:
    registry = er.async_get(hass)
    return {each for each in registry.entities if "diary" in each or "last_note" in each}


# Adding a diary.


async def test_a_followed_persons_dialog_is_a_menu(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    menu = await person_dialog(hass, loaded)
    assert menu["menu_options"] == ["settings", "diary", "import_file"]
    assert said(menu, "person") == "Alex Example"


async def test_the_owner_of_an_own_account_has_no_other_diary(
    hass: HomeAssistant, own_entry: MockConfigEntry
) -> None:
    await set_up(hass, own_entry)
    assert (await person_dialog(hass, own_entry))["menu_options"] == ["settings", "import_file"]


async def test_others_followed_through_an_own_account_can_have_a_diary_too(
    hass: HomeAssistant, own_entry: MockConfigEntry
) -> None:
    await set_up(hass, own_entry)
    other = next(iter(own_entry.subentries))
    hass.config_entries.async_update_subentry(
        own_entry, own_entry.subentries[other], unique_id="somebody-else"
    )
    assert (await person_dialog(hass, own_entry))["menu_options"] == ["settings", "diary", "import_file"]


async def test_the_right_password_adds_the_diary_to_the_person(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, diary_account: Account
) -> None:
    before = dict(loaded.data)
    assert is_kept(await signed_in(hass, loaded, diary_account))
    assert data_of(loaded)["diary"] == diary_login(diary_account)
    assert loaded.data == before
    assert loaded.state is ConfigEntryState.LOADED
    assert diary_entities(hass)


async def test_one_sign_in_serves_the_dialog_and_the_feed(
    hass: HomeAssistant,
    cloud: CloudDouble,
    with_diary: MockConfigEntry,
) -> None:
    assert [request.region for request in cloud.web_logins] == ["global", "eu"]
    assert len(cloud.logins) == 1  # Of the live feed, before.
    cloud.log.clear()
    (diary,) = diary_feeds(with_diary).values()
    await diary.async_refresh_now()
    assert cloud.requests("reports")
    assert not cloud.web_logins


async def test_a_wrong_password_can_be_put_right(
    hass: HomeAssistant, loaded: MockConfigEntry, diary_account: Account
) -> None:
    form = await choose(hass, loaded, "diary")
    assert is_form(form, "diary")
    form = await give_diary(hass, form, diary_account, password="Wrong-horse-1")
    assert is_form(form, "diary", "invalid_auth")
    assert suggested(form) == {"email": diary_account.email}
    assert said(form, "app") == "Libre"
    assert is_kept(await give_diary(hass, form, diary_account))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.locked(), "locked"),
        (faults.rate_limited(120), "refused"),
        (faults.status(500), "server_trouble"),
        (faults.dropped(), "no_answer"),
        (faults.answer({"status": 2, "error": {"message": "passwordExpired"}}), "password_expired"),
    ],
    ids=["locked", "429", "500", "broken connection", "expired"],
)
async def test_what_is_wrong_with_the_sign_in_is_said_on_the_form_and_nothing_is_kept(
    hass: HomeAssistant,
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    diary_account: Account,
    fault: Fault,
    error: str,
) -> None:
    cloud.fail_always("web_login", fault)
    assert is_form(await signed_in(hass, loaded, diary_account), "diary", error)
    assert "diary" not in data_of(loaded)


async def test_a_named_country_is_where_the_diarys_sign_in_starts(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, diary_account: Account
) -> None:
    diary_account.region = "ru"
    form = await choose(hass, loaded, "diary")
    assert is_kept(await give_diary(hass, form, diary_account, country="RU"))
    assert data_of(loaded)["diary"]["region"] == "ru"


async def test_the_second_factor_is_asked_for_in_the_persons_dialog_too(
    hass: HomeAssistant, loaded: MockConfigEntry, diary_account: Account
) -> None:
    factor = diary_account.second_factor = SecondFactor()
    form = await signed_in(hass, loaded, diary_account)
    assert is_form(form, "second_factor")
    form = await fill(hass, form, target="secondary")
    assert is_form(form, "code")
    form = await fill(hass, form, code="000000", resend=False)
    assert is_form(form, "code", "code_rejected")
    assert is_kept(await fill(hass, form, code=factor.code, resend=False))
    assert data_of(loaded)["diary"] == diary_login(diary_account)


async def test_terms_are_accepted_in_the_persons_dialog_too(
    hass: HomeAssistant, loaded: MockConfigEntry, diary_account: Account
) -> None:
    diary_account.steps = ["tou"]
    form = await signed_in(hass, loaded, diary_account)
    assert is_form(form, "terms")
    assert is_kept(await fill(hass, form, accept=True))


@pytest.mark.parametrize(
    ("kind", "step_id"), [("verifyEmail", "verify_email"), ("shareYourHeight", "unknown_step")]
)
async def test_what_only_the_person_can_do_is_waited_for_in_the_persons_dialog_too(
    hass: HomeAssistant, loaded: MockConfigEntry, diary_account: Account, kind: str, step_id: str
) -> None:
    diary_account.steps = [kind]
    form = await signed_in(hass, loaded, diary_account)
    assert is_form(form, step_id)
    diary_account.steps = []
    assert is_kept(await fill(hass, form))


async def test_a_slow_cloud_is_waited_for_and_progress_is_shown(
    hass: HomeAssistant,
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    diary_account: Account,
    freezer: FrozenDateTimeFactory,
) -> None:
    form = await choose(hass, loaded, "diary")
    answers = asyncio.Event()
    cloud.fail_next("web_login", faults.slow(answers))
    flows = hass.config_entries.subentries
    credentials = {"email": diary_account.email, "password": diary_account.password, "advanced": {}}
    configuring = asyncio.create_task(flows.async_configure(form["flow_id"], credentials))
    while not cloud.web_logins:
        await asyncio.sleep(0)
    freezer.tick(timedelta(seconds=10))
    result: Any = await configuring
    assert (result["type"], result["progress_action"]) == (FlowResultType.SHOW_PROGRESS, "sign_in")
    answers.set()
    while result["type"] is FlowResultType.SHOW_PROGRESS:
        await hass.async_block_till_done(wait_background_tasks=True)
        result = await flows.async_configure(form["flow_id"])
    assert is_kept(result)


async def test_whose_account_it_is_can_be_asked_again_without_signing_in_again(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, diary_account: Account
) -> None:
    cloud.fail_next("user", faults.status(502))
    form = await signed_in(hass, loaded, diary_account)
    assert is_form(form, "owner", "server_trouble")
    cloud.log.clear()
    assert is_kept(await fill(hass, form))
    assert not cloud.web_logins


async def test_a_diary_can_be_added_while_the_live_feed_is_away_and_is_read_at_once(
    hass: HomeAssistant, cloud: CloudDouble, entry: MockConfigEntry, diary_account: Account
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await set_up(hass, entry)
    assert is_kept(await signed_in(hass, entry, diary_account))
    assert entry.state is ConfigEntryState.LOADED
    assert diary_feeds(entry)


# Somebody else's diary.


async def test_another_persons_diary_needs_a_yes(
    hass: HomeAssistant, loaded: MockConfigEntry, own_account: Account
) -> None:
    form = await signed_in(hass, loaded, own_account)
    assert is_form(form, "other_person")
    assert (said(form, "owner"), said(form, "person")) == ("Jamie Sample", "Alex Example")
    assert said(form, "account") == own_account.email
    form = await fill(hass, form, accept=False)
    assert is_form(form, "other_person", "not_the_person")
    assert "diary" not in data_of(loaded)
    assert is_kept(await fill(hass, form, accept=True))
    assert data_of(loaded)["diary"] == diary_login(own_account)
    (diary,) = diary_feeds(loaded).values()
    assert [(each.patient_id, each.cloud_id) for each in diary.persons] == [
        (next(iter(loaded.subentries.values())).unique_id, own_account.user_id)
    ]


async def test_the_question_whose_diary_it_is_can_be_looked_at_again(
    hass: HomeAssistant, loaded: MockConfigEntry, own_account: Account
) -> None:
    form = await signed_in(hass, loaded, own_account)
    again: Any = await hass.config_entries.subentries.async_configure(form["flow_id"])
    assert is_form(again, "other_person")


# Changing and removing.


async def test_the_menu_of_a_person_with_a_diary(hass: HomeAssistant, with_diary: MockConfigEntry) -> None:
    menu = await person_dialog(hass, with_diary)
    assert menu["menu_options"] == ["settings", "change_diary", "remove_diary", "import_file"]


async def test_the_password_of_a_diary_can_be_changed(
    hass: HomeAssistant, cloud: CloudDouble, with_diary: MockConfigEntry, diary_account: Account
) -> None:
    form = await choose(hass, with_diary, "change_diary")
    assert is_form(form, "diary")
    assert suggested(form) == {"email": diary_account.email}
    cloud.change_password(diary_account, "New-horse-2")
    cloud.log.clear()
    assert is_kept(await give_diary(hass, form, diary_account))
    assert data_of(with_diary)["diary"]["password"] == "New-horse-2"
    assert [request.region for request in cloud.web_logins] == ["eu"]  # The region is known.


async def test_the_same_login_once_more_starts_the_feed_anew(
    hass: HomeAssistant, with_diary: MockConfigEntry, diary_account: Account
) -> None:
    before = with_diary.runtime_data
    form = await choose(hass, with_diary, "change_diary")
    assert is_kept(await give_diary(hass, form, diary_account))
    assert with_diary.runtime_data is not before
    assert with_diary.state is ConfigEntryState.LOADED


async def test_a_trusted_device_is_not_asked_for_a_code_again(
    hass: HomeAssistant, loaded: MockConfigEntry, diary_account: Account
) -> None:
    factor = diary_account.second_factor = SecondFactor()
    diary_account.trusts_devices = True
    form = await fill(hass, await signed_in(hass, loaded, diary_account), target="primary")
    assert is_kept(await fill(hass, form, code=factor.code, resend=False))
    form = await choose(hass, loaded, "change_diary")
    assert is_kept(await give_diary(hass, form, diary_account))
    assert len(diary_account.codes_sent) == 1


async def test_a_diary_can_be_moved_to_another_account(
    hass: HomeAssistant, cloud: CloudDouble, with_diary: MockConfigEntry, own_account: Account
) -> None:
    form = await choose(hass, with_diary, "change_diary")
    form = await give_diary(hass, form, own_account)
    assert is_form(form, "other_person")
    assert is_kept(await fill(hass, form, accept=True))
    assert data_of(with_diary)["diary"] == diary_login(own_account)


async def test_removing_a_diary_leaves_nothing_of_it_and_all_of_the_rest(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    with_diary: MockConfigEntry,
    person: Person,
) -> None:
    person.add_entry("note", at=cloud.now(), text="Felt dizzy")
    (diary,) = diary_feeds(with_diary).values()
    await diary.async_refresh_now()
    await hass.async_block_till_done(wait_background_tasks=True)
    sessions = f"{DOMAIN}.{with_diary.entry_id}"
    login = diary.login.key
    assert login in hass_storage[sessions]["data"]
    assert [entry.text for entry in (await kept(with_diary, person))[1]] == ["Felt dizzy"]
    form = await choose(hass, with_diary, "remove_diary")
    assert is_form(form, "remove_diary")
    assert is_kept(await fill(hass, form))
    assert "diary" not in data_of(with_diary)
    assert with_diary.state is ConfigEntryState.LOADED
    assert not diary_feeds(with_diary)
    assert login not in hass_storage[sessions]["data"]
    assert (await kept(with_diary, person))[1] == []
    assert not diary_entities(hass)
    glucose = hass.states.get("sensor.alex_example_glucose")
    assert glucose is not None
    assert glucose.state == "120"


async def test_removing_the_diary_of_somebody_who_follows_themself_leaves_nothing_of_it(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    patient: Person,
    pass_time: PassTime,
) -> None:
    cloud.start_sharing(own_account, patient)
    patient.add_entry("note", at=cloud.now(), text="Felt dizzy")
    entry = await set_up(hass, with_diaries(own_account, own_account))
    await pass_time(minutes=7)  # One login for both feeds, which signs in no more often than every 5 min.
    assert [entry.text for entry in (await kept(entry, patient))[1]] == ["Felt dizzy"]
    assert is_kept(await fill(hass, await choose(hass, entry, "remove_diary")))
    assert (await kept(entry, patient))[1] == []


# Settings.


async def test_settings_keep_the_diarys_login(
    hass: HomeAssistant, with_diary: MockConfigEntry, diary_account: Account
) -> None:
    await fill(hass, await settings(hass, with_diary), **UNCHANGED, high=170)
    assert data_of(with_diary)["diary"] == diary_login(diary_account)
    assert data_of(with_diary)["high"] == 170


async def test_a_time_zone_is_kept_and_can_be_cleared(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await fill(hass, await settings(hass, loaded), **UNCHANGED, time_zone="Asia/Kathmandu")
    assert data_of(loaded)["time_zone"] == "Asia/Kathmandu"
    form = await settings(hass, loaded)
    assert suggested(form) == UNCHANGED | {"time_zone": "Asia/Kathmandu"}
    await fill(hass, form, **UNCHANGED)
    assert "time_zone" not in data_of(loaded)


async def test_the_time_zone_is_the_persons_when_running(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    await fill(hass, await settings(hass, loaded), **UNCHANGED, time_zone="Asia/Kathmandu")
    (followed,) = loaded.runtime_data.persons.values()
    assert str(followed.time_zone) == "Asia/Kathmandu"


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns", "Europe/Kyiv", "Pacific/Chatham"])
async def test_all_time_zones_are_offered(hass: HomeAssistant, loaded: MockConfigEntry, zone: str) -> None:
    form = await settings(hass, loaded)
    options = form["data_schema"].schema["time_zone"].config["options"]
    assert zone in options
    assert options == sorted(options)


async def test_an_unknown_time_zone_is_refused(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    form = await settings(hass, loaded)
    with pytest.raises(InvalidData):
        await fill(hass, form, **UNCHANGED, time_zone="Mars/Olympus")
    assert "time_zone" not in data_of(loaded)
