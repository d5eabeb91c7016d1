"""What is stored of a practice's patients: one file each, of which only what changed is written."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.diary.patient_store import get_store_of
from tests.cloud_double import Account, CloudDouble, Practice
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import problem, restart
from tests.support.practices import linked, practice_entry, stash_session


@pytest.fixture
def patients(cloud: CloudDouble, nurse: Account) -> list[Account]:
    clinic = cloud.add_practice(Practice(members=[nurse]))
    return linked(cloud, clinic, "Nora Example", "Bo Example", "Ada Example")


@pytest.fixture
async def connected(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    nurse: Account,
    patients: list[Account],
    pass_time: PassTime,
) -> MockConfigEntry:
    """A practice of which everybody was read."""
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, patients))
    await pass_time(minutes=20)
    return entry


def files(hass_storage: dict[str, Any], entry: MockConfigEntry) -> dict[str, Any]:
    return {key: stored for key, stored in hass_storage.items() if f"{entry.entry_id}.diary" in key}


async def test_a_turn_writes_one_file_and_no_id_stands_in_a_name(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    patients: list[Account],
    connected: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    before = files(hass_storage, connected)
    assert len(before) == 4
    assert not any(each.user_id in key for key in before for each in patients)
    orders = len(cloud.report_orders)
    while len(cloud.report_orders) == orders:
        await pass_time(minutes=1)
    after = files(hass_storage, connected)
    assert sum(before[key] is not after[key] for key in after) == 1


async def test_a_restart_finds_everybody_again_and_announces_nothing_twice(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    patients: list[Account],
    connected: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    orders = len(cloud.report_orders)
    entry = await restart(hass, connected)
    await pass_time(minutes=4)
    assert len(cloud.report_orders) == orders
    await pass_time(hours=2)
    assert all(order.first > cloud.report_orders[0].first for order in cloud.report_orders[orders:])
    assert len(files(hass_storage, entry)) == 4


async def test_nothing_is_left_of_a_removed_person_or_practice(
    hass: HomeAssistant, hass_storage: dict[str, Any], connected: MockConfigEntry
) -> None:
    hass.config_entries.async_remove_subentry(connected, next(iter(connected.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(files(hass_storage, connected)) == 3
    await hass.config_entries.async_remove(connected.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not files(hass_storage, connected)


async def test_a_save_under_way_brings_nobody_back_who_is_removed_meanwhile(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    patients: list[Account],
    connected: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save = Store.async_save

    async def save_slowly(file: Store[Any], data: Any) -> None:
        for _ in range(20):
            await asyncio.sleep(0)  # A disk takes its time, the storage of tests none.
        await save(file, data)

    monkeypatch.setattr(Store, "async_save", save_slowly)
    store = get_store_of(hass, connected)
    for patient in patients:
        record = await store.async_get_record(patient.user_id)
        record.attempted_at = datetime.now(UTC)
    await asyncio.gather(store.async_save(), store.async_keep_only({patients[0].user_id}))
    assert len(files(hass_storage, connected)) == 2
    record.attempted_at = None
    await asyncio.gather(store.async_save(), store.async_remove())
    assert not files(hass_storage, connected)


async def test_a_file_that_cannot_be_read_keeps_no_practice_from_being_set_up(
    hass: HomeAssistant, hass_storage: dict[str, Any], connected: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(connected.entry_id)
    key = max(files(hass_storage, connected), key=len)
    hass_storage[key] = {**hass_storage[key], "version": 99}
    entry = await restart(hass, connected)
    assert entry.state is ConfigEntryState.LOADED


async def test_a_person_who_is_removed_while_being_read_leaves_nothing_and_others_go_on(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    patients: list[Account],
    connected: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    removed: list[bool] = []

    def remove(report: dict[str, Any]) -> dict[str, Any]:
        """The report arrives, and its patient is not followed any more."""
        if not removed:
            reading = cloud.report_orders[-1].person.patient_id
            [subentry_id] = [key for key, each in connected.subentries.items() if each.unique_id == reading]
            removed.append(hass.config_entries.async_remove_subentry(connected, subentry_id))
        return report

    cloud.edit_report = remove
    while not removed:
        await pass_time(minutes=1)
    await pass_time(minutes=1)
    assert len(files(hass_storage, connected)) == 3
    await pass_time(hours=2)
    assert len(files(hass_storage, connected)) == 3
    assert problem(connected) is None


async def test_a_practice_that_was_never_loaded_is_removed_whole(
    hass: HomeAssistant, hass_storage: dict[str, Any], connected: MockConfigEntry
) -> None:
    stored = {key: dict(value) for key, value in files(hass_storage, connected).items()}
    await hass.config_entries.async_remove(connected.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    hass_storage.update(stored)
    disabled = MockConfigEntry(
        domain=connected.domain,
        version=2,
        entry_id=connected.entry_id,
        unique_id=connected.unique_id,
        data=dict(connected.data),
        disabled_by=ConfigEntryDisabler.USER,
    )
    disabled.add_to_hass(hass)
    await hass.config_entries.async_remove(disabled.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not files(hass_storage, disabled)
