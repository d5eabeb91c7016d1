"""What is stored of a practice's patients: one file each, of which only what changed is written."""

from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Practice, professional
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import restart
from tests.support.practices import linked, practice_entry, stash_session


@pytest.fixture
def nurse(cloud: CloudDouble) -> Account:
    return professional()


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
