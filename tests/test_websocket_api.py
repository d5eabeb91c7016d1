"""What the dashboard card is told, as it hears it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions import PolicyPermissions
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.storage import STORAGE_DIR
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.models import EntryKind, Reading
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, entry_of, own_entry_of, set_up
from tests.histories import DAY, HOUR, MINUTE, keep, readings_before, written

type PassTime = Callable[..., Awaitable[None]]

GLUCOSE = "sensor.alex_example_glucose"
SUBSCRIBE = {"type": "libreview/subscribe", "entity_id": GLUCOSE}
METRICS = {"type": "libreview/metrics", "entity_id": GLUCOSE}
AGP = {"type": "libreview/agp", "entity_id": GLUCOSE}


@pytest.fixture
async def quiet(hass: HomeAssistant, entry: MockConfigEntry, person: Person) -> MockConfigEntry:
    """The account, set up, whose person has no reading yet."""
    person.has_reading = False
    return await set_up(hass, entry)


@pytest.fixture
async def card(quiet: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> MockHAClientWebSocket:
    """The other end."""
    return await hass_ws_client()


async def answer(card: MockHAClientWebSocket, message: dict[str, Any], **fields: Any) -> Any:
    """What is answered to a command."""
    await card.send_json_auto_id({**message, **fields})
    return await card.receive_json()


async def told(card: MockHAClientWebSocket) -> Any:
    """What is told next."""
    message = await card.receive_json()
    assert message["type"] == "event", message
    return message["event"]


async def subscribed(card: MockHAClientWebSocket, **fields: Any) -> Any:
    """The first window."""
    begun = await answer(card, SUBSCRIBE, **fields)
    assert begun["success"], begun
    return await told(card)


async def silent(card: MockHAClientWebSocket) -> bool:
    """Whether nothing more is told: what is asked now is answered next."""
    await card.send_json_auto_id({"type": "ping"})
    message = await card.receive_json()
    return bool(message["type"] == "pong")


def epoch(at: datetime) -> int:
    return int(at.timestamp())


# The window.


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
    }


async def test_a_window_is_as_long_as_it_was_asked_for(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100] * 300))

    assert len((await subscribed(card, hours=24))["t"]) == 288
    assert len((await subscribed(card, hours=0.5))["t"]) == 6


@pytest.mark.parametrize("hours", [0.2, 337, "soon", "nan", None])
async def test_no_window_is_shorter_or_longer_than_makes_sense(
    card: MockHAClientWebSocket, hours: Any
) -> None:
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


# What is told afterwards.


async def test_a_new_reading_is_told_at_once(
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

    news = await told(card)

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

    await pass_time(seconds=2, step=1)

    assert len((await told(card))["t"]) == 15
    assert await silent(card)


async def test_a_reading_that_comes_while_a_window_is_worked_out_is_not_lost(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    history = quiet.runtime_data.history
    with history._store._looking:
        await card.send_json_auto_id(SUBSCRIBE)
        assert await silent(card)
        history.keep_live(person.patient_id, Reading(at=NOON - MINUTE, mg_dl=137), None)
    assert (await card.receive_json())["success"]

    assert (await told(card))["v"] == []
    assert (await told(card))["v"] == [137]
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
    await pass_time(seconds=2, step=1)
    assert (await told(card))["v"] == []

    await keep(hass, quiet, person, readings_before(NOON, [100]))
    await pass_time(seconds=2, step=1)
    assert (await told(card))["v"] == [100]

    quiet.runtime_data.history.keep_live(person.patient_id, Reading(at=datetime.now(UTC), mg_dl=137), None)
    assert (await told(card))["v"] == [137]


async def test_while_the_account_is_not_set_up_nothing_is_told(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    await subscribed(card)
    await hass.config_entries.async_unload(quiet.entry_id)
    async_dispatcher_send(hass, f"libreview_history_{quiet.entry_id}_{person.patient_id}", None)
    await pass_time(seconds=2, step=1)

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
    history.keep_live(person.patient_id, Reading(at=NOON, mg_dl=113), None)
    assert (await told(card))["v"] == [113]

    history.changed(person.patient_id)
    await pass_time(seconds=2, step=1)
    assert (await told(card))["v"] == [6.3]
    history.keep_live(person.patient_id, Reading(at=NOON + 2 * timedelta(seconds=1), mg_dl=180), None)
    assert (await told(card))["v"] == [10.0]


async def test_whoever_has_seen_enough_is_told_no_more(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    person: Person,
    pass_time: PassTime,
) -> None:
    await card.send_json_auto_id(SUBSCRIBE)
    begun = await card.receive_json()
    await told(card)
    quiet.runtime_data.history.changed(person.patient_id)
    ended = await answer(card, {"type": "unsubscribe_events", "subscription": begun["id"]})
    assert ended["success"]

    await keep(hass, quiet, person, readings_before(NOON, [100]))
    quiet.runtime_data.history.keep_live(person.patient_id, Reading(at=NOON, mg_dl=113), None)
    await pass_time(seconds=5, step=1)

    assert await silent(card)


# Metrics and the usual day.


async def test_the_figures_are_those_of_the_last_days(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    day = [60] * 72 + [120] * 144 + [200] * 72
    await keep(hass, quiet, person, readings_before(NOON, day * 14))

    assert (await answer(card, METRICS))["result"] == {
        "start": epoch(NOON - 14 * DAY),
        "end": epoch(NOON),
        "unit": "mg/dL",
        "completeness": 1,
        "enough": True,
        "mean": 125,
        "sd": 49.7,
        "cv": 39.8,
        "gmi": 6.3,
        "shares": {"very_low": 0, "low": 0.25, "in_range": 0.5, "high": 0.25, "very_high": 0},
        "episodes": {"low": 14, "very_low": 0, "high": 14, "very_high": 0},
    }
    one = (await answer(card, METRICS, days=1))["result"]
    assert (one["start"], one["episodes"]["low"]) == (epoch(NOON - DAY), 1)


async def test_figures_have_no_endless_decimals(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [61, 113, 287] * 1000))

    figures = (await answer(card, METRICS))["result"]

    assert max(len(str(each)) for each in (figures["completeness"], figures["cv"], figures["gmi"])) <= 6
    assert sum(figures["shares"].values()) == pytest.approx(1, abs=0.001)
    assert all(len(str(share)) <= 6 for share in figures["shares"].values())


async def test_a_person_without_data_has_no_figures_and_an_empty_day(card: MockHAClientWebSocket) -> None:
    figures = (await answer(card, METRICS))["result"]
    usual = (await answer(card, AGP))["result"]

    assert (figures["completeness"], figures["enough"], figures["shares"]) == (0, False, None)
    assert {figures[key] for key in ("mean", "sd", "cv", "gmi")} == {None}
    assert (usual["days"], usual["enough"]) == (0, False)
    assert {each["p50"] for each in usual["bins"]} == {None}


async def test_the_usual_day_goes_by_the_persons_own_clock(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    # From noon to noon UTC, which is 5 in the morning in Los Angeles: the first six hours are low.
    await keep(hass, quiet, person, readings_before(NOON, ([60] * 72 + [120] * 216) * 14))

    usual = (await answer(card, AGP))["result"]

    assert (usual["unit"], usual["zone"], usual["days"], usual["enough"]) == ("mg/dL", "US/Pacific", 14, True)
    assert [each["minute"] for each in usual["bins"]] == list(range(0, 1440, 15))
    low = [each["minute"] for each in usual["bins"] if each["p50"] == 60]
    assert low == list(range(5 * 60, 11 * 60, 15))
    assert usual["bins"][0] == {"minute": 0, "p5": 120, "p25": 120, "p50": 120, "p75": 120, "p95": 120}


@pytest.mark.parametrize("days", [0, 91, "many", None])
@pytest.mark.parametrize("command", [METRICS, AGP], ids=["metrics", "agp"])
async def test_no_figures_are_of_less_or_more_than_makes_sense(
    card: MockHAClientWebSocket, command: dict[str, Any], days: Any
) -> None:
    assert (await answer(card, command, days=days))["error"]["code"] == "invalid_format"


# Who may ask, and for whom.

COMMANDS = pytest.mark.parametrize("command", [SUBSCRIBE, METRICS, AGP], ids=["subscribe", "metrics", "agp"])


@COMMANDS
async def test_whoever_may_only_look_may_look(
    quiet: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    hass: HomeAssistant,
    command: dict[str, Any],
) -> None:
    card = await hass_ws_client(hass, hass_read_only_access_token)
    assert (await answer(card, command))["success"]


@COMMANDS
@pytest.mark.parametrize(
    ("policy", "may"),
    [
        ({}, False),
        ({"entities": {"entity_ids": {"sensor.something_else": True}}}, False),
        ({"entities": {"entity_ids": {GLUCOSE: {"control": True}}}}, False),
        ({"entities": {"entity_ids": {GLUCOSE: {"read": True}}}}, True),
    ],
    ids=["nothing", "something else", "only to control it", "to read it"],
)
async def test_only_those_who_may_see_the_sensor_are_answered(
    card: MockHAClientWebSocket,
    hass_admin_user: User,
    command: dict[str, Any],
    policy: Any,
    may: bool,
) -> None:
    hass_admin_user.groups = []
    hass_admin_user.permissions = PolicyPermissions(policy, hass_admin_user.perm_lookup)

    found = await answer(card, command)

    assert found["success"] is may
    if not may:
        assert found["error"]["code"] == "unauthorized"
        assert await silent(card)


@COMMANDS
@pytest.mark.parametrize(
    "entity_id", ["sensor.nothing", "sun.sun", "sensor.alex_example_trend", "binary_sensor.alex_example_low"]
)
async def test_what_is_no_glucose_sensor_of_ours_is_refused(
    card: MockHAClientWebSocket, command: dict[str, Any], entity_id: str
) -> None:
    refused = await answer(card, command, entity_id=entity_id)

    assert not refused["success"]
    assert refused["error"]["translation_key"] == "person_unknown"


@COMMANDS
async def test_an_account_that_is_not_set_up_is_said(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, command: dict[str, Any]
) -> None:
    await hass.config_entries.async_unload(quiet.entry_id)

    refused = await answer(card, command)

    assert refused["error"]["translation_key"] == "person_not_loaded"


@COMMANDS
async def test_a_history_that_cannot_be_read_is_said_and_nothing_stays_behind(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    hass_ws_client: WebSocketGenerator,
    command: dict[str, Any],
    pass_time: PassTime,
) -> None:
    Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry.entry_id}.history.db")).mkdir()
    await set_up(hass, entry)
    card = await hass_ws_client()

    refused = await answer(card, command)
    entry.runtime_data.history.changed(person.patient_id)
    await pass_time(seconds=2, step=1)

    assert refused["error"]["translation_key"] == "history_unwritable"
    assert await silent(card)


async def test_of_two_persons_each_is_told_of_alone(
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
    entry.runtime_data.history.keep_live(ben.patient_id, Reading(at=NOON, mg_dl=222), None)
    assert (await told(card))["v"] == [222]
    assert await silent(card)
