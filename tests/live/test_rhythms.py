"""Whatever rhythm a phone uploads at, nothing flaps: a low is on once, and missing data mean missing data."""

from datetime import timedelta

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.libreview.const import CONF_INTERVAL
from tests.cloud_double import Account, Person
from tests.conftest import NOON
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.states import state

LOW = "binary_sensor.alex_example_low_glucose"
STALE = "binary_sensor.alex_example_no_current_data"
DEFAULT_LIMIT, LIMIT_FOR_A_QUARTER_OF_AN_HOUR, LIMIT_WITH_SLOW_POLLS = 15, 20, 30
"""Minutes. The age of the newest value grows to the rhythm, the upload's delay and a poll or two together."""


@pytest.mark.parametrize("delay", [2, 50])
@pytest.mark.parametrize("phase", [0, 37])
@pytest.mark.parametrize(
    ("rhythm", "interval", "limit"),
    [
        (1, 60, DEFAULT_LIMIT),
        (5, 60, DEFAULT_LIMIT),
        (5, 300, DEFAULT_LIMIT),
        (15, 60, LIMIT_FOR_A_QUARTER_OF_AN_HOUR),
        (15, 600, LIMIT_WITH_SLOW_POLLS),
    ],
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
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "max_age": limit})
    hass.config_entries.async_update_entry(entry, options={CONF_INTERVAL: interval})
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(minutes=30)
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
    person.pause(NOON + timedelta(hours=3.5))
    await pass_time(minutes=limit + 12)
    assert state(hass, STALE) == "on"
