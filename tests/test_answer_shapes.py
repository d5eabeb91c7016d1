"""The shapes of the cloud's answers: every kind, over a restart, until the account goes, nobody in them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.json import json_dumps
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.diagnostics import async_get_config_entry_diagnostics
from custom_components.libreview.sign_in.shape_store import get_answer_shapes, get_shape_store
from tests.cloud_double import Account, CloudDouble, EntryKind, Person, SecondFactor, faults
from tests.cloud_double.person import Alarm
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.dialogs import signed_in_own, the_entry
from tests.support.entries import entry_of, own_entry_of
from tests.support.feeds import refresh
from tests.support.forms import fill
from tests.support.restart import restarted
from tests.support.secrets_planted import (
    EMAIL,
    MG_DL,
    PASSWORD,
    PATIENT_ID,
    SERIAL,
    planted_person,
)

SECRETS = (EMAIL, PASSWORD, PATIENT_ID, SERIAL, "Xanthippe", "Quillfeather", "2026-05-31")


async def shapes_of(hass: HomeAssistant, entry: Any) -> list[dict[str, Any]]:
    told = await async_get_config_entry_diagnostics(hass, entry)
    shapes: list[dict[str, Any]] = told["answer_shapes"]
    return shapes


async def test_one_life_of_an_account_shows_every_kind_of_answer(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    cloud.start_sharing(own_account, patient)
    own_account.second_factor = factor = SecondFactor()
    patient.glucose_alarm = {"alarmType": 2}
    patient.add_alarm(datetime.now(UTC), Alarm.HIGH, 260)
    patient.add_entry(EntryKind.CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)

    form = await fill(hass, await signed_in_own(hass, own_account), target="primary")
    form = await fill(hass, form, code="000000", resend=False)
    done = await fill(hass, form, code=factor.code, resend=False)
    while done["type"] is FlowResultType.FORM:
        done = await fill(hass, done)
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=8)
    await refresh(the_entry(hass), patient.patient_id)

    shapes = await shapes_of(hass, the_entry(hass))
    kinds = {each["kind"] for each in shapes}
    assert kinds >= {
        "LibreLinkUp sign-in", "LibreLinkUp connections", "LibreLinkUp graph", "LibreLinkUp logbook",
        "LibreView sign-in", "LibreView request for a code", "LibreView code", "LibreView user",
        "LibreView report settings", "LibreView report order", "LibreView report channel",
        "LibreView report progress", "LibreView report", "LibreView report page",
    }  # fmt: skip
    (step,) = (each for each in shapes if each.get("step"))
    assert (step["kind"], step["status"], step["step"]) == ("LibreView sign-in", 4, "2faVerify")
    assert len({each.get("status") for each in shapes if each["kind"] == "LibreView code"}) == 2
    assert len(json_dumps(shapes)) < 20_000


async def test_shapes_are_written_within_the_hour_and_known_after_a_restart(
    hass: HomeAssistant, loaded: MockConfigEntry, pass_time: PassTime, hass_storage: dict[str, Any]
) -> None:
    before = await shapes_of(hass, loaded)
    await pass_time(minutes=50)
    assert file_of(loaded) not in hass_storage
    await pass_time(minutes=11)
    assert {each["kind"] for each in hass_storage[file_of(loaded)]["data"]} == {
        each["kind"] for each in before
    }

    assert await hass.config_entries.async_unload(loaded.entry_id)
    entry = await set_up(hass, restarted(hass, loaded))
    # Its ticket is still good, so that nobody has signed in since.
    assert "LibreLinkUp sign-in" in {each["kind"] for each in await shapes_of(hass, entry)}


async def test_shapes_are_gone_with_their_account(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    pass_time: PassTime,
    hass_storage: dict[str, Any],
) -> None:
    await pass_time(minutes=61)
    assert file_of(loaded) in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    await pass_time(minutes=61)
    assert file_of(loaded) not in hass_storage

    cloud.fail_always("login", faults.status(500))
    again = await set_up(hass, entry_of(account))
    assert [(each["kind"], each["http"]) for each in await shapes_of(hass, again)] == [
        ("LibreLinkUp sign-in", 500)
    ]


async def test_when_one_of_two_accounts_with_an_address_goes_the_other_still_tells_what_comes(
    hass: HomeAssistant,
) -> None:
    gone, stays = get_shape_store(hass, "gone"), get_shape_store(hass, "stays")
    for store in (gone, stays):
        await store.async_attach(EMAIL)
    await gone.async_remove()
    get_answer_shapes(hass, EMAIL).note("LibreView report page", 200, {"status": 0})
    assert [each["kind"] for each in stays.to_json()] == ["LibreView report page"]


async def test_a_refusal_that_nobody_has_described_is_told_by_its_keys(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    body = {"errorCode": 7, "resetRequired": True, "Xanthippe": {"hint": "Quillfeather"}}
    cloud.fail_always("connections", faults.answer(body, 403))
    await pass_time(minutes=2)
    (told,) = (each for each in await shapes_of(hass, loaded) if each["http"] == 403)
    assert told["shape"] == {
        "": "<key> 1 x object, errorCode? int, resetRequired? bool",
        "<key>": "<key> 1 x string",
    }


async def test_nothing_planted_is_in_the_diagnostics_nor_in_the_file(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime, hass_storage: dict[str, Any]
) -> None:
    person = planted_person()
    person.glucose_alarm = {"alarmType": 2}
    person.add_alarm(datetime.now(UTC), Alarm.HIGH, MG_DL)
    person.add_entry(EntryKind.NOTE, at=NOON - timedelta(hours=1), text="Quillfeather")
    account = Account(email=EMAIL, password=PASSWORD, own=person)
    account.first_name, account.last_name = person.first_name, person.last_name
    cloud.start_sharing(cloud.add_account(account), person)
    keyed = {secret: {secret: [secret, MG_DL]} for secret in SECRETS}
    cloud.edit_connections = lambda data: [each | keyed for each in data]
    cloud.edit_graph = lambda data: data | keyed
    cloud.edit_logbook = lambda data: [each | keyed for each in data]
    cloud.edit_report = lambda report: report | keyed | {"Data": {**report["Data"], "Notes": keyed}}
    entry = await set_up(hass, own_entry_of(account, live=True))
    await pass_time(minutes=61)
    await refresh(entry, PATIENT_ID)

    told = await async_get_config_entry_diagnostics(hass, entry)
    assert {"LibreView report page", "LibreLinkUp logbook"} <= {
        each["kind"] for each in told["answer_shapes"]
    }
    for text in (json_dumps(told), json_dumps(hass_storage[file_of(entry)]["data"])):
        assert [secret for secret in (*SECRETS, "eyJ") if secret in text] == []


def file_of(entry: Any) -> str:
    """The name of the file that the shapes of an account are in."""
    return f"{DOMAIN}.{entry.entry_id}.answer_shapes"
