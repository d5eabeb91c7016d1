"""Whatever rhythm a phone uploads at, nothing flaps: a low is on once, and missing data mean missing data."""

from datetime import UTC, datetime, timedelta

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.libreview.const import CONF_INTERVAL
from custom_components.libreview.glucose.upload_rhythm import UploadRhythm
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.restart import restarted
from tests.support.states import measured_at, state

LOW = "binary_sensor.alex_example_low_glucose"
STALE = "binary_sensor.alex_example_no_current_data"
RANGE = "sensor.alex_example_range"
KNOWN = 70
"""Minutes until the rhythm of a slow phone is known: three of its uploads, with polls between them."""


@pytest.mark.parametrize(("phase", "delay"), [(0, 50), (37, 2)])
@pytest.mark.parametrize(
    ("rhythm", "interval", "limit"),
    # The age of the newest value grows to the rhythm, the upload's delay and a poll or two together.
    [(1, 60, 15), (5, 60, 15), (5, 300, 15), (15, 60, 20), (15, 300, 23)],
)
async def test_one_low_is_on_once_and_no_data_are_missing(
    hass: HomeAssistant,
    account: Account,
    person: Person,
    pass_time: PassTime,
    rhythm: int,
    interval: int,
    limit: int,
    phase: int,
    delay: int,
) -> None:
    person.cadence, person.phase = timedelta(minutes=rhythm), timedelta(seconds=phase)
    person.upload_delay, person.upload_jitter = timedelta(seconds=delay), timedelta(seconds=8)
    person.curve = lambda at: 60 if NOON + timedelta(hours=1.5) <= at < NOON + timedelta(hours=3) else 110
    entry = entry_of(account)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={CONF_INTERVAL: interval})
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(minutes=KNOWN)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await pass_time(hours=3)
    changes = {
        entity: [
            event.data["new_state"].state
            for event in events
            if event.data["entity_id"] == entity and event.data["new_state"] is not None
        ]
        for entity in (LOW, STALE)
    }
    assert changes == {LOW: ["on", "off"], STALE: []}
    person.pause(NOON + timedelta(minutes=KNOWN, hours=3))
    await pass_time(minutes=limit + 12)
    assert state(hass, STALE) == "on"


@pytest.fixture
async def slow(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> MockConfigEntry:
    """The account, set up, whose person's phone is known to upload every quarter of an hour."""
    person.cadence = timedelta(minutes=15)
    await set_up(hass, entry)
    await pass_time(minutes=KNOWN)
    return entry


async def test_the_rhythm_of_a_slow_phone_is_known_over_a_restart(
    hass: HomeAssistant, slow: MockConfigEntry, pass_time: PassTime
) -> None:
    assert await hass.config_entries.async_unload(slow.entry_id)
    await set_up(hass, restarted(hass, slow))
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await pass_time(hours=1)
    assert STALE not in {event.data["entity_id"] for event in events}
    assert state(hass, STALE) == "off"


async def test_a_phone_that_has_become_fast_counts_no_longer_than_was_chosen(
    hass: HomeAssistant, slow: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.cadence = timedelta(minutes=1)
    await pass_time(minutes=10)
    person.pause(NOON + timedelta(minutes=KNOWN + 10))
    await pass_time(minutes=14)
    assert state(hass, STALE) == "off"
    await pass_time(minutes=2)
    assert state(hass, STALE) == "on"


async def test_a_limit_shorter_than_the_rhythm_stays_as_it_was_chosen(
    hass: HomeAssistant, slow: MockConfigEntry, pass_time: PassTime
) -> None:
    (subentry,) = slow.subentries.values()
    hass.config_entries.async_update_subentry(slow, subentry, data={**subentry.data, "max_age": 10})
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=4)  # The last upload was ten minutes before.
    assert state(hass, RANGE) == "unknown"


async def test_the_last_reading_of_a_slow_phone_counts_as_long_over_a_restart_without_the_cloud(
    hass: HomeAssistant, slow: MockConfigEntry, person: Person, cloud: CloudDouble, pass_time: PassTime
) -> None:
    person.curve = lambda _: 60
    await pass_time(minutes=15)
    person.upload_delay = timedelta(minutes=3)
    while datetime.now(UTC) - measured_at(hass) < timedelta(minutes=16):
        await pass_time(seconds=30)
    assert (state(hass, RANGE), state(hass, LOW)) == ("low", "on")
    assert await hass.config_entries.async_unload(slow.entry_id)
    cloud.fail_always("*", faults.dropped())
    await set_up(hass, restarted(hass, slow))
    assert (state(hass, RANGE), state(hass, LOW)) == ("low", "on")


async def test_the_rhythm_is_known_although_an_answer_lacks_the_person(
    hass: HomeAssistant,
    slow: MockConfigEntry,
    account: Account,
    person: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    assert await hass.config_entries.async_unload(slow.entry_id)
    cloud.stop_sharing(account, person)
    await set_up(hass, restarted(hass, slow))
    cloud.start_sharing(account, person)
    await pass_time(minutes=3)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await pass_time(hours=1)
    assert STALE not in {event.data["entity_id"] for event in events}


async def test_one_reading_of_a_wrong_clock_hides_no_rhythm(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.cadence = timedelta(minutes=15)
    person.add_reading(NOON + timedelta(days=1), 110)
    await set_up(hass, entry)
    await pass_time(minutes=2)
    person.extra_readings.clear()
    await pass_time(minutes=KNOWN)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await pass_time(hours=2)
    assert STALE not in {event.data["entity_id"] for event in events}


@pytest.mark.parametrize(("interval", "minutes"), [(60, 17), (600, 28)])
async def test_a_fast_phone_that_is_seldom_asked_for_is_not_taken_for_a_slow_one(
    hass: HomeAssistant, entry: MockConfigEntry, pass_time: PassTime, interval: int, minutes: int
) -> None:
    entry.add_to_hass(hass)
    options = {CONF_INTERVAL: interval}
    hass.config_entries.async_update_entry(entry, pref_disable_polling=True, options=options)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    for _ in range(3):
        await pass_time(minutes=15)
        await hass.services.async_call(
            "button", "press", {"entity_id": "button.alex_example_refresh"}, blocking=True
        )
        await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=minutes)
    assert state(hass, RANGE) == "unknown"


@pytest.mark.parametrize(
    ("polls", "is_slow"),
    [
        ((), True),
        ((0, 0, 15), True),
        ((0, 0, 15, 15, 30), True),
        ((0, 0, 15, 15, 45), True),
        ((0, 0, 14, 14, 31), True),
        ((0, 15, 30, 45), True),  # Nothing is known of a phone that is asked for as seldom.
        ((0, 1, 2), False),
        ((0, 0, 15, 15, 16), False),
        ((0, 0, 30, 30, 60), False),
        ((0, 5, 10), False),
    ],
)
def test_a_phone_is_slow_by_its_last_uploads_and_until_these_are_known_as_before(
    polls: tuple[int, ...], is_slow: bool
) -> None:
    rhythm = UploadRhythm()
    for minute in polls:
        rhythm = rhythm.after(NOON + timedelta(minutes=minute))
    assert rhythm.is_slow(otherwise=True) is is_slow
    if len(rhythm.pauses) < 2:
        assert not rhythm.is_slow(otherwise=False)
