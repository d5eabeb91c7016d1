"""Sharing with an app or a program: the dialogs, and what they keep."""

from typing import Any

from aiohttp.web import Request, Response
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.core_config import async_process_ha_core_config
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.readers.last_use import get_last_use
from custom_components.libreview.readers.reader import find_by_key
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.entries import entry_of
from tests.support.forms import fill

APP = {"name": " Grandma's watch ", "diary": False, "local_only": True}
PROGRAM = {"name": "Clinic", "client_id": "https://App.example.org", "diary": True, "local_only": False}
HOME, AWAY = "http://192.168.1.2:8123", "https://house.example.org"


@pytest.fixture
async def urls(hass: HomeAssistant) -> None:
    """Home Assistant has an address at home, and one for outside."""
    await async_process_ha_core_config(hass, {"internal_url": HOME, "external_url": AWAY})


async def start(hass: HomeAssistant, entry: ConfigEntry, kind: str) -> Any:
    """Begin to share with an app or a program."""
    menu = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "reader"), context={"source": SOURCE_USER}
    )
    assert menu["menu_options"] == ["app", "program"]
    return await fill(hass, menu, next_step_id=kind)


async def reopen(hass: HomeAssistant, entry: ConfigEntry, reader: ConfigSubentry) -> Any:
    """Open the settings of a reader."""
    context: Any = {
        "source": "reconfigure",
        "entry_id": entry.entry_id,
        "subentry_id": reader.subentry_id,
    }
    return await hass.config_entries.subentries.async_init((entry.entry_id, "reader"), context=context)


def readers(entry: ConfigEntry) -> list[ConfigSubentry]:
    return list(entry.get_subentries_of_type("reader"))


async def share(
    hass: HomeAssistant, entry: ConfigEntry, person: Person, **fields: Any
) -> tuple[Any, ConfigSubentry]:
    """Share with an app. Return the form that shows its key, and what was kept."""
    form = await fill(hass, await start(hass, entry, "app"), person=person.patient_id, **{**APP, **fields})
    done = await fill(hass, form)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    return form, readers(entry)[-1]


@pytest.mark.parametrize(("local_only", "url"), [(True, HOME), (False, AWAY)])
async def test_an_app_gets_a_key_that_is_shown_once_and_kept_as_a_hash(
    hass: HomeAssistant, urls: None, quiet: MockConfigEntry, person: Person, local_only: bool, url: str
) -> None:
    form, reader = await share(hass, quiet, person, local_only=local_only)

    told = form["description_placeholders"]
    key = told["key"]
    assert told["url"] == url
    assert (told["name_plain"], told["name"]) == ("Grandma's watch", r"Grandma\'s watch")
    assert told["xdrip"] == f"{url.replace('://', f'://{key}@')}/"
    (selector,) = form["data_schema"].schema.values()
    assert selector.config["data"] == f"{url}/?token={key}"
    assert reader.title == "Grandma's watch"
    assert key not in str(quiet.as_dict())
    assert reader.data["persons"] == [person.patient_id]
    assert (reader.data["diary"], reader.data["local_only"]) == (False, local_only)
    found = find_by_key(hass, [key])
    assert found is not None
    assert found.reader_id == reader.subentry_id


