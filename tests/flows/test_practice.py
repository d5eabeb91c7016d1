"""Connecting a practice: sign-in with a code, finding patients, choosing whom to follow; and adding more."""

import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, Practice, Professional, faults
from tests.cloud_double.practice_wire import NOT_A_MEMBER, PracticeForms
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import (
    choose_way,
    default_of,
    give,
    is_form,
    open_own,
    said,
    selector_of,
    the_entry,
)
from tests.support.forms import fill
from tests.support.person_dialogs import add, person_dialog
from tests.support.practices import linked, patient_account, practice_entry, stash_session


async def enter_code(hass: HomeAssistant, form: Any) -> Any:
    """What follows upon the code."""
    assert is_form(form, "second_factor")
    form = await fill(hass, form, target="primary")
    return await fill(hass, form, code="123456", resend=False)


async def signed_in(hass: HomeAssistant, account: Account) -> Any:
    """What a nurse sees who has entered credentials and code."""
    return await enter_code(hass, await give(hass, await choose_way(hass, "practice"), account))


async def search(hass: HomeAssistant, form: Any, term: str, practice: str | None = None) -> Any:
    advanced = {} if practice is None else {"practice": practice}
    return await fill(hass, form, term=term, advanced=advanced)


async def pick(
    hass: HomeAssistant, form: Any, *accounts: Account, consent: bool = True, more: bool = False
) -> Any:
    return await fill(hass, form, persons=[each.user_id for each in accounts], more=more, consent=consent)


def labels(form: Any) -> list[str]:
    options: list[Any] = list(selector_of(form, "persons").config["options"])
    return [option["label"] for option in options]


# Connecting.


