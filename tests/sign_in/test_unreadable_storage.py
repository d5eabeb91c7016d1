"""A private file that cannot be read keeps nobody from their values, and makes nobody sign in in a hurry."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import CloudDouble, Person, Practice, professional
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import dose
from tests.support.event_recorder import Heard
from tests.support.practices import linked, practice_entry, stash_session
from tests.support.restart import restarted
from tests.support.states import state

GLUCOSE = "sensor.alex_example_glucose"
FILES = ("", ".app_settings", ".answer_shapes", ".diary")
"""What stands behind the id of an entry in the names of its files."""


@contextmanager
def unreadable(key: str) -> Iterator[None]:
    """A disk that gives an error for one file."""
    load = Store.async_load

    async def broken(store: Store[Any]) -> Any:
        if store.key == key:
            raise HomeAssistantError("Input/output error")
        return await load(store)

    with patch.object(Store, "async_load", broken):
        yield


def of_a_later_version(hass_storage: dict[str, Any], key: str) -> None:
    """Have a file be what a later version of this integration left before a downgrade."""
    hass_storage[key] = {"version": 7, "minor_version": 1, "key": key, "data": {"anything": True}}


@pytest.mark.parametrize("suffix", FILES[1:])
async def test_no_other_file_is_needed_to_show_a_value(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any], suffix: str
) -> None:
    of_a_later_version(hass_storage, f"{DOMAIN}.{entry.entry_id}{suffix}")
    await set_up(hass, entry)
    assert state(hass, GLUCOSE) == "120"


async def test_no_file_about_automations_is_needed(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    of_a_later_version(hass_storage, f"{DOMAIN}.sensor_warnings")
    await set_up(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)


@pytest.mark.parametrize("is_later", [True, False], ids=["later version", "bad disk"])
async def test_a_sign_in_that_nobody_remembers_is_not_repeated_for_five_minutes(
    hass: HomeAssistant,
    cloud: CloudDouble,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
    is_later: bool,
) -> None:
    await set_up(hass, entry)
    key = f"{DOMAIN}.{entry.entry_id}"
    for _ in range(4):
        await hass.config_entries.async_unload(entry.entry_id)
        cloud.log.clear()
        if is_later:
            of_a_later_version(hass_storage, key)
        with unreadable("" if is_later else key):
            entry = await set_up(hass, restarted(hass, entry))
            await pass_time(minutes=4)
        assert entry.state is ConfigEntryState.LOADED
        assert not cloud.requests("login")

    await pass_time(minutes=3)

    assert len(cloud.requests("login")) == 1
    assert state(hass, GLUCOSE) == "120"


async def test_a_diary_that_nobody_remembers_is_read_anew_and_tells_nothing_old_as_new(
    hass: HomeAssistant,
    diary_read: MockConfigEntry,
    patient: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    heard = Heard.listen(hass, "event.jamie_sample_diary_entry")
    before = dose(patient)
    await pass_time(minutes=80)
    await hass.config_entries.async_unload(diary_read.entry_id)
    of_a_later_version(hass_storage, f"{DOMAIN}.{diary_read.entry_id}.diary")

    await set_up(hass, restarted(hass, diary_read))
    await pass_time(minutes=10)

    assert state(hass, "sensor.jamie_sample_carbohydrates_today") == f"{before:g}"
    assert heard.amounts == [before]


async def test_the_record_of_one_patient_keeps_nobody_of_a_practice_from_being_read(
    hass: HomeAssistant, cloud: CloudDouble, hass_storage: dict[str, Any], pass_time: PassTime
) -> None:
    nurse = professional()
    patients = linked(cloud, cloud.add_practice(Practice(members=[nurse])), "Nora Example", "Ole Example")
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, patients))
    await pass_time(minutes=10)
    await hass.config_entries.async_unload(entry.entry_id)
    records = [key for key in hass_storage if f"{entry.entry_id}.diary." in key]
    assert len(records) == len(patients)
    of_a_later_version(hass_storage, records[0])

    entry = await set_up(hass, restarted(hass, entry))
    await pass_time(minutes=10)

    assert entry.state is ConfigEntryState.LOADED
    assert {state(hass, f"sensor.{name}_e_connection") for name in ("nora", "ole")} == {"connected"}