async def test_nothing_is_kept_before_the_key_was_seen(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    form = await fill(hass, await start(hass, quiet, "app"), person=person.patient_id, **APP)
    assert form["step_id"] == "key"
    assert readers(quiet) == []


async def test_where_the_root_is_taken_the_address_is_ours_and_the_dialog_says_why(
    hass: HomeAssistant, urls: None, quiet: MockConfigEntry, person: Person
) -> None:
    async def other(_request: Request) -> Response:
        return Response(text="other")

    hass.http.app.router.add_get("/api/v1/status.json", other)
    for _ in range(2):  # Also for the first app, for which nothing is served at the root yet.
        form, _ = await share(hass, quiet, person)
        assert form["step_id"] == "key_below"
        assert form["description_placeholders"]["url"] == f"{HOME}/api/libreview/nightscout"


async def test_a_program_is_kept_with_its_persons(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    done = await fill(hass, await start(hass, quiet, "program"), persons=[person.patient_id], **PROGRAM)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    (reader,) = readers(quiet)
    assert dict(reader.data) == {
        "persons": [person.patient_id],
        "diary": True,
        "local_only": False,
        "client_id": "https://app.example.org/",
    }


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"name": " "}, {"name": "name_missing"}),
        ({"persons": []}, {"persons": "nobody_chosen"}),
        ({"client_id": "app"}, {"client_id": "client_id_invalid"}),
        ({"client_id": "https://clinic.example.org/"}, {"client_id": "client_known"}),
    ],
)
async def test_what_cannot_be_is_said_and_the_rest_stays_filled_in(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    fields: dict[str, Any],
    errors: dict[str, str],
) -> None:
    persons = {"persons": [person.patient_id]}
    known = {**PROGRAM, **persons, "client_id": "https://CLINIC.example.org"}
    await fill(hass, await start(hass, quiet, "program"), **known)

    form = await fill(hass, await start(hass, quiet, "program"), **{**PROGRAM, **persons, **fields})

    assert form["errors"] == errors
    done = await fill(hass, form, **PROGRAM, **persons)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_new_key_takes_the_place_of_the_old_one_once_it_was_seen(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    form, reader = await share(hass, quiet, person, diary=True)
    old = form["description_placeholders"]["key"]
    menu = await reopen(hass, quiet, reader)
    assert menu["menu_options"] == ["change_app", "new_key"]
    confirm = await fill(hass, menu, next_step_id="new_key")
    form = await fill(hass, confirm)
    new = form["description_placeholders"]["key"]
    assert find_by_key(hass, [old]) is not None

    await fill(hass, form)

    assert find_by_key(hass, [old]) is None
    found = find_by_key(hass, [new])
    assert found is not None
    assert (found.reader_id, found.diary, found.persons) == (reader.subentry_id, True, (person.patient_id,))


async def test_a_new_key_does_not_bring_back_what_was_taken_away_meanwhile(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    _, reader = await share(hass, quiet, person, diary=True, local_only=False)
    confirm = await fill(hass, await reopen(hass, quiet, reader), next_step_id="new_key")
    shown = await fill(hass, confirm)
    change = await fill(hass, await reopen(hass, quiet, reader), next_step_id="change_app")
    await fill(hass, change, name="Car", person=person.patient_id, diary=False, local_only=True)

    await fill(hass, shown)

    found = find_by_key(hass, [shown["description_placeholders"]["key"]])
    assert found is not None
    assert (found.diary, found.local_only) == (False, True)


async def test_what_an_app_may_read_can_be_changed_without_a_new_key(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    form, reader = await share(hass, quiet, person)
    account = quiet.runtime_data
    menu = await reopen(hass, quiet, reader)
    change = await fill(hass, menu, next_step_id="change_app")
    fields = {"name": "Car", "person": person.patient_id, "diary": True, "local_only": False}
    await fill(hass, change, **fields)

    found = find_by_key(hass, [form["description_placeholders"]["key"]])
    assert found is not None
    assert (found.diary, found.local_only) == (True, False)
    assert readers(quiet)[0].title == "Car"
    assert quiet.runtime_data is account


async def test_a_program_can_be_changed(hass: HomeAssistant, quiet: MockConfigEntry, person: Person) -> None:
    persons = {"persons": [person.patient_id]}
    await fill(hass, await start(hass, quiet, "program"), **PROGRAM, **persons)
    (reader,) = readers(quiet)
    change = await fill(hass, await reopen(hass, quiet, reader), next_step_id="change_program")
    await fill(hass, change, **{**PROGRAM, **persons, "diary": False})
    assert readers(quiet)[0].data["diary"] is False


async def test_the_settings_tell_of_the_last_use(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    _, reader = await share(hass, quiet, person)
    told = (await reopen(hass, quiet, reader))["description_placeholders"]
    assert (told["used_plain"], told["refused_plain"]) == ("-", "-")

    get_last_use(hass).async_note(reader.subentry_id, "192.168.1.7")
    get_last_use(hass).async_note(reader.subentry_id, "203.0.113.7", refused=True)

    told = (await reopen(hass, quiet, reader))["description_placeholders"]
    assert told["used_plain"] == "2026-06-01 14:00 (192.168.1.7)"
    assert told["refused_plain"] == "2026-06-01 14:00 (203.0.113.7)"


async def test_where_nobody_is_followed_there_is_nothing_to_share(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account())
    entry = await set_up(hass, entry_of(account, persons=[]))
    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "reader"), context={"source": SOURCE_USER}
    )
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "nobody")


async def test_the_settings_of_a_reader_that_is_gone_say_so(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    _, reader = await share(hass, quiet, person)
    menu = await reopen(hass, quiet, reader)
    hass.config_entries.async_remove_subentry(quiet, reader.subentry_id)
    result = await fill(hass, menu, next_step_id="change_app")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reader_gone")
