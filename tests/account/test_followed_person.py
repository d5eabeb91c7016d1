"""One person, two feeds."""

from datetime import UTC, datetime, timedelta, timezone

from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.person.snapshot import Snapshot
from tests.cloud_double import Account, CloudDouble, EntryKind, Person, faults
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import diary_login, entry_of, own_entry_of
from tests.support.restart import restarted
from tests.support.states import state

ALEX = "sensor.alex_example_"
CARBOHYDRATES, RAPID = EntryKind.CARBOHYDRATES, EntryKind.RAPID_ACTING_INSULIN


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant is where the person lives: noon in UTC is two o'clock there."""
    await hass.config.async_set_time_zone("Europe/Berlin")


@pytest.fixture
def own(cloud: CloudDouble, account: Account, person: Person) -> Account:
    """The LibreView account of the person who is followed."""
    return cloud.add_account(Account(email="alex@example.com", own=person))


@pytest.fixture
async def both(hass: HomeAssistant, account: Account, own: Account, pass_time: PassTime) -> MockConfigEntry:
    """The follower's account with a diary login for that person, both feeds read."""
    entry = entry_of(account)
    entry.add_to_hass(hass)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={"diary": diary_login(own)})
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(seconds=30)
    return entry


async def press(hass: HomeAssistant) -> None:
    target = {ATTR_ENTITY_ID: "button.alex_example_refresh"}
    await hass.services.async_call(BUTTON, SERVICE_PRESS, target, blocking=True)


async def test_entities_of_both_feeds_are_on_one_device(
    hass: HomeAssistant, both: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.add_entry(CARBOHYDRATES, at=NOON + timedelta(minutes=1), amount=45)
    await pass_time(minutes=80)
    assert state(hass, f"{ALEX}glucose") == "120"
    assert state(hass, f"{ALEX}trend") == "stable"
    assert state(hass, f"{ALEX}last_carbohydrates") == "45"
    assert state(hass, f"{ALEX}carbohydrates_today") == "45"
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), both.entry_id)
    assert device.model == "FreeStyle Libre 3"


