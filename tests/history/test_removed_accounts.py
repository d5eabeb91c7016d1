"""The history of an account that was removed: kept aside, said, there again, and gone after 30 days."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.history.store_file import history_path
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.repair_dialogs import issue_of, issues, names_in
from tests.support.stored_history import DAY, keep, kept, readings_before

DAYS = 10


@pytest.fixture
def ben() -> Person:
    return Person(first_name="Ben", has_reading=False)


@pytest.fixture
def account(cloud: CloudDouble, person: Person, ben: Person) -> Account:
    return cloud.add_account(Account(), persons=[person, ben])


@pytest.fixture
async def loaded(hass: HomeAssistant, account: Account, ben: Person) -> MockConfigEntry:
    """An account that follows two persons, the second of whom has a reading on each of ten days."""
    entry = await set_up(hass, entry_of(account))
    await keep(hass, entry, ben, readings_before(NOON, range(100, 100 + DAYS), every=DAY))
    return entry


async def remove(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def files(hass: HomeAssistant) -> list[str]:
    folder = Path(hass.config.path(STORAGE_DIR))
    return sorted(file.name for file in folder.glob(f"{DOMAIN}.*history.db*"))


async def test_an_account_that_is_added_again_has_the_history_of_before(
    hass: HomeAssistant, loaded: MockConfigEntry, account: Account, ben: Person
) -> None:
    before = (await kept(loaded, ben))[0]
    await remove(hass, loaded)
    placeholders = names_in(issue_of(hass, "account_kept_aside"))
    assert (placeholders["days"], placeholders["until"]) == (
        str(DAYS + 1),
        f"{NOON + 30 * DAY:%Y-%m-%d}",
    )
    assert files(hass) == [placeholders["file"]]
    assert str(loaded.unique_id) not in placeholders["file"]

    entry = await set_up(hass, entry_of(account))

    assert entry.entry_id != loaded.entry_id
    assert (await kept(entry, ben))[0][:DAYS] == before
    assert not issues(hass)
    assert placeholders["file"] not in files(hass)


async def test_who_is_not_followed_any_more_is_kept_aside_as_after_a_removal(
    hass: HomeAssistant, loaded: MockConfigEntry, account: Account, person: Person, ben: Person
) -> None:
    await remove(hass, loaded)
    entry = entry_of(account)
    entry.add_to_hass(hass)
    gone = next(each for each in entry.subentries.values() if each.unique_id == ben.patient_id)
    hass.config_entries.async_remove_subentry(entry, gone.subentry_id)

    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert entry.state is ConfigEntryState.LOADED
    said = names_in(issue_of(hass, "person_kept_aside"))
    assert (said["days"], said["first"], said["last"]) == (
        str(DAYS),
        f"{NOON - (DAYS) * DAY:%Y-%m-%d}",
        f"{NOON - DAY:%Y-%m-%d}",
    )


async def test_another_account_gets_nothing_of_it(
    hass: HomeAssistant, cloud: CloudDouble, loaded: MockConfigEntry, ben: Person
) -> None:
    await remove(hass, loaded)
    other = cloud.add_account(Account(email="other@example.com"), persons=[ben])

    entry = await set_up(hass, entry_of(other))

    assert len((await kept(entry, ben))[0]) < DAYS
    issue_of(hass, "account_kept_aside")


async def test_it_is_deleted_after_thirty_days(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    ben: Person,
    pass_time: PassTime,
) -> None:
    await remove(hass, loaded)
    (name,) = files(hass)
    freezer.tick(timedelta(days=29))
    other = cloud.add_account(Account(email="other@example.com"), persons=[ben])
    entry = await set_up(hass, entry_of(other))
    await pass_time(hours=2, step=300)
    assert name in files(hass)

    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(timedelta(days=1))
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hours=2, step=300)

    assert name not in files(hass)
    assert not issues(hass)


@pytest.mark.parametrize("wrong_by", [timedelta(days=40), timedelta(days=-400)], ids=["behind", "ahead"])
async def test_a_clock_that_was_wrong_at_the_removal_neither_hastens_nor_delays_the_end(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    ben: Person,
    pass_time: PassTime,
    wrong_by: timedelta,
) -> None:
    cloud.now = lambda: datetime.now(UTC) + wrong_by
    await pass_time(minutes=5)
    await remove(hass, loaded)
    (name,) = files(hass)
    freezer.move_to(datetime.now(UTC) + wrong_by)
    cloud.now = lambda: datetime.now(UTC)
    other = cloud.add_account(Account(email="other@example.com"), persons=[ben])
    entry = await set_up(hass, entry_of(other))
    await pass_time(hours=2, step=300)
    assert name in files(hass)

    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(timedelta(days=31))
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hours=2, step=300)

    assert name not in files(hass)


async def test_a_history_of_a_later_version_is_kept_too(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """It is whole: whoever has gone back to an older version and removes the account may go on again."""
    await hass.config_entries.async_unload(loaded.entry_id)
    with closing(sqlite3.connect(history_path(hass, loaded.entry_id))) as connection:
        connection.execute("PRAGMA user_version = 99")

    await remove(hass, loaded)

    said = names_in(issue_of(hass, "account_kept_aside"))
    assert said["days"] == "?"
    assert said["file"] in files(hass)


async def test_of_a_day_or_two_nothing_is_kept(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await set_up(hass, entry)
    await remove(hass, entry)

    assert files(hass) == []
    assert not issues(hass)
