"""Taking the last import back by the person's dialog."""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.history.store import Store
from tests.cloud_double import Person
from tests.conftest import set_up
from tests.support.csv_exports import diary, export, glucose
from tests.support.csv_files import MADE, NAME, WALL, put
from tests.support.dialogs import is_form
from tests.support.diary import restart
from tests.support.forms import fill
from tests.support.history import read_only
from tests.support.person_dialogs import choose, person_dialog
from tests.support.stored_history import MINUTE, ask, device_id_of, kept

STEP = "take_back_import"


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry, person: Person) -> MockConfigEntry:
    """The account, set up, whose person has no reading yet and lives in Berlin."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    person.has_reading = False
    return await set_up(hass, entry)


async def bring_in(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, folder: Path, *, mg_dl: int = 100
) -> None:
    """Import a file of five readings, and a diary that begins with the first of them."""
    hass.config.allowlist_external_dirs = {str(folder)}
    rows = [*(glucose(WALL + number * 5 * MINUTE, mg_dl) for number in range(5)), *diary(WALL)]
    path = put(folder, export(rows, made=MADE, name=NAME))
    await ask(hass, "import_csv", person=device_id_of(hass, entry, person), path=path)


async def is_offered(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
    menu: Any = await person_dialog(hass, entry)
    return STEP in menu["menu_options"]


async def test_the_last_import_is_taken_back_whole(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, tmp_path: Path
) -> None:
    assert not await is_offered(hass, loaded)
    await bring_in(hass, loaded, person, tmp_path)
    before = await kept(loaded, person)
    await bring_in(hass, loaded, person, tmp_path, mg_dl=200)
    assert {each.reading.mg_dl for each in (await kept(loaded, person))[0]} == {200}

    form = await choose(hass, loaded, STEP)
    assert is_form(form, STEP)
    said = dict(form["description_placeholders"])
    assert (said["readings"], said["entries"], said["day_plain"], said["made_plain"]) == (
        "5",
        "0",
        "2026-06-01",
        f"{MADE:%Y-%m-%d}",
    )
    result = await fill(hass, form)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "import_taken_back")
    assert await kept(loaded, person) == before
    assert not await is_offered(hass, loaded)


async def test_it_is_offered_after_a_restart_too(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, tmp_path: Path
) -> None:
    await bring_in(hass, loaded, person, tmp_path)
    entry = await restart(hass, loaded)

    result = await fill(hass, await choose(hass, entry, STEP))

    assert result["reason"] == "import_taken_back"
    assert await kept(entry, person) == ([], [])


async def test_an_import_that_another_has_followed_meanwhile_stays(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, tmp_path: Path
) -> None:
    await bring_in(hass, loaded, person, tmp_path)
    form = await choose(hass, loaded, STEP)
    await bring_in(hass, loaded, person, tmp_path, mg_dl=200)

    result = await fill(hass, form)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "import_not_the_last")
    assert {each.reading.mg_dl for each in (await kept(loaded, person))[0]} == {200}


async def test_a_history_that_cannot_be_written_takes_nothing_back_and_says_so(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, tmp_path: Path
) -> None:
    await bring_in(hass, loaded, person, tmp_path)
    before = await kept(loaded, person)
    form = await choose(hass, loaded, STEP)
    with read_only(loaded.runtime_data.history):
        form = await fill(hass, form)
        assert is_form(form, STEP, "history_unwritable")
    assert await kept(loaded, person) == before

    assert (await fill(hass, form))["reason"] == "import_taken_back"


async def test_an_account_that_is_not_loaded_meanwhile_ends_it_in_plain_words(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, tmp_path: Path
) -> None:
    await bring_in(hass, loaded, person, tmp_path)
    form = await choose(hass, loaded, STEP)
    await hass.config_entries.async_unload(loaded.entry_id)

    assert (await fill(hass, form))["reason"] == "import_not_loaded"


async def test_a_file_that_was_taken_back_is_not_known_as_theirs(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, tmp_path: Path
) -> None:
    """Or the next file of that stranger's sensor would be taken without a question."""
    await bring_in(hass, loaded, person, tmp_path)
    await fill(hass, await choose(hass, loaded, STEP))

    history = loaded.runtime_data.history
    assert await history.async_run(Store.devices, person.patient_id) == []