async def test_change_and_rate_are_those_of_the_live_feed(
    hass: HomeAssistant, both: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    start = datetime.now(UTC)
    person.curve = lambda at: 120 + 2 * ((at - start).total_seconds() // 60)
    await pass_time(minutes=17)
    await press(hass)
    assert state(hass, f"{ALEX}change_5_min") == "10"
    assert state(hass, f"{ALEX}rate_of_change") == "2.0"


async def test_the_diary_stands_in_while_the_live_feed_is_away(
    hass: HomeAssistant, both: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await pass_time(minutes=17)
    assert state(hass, f"{ALEX}glucose") == "unknown"
    with pytest.raises(HomeAssistantError):
        await press(hass)
    assert state(hass, f"{ALEX}glucose") == "120"
    assert state(hass, f"{ALEX}trend") == "unknown"


@pytest.mark.parametrize(
    ("endpoint", "other"), [("connections", "reports"), ("reports", "connections")], ids=["live", "diary"]
)
async def test_the_button_asks_both_feeds_and_says_what_is_wrong_with_one(
    hass: HomeAssistant,
    both: MockConfigEntry,
    cloud: CloudDouble,
    pass_time: PassTime,
    endpoint: str,
    other: str,
) -> None:
    await pass_time(minutes=5)
    cloud.log.clear()
    await press(hass)
    assert (len(cloud.requests("connections")), len(cloud.requests("reports"))) == (1, 1)
    await pass_time(minutes=5)
    cloud.log.clear()
    cloud.fail_next(endpoint, faults.status(500))
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert raised.value.translation_key == "server_trouble"
    assert len(cloud.requests(other)) == 1


async def test_updating_an_entity_by_hand_asks_the_feed_that_tells_what_it_shows(
    hass: HomeAssistant, both: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    await pass_time(minutes=5)
    cloud.log.clear()

    async def update(entity: str) -> set[str]:
        cloud.log.clear()
        target = {ATTR_ENTITY_ID: f"{ALEX}{entity}"}
        await hass.services.async_call("homeassistant", "update_entity", target, blocking=True)
        return {request.endpoint for request in cloud.requests()}

    assert await update("glucose") == {"connections"}
    assert "report_page" in await update("last_note")


async def test_where_there_is_no_live_feed_updating_by_hand_asks_nothing(
    hass: HomeAssistant, own_account: Account, cloud: CloudDouble, pass_time: PassTime
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    await set_up(hass, own_entry_of(own_account))
    await pass_time(seconds=30)
    cloud.log.clear()
    target = {ATTR_ENTITY_ID: "sensor.jamie_sample_glucose"}
    await hass.services.async_call("homeassistant", "update_entity", target, blocking=True)
    assert not cloud.requests()


async def test_live_readings_tell_where_the_phone_is_and_the_diary_lives_by_its_day(
    hass: HomeAssistant, both: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    midnight_there = NOON + timedelta(hours=3)
    person.travel(NOON + timedelta(minutes=1), timedelta(hours=9))
    person.add_entry(RAPID, at=midnight_there - timedelta(minutes=50), amount=4)
    person.add_entry(RAPID, at=midnight_there + timedelta(minutes=10), amount=3)
    await pass_time(hours=4, minutes=30)
    today = hass.states.get(f"{ALEX}rapid_acting_today")
    assert today is not None
    assert today.state == "3"
    assert datetime.fromisoformat(today.attributes["last_reset"]) == midnight_there
    last = hass.states.get(f"{ALEX}last_rapid_acting")
    assert last is not None
    assert last.attributes["at"] == "2026-06-02T00:00:00+09:00"


async def test_where_somebody_without_a_diary_is_outlives_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await set_up(hass, entry)
    person.travel(NOON + timedelta(minutes=1), timedelta(hours=9))
    await pass_time(minutes=10)
    seen = entry.runtime_data.persons[person.patient_id].import_target.seen_offsets
    assert seen[-1].offset == timedelta(hours=9)

    await hass.config_entries.async_unload(entry.entry_id)
    person.has_reading = False
    entry = await set_up(hass, restarted(hass, entry))

    followed = entry.runtime_data.persons[person.patient_id]
    assert followed.import_target.seen_offsets == seen
    assert followed.snapshot().current_time_zone == timezone(timedelta(hours=9))


async def test_without_live_readings_nothing_is_learnt_of_the_phone(
    hass: HomeAssistant, both: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    cloud.fail_always("connections", faults.status(500))
    person.travel(NOON + timedelta(minutes=1), timedelta(hours=9))
    await pass_time(hours=3)
    today = hass.states.get(f"{ALEX}rapid_acting_today")
    assert today is not None
    assert today.attributes["as_of"].endswith("+02:00")


async def test_without_a_diary_listeners_hear_of_no_entries(
    hass: HomeAssistant, entry: MockConfigEntry, own: Account, person: Person, pass_time: PassTime
) -> None:
    await set_up(hass, entry)
    heard: list[object] = []
    stop = entry.runtime_data.persons[person.patient_id].async_listen_for_entries(heard.append)
    person.add_entry(RAPID, at=NOON + timedelta(minutes=1), amount=4)
    await pass_time(hours=2)
    stop()
    assert not heard


async def test_while_our_clock_is_wrong_nothing_of_the_diary_is_current(
    hass: HomeAssistant, own_account: Account, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.now = lambda: datetime.now(UTC) + timedelta(minutes=20)
    await set_up(hass, own_entry_of(own_account))
    await pass_time(seconds=30)
    assert state(hass, "sensor.jamie_sample_glucose") == "unknown"
    assert state(hass, "sensor.jamie_sample_carbohydrates_today") == "unknown"


async def test_a_wrong_clock_is_known_by_the_feed_that_was_answered_last(
    hass: HomeAssistant, both: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    assert state(hass, f"{ALEX}glucose") != "unknown"
    cloud.fail_always("connections", faults.dropped())
    cloud.now = lambda: datetime.now(UTC) + timedelta(minutes=20)
    await pass_time(minutes=2)
    with pytest.raises(HomeAssistantError):  # by the live feed
        await press(hass)
    await pass_time(seconds=30)
    assert state(hass, f"{ALEX}glucose") == "unknown"


async def test_a_stopped_person_calls_no_listener(
    hass: HomeAssistant, both: MockConfigEntry, pass_time: PassTime
) -> None:
    person = both.runtime_data.persons[both.subentries["subentry-alex"].unique_id]
    heard = []
    person.async_add_listener(lambda: heard.append(datetime.now(UTC)))
    await pass_time(minutes=2)
    assert heard
    person.stop()
    heard.clear()
    await pass_time(minutes=20)
    assert not heard
    await hass.config_entries.async_unload(both.entry_id)
    assert state(hass, f"{ALEX}glucose") == "unavailable"


async def test_a_reading_grows_old_even_after_a_listener_failed(
    hass: HomeAssistant, both: MockConfigEntry, person: Person, cloud: CloudDouble, pass_time: PassTime
) -> None:
    followed = both.runtime_data.persons[person.patient_id]

    def fail() -> None:
        remove()
        raise RuntimeError

    remove = followed.async_add_listener(fail)
    followed._cancel_timer()  # As when it has just rung.
    followed.async_publish()
    cloud.fail_always("reports", faults.status(500))
    await both.runtime_data.live.async_shutdown()
    await pass_time(minutes=17)
    assert state(hass, f"{ALEX}glucose") == "unknown"


async def test_one_entity_that_fails_keeps_no_other_from_growing_old(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: Snapshot) -> None:
        raise RuntimeError

    monkeypatch.setattr(Snapshot, "range", property(fail))
    person.pause(NOON)
    await pass_time(minutes=20)
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "on"
    assert state(hass, "sensor.alex_example_glucose") == "unknown"
    assert state(hass, "sensor.alex_example_sensor_status") == "signal_lost"
