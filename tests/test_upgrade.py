"""What version 0.1.0 left behind loads unchanged: entries, entities, tickets, diaries and histories.

`tests/upgrade` holds the files that it wrote after 105 minutes with two accounts of the cloud double: one
follows a person who has a diary login of their own, the other is that of a person who reads their own data.
"""

from collections import Counter
from contextlib import closing
from copy import deepcopy
from datetime import datetime, timedelta
from hashlib import sha256
import json
from pathlib import Path
import shutil
import sqlite3
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person
from tests.cloud_double.person import Sensor
from tests.conftest import set_up
from tests.support.feeds import diary_feeds
from tests.support.restart import restarted
from tests.support.stored_history import kept

LEFT: Final = Path(__file__).parent / "upgrade"
AFTER_THE_NEXT_POLLS: Final = ("change_5_min", "rate_of_change")
"""Differences need the minutes before, which the graph of a Libre 2 does not bring."""
EXPECTED: Final = json.loads((LEFT / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
async def left_behind(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: CloudDouble,
    person: Person,
    patient: Person,
    account: Account,
    own_account: Account,
    hass_storage: dict[str, Any],
    hass_config_dir: str,
) -> list[Person]:
    """The persons of those two accounts, and the files in place, at the moment after the last poll."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    person.sensor, patient.sensor = Sensor(product=3), Sensor(product=3)
    patient.cadence = timedelta(hours=1)
    cloud.add_account(
        Account(
            email="alex@example.com", own=person, first_name=person.first_name, last_name=person.last_name
        )
    )
    own_account.follows.append(patient)
    freezer.move_to(datetime.fromisoformat(EXPECTED["now"]))
    hass_storage.update(json.loads((LEFT / "storage.json").read_text(encoding="utf-8")))
    for file in LEFT.glob("*.db"):
        shutil.copy(file, Path(hass_config_dir) / ".storage" / file.name)
    return [person, patient]


def entry_left_behind(stored: dict[str, Any]) -> MockConfigEntry:
    return MockConfigEntry(
        domain=DOMAIN,
        entry_id=stored["entry_id"],
        title=stored["title"],
        unique_id=stored["unique_id"],
        version=stored["version"],
        minor_version=stored["minor_version"],
        data=stored["data"],
        options=stored["options"],
        subentries_data=stored["subentries"],
    )


def diary_on_disk(hass_storage: dict[str, Any], entry: MockConfigEntry, person: Person) -> dict[str, Any]:
    record: dict[str, Any] = hass_storage[f"{DOMAIN}.{entry.entry_id}.diary"]["data"][person.patient_id]
    return record


@pytest.mark.parametrize("number", [0, 1], ids=["follower", "own account"])
async def test_an_account_of_the_version_before_goes_on_as_it_was(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    cloud: CloudDouble,
    left_behind: list[Person],
    hass_storage: dict[str, Any],
    number: int,
) -> None:
    expected, person = EXPECTED["entries"][number], left_behind[number]
    stored = expected["entry"]
    entry = entry_left_behind(stored)
    entry.add_to_hass(hass)
    for unique_id, entity_id in expected["entities"].items():
        platform, object_id = entity_id.split(".")
        entity_registry.async_get_or_create(
            platform, DOMAIN, unique_id, object_id_base=object_id, config_entry=entry
        )

    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    # There are new entities, beside those that were there.
    assert {entity.unique_id for entity in entities} >= expected["entities"].keys()
    assert {entity.entity_id for entity in entities} >= expected["states"].keys()
    lasting = {
        key: state for key, state in expected["states"].items() if not key.endswith(AFTER_THE_NEXT_POLLS)
    }
    assert {key: state.state for key in lasting if (state := hass.states.get(key))} == lasting
    assert dict(entry.data) == stored["data"]
    readings, _ = await kept(entry, person)
    rows = [
        [int(each.reading.at.timestamp()), each.reading.mg_dl, each.source.value, each.reading.trend]
        for each in readings
    ]
    assert Counter(source for _, _, source, _ in rows) == expected["readings"]
    assert sha256(json.dumps(rows).encode()).hexdigest() == expected["readings_sha256"]
    assert await entries_of(entry, person) == expected["diary"]
    before = json.loads((LEFT / "storage.json").read_text(encoding="utf-8"))
    (record,) = before[f"{DOMAIN}.{entry.entry_id}.diary"]["data"].values()
    seen = entry.runtime_data.history.clocks.seen(person.patient_id)
    assert [[each.at.isoformat(), each.offset.total_seconds()] for each in seen][:1] == record["offsets"][:1]
    assert "offsets" not in diary_on_disk(hass_storage, entry, person)
    assert "entries" not in diary_on_disk(hass_storage, entry, person)["book"]
    assert not cloud.requests("login"), "the ticket that was kept is still good"
    assert not cloud.requests("web_login")


async def test_entries_that_only_the_record_of_a_diary_has_move_to_the_history_once_whenever_it_is_killed(
    hass: HomeAssistant, left_behind: list[Person], hass_storage: dict[str, Any], hass_config_dir: str
) -> None:
    expected, person = EXPECTED["entries"][1], left_behind[1]
    entry = entry_left_behind(expected["entry"])
    file = f"{DOMAIN}.{entry.entry_id}"
    with (
        closing(sqlite3.connect(Path(hass_config_dir) / ".storage" / f"{file}.history.db")) as database,
        database,
    ):
        database.execute("DELETE FROM entry WHERE kind != 'note'")
    before = deepcopy(hass_storage[f"{file}.diary"])
    entry = await set_up(hass, entry)
    assert [each[:4] for each in await entries_of(entry, person)] == [each[:4] for each in expected["diary"]]
    assert "entries" not in diary_on_disk(hass_storage, entry, person)["book"]
    seen = entry.runtime_data.history.clocks.seen(person.patient_id)

    # Killed after the history had them, and before they left the record.
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[f"{file}.diary"] = before
    entry = await set_up(hass, restarted(hass, entry))

    assert [each[:4] for each in await entries_of(entry, person)] == [each[:4] for each in expected["diary"]]
    assert "entries" not in diary_on_disk(hass_storage, entry, person)["book"]
    assert entry.runtime_data.history.clocks.seen(person.patient_id)[: len(seen)] == seen


async def test_while_the_history_cannot_be_used_the_record_of_a_diary_keeps_its_entries(
    hass: HomeAssistant, left_behind: list[Person], hass_storage: dict[str, Any], hass_config_dir: str
) -> None:
    expected, person = EXPECTED["entries"][1], left_behind[1]
    entry = entry_left_behind(expected["entry"])
    path = Path(hass_config_dir) / ".storage" / f"{DOMAIN}.{entry.entry_id}.history.db"
    path.unlink()
    path.mkdir()
    (before,) = deepcopy(hass_storage[f"{DOMAIN}.{entry.entry_id}.diary"]["data"]).values()

    entry = await set_up(hass, entry)
    await diary_feeds(entry)["libreview"]._store.async_save()

    on_disk = diary_on_disk(hass_storage, entry, person)
    assert (on_disk["book"], on_disk["offsets"]) == (before["book"], before["offsets"])
    shown = entry.runtime_data.persons[person.patient_id].snapshot().diary.entries
    assert len(shown) == len(expected["diary"])
    path.rmdir()


async def entries_of(entry: MockConfigEntry, person: Person) -> list[list[Any]]:
    return [
        [each.kind.value, each.at.isoformat(), each.amount, each.text, each.precision.value]
        for each in (await kept(entry, person))[1]
    ]
