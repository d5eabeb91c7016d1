"""Whatever rhythm a phone uploads at, nothing flaps: a low is on once, and missing data mean missing data."""

from datetime import timedelta

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.libreview.const import CONF_INTERVAL
from custom_components.libreview.live.slow_uploads import are_slow
from tests.cloud_double import Account, Person
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.restart import restarted
from tests.support.states import state

LOW = "binary_sensor.alex_example_low_glucose"
STALE = "binary_sensor.alex_example_no_current_data"
RANGE = "sensor.alex_example_range"
KNOWN = 50
"""Minutes until the rhythm of a slow phone is known: three of its uploads."""


@pytest.mark.parametrize("delay", [2, 50])
@pytest.mark.parametrize("phase", [0, 37])
@pytest.mark.parametrize(
    ("rhythm", "interval", "limit"),
    # The age of the newest value grows to the rhythm, the upload's delay and a poll or two together.
    [(1, 60, 15), (5, 60, 15), (5, 300, 15), (15, 60, 20), (15, 600, 30)],
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
    person.curve = lambda at: 60 if NOON + timedelta(hours=1) <= at < NOON + timedelta(hours=2.5) else 110
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
    await pass_time(minutes=8)  # The next upload comes after ten more.
    assert state(hass, RANGE) == "unknown"


@pytest.mark.parametrize(
    ("minutes", "is_slow"),
    [
        ((), True),
        ((0, 15), True),
        ((0, 15, 30), True),
        ((0, 15, 45), True),
        ((0, 14, 31), True),
        ((0, 1, 16), False),
        ((0, 30, 60), False),
        ((0, 5, 10), False),
    ],
)
def test_a_phone_is_slow_by_its_last_uploads_and_until_these_are_known_as_before(
    minutes: tuple[int, ...], is_slow: bool
) -> None:
    uploads = tuple(NOON + timedelta(minutes=each) for each in minutes)
    assert are_slow(uploads, otherwise=True) is is_slow
    assert not are_slow(uploads[:2], otherwise=False)
