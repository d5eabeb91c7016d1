"""What leaves the house when somebody asks for help."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import json_dumps
from homeassistant.helpers.storage import STORAGE_DIR
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.diagnostics import async_get_config_entry_diagnostics
from custom_components.libreview.failures.issue_kinds import HISTORY_UNWRITABLE
from custom_components.libreview.failures.issues import set_history_set_aside, set_history_unusable
from custom_components.libreview.person.snapshot import Feed
from tests.cloud_double import Account, CloudDouble, EntryKind, Person, faults
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import own_entry_of
from tests.support.feeds import refresh


async def test_diagnostics_are_as_recorded(
    hass: HomeAssistant, loaded: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    assert await async_get_config_entry_diagnostics(hass, loaded) == snapshot


async def test_diagnostics_say_nothing_of_who_it_is_and_how_they_are(
    hass: HomeAssistant, loaded: MockConfigEntry, account: Account, person: Person
) -> None:
    text = json_dumps(await async_get_config_entry_diagnostics(hass, loaded))
    state = loaded.runtime_data.live.client.session.state
    secrets = [
        account.email,
        account.password,
        account.user_id,
        account.first_name,
        person.first_name,
        person.last_name,
        person.patient_id,
        account.connection_id(person),
        state.ticket.token,
        "120",
    ]
    assert person.sensor is not None
    secrets.append(person.sensor.serial)
    assert [secret for secret in secrets if secret in text] == []


async def diagnostics(
    hass: HomeAssistant, account: Account, pass_time: PassTime
) -> tuple[dict[str, Any], Any]:
    """Those of somebody's own account, both feeds just asked; and the runtime they speak of."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    assert account.own is not None
    entry = await set_up(hass, own_entry_of(account, live=True))
    await pass_time(minutes=8)  # The second sign-in of an account waits.
    await refresh(entry, account.own.patient_id)
    return await async_get_config_entry_diagnostics(hass, entry), entry.runtime_data


async def test_diagnostics_of_a_diary_are_as_recorded(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    patient: Person,
    pass_time: PassTime,
    snapshot: SnapshotAssertion,
) -> None:
    cloud.start_sharing(own_account, patient)
    assert patient.sensor is not None
    patient.sensor.product = 4  # It has a reading every five minutes.
    patient.add_entry(EntryKind.NOTE, at=NOON - timedelta(days=1), text="Long walk")
    patient.add_entry(EntryKind.CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)
    patient.add_entry(EntryKind.RAPID_ACTING_INSULIN, at=NOON - timedelta(hours=1), amount=4.5)
    patient.add_entry(EntryKind.LONG_ACTING_INSULIN, at=NOON - timedelta(hours=16))
    assert (await diagnostics(hass, own_account, pass_time))[0] == snapshot


async def test_diagnostics_name_what_nobody_understands_in_a_report(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    cloud.start_sharing(own_account, patient)
    cloud.unknown_keys = True
    (person,) = (await diagnostics(hass, own_account, pass_time))[0]["persons"]
    assert {"Hydration", "MoodLog"} <= person["diary"]["unknown_keys"].keys()


async def test_diagnostics_of_a_diary_tell_nothing_that_stands_in_it(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    cloud.start_sharing(own_account, patient)
    patient.add_entry(EntryKind.NOTE, at=NOON - timedelta(days=1), text="Quodlibet")
    patient.add_entry(EntryKind.CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=473)
    told, runtime = await diagnostics(hass, own_account, pass_time)
    (diary,) = (feed for feed in runtime.feeds if feed.kind is Feed.DIARY)
    secrets = [
        own_account.email,
        own_account.password,
        own_account.user_id,
        patient.first_name,
        patient.last_name,
        diary.client.session.state.ticket.token,
        diary.login.key + ".",
        "Quodlibet",
        "473",
        "Berlin",
        "120",
    ]
    text = json_dumps(told)
    assert [secret for secret in secrets if secret in text] == []


async def test_diagnostics_without_a_live_feed_speak_of_the_diary_alone(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, pass_time: PassTime
) -> None:
    entry = await set_up(hass, own_entry_of(own_account))
    cloud.fail_always("*", faults.status(500))
    await pass_time(seconds=30)
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told.keys() == {
        "polling_disabled",
        "feeds",
        "kept_days",
        "persons",
        "readers",
        "nightscout",
        "answer_shapes",
    }
    (diary,) = told["feeds"]
    assert (diary["problem"], diary["seconds_since_success"]) == ("server_trouble", None)
    (person,) = told["persons"]
    assert person["feeds"] == ["diary"]
    assert person["diary"]["seconds_since_report"] is None


async def test_diagnostics_say_how_much_is_kept_and_when_nothing_can_be(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    path = Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry.entry_id}.history.db"))
    path.mkdir()
    await set_up(hass, entry)
    (person,) = (await async_get_config_entry_diagnostics(hass, entry))["persons"]
    assert person["history"] is None

    path.rmdir()
    (person,) = (await async_get_config_entry_diagnostics(hass, entry))["persons"]
    assert person["history"]["readings"]["graph"] > 100
    assert json_dumps(person["history"])


async def test_of_an_account_that_is_not_loaded_diagnostics_tell_what_its_answers_looked_like(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    told = await async_get_config_entry_diagnostics(hass, loaded)
    assert (told["feeds"], told["persons"]) == ([], [])
    assert "LibreLinkUp sign-in" in {shape["kind"] for shape in told["answer_shapes"]}


async def test_what_home_assistant_adds_of_our_issues_names_nobody(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(loaded, title="Grandmother Ludmilla")
    set_history_set_aside(hass, loaded, "a.db")
    set_history_unusable(hass, loaded, HISTORY_UNWRITABLE)
    added = json_dumps([issue.to_json() for issue in ir.async_get(hass).issues.values()])
    assert "a.db" in added
    assert "Ludmilla" not in added
