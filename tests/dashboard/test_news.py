"""What the dashboard card is told after its window."""

from datetime import UTC, datetime, timedelta
import gc

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.libreview.account.followed_person import FollowedPerson
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.support.card_client import (
    AGP,
    GLUCOSE,
    METRICS,
    SUBSCRIBE,
    answer,
    device_of,
    epoch,
    next_event,
    silent,
    subscribed,
)
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.history import holding
from tests.support.stored_history import HOUR, MINUTE, keep, readings_before


async def test_a_new_reading_is_sent_at_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    person: Person,
    pass_time: PassTime,
) -> None:
    card = await hass_ws_client()
    window = await subscribed(card)
    person.curve = lambda _: 137
    await pass_time(minutes=1)

    news = await next_event(card)

    assert news["kind"] == "news"
    assert news["v"] == [137]
    assert news["t"][0] > window["t"][-1]
    assert news["diary"] == []


async def test_after_the_past_has_changed_the_window_comes_again_and_only_once(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    await subscribed(card)
    for number in range(5):
        await keep(hass, quiet, person, readings_before(NOON - number * HOUR / 2, [100] * 3))
    assert await silent(card)

    await pass_time(seconds=2)

    assert len((await next_event(card))["t"]) == 15
    assert await silent(card)


async def test_targets_that_are_changed_in_the_app_come_with_a_new_window(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    person: Person,
    pass_time: PassTime,
) -> None:
    card = await hass_ws_client()
    assert (await subscribed(card))["thresholds"]["low"] == 70
    person.target_low = 80
    await loaded.runtime_data.live.async_refresh()
    await pass_time(seconds=2)

    assert (await next_event(card))["thresholds"]["low"] == 80


async def test_a_reading_that_comes_while_a_window_is_computed_is_not_lost(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    history = quiet.runtime_data.history
    with holding(history):
        await card.send_json_auto_id(SUBSCRIBE)
        assert await silent(card)
        history.keep(person.patient_id, Source.LIVE, [Reading(at=NOON - MINUTE, mg_dl=137)])
    assert (await card.receive_json())["success"]

    assert (await next_event(card))["v"] == []
    assert (await next_event(card))["v"] == [137]
    assert await silent(card)


async def test_after_the_account_was_set_up_anew_the_subscription_goes_on(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    await subscribed(card)
    await hass.config_entries.async_reload(quiet.entry_id)
    await pass_time(seconds=2)
    assert (await next_event(card))["v"] == []

    await keep(hass, quiet, person, readings_before(NOON, [100]))
    await pass_time(seconds=2)
    assert (await next_event(card))["v"] == [100]

    quiet.runtime_data.history.keep(
        person.patient_id, Source.LIVE, [Reading(at=datetime.now(UTC), mg_dl=137)]
    )
    assert (await next_event(card))["v"] == [137]


async def test_while_the_account_is_not_set_up_nothing_is_sent(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    await subscribed(card)
    await hass.config_entries.async_unload(quiet.entry_id)
    async_dispatcher_send(hass, f"libreview_history_{quiet.entry_id}_{person.patient_id}", None)
    await pass_time(seconds=2)

    assert await silent(card)


async def test_news_have_the_unit_of_the_window_before_them(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    await subscribed(card)
    er.async_get(hass).async_update_entity_options(GLUCOSE, "sensor", {"unit_of_measurement": "mmol/L"})
    history = quiet.runtime_data.history
    history.keep(person.patient_id, Source.LIVE, [Reading(at=NOON, mg_dl=113)])
    assert (await next_event(card))["v"] == [113]

    await pass_time(seconds=2)
    window = await next_event(card)
    assert (window["unit"], window["v"]) == ("mmol/L", [6.3])
    history.keep(person.patient_id, Source.LIVE, [Reading(at=NOON + 2 * timedelta(seconds=1), mg_dl=180)])
    assert (await next_event(card))["v"] == [10.0]


async def test_after_unsubscribing_nothing_is_sent(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    await card.send_json_auto_id(SUBSCRIBE)
    begun = await card.receive_json()
    await next_event(card)
    quiet.runtime_data.history.async_notify_changed(person.patient_id)
    ended = await answer(card, {"type": "unsubscribe_events", "subscription": begun["id"]})
    assert ended["success"]

    await keep(hass, quiet, person, readings_before(NOON, [100]))
    quiet.runtime_data.history.keep(person.patient_id, Source.LIVE, [Reading(at=NOON, mg_dl=113)])
    await pass_time(seconds=5)

    assert await silent(card)


async def test_a_subscription_gets_the_readings_of_its_own_person_alone(
    hass: HomeAssistant, cloud: CloudDouble, person: Person, hass_ws_client: WebSocketGenerator
) -> None:
    ben = Person(first_name="Ben", last_name="Sample", has_reading=False)
    person.has_reading = False
    entry = await set_up(hass, entry_of(cloud.add_account(Account(), persons=[person, ben])))
    card = await hass_ws_client()
    await keep(hass, entry, person, readings_before(NOON, [100]))
    await keep(hass, entry, ben, readings_before(NOON, [200]))

    assert (await subscribed(card))["v"] == [100]
    assert (await subscribed(card, entity_id="sensor.ben_sample_glucose"))["v"] == [200]
    entry.runtime_data.history.keep(ben.patient_id, Source.LIVE, [Reading(at=NOON, mg_dl=222)])
    assert (await next_event(card))["v"] == [222]
    assert await silent(card)


async def test_everything_is_told_with_the_time_that_it_is_in_home_assistant(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    assert (await subscribed(card))["now"] == epoch(NOON)
    await pass_time(seconds=20)
    quiet.runtime_data.history.keep(person.patient_id, Source.LIVE, [Reading(at=NOON, mg_dl=113)])
    assert (await next_event(card))["now"] == epoch(datetime.now(UTC))


async def test_a_card_that_stays_open_does_not_keep_the_readings_that_it_was_sent(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    await subscribed(card)
    for minute in range(60):
        reading = Reading(at=NOON - (60 - minute) * MINUTE + timedelta(seconds=7), mg_dl=137)
        quiet.runtime_data.history.keep(person.patient_id, Source.LIVE, [reading])
        assert (await next_event(card))["v"] == [137]
    await pass_time(seconds=61)  # Until then they wait to be written.

    gc.collect()
    readings = [each for each in gc.get_objects() if isinstance(each, Reading)]
    kept = [each for each in readings if each.mg_dl == 137 and each.at.second == 7]  # None of other tests.
    assert len(kept) < 10


async def test_a_card_that_stays_open_for_thirty_days_keeps_nobody_from_before(
    hass: HomeAssistant, quiet: MockConfigEntry, hass_ws_client: WebSocketGenerator, pass_time: PassTime
) -> None:
    card = await hass_ws_client()
    await subscribed(card)
    for day in range(30):
        await hass.config_entries.async_reload(quiet.entry_id)
        await pass_time(seconds=2)
        assert (await next_event(card))["kind"] == "window"
        assert await silent(card)
        if day % 3 == 0:  # The page was loaded anew.
            await card.close()
            card = await hass_ws_client()
            await subscribed(card)

    gc.collect()
    kept = [each for each in gc.get_objects() if isinstance(each, FollowedPerson | Store)]
    assert len(kept) <= 2


async def test_once_the_entity_has_another_id_nobody_is_told_under_the_old_one(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    await subscribed(card)
    er.async_get(hass).async_update_entity(GLUCOSE, new_entity_id="sensor.another_name")
    await hass.async_block_till_done()

    quiet.runtime_data.history.keep(person.patient_id, Source.LIVE, [Reading(at=NOON, mg_dl=113)])

    assert await silent(card)


async def test_where_an_id_becomes_that_of_another_person_only_that_person_is_told_of(
    hass: HomeAssistant,
    cloud: CloudDouble,
    person: Person,
    hass_ws_client: WebSocketGenerator,
    pass_time: PassTime,
) -> None:
    ben = Person(first_name="Ben", last_name="Sample", has_reading=False)
    person.has_reading = False
    entry = await set_up(hass, entry_of(cloud.add_account(Account(), persons=[person, ben])))
    await keep(hass, entry, person, readings_before(NOON, [100]))
    await keep(hass, entry, ben, readings_before(NOON, [200]))
    await pass_time(seconds=2)
    card = await hass_ws_client()
    alex, bens = device_of(hass), device_of(hass, "sensor.ben_sample_glucose")
    window = await subscribed(card)
    assert (window["v"], window["device_id"]) == ([100], alex)

    registry = er.async_get(hass)
    registry.async_update_entity(GLUCOSE, new_entity_id="sensor.another_name")
    registry.async_update_entity("sensor.ben_sample_glucose", new_entity_id=GLUCOSE)
    await hass.async_block_till_done()
    entry.runtime_data.history.keep(person.patient_id, Source.LIVE, [Reading(at=NOON, mg_dl=111)])
    await pass_time(seconds=2)

    window = await next_event(card)
    assert (window["v"], window["device_id"]) == ([200], bens)
    entry.runtime_data.history.keep(person.patient_id, Source.LIVE, [Reading(at=NOON, mg_dl=112)])
    entry.runtime_data.history.keep(ben.patient_id, Source.LIVE, [Reading(at=NOON, mg_dl=222)])
    assert (await next_event(card))["v"] == [222]
    assert await silent(card)
    for figures in (METRICS, AGP):
        assert (await answer(card, figures))["result"]["device_id"] == bens
