"""The history of somebody who was removed: kept aside, told of, there again, and gone after 30 days."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs import DOMAIN as REPAIRS_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.storage import STORAGE_DIR
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.entry_data import async_follow
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.history import close_file
from tests.support.repair_dialogs import issue_of, issues, names_in, repair, set_up_repairs
from tests.support.stored_history import DAY, keep, kept, readings_before

pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")

DAYS = 10


@pytest.fixture(autouse=True)
async def _repairs(hass: HomeAssistant) -> None:
    await set_up_repairs(hass)


@pytest.fixture
def ben() -> Person:
    return Person(first_name="Ben", has_reading=False)


@pytest.fixture
async def loaded(hass: HomeAssistant, cloud: CloudDouble, person: Person, ben: Person) -> MockConfigEntry:
    """An account that follows two persons, the second of whom has a reading on each of ten days."""
    entry = await set_up(hass, entry_of(cloud.add_account(Account(), persons=[person, ben])))
    await keep(hass, entry, ben, readings_before(NOON, range(100, 100 + DAYS), every=DAY))
    return entry


async def remove(hass: HomeAssistant, entry: MockConfigEntry, person: Person) -> None:
    gone = next(each for each in entry.subentries.values() if each.unique_id == person.patient_id)
    hass.config_entries.async_remove_subentry(entry, gone.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def add_again(hass: HomeAssistant, entry: MockConfigEntry, person: Person) -> None:
    async_follow(hass, entry, entry.runtime_data.live.shared[person.patient_id])
    await hass.async_block_till_done(wait_background_tasks=True)


async def days_later(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    pass_time: PassTime,
    days: int,
) -> None:
    """So many days later, of which only the last hours are lived through."""
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(timedelta(days=days, hours=-2))
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hours=2, step=300)


async def test_who_is_added_again_has_the_history_of_before(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, ben: Person
) -> None:
    before = await kept(loaded, ben)
    assert len(before[0]) == DAYS

    await remove(hass, loaded, ben)
    issue = issue_of(hass, "person_kept_aside")
    assert names_in(issue)["days"] == str(DAYS)
    assert names_in(issue)["until"] == f"{NOON + 30 * DAY:%Y-%m-%d}"
    await add_again(hass, loaded, ben)

    assert (await kept(loaded, ben))[0][:DAYS] == before[0]
    assert not issues(hass)
    assert (await kept(loaded, person))[0]


async def test_it_is_kept_for_thirty_days_and_then_deleted(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    loaded: MockConfigEntry,
    person: Person,
    ben: Person,
    pass_time: PassTime,
) -> None:
    await remove(hass, loaded, ben)
    await pass_time(hours=2, step=300)

    await days_later(hass, freezer, loaded, pass_time, 29)
    assert len((await kept(loaded, ben))[0]) == DAYS
    issue_of(hass, "person_kept_aside")

    await days_later(hass, freezer, loaded, pass_time, 2)
    assert (await kept(loaded, ben))[0] == []
    assert not issues(hass)
    assert (await kept(loaded, person))[0]


async def test_a_clock_that_nobody_confirms_deletes_nothing(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    ben: Person,
    pass_time: PassTime,
) -> None:
    await remove(hass, loaded, ben)
    await pass_time(hours=2, step=300)
    cloud.now = lambda: datetime.now(UTC) - timedelta(days=31)

    await days_later(hass, freezer, loaded, pass_time, 31)

    assert len((await kept(loaded, ben))[0]) == DAYS


async def test_it_is_deleted_at_once_on_a_click(
    hass: HomeAssistant, loaded: MockConfigEntry, ben: Person
) -> None:
    await remove(hass, loaded, ben)

    result = await repair(hass, issue_of(hass, "person_kept_aside"))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert (await kept(loaded, ben))[0] == []
    assert not issues(hass)


async def test_a_click_while_the_account_is_not_loaded_deletes_nothing_and_says_so(
    hass: HomeAssistant, loaded: MockConfigEntry, ben: Person
) -> None:
    await remove(hass, loaded, ben)
    await hass.config_entries.async_unload(loaded.entry_id)

    result = await repair(hass, issue_of(hass, "person_kept_aside"))

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_loaded")
    await hass.config_entries.async_setup(loaded.entry_id)
    assert len((await kept(loaded, ben))[0]) == DAYS


async def test_a_history_that_cannot_be_written_for_a_while_is_looked_at_again(
    hass: HomeAssistant, loaded: MockConfigEntry, ben: Person, pass_time: PassTime
) -> None:
    await remove(hass, loaded, ben)
    path = Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{loaded.entry_id}.history.db"))
    close_file(loaded.runtime_data.history)
    path.rename(path.with_suffix(".aside"))
    path.mkdir()
    await pass_time(hours=1)
    assert {issue.translation_key for issue in issues(hass)} == {"person_kept_aside", "history_unwritable"}
    path.rmdir()
    path.with_suffix(".aside").rename(path)

    await pass_time(hours=1)

    issue_of(hass, "person_kept_aside")
    assert len((await kept(loaded, ben))[0]) == DAYS


async def test_a_click_after_the_person_is_back_deletes_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, ben: Person
) -> None:
    await remove(hass, loaded, ben)
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    issue = issue_of(hass, "person_kept_aside")
    form: Any = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    await add_again(hass, loaded, ben)

    await manager.async_configure(form["flow_id"], {})

    assert len((await kept(loaded, ben))[0]) >= DAYS


async def test_of_a_day_or_two_nothing_is_said(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person
) -> None:
    await remove(hass, loaded, person)
    assert not issues(hass)
    assert (await kept(loaded, person))[0]
