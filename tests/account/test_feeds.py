"""What both feeds have in common: when nothing is asked, and what a person's own wish does."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID, EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of, own_entry_of
from tests.support.states import repairs, state


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed on its own, and where it is seen."""

    entry: MockConfigEntry
    endpoint: str
    """Asked once each time the feed is read."""
    refresh: str
    entity: str
    """Known once the feed was read."""


@pytest.fixture(params=["live", "diary"])
def feed(request: pytest.FixtureRequest, account: Account, own_account: Account) -> Feed:
    """One of the two feeds, not set up yet."""
    if request.param == "live":
        return Feed(
            entry=entry_of(account),
            endpoint="connections",
            refresh="button.alex_example_refresh",
            entity="sensor.alex_example_glucose",
        )
    return Feed(
        entry=own_entry_of(own_account),
        endpoint="report_settings",
        refresh="button.jamie_sample_refresh",
        entity="sensor.jamie_sample_carbohydrates_today",
    )


async def press(hass: HomeAssistant, feed: Feed) -> None:
    """Press the person's button."""
    await hass.services.async_call(BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: feed.refresh}, blocking=True)


async def test_an_unloaded_account_asks_nothing(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime, feed: Feed
) -> None:
    await set_up(hass, feed.entry)
    await pass_time(minutes=1)
    assert cloud.requests(feed.endpoint)
    await hass.config_entries.async_unload(feed.entry.entry_id)
    cloud.log.clear()
    await pass_time(hours=3)
    assert not cloud.requests()


async def test_without_polling_nothing_is_asked_until_somebody_presses_the_button_and_then_once(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime, feed: Feed
) -> None:
    feed.entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(feed.entry, pref_disable_polling=True)
    await hass.config_entries.async_setup(feed.entry.entry_id)
    await pass_time(minutes=1)
    cloud.log.clear()
    await pass_time(hours=3)
    assert not cloud.requests()
    assert state(hass, feed.entity) == "unknown"

    await press(hass, feed)
    assert state(hass, feed.entity) != "unknown"
    assert len(cloud.requests(feed.endpoint)) == 1
    await pass_time(hours=3)
    assert len(cloud.requests(feed.endpoint)) == 1


async def test_a_feed_that_stopped_for_new_terms_looks_again_once_an_hour_whatever_somebody_presses(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime, feed: Feed
) -> None:
    await set_up(hass, feed.entry)
    await pass_time(minutes=10)
    for account in cloud.accounts:
        cloud.change_terms(account, "tou")
    for _ in range(2):
        with pytest.raises(HomeAssistantError):
            await press(hass, feed)
        await pass_time(minutes=2)
    assert repairs(hass) == {"terms"}
    cloud.log.clear()
    await pass_time(minutes=54)
    assert not cloud.requests()
    await pass_time(hours=2)
    assert len(cloud.requests("login")) + len(cloud.requests("web_login")) in (2, 3)
    assert repairs(hass) == {"terms"}

    for account in cloud.accounts:
        account.steps = []  # Accepted in Abbott's own app.
    await pass_time(minutes=70)
    assert cloud.requests(feed.endpoint)
    assert not repairs(hass)


async def test_a_refused_password_is_never_looked_at_again(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime, feed: Feed
) -> None:
    await set_up(hass, feed.entry)
    await pass_time(minutes=10)
    for account in cloud.accounts:
        cloud.change_password(account, "Another-horse-1")
    await pass_time(hours=2)
    cloud.log.clear()
    await pass_time(hours=6)
    assert not cloud.requests()


async def test_what_fails_for_an_hour_has_a_repair_that_ends_by_itself(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime, feed: Feed
) -> None:
    await set_up(hass, feed.entry)
    await pass_time(minutes=10)
    cloud.fail_always("*", faults.status(503))
    await pass_time(minutes=50)
    assert not repairs(hass)
    await pass_time(hours=2)
    assert repairs(hass) == {"lasting_failure"}
    cloud.heal()
    await pass_time(hours=2)
    assert not repairs(hass)


async def test_a_lock_that_lasts_has_a_repair_that_says_what_ended_it_for_others(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime, feed: Feed
) -> None:
    await set_up(hass, feed.entry)
    await pass_time(minutes=10)
    cloud.fail_always("*", faults.status(503))
    await pass_time(hours=3)
    assert repairs(hass) == {"lasting_failure"}
    cloud.heal()
    for account in cloud.accounts:
        cloud.revoke_tickets(account)
        cloud.end_web_session(account)
    for endpoint in ("login", "web_login"):
        cloud.fail_always(endpoint, faults.locked())
    await pass_time(hours=3)
    assert repairs(hass) == {"lasting_lock"}
    cloud.heal()
    await pass_time(hours=3)
    assert not repairs(hass)


async def test_glucose_is_written_once_for_each_reading(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    await set_up(hass, entry)
    await pass_time(minutes=30)
    assert len(cloud.requests("graph")) == 2
    published: list[None] = []
    entry.runtime_data.persons[person.patient_id].async_add_listener(lambda: published.append(None))
    written: list[None] = []

    @callback
    def is_glucose(data: Any) -> bool:
        return bool(data["entity_id"] == "sensor.alex_example_glucose")

    @callback
    def count(_: Event[Any]) -> None:
        written.append(None)

    for name in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
        hass.bus.async_listen(name, count, event_filter=is_glucose)
    cloud.log.clear()
    await pass_time(minutes=20)
    polls, summaries = len(cloud.requests("connections")), 20 / 5
    assert polls >= 18
    assert polls <= len(published) <= polls + summaries
    assert 18 <= len(written) <= polls


async def test_what_is_asked_beside_the_polls_counts_among_the_requests_of_an_hour(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    person.curve = lambda at: 60 + 100 * (at.minute % 10 < 5)
    await set_up(hass, entry)
    await pass_time(hours=1)
    cloud.log.clear()
    for _ in range(30):
        with suppress(HomeAssistantError):
            await hass.services.async_call(
                BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: "button.alex_example_refresh"}, blocking=True
            )
        await pass_time(minutes=2)
    assert len(cloud.requests("logbook")) >= 5
    assert len(cloud.requests()) <= 60 + 12


async def test_a_wrong_clock_of_home_assistant_is_told_by_either_feed_and_makes_nothing_new_or_old(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime, feed: Feed
) -> None:
    cloud.now = lambda: datetime.now(UTC) - timedelta(minutes=40)
    await set_up(hass, feed.entry)
    await pass_time(minutes=10)
    assert repairs(hass) == {"own_clock"}
    history = feed.entry.runtime_data.history
    (patient_id,) = feed.entry.runtime_data.persons
    old = datetime.now(UTC) - timedelta(days=500)
    readings = [Reading(at=old + timedelta(minutes=number), mg_dl=100) for number in range(15)]
    history.keep(patient_id, Source.GRAPH, readings)
    await history.async_flush()
    span = (0, int(datetime.now(UTC).timestamp()))
    assert len(await history.async_run(Store.readings, patient_id, *span)) >= 15

    cloud.now = lambda: datetime.now(UTC)
    await pass_time(hours=2)
    assert not repairs(hass)
