"""Following everybody who shares with an account, where that was chosen."""

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.support.clock import PassTime
from tests.support.diary_logins import both_feeds
from tests.support.entries import entry_of
from tests.support.person_dialogs import add
from tests.support.repair_dialogs import choose_way, issue_of, issues, set_up_repairs
from tests.support.states import state

# Repairs bring Home Assistant's web server, which names its parts as aiohttp no longer likes it.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")

SAM = "sensor.sam_example_glucose"
ROBIN = "sensor.robin_example_glucose"


@pytest.fixture(autouse=True)
async def _repairs(hass: HomeAssistant) -> None:
    await set_up_repairs(hass)


@pytest.fixture
def sam() -> Person:
    return Person(first_name="Sam", curve=lambda _: 90)


@pytest.fixture
def robin() -> Person:
    return Person(first_name="Robin", curve=lambda _: 150)


@pytest.fixture
async def open_house(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """The account, set up, that follows everybody."""
    return await set_up_for_everybody(hass, entry)


async def set_up_for_everybody(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set an entry up with the option, and let everything settle."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"follow_everybody": True})
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


async def choose(hass: HomeAssistant, entry: ConfigEntry, *, everybody: bool) -> None:
    """Send the form of the options."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(form["flow_id"], {"follow_everybody": everybody})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.options["follow_everybody"] is everybody


def titles(entry: ConfigEntry) -> list[str]:
    """The names of those who are followed."""
    return [subentry.title for subentry in entry.subentries.values()]


async def test_who_newly_shares_becomes_a_device_by_themselves(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    open_house: MockConfigEntry,
    sam: Person,
    device_registry: dr.DeviceRegistry,
    pass_time: PassTime,
) -> None:
    offers = async_capture_events(hass, ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED)
    cloud.start_sharing(account, sam)
    await pass_time(minutes=2)
    assert state(hass, SAM) == "90"
    assert state(hass, "sensor.alex_example_glucose") == "120"
    assert not offers
    devices = dr.async_entries_for_config_entry(device_registry, open_house.entry_id)
    assert [device.name for device in devices] == ["Alex Example", "Sam Example"]


async def test_they_get_the_settings_that_the_dialog_gives(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    open_house: MockConfigEntry,
    sam: Person,
    robin: Person,
    pass_time: PassTime,
) -> None:
    cloud.start_sharing(account, sam)
    await pass_time(minutes=2)
    await choose(hass, open_house, everybody=False)
    cloud.start_sharing(account, robin)
    form = await add(hass, open_house)
    await hass.config_entries.subentries.async_configure(form["flow_id"], {"persons": robin.patient_id})
    await hass.async_block_till_done(wait_background_tasks=True)
    by_itself, by_hand = list(open_house.subentries.values())[-2:]
    assert (by_itself.title, by_itself.unique_id) == ("Sam Example", sam.patient_id)
    assert (by_itself.subentry_type, by_itself.data) == (by_hand.subentry_type, by_hand.data)


async def test_several_at_once_come_with_one_reload(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    open_house: MockConfigEntry,
    sam: Person,
    robin: Person,
    pass_time: PassTime,
) -> None:
    cloud.start_sharing(account, sam)
    cloud.start_sharing(account, robin)
    cloud.log.clear()
    while len(open_house.subentries) < 3:
        await pass_time(seconds=10)
    assert [state(hass, each) for each in (SAM, ROBIN)] == ["90", "150"]
    assert len(cloud.requests("connections")) == 2  # The poll that told of them, and that of the reload.
    assert not cloud.logins


async def test_who_began_to_share_while_home_assistant_was_away_is_there_when_it_is_back(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    entry: MockConfigEntry,
    sam: Person,
    robin: Person,
) -> None:
    cloud.start_sharing(account, sam)
    cloud.start_sharing(account, robin)
    await set_up_for_everybody(hass, entry)
    assert [state(hass, each) for each in (SAM, ROBIN)] == ["90", "150"]
    assert not issues(hass)


async def test_the_offer_of_a_repair_is_taken_up_when_it_is_chosen(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    sam: Person,
    robin: Person,
    pass_time: PassTime,
) -> None:
    cloud.start_sharing(account, sam)
    await pass_time(minutes=2)
    issue_of(hass, "person_new")
    await choose(hass, loaded, everybody=True)
    assert state(hass, SAM) == "90"
    assert not issues(hass)
    await choose(hass, loaded, everybody=False)
    cloud.start_sharing(account, robin)
    await pass_time(minutes=2)
    issue_of(hass, "person_new")
    assert titles(loaded) == ["Alex Example", "Sam Example"]


async def test_who_was_removed_stays_out_until_added_by_hand(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    open_house: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    hass.config_entries.async_remove_subentry(open_house, next(iter(open_house.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=3)
    await hass.config_entries.async_reload(open_house.entry_id)
    await pass_time(minutes=2)
    assert not titles(open_house)
    assert not issues(hass)
    form = await add(hass, open_house)
    await hass.config_entries.subentries.async_configure(form["flow_id"], {"persons": person.patient_id})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state(hass, "sensor.alex_example_glucose") == "120"


async def test_who_was_left_out_from_the_start_stays_out(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, sam: Person
) -> None:
    entry = entry_of(account, declined=[sam.patient_id])
    cloud.start_sharing(account, sam)
    await set_up_for_everybody(hass, entry)
    assert titles(entry) == ["Alex Example"]


async def test_who_stops_sharing_is_offered_for_removal_and_comes_back_by_sharing_again(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    open_house: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.stop_sharing(account, person)
    await pass_time(minutes=4)
    assert titles(open_house) == ["Alex Example"]
    await choose_way(hass, issue_of(hass, "person_gone"), "remove")
    assert not titles(open_house)
    cloud.start_sharing(account, person)
    await pass_time(minutes=2)
    assert titles(open_house) == ["Alex Example"]
    assert not issues(hass)


async def test_it_holds_for_an_account_of_ones_own_with_a_live_feed_too(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    sam: Person,
    pass_time: PassTime,
) -> None:
    entry = await both_feeds(hass, cloud, own_account, pass_time)
    await choose(hass, entry, everybody=True)
    cloud.start_sharing(own_account, sam)
    await pass_time(minutes=2)
    assert titles(entry)[-1] == "Sam Example"
    assert state(hass, SAM) == "90"


async def test_who_was_removed_while_the_cloud_is_away_stays_out(
    hass: HomeAssistant,
    cloud: CloudDouble,
    entry: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await set_up_for_everybody(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    hass.config_entries.async_remove_subentry(entry, next(iter(entry.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)
    cloud.heal()
    await pass_time(minutes=5)
    assert entry.state is ConfigEntryState.LOADED
    assert not titles(entry)


async def test_who_was_removed_before_the_live_feed_came_stays_out(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    sam: Person,
    pass_time: PassTime,
) -> None:
    entry = await both_feeds(hass, cloud, own_account, pass_time)
    await choose(hass, entry, everybody=True)
    cloud.start_sharing(own_account, sam)
    await pass_time(minutes=2)
    cloud.fail_always("connections", faults.status(500))
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    hass.config_entries.async_remove_subentry(entry, list(entry.subentries)[-1])
    await hass.async_block_till_done(wait_background_tasks=True)
    cloud.heal()
    await pass_time(minutes=10)
    assert titles(entry) == ["Jamie Sample"]
