"""A third feed, into which somebody pushes exact readings: they reach all that shows, keeps or counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import override

from homeassistant.core import HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

import custom_components.libreview as integration
from custom_components.libreview.account.account import LibreViewConfigEntry
from custom_components.libreview.const import SUBENTRY_PERSON
from custom_components.libreview.coordinator import FeedCoordinator
from custom_components.libreview.history.history import History
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from custom_components.libreview.person.snapshot import Feed
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.history.conftest import House
from tests.support.card_client import next_event, subscribed
from tests.support.entries import entry_of
from tests.support.states import state

GLUCOSE = "sensor.alex_example_glucose"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What the feed knows of a person."""

    readings: tuple[Reading, ...]


class PushedFeed(FeedCoordinator[Pushed]):
    """A phone that sends us its readings: no login, no timer."""

    kind = Feed.PUSHED

    def __init__(self, hass: HomeAssistant, entry: LibreViewConfigEntry, history: History) -> None:
        logger = logging.getLogger(__name__)
        super().__init__(hass, logger, entry, None, name="phone", session=None, history=history)

    @property
    @override
    def followed_ids(self) -> Collection[str]:
        persons = self.config_entry.get_subentries_of_type(SUBENTRY_PERSON)
        return [str(person.unique_id) for person in persons]

    @override
    async def _async_fetch(self) -> Mapping[str, Pushed] | None:
        return None

    @override
    def _next_delay(self) -> None:
        return None

    @callback
    def push(self, patient_id: str, source: Source, *readings: Reading) -> None:
        """Take readings in."""
        self._history.keep(patient_id, source, readings)
        known = self.data[patient_id].readings if patient_id in self.data else ()
        self.data = {**self.data, patient_id: Pushed(readings=(*known, *readings))}
        self.async_update_listeners()


async def open_pushed(
    hass: HomeAssistant, entry: LibreViewConfigEntry, history: History
) -> Sequence[PushedFeed]:
    return [PushedFeed(hass, entry, history)]


@pytest.fixture
async def entry(
    recorded_home: House, cloud: CloudDouble, person: Person, monkeypatch: pytest.MonkeyPatch
) -> MockConfigEntry:
    """An account with the third feed, whose live feed has no reading."""
    monkeypatch.setattr(integration, "FEED_FACTORIES", (*integration.FEED_FACTORIES, open_pushed))
    person.has_reading = False
    recorded_home.show()
    return await set_up(recorded_home.hass, entry_of(cloud.add_account(Account(), persons=[person])))


async def test_readings_that_are_pushed_reach_sensor_history_statistics_and_card(
    hass: HomeAssistant,
    recorded_home: House,
    entry: MockConfigEntry,
    person: Person,
    hass_ws_client: WebSocketGenerator,
) -> None:
    (feed,) = (feed for feed in entry.runtime_data.feeds if feed.kind is Feed.PUSHED)
    card = await hass_ws_client()
    assert (await subscribed(card))["v"] == []
    assert state(hass, GLUCOSE) == "unknown"

    # What the phone had missed, and then the newest.
    past = [Reading(at=NOON - HOUR + number * 5 * MINUTE, mg_dl=150) for number in range(12)]
    feed.push(person.patient_id, Source.GRAPH, *past)
    feed.push(person.patient_id, Source.LIVE, Reading(at=NOON, mg_dl=131))
    await hass.async_block_till_done()
    assert state(hass, GLUCOSE) == "131"
    assert (await next_event(card))["v"] == [131]
    span = (int((NOON - HOUR).timestamp()), int((NOON + HOUR).timestamp()))
    kept = await entry.runtime_data.history.async_run(Store.readings, person.patient_id, *span)
    assert [(reading.reading.mg_dl, reading.source) for reading in kept] == [
        *[(150, Source.GRAPH)] * 12,
        (131, Source.LIVE),
    ]

    await recorded_home.live_until(NOON + HOUR)
    assert (await recorded_home.rows(GLUCOSE))[NOON - HOUR] == (150, 150, 150)
    assert state(hass, GLUCOSE) == "unknown", "it has grown old"
