"""The hours that the dashboard card draws, as it is told them first."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.libreview.models import EntryKind, MeasuringRange, Reading, Source
from tests.cloud_double import Account, Person
from tests.conftest import NOON, set_up
from tests.support.card_client import GLUCOSE, SUBSCRIBE, answer, device_of, epoch, next_event, subscribed
from tests.support.entries import own_entry_of
from tests.support.stored_history import HOUR, MINUTE, keep, readings_before, written


async def test_a_window_holds_readings_and_diary_of_the_last_hours(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    entries = [
        written(EntryKind.RAPID_ACTING_INSULIN, NOON - HOUR, amount=4.0),
        written(EntryKind.CARBOHYDRATES, NOON - 4 * HOUR, amount=50),
    ]
    await keep(hass, quiet, person, readings_before(NOON, [70, 80, 90] * 20), entries)

    window = await subscribed(card)

    assert window == {
        "kind": "window",
        "device_id": device_of(hass),
        "start": epoch(NOON - 3 * HOUR),
        "end": epoch(NOON),
        "unit": "mg/dL",
        "zone": "US/Pacific",
        "thresholds": {"very_low": 54, "low": 70, "high": 180, "very_high": 250},
        "gap": 960,
        "max_age": 900,
        "t": [epoch(NOON - 3 * HOUR + number * 5 * MINUTE) for number in range(36)],
        "v": [70, 80, 90] * 12,
        "diary": [
            {
                "kind": "rapid_acting_insulin",
                "at": epoch(NOON - HOUR),
                "amount": 4,
                "unit": "U",
                "text": "",
                "precision": "minute",
            }
        ],
        "sensor_changes": [],
        "below": [],
        "above": [],
        "now": epoch(NOON),
    }


async def test_a_window_is_as_long_as_it_was_asked_for(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100] * 300))

    assert len((await subscribed(card, hours=24))["t"]) == 288
    assert len((await subscribed(card, hours=0.5))["t"]) == 6


@pytest.mark.parametrize("hours", [0.2, 337, "soon", "nan", None])
async def test_a_window_too_short_or_too_long_is_refused(card: MockHAClientWebSocket, hours: Any) -> None:
    refused = await answer(card, SUBSCRIBE, hours=hours)
    assert refused["error"]["code"] == "invalid_format"


async def test_a_fortnight_of_readings_every_minute_is_thinned_to_what_can_be_drawn(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    values = [100 + number % 7 for number in range(14 * 1440)]
    values[5000], values[6000] = 44, 399
    await keep(hass, quiet, person, readings_before(NOON, values, MINUTE))

    window = await subscribed(card, hours=336)

    assert len(window["t"]) == len(window["v"]) <= 1500
    assert len(window["t"]) > 1000
    assert (min(window["v"]), max(window["v"])) == (44, 399)


async def test_a_window_names_the_readings_that_are_lo_and_hi_instead_of_numbers(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    history = quiet.runtime_data.history
    lo = Reading(at=NOON - 2 * MINUTE, mg_dl=40, measuring_range=MeasuringRange.BELOW)
    forty = Reading(at=NOON - MINUTE, mg_dl=40)
    hi = Reading(at=NOON, mg_dl=500, measuring_range=MeasuringRange.ABOVE)
    history.keep(person.patient_id, Source.LIVE, [lo, forty])

    window = await subscribed(card)
    history.keep(person.patient_id, Source.LIVE, [hi])
    news = await next_event(card)

    assert (window["v"], window["below"], window["above"]) == ([40, 40], [epoch(lo.at)], [])
    assert (news["v"], news["below"], news["above"]) == ([500], [], [epoch(NOON)])


async def test_a_person_without_data_has_an_empty_window(card: MockHAClientWebSocket) -> None:
    window = await subscribed(card)
    assert (window["t"], window["v"], window["diary"], window["sensor_changes"]) == ([], [], [], [])


async def test_a_new_sensor_is_in_the_window(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, hass_ws_client: WebSocketGenerator
) -> None:
    assert person.sensor is not None
    person.sensor.activated = NOON - 5 * HOUR
    await set_up(hass, entry)
    card = await hass_ws_client()

    assert (await subscribed(card, hours=8))["sensor_changes"] == [epoch(NOON - 5 * HOUR)]
    assert (await subscribed(card, hours=3))["sensor_changes"] == []


async def test_everything_is_in_the_unit_that_people_see_the_sensor_in(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    er.async_get(hass).async_update_entity_options(GLUCOSE, "sensor", {"unit_of_measurement": "mmol/L"})
    await hass.async_block_till_done()
    strip = written(EntryKind.BLOOD_GLUCOSE, amount=99)
    await keep(hass, quiet, person, readings_before(NOON, [70, 113]), [strip])

    window = await subscribed(card)

    assert (window["unit"], window["v"]) == ("mmol/L", [3.9, 6.3])
    assert window["thresholds"] == {"very_low": 3.0, "low": 3.9, "high": 10.0, "very_high": 13.9}
    assert (window["diary"][0]["amount"], window["diary"][0]["unit"]) == (5.5, "mmol/L")


async def test_a_diary_without_a_live_feed_has_a_window_too(
    hass: HomeAssistant, own_account: Account, patient: Person, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await set_up(hass, own_entry_of(own_account))
    await keep(hass, entry, patient, readings_before(NOON, [100]))
    card = await hass_ws_client()

    window = await subscribed(card, entity_id="sensor.jamie_sample_glucose")

    assert window["v"][-1] == 100