async def test_a_nurse_connects_with_a_code_and_follows_one_by_an_address_in_other_capitals(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora, _ = linked(cloud, clinic, "Nora Example", "Nora Sample")
    form = await signed_in(hass, nurse)
    assert is_form(form, "find")
    form = await search(hass, form, " NORA.Example@EXAMPLE.org ")
    assert is_form(form, "choose")
    assert labels(form) == ["Nora Example · 1987 · no…@example.org"]
    assert default_of(form, "persons") == [nora.user_id]
    result = await pick(hass, form, nora)
    assert (result["type"], result["description"]) == (FlowResultType.CREATE_ENTRY, "practice")
    entry = the_entry(hass)
    assert (entry.state, entry.unique_id, entry.title) == (
        ConfigEntryState.LOADED,
        nurse.user_id,
        "LibreView (nu…)",
    )
    assert dict(entry.data) == {
        "email": nurse.email,
        "password": nurse.password,
        "region": "eu",
        "service": "libreview",
        "kind": "practice",
    }
    [person] = entry.subentries.values()
    assert (person.title, person.unique_id, dict(person.data)) == ("Nora E.", nora.user_id, {})
    await pass_time(minutes=1)
    found = hass.states.get("sensor.nora_e_connection")
    assert found is not None
    assert found.state == "connected"
    assert len(nurse.codes_sent) == 1
    assert not cloud.logins
    assert not cloud.requests("export")
    assert len(cloud.web_logins) == 2  # The global host redirects.


async def test_namesakes_are_told_apart_and_several_searches_fill_one_basket(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    first, second, bo = linked(cloud, clinic, "Nora Example", "Nora Earlier", "Bo Dummy")
    form = await search(hass, await signed_in(hass, nurse), "nora")
    assert len(labels(form)) == 2
    assert default_of(form, "persons") == []
    form = await pick(hass, form, first, second, more=True, consent=False)
    assert is_form(form, "find")
    form = await search(hass, form, "dummy")
    assert set(default_of(form, "persons")) == {first.user_id, second.user_id, bo.user_id}
    await pick(hass, form, first, second, bo)
    titles = {person.title for person in the_entry(hass).subentries.values()}
    assert titles == {"Nora E.", "Nora E. 1987", "Bo D."}


async def test_namesakes_born_in_one_year_have_labels_and_titles_of_their_own(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    names = {"firstName": "Nora", "lastName": "Example"}
    ids = [f"5b1f0c9e-0000-4000-8000-0000000000a{number}" for number in range(4)]
    hits = [{"id": each, **names, **({"dob": "1987-12-21"} if each[-1] < "3" else {})} for each in ids]
    cloud.fail_always("search", faults.answer({"status": 0, "data": {"patients": hits}}))
    form = await search(hass, await signed_in(hass, nurse), "nora")
    assert len(set(labels(form))) == 4
    await fill(hass, form, persons=ids, more=False, consent=True)
    titles = [person.title for person in the_entry(hass).subentries.values()]
    assert titles == ["Nora E.", "Nora E. 1987", "Nora E. 1987 (2)", "Nora E. (2)"]


async def test_who_has_another_address_than_the_one_searched_for_is_not_ticked(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    linked(cloud, clinic, "Leonora Example")
    clinic.patients[0].account.email = "leonora@example.org"
    form = await search(hass, await signed_in(hass, nurse), "nora@example.org")
    assert len(labels(form)) == 1
    assert default_of(form, "persons") == []


async def test_a_search_that_the_cloud_may_have_cut_short_is_not_taken_for_nobody(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    linked(cloud, clinic, *(f"Nora{number} Example" for number in range(50)))
    hill = cloud.add_practice(Practice(practice_id="HILLSIDE1", members=[nurse]))
    linked(cloud, hill, "Nora Example")
    form = await search(hass, await signed_in(hass, nurse), "nora", practice="hillside1")
    assert is_form(form, "find", "too_many_found")


async def test_who_was_only_invited_may_be_followed(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora = cloud.add_account(patient_account(cloud, "Nora Example"))
    clinic.invite(nora)
    form = await search(hass, await signed_in(hass, nurse), "nora.example@example.org")
    await pick(hass, form, nora)
    await pass_time(minutes=1)
    found = hass.states.get("sensor.nora_e_connection")
    assert found is not None
    assert found.state == "pending"


async def test_somebody_in_two_practices_is_shown_once(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    cloud.add_practice(Practice(practice_id="HILLSIDE1", members=[nurse])).link(nora)
    form = await search(hass, await signed_in(hass, nurse), "nora")
    assert len(labels(form)) == 1


@pytest.mark.parametrize("born", ["absent", "words"])
@pytest.mark.parametrize("last_data", ["absent", "iso"])
@pytest.mark.parametrize("status", ["absent", "number", "object"])
@pytest.mark.parametrize("practices", ["absent", "texts"])
async def test_somebody_is_followed_whatever_the_answers_look_like(
    *,
    hass: HomeAssistant,
    cloud: CloudDouble,
    clinic: Practice,
    nurse: Account,
    pass_time: PassTime,
    born: str,
    last_data: str,
    status: str,
    practices: str,
) -> None:
    cloud.practice_forms = PracticeForms(
        born=born, last_data=last_data, status=status, practices=practices, needs_professional_id=True
    )
    await hass.config.async_set_time_zone("Europe/Berlin")
    nurse.professional = Professional(account_type=None, role=None)
    [nora] = linked(cloud, clinic, "Nora Example")
    form = await search(hass, await signed_in(hass, nurse), "nora")
    await pick(hass, form, nora)
    await pass_time(minutes=1)
    found = hass.states.get("sensor.nora_e_connection")
    assert found is not None
    assert found.state == "connected"
    assert [order.person.patient_id for order in cloud.report_orders] == [nora.own and nora.own.patient_id]


# What is refused, with the reason.


async def test_too_short_too_many_nobody_and_too_often_are_said(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    linked(cloud, clinic, *(f"Nora{number} Example" for number in range(21)))
    form = await search(hass, await signed_in(hass, nurse), " no ")
    assert is_form(form, "find", "term_too_short")
    assert not cloud.requests("search")
    form = await search(hass, form, "nora")
    assert is_form(form, "find", "too_many_found")
    form = await search(hass, form, "nobody")
    assert is_form(form, "find", "nobody_found")
    for _ in range(8):
        form = await search(hass, form, "nobody")
    form = await search(hass, form, "nobody")
    assert is_form(form, "find", "search_too_often")
    assert len(cloud.requests("search")) == 10


async def test_nobody_is_followed_without_a_choice_or_without_consent(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    form = await search(hass, await signed_in(hass, nurse), "nora")
    form = await pick(hass, form)
    assert is_form(form, "choose", "nobody_chosen")
    form = await pick(hass, form, nora, consent=False)
    assert is_form(form, "choose", "consent_required")
    assert default_of(form, "persons") == [nora.user_id]
    assert (await pick(hass, form, nora))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("form_of_refusal", sorted(NOT_A_MEMBER))
async def test_who_is_member_of_no_practice_is_told(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, form_of_refusal: str
) -> None:
    cloud.practice_forms.not_a_member = form_of_refusal
    clinic.members.clear()
    form = await search(hass, await signed_in(hass, nurse), "nora")
    assert is_form(form, "find", "not_a_member")


# One practice only.


async def test_one_practice_may_be_chosen_in_any_case_of_letters(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    cloud.add_practice(Practice(practice_id="HILLSIDE1", members=[nurse]))
    form = await search(hass, await signed_in(hass, nurse), "nora", practice="hillside1")
    assert is_form(form, "find", "nobody_found")
    form = await search(hass, form, "nora", practice=" seaside01 ")
    await pick(hass, form, nora)
    assert the_entry(hass).data["practice"] == "seaside01"


@pytest.mark.parametrize("form_of_practices", ["absent", "empty"])
async def test_a_choice_without_effect_is_refused(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, form_of_practices: str
) -> None:
    linked(cloud, clinic, "Nora Example")
    cloud.practice_forms.practices = form_of_practices
    form = await search(hass, await signed_in(hass, nurse), "nora", practice="SEASIDE01")
    assert is_form(form, "find", "practice_not_told")
    assert is_form(await search(hass, form, "nora"), "choose")


# The other kind of account.


async def test_a_patient_at_the_practice_is_led_over_with_one_sign_in(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, patient: Person
) -> None:
    cloud.start_sharing(own_account, patient)
    menu = await give(hass, await choose_way(hass, "practice"), own_account)
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "patient_account")
    assert said(menu, "account") == own_account.email
    result = await fill(hass, menu, next_step_id="to_own")
    assert (result["type"], result["description"]) == (FlowResultType.CREATE_ENTRY, "with_live")
    assert the_entry(hass).unique_id == own_account.user_id
    assert "kind" not in the_entry(hass).data
    assert [each.region for each in cloud.web_logins] == ["global", "eu"]


@pytest.mark.parametrize(
    "words", [Professional(), Professional(account_type=None, role="clinician")], ids=repr
)
async def test_a_professional_at_own_account_is_led_over_with_one_sign_in(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, words: Professional
) -> None:
    nurse.professional = words
    [nora] = linked(cloud, clinic, "Nora Example")
    menu = await enter_code(hass, await give(hass, await open_own(hass), nurse))
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "professional_account")
    assert not cloud.logins
    form = await fill(hass, menu, next_step_id="to_practice")
    form = await search(hass, form, "nora")
    await pick(hass, form, nora)
    assert the_entry(hass).data["kind"] == "practice"
    assert len(nurse.codes_sent) == 1
    assert [each.region for each in cloud.web_logins] == ["global", "eu"]


async def test_an_account_of_an_unknown_kind_stays_what_was_chosen(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    nurse.professional = Professional(account_type=None, role=None)
    form = await signed_in(hass, nurse)
    assert is_form(form, "find")


async def test_what_looks_like_a_professional_may_insist_to_be_a_person(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account
) -> None:
    own_account.professional = Professional(account_type="pat2", role=None)
    menu = await give(hass, await open_own(hass), own_account)
    result = await fill(hass, menu, next_step_id="to_own")
    assert result["description"] == "without_live"


async def test_a_practice_is_connected_once(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    practice_entry(nurse, ()).add_to_hass(hass)
    result = await give(hass, await choose_way(hass, "practice"), nurse)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


# Later.


@pytest.fixture
async def connected(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> MockConfigEntry:
    """A practice of whom one patient is followed."""
    [nora] = linked(cloud, clinic, "Nora Example")
    await stash_session(hass, nurse)
    return await set_up(hass, practice_entry(nurse, [nora]))


async def test_more_are_added_by_another_search(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, connected: MockConfigEntry
) -> None:
    bo, ada = linked(cloud, clinic, "Bo Dummy", "Ada Dummy")
    form = await add(hass, connected)
    assert is_form(form, "find")
    form = await fill(hass, form, term="nora")
    assert is_form(form, "find", "already_a_person")
    form = await fill(hass, form, term="dummy")
    result = await pick(hass, form, bo, ada)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    titles = {person.title for person in connected.subentries.values()}
    assert titles == {"Nora E.", "Bo D.", "Ada D."}
    assert connected.state is ConfigEntryState.LOADED
    assert len(nurse.codes_sent) == 1


async def test_who_is_followed_is_not_offered_again_by_an_id_in_other_capitals(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, connected: MockConfigEntry
) -> None:
    nora = clinic.patients[0].account
    hits = [{"id": nora.user_id.upper(), "firstName": "Nora", "lastName": "Example"}]
    cloud.fail_always("search", faults.answer({"status": 0, "data": {"patients": hits}}))
    form = await fill(hass, await add(hass, connected), term="nora")
    assert is_form(form, "find", "already_a_person")


async def test_two_dialogs_at_once_add_nobody_twice(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, connected: MockConfigEntry
) -> None:
    bo, ada = linked(cloud, clinic, "Bo Dummy", "Ada Dummy")
    first = await fill(hass, await add(hass, connected), term="dummy")
    second = await fill(hass, await add(hass, connected), term="dummy")
    third = await fill(hass, await add(hass, connected), term="dummy")
    assert (await pick(hass, first, bo))["type"] is FlowResultType.CREATE_ENTRY
    result = await pick(hass, second, bo, ada)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert is_form(await pick(hass, third, bo), "choose", "nobody_chosen")
    names = sorted(person.title for person in connected.subentries.values())
    assert names == ["Ada D.", "Bo D.", "Nora E."]


async def test_later_searches_stay_within_the_practice_that_was_chosen(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    hill = cloud.add_practice(Practice(practice_id="HILLSIDE1", members=[nurse]))
    linked(cloud, hill, "Bo Dummy")
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, (), practice="seaside01"))
    form = await fill(hass, await add(hass, entry), term="dummy")
    assert is_form(form, "find", "nobody_found")


async def test_the_fifty_first_person_is_refused(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account
) -> None:
    patients = linked(cloud, clinic, *(f"Pat{number} Example" for number in range(50)))
    [bo] = linked(cloud, clinic, "Bo Dummy")
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, patients))
    form = await fill(hass, await add(hass, entry), term="dummy")
    form = await pick(hass, form, bo)
    assert is_form(form, "choose", "too_many_patients")
    assert said(form, "most") == "50"


async def test_a_search_that_needs_a_code_first_says_so(
    hass: HomeAssistant, cloud: CloudDouble, nurse: Account, connected: MockConfigEntry, pass_time: PassTime
) -> None:
    await pass_time(minutes=10)
    cloud.demand_second_factor(nurse)
    form = await add(hass, connected)
    result = await fill(hass, form, term="dummy")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "sign_in_first")
    assert len(nurse.codes_sent) == 1
    issues = ir.async_get(hass).issues.values()
    assert [issue.translation_key for issue in issues if issue.domain == DOMAIN] == ["second_factor"]


async def test_nothing_is_searched_for_while_the_practice_is_not_loaded(
    hass: HomeAssistant, cloud: CloudDouble, connected: MockConfigEntry
) -> None:
    form = await add(hass, connected)
    await hass.config_entries.async_unload(connected.entry_id)
    result = await fill(hass, form, term="dummy")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_loaded")


async def test_a_search_that_fails_can_be_repeated(
    hass: HomeAssistant, cloud: CloudDouble, connected: MockConfigEntry
) -> None:
    cloud.fail_next("search", faults.status(500))
    form = await fill(hass, await add(hass, connected), term="dummy")
    assert is_form(form, "find", "server_trouble")
    form = await fill(hass, form, term="dummy")
    assert is_form(form, "find", "nobody_found")


async def test_a_patient_has_settings_and_no_login_of_their_own(
    hass: HomeAssistant, connected: MockConfigEntry
) -> None:
    menu = await person_dialog(hass, connected)
    assert menu["menu_options"] == ["settings", "import_file"]


# Privacy.


async def test_neither_terms_nor_names_stand_in_the_log(
    hass: HomeAssistant,
    cloud: CloudDouble,
    clinic: Practice,
    nurse: Account,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="custom_components.libreview")
    zelda, yorick = linked(cloud, clinic, "Zelda Quillfeather", "Yorick Quillfeather")
    form = await search(hass, await signed_in(hass, nurse), "quillfeather")
    await pick(hass, form, zelda, yorick)
    await pass_time(hours=2)
    clinic.remove(zelda)
    await pass_time(hours=4)
    log = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("custom_components")
    )
    for secret in ("quillfeather", "Quillfeather", zelda.email, zelda.user_id, yorick.user_id):
        assert secret not in log
