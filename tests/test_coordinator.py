"""When the cloud is asked, and what becomes of its answers as time goes by."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import CONF_INTERVAL, DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.faults import Fault
from tests.cloud_double.person import Sensor
from tests.conftest import NOON, entry_of, set_up

PassTime = Callable[..., Awaitable[None]]

GLUCOSE = "sensor.alex_example_glucose"
STATUS = "sensor.alex_example_sensor_status"
LAST_READING = "sensor.alex_example_last_reading"
STALE = "binary_sensor.alex_example_no_current_data"
ENDED = "binary_sensor.alex_example_sensor_ended"
REFRESH = "button.alex_example_refresh"


def state(hass: HomeAssistant, entity_id: str) -> str:
    found = hass.states.get(entity_id)
    assert found is not None, f"{entity_id} is not among {hass.states.async_entity_ids()}"
    return found.state


def repairs(hass: HomeAssistant) -> set[str | None]:
    return {issue.translation_key for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN}


async def press(hass: HomeAssistant) -> None:
    await hass.services.async_call(BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: REFRESH}, blocking=True)


def polls(cloud: CloudDouble, since: datetime | None = None) -> list[datetime]:
    return [request.at for request in cloud.requests("connections", since)]


# When to ask.


async def test_polls_come_to_follow_the_upload(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, cloud: CloudDouble, pass_time: PassTime
) -> None:
    person.upload_delay = timedelta(seconds=20)
    await set_up(hass, entry)
    await pass_time(minutes=15, step=1)
    settled = datetime.now(UTC)
    await pass_time(minutes=15, step=1)
    seconds = [at.second - 20 for at in polls(cloud, settled)]
    assert len(seconds) <= 15
    assert min(seconds) >= 0
    assert median(seconds) <= 8


@pytest.mark.parametrize("interval", [120, 300, 600])
async def test_polls_are_no_closer_than_the_chosen_interval(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime, interval: int
) -> None:
    hass.config_entries.async_update_entry(loaded, options={CONF_INTERVAL: interval})
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=10, step=20)
    settled = datetime.now(UTC)
    await pass_time(hours=2, step=20)
    expected = 7200 // interval
    assert expected - 2 <= len(polls(cloud, settled)) <= expected + 1


async def test_nothing_is_polled_when_home_assistant_is_told_not_to(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=1)
    cloud.log.clear()
    await pass_time(hours=1, step=20)
    assert not cloud.requests()
    assert state(hass, GLUCOSE) == "unknown"
    await press(hass)
    assert state(hass, GLUCOSE) == "120"
    assert len(polls(cloud)) == 1


async def test_an_unloaded_account_asks_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    cloud.log.clear()
    await pass_time(hours=1, step=60)
    assert not cloud.requests()


async def test_a_reload_does_not_shorten_the_wait_after_a_refusal(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("connections", faults.rate_limited())
    await pass_time(minutes=10, step=20)
    before = polls(cloud)
    await hass.config_entries.async_reload(loaded.entry_id)
    await pass_time(minutes=50, step=20)
    # 8, 16 and 32 min less a quarter; begun anew, there would be one at each of Home Assistant's own tries.
    assert 1 <= len(polls(cloud)) - len(before) <= 3


async def test_a_reload_during_a_long_wait_asks_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("connections", faults.rate_limited(3600))
    await pass_time(minutes=2)
    cloud.log.clear()
    await hass.config_entries.async_reload(loaded.entry_id)
    await pass_time(minutes=55, step=20)
    assert not cloud.requests()
    assert loaded.state is ConfigEntryState.SETUP_RETRY
    cloud.heal()
    await pass_time(minutes=10, step=20)
    assert state(hass, GLUCOSE) == "120"


# The refresh button.


async def test_the_button_asks_at_once(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=5)
    person.add_reading(datetime.now(UTC), 155)
    cloud.log.clear()
    await press(hass)
    assert state(hass, GLUCOSE) == "155"
    assert len(polls(cloud)) == 1


async def test_the_button_pressed_again_and_again_asks_twice_at_most(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await pass_time(minutes=5)
    cloud.log.clear()
    for _ in range(10):
        await press(hass)
    await pass_time(seconds=15, step=5)
    assert len(polls(cloud)) <= 2


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (faults.status(500), "server_trouble"),
        (faults.html(), "invalid_answer"),
        (faults.rate_limited(), "refused"),
        (faults.cloudflare_block(), "blocked"),
    ],
    ids=["500", "page", "429", "Cloudflare"],
)
async def test_the_button_says_why_there_is_nothing_new(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    pass_time: PassTime,
    fault: Fault,
    key: str,
) -> None:
    await pass_time(minutes=5)
    cloud.fail_next("connections", fault)
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert (raised.value.translation_domain, raised.value.translation_key) == (DOMAIN, key)


async def test_the_button_does_not_ask_while_the_cloud_wants_to_be_left_alone(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_next("connections", faults.rate_limited(3600))
    await pass_time(minutes=2)
    cloud.log.clear()
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert raised.value.translation_key == "waiting"
    assert 58 <= int((raised.value.translation_placeholders or {})["minutes"]) <= 60
    assert not cloud.requests()


# The graph.


@pytest.mark.parametrize(("minutes", "graphs"), [(5, 0), (17, 0), (25, 1), (300, 1)])
async def test_the_graph_is_asked_again_after_a_gap_only(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    person: Person,
    pass_time: PassTime,
    minutes: int,
    graphs: int,
) -> None:
    assert len(cloud.requests("graph")) == 1
    await pass_time(minutes=5)
    cloud.pause(person)
    cloud.log.clear()
    await pass_time(minutes=minutes, step=20)
    cloud.resume(person)
    await pass_time(minutes=30, step=20)
    assert len(cloud.requests("graph")) == graphs


async def test_a_failing_graph_costs_nothing_but_itself(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("graph", faults.status(500))
    await set_up(hass, entry)
    assert state(hass, GLUCOSE) == "120"
    await pass_time(minutes=30, step=20)
    assert state(hass, GLUCOSE) == "120"
    assert len(cloud.requests("graph")) == 3


async def test_a_refused_graph_does_not_lead_to_another_request(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("graph", faults.rate_limited(600))
    await set_up(hass, entry)
    cloud.log.clear()
    await pass_time(minutes=9, step=20)
    assert not cloud.requests()
    assert state(hass, GLUCOSE) == "120"


async def test_a_person_the_cloud_does_not_load_is_asked_for_once(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("graph", faults.answer({"status": 4, "error": {"message": "couldNotLoadPatient"}}))
    await set_up(hass, entry)
    await pass_time(minutes=10, step=20)
    assert len(cloud.requests("graph")) == 1
    assert state(hass, GLUCOSE) == "120"


# Odd readings.


async def test_a_person_missing_from_the_answer_keeps_the_last_values_until_they_are_too_old(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=5)
    cloud.stop_sharing(account, person)
    await pass_time(minutes=1, seconds=30)
    assert not repairs(hass)
    await pass_time(minutes=11)
    assert state(hass, GLUCOSE) == "120"
    await pass_time(minutes=5)
    assert state(hass, GLUCOSE) == "unknown"
    assert state(hass, STALE) == "on"
    assert repairs(hass) == {"person_gone"}
    cloud.start_sharing(account, person)
    await pass_time(minutes=2)
    assert state(hass, GLUCOSE) == "120"
    assert not repairs(hass)


async def test_a_person_who_does_not_share_at_the_start_is_unknown_until_they_do(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    pass_time: PassTime,
) -> None:
    cloud.stop_sharing(account, person)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert (state(hass, GLUCOSE), state(hass, STATUS), state(hass, STALE)) == ("unknown", "unknown", "on")
    cloud.start_sharing(account, person)
    await pass_time(minutes=2)
    assert (state(hass, GLUCOSE), state(hass, STATUS), state(hass, STALE)) == ("120", "active", "off")


async def test_an_older_reading_never_replaces_a_newer_one(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=5)
    older = f"{NOON:%m/%d/%Y} 12:00:30 PM"

    def edit(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
        changed = {"FactoryTimestamp": older, "ValueInMgPerDl": 200, "Value": 200}
        return [each | {"glucoseMeasurement": each["glucoseMeasurement"] | changed} for each in data]

    cloud.edit_connections = edit
    before = state(hass, LAST_READING)
    await pass_time(minutes=3)
    assert (state(hass, GLUCOSE), state(hass, LAST_READING)) == ("120", before)


async def test_a_reading_from_the_future_is_not_shown_and_the_clock_is_spoken_of(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.add_reading(datetime.now(UTC) + timedelta(hours=3), 200)
    await pass_time(minutes=2)
    assert repairs(hass) == {"clock"}
    assert state(hass, GLUCOSE) == "120"
    await pass_time(minutes=16)
    assert state(hass, GLUCOSE) == "unknown"
    assert state(hass, STALE) == "on"
    person.extra_readings.clear()
    await pass_time(minutes=2)
    assert state(hass, GLUCOSE) == "120"
    assert not repairs(hass)


@pytest.mark.parametrize("minutes", [-20, 20])
async def test_a_wrong_clock_of_home_assistant_is_spoken_of_and_nobody_elses(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime, minutes: int
) -> None:
    cloud.now = lambda: datetime.now(UTC) + timedelta(minutes=minutes)
    await pass_time(minutes=18, step=20)
    assert repairs(hass) == {"own_clock"}
    (issue,) = [each for each in ir.async_get(hass).issues.values() if each.domain == DOMAIN]
    assert issue.translation_placeholders == {"minutes": "20"}
    assert state(hass, GLUCOSE) == "unknown"
    cloud.now = lambda: datetime.now(UTC)
    await pass_time(minutes=2)
    assert not repairs(hass)
    assert state(hass, GLUCOSE) == "120"


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)],
    ids=["spring", "autumn"],
)
async def test_nothing_happens_when_the_clocks_change(
    hass: HomeAssistant,
    cloud: CloudDouble,
    person: Person,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
    start: datetime,
) -> None:
    freezer.move_to(start)
    account = cloud.add_account(Account(), persons=[person])
    await set_up(hass, entry_of(account))
    for _ in range(60):
        await pass_time(minutes=1, step=20)
        assert state(hass, GLUCOSE) == "120"
        assert datetime.now(UTC) - datetime.fromisoformat(state(hass, LAST_READING)) < timedelta(minutes=3)
    assert not repairs(hass)
    assert len(cloud.requests("graph")) == 1


# What time alone changes.


async def test_a_reading_grows_old_to_the_second_while_the_cloud_is_away(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=5)
    cloud.fail_always("connections", faults.status(500))
    last = datetime.fromisoformat(state(hass, LAST_READING))
    young = last + timedelta(minutes=15) - datetime.now(UTC) - timedelta(seconds=1)
    await pass_time(seconds=young.total_seconds())
    assert (state(hass, GLUCOSE), state(hass, STALE)) == ("120", "off")
    await pass_time(seconds=2, step=1)
    assert (state(hass, GLUCOSE), state(hass, STALE)) == ("unknown", "on")


async def test_a_sensor_warms_up_and_ends_while_the_cloud_is_away(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    person.sensor = Sensor(activated=NOON - timedelta(minutes=50))
    await set_up(hass, entry)
    cloud.fail_always("connections", faults.status(500))
    await pass_time(minutes=9, seconds=59)
    assert state(hass, STATUS) == "warming_up"
    await pass_time(seconds=1)
    assert state(hass, STATUS) == "signal_lost"
    await pass_time(days=13, step=3600)
    await pass_time(hours=22, minutes=59, seconds=55, step=3600)
    assert (state(hass, STATUS), state(hass, ENDED)) == ("expiring", "off")
    await pass_time(seconds=10, step=1)
    assert (state(hass, STATUS), state(hass, ENDED)) == ("expired", "on")


# What a stranger's reading of the code brought up.


async def test_a_reading_that_grew_old_while_the_machine_slept_is_not_current_after_the_next_failure(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    cloud.fail_always("connections", faults.status(500))
    await pass_time(minutes=3)
    assert state(hass, GLUCOSE) == "120"
    freezer.tick(8 * 3600)  # Nothing fires meanwhile; the next thing to happen is a poll that fails again.
    await loaded.runtime_data.live.async_refresh()
    assert state(hass, GLUCOSE) == "unknown"
    assert state(hass, STALE) == "on"


async def test_polling_goes_on_when_the_clock_is_set_back(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    pass_time: PassTime,
) -> None:
    cloud.fail_next("connections", faults.status(500), times=2)
    await pass_time(minutes=2)
    freezer.move_to(datetime.now(UTC) - timedelta(hours=2))
    await loaded.runtime_data.live.async_refresh()
    cloud.log.clear()
    await pass_time(minutes=12)
    assert len(cloud.requests("connections")) >= 5


async def test_a_reading_is_shown_before_the_logbook_has_answered(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    answered = asyncio.Event()
    cloud.fail_next("logbook", faults.slow(answered))
    person.curve = lambda _: 48
    await pass_time(seconds=50)
    poll = asyncio.create_task(loaded.runtime_data.live.async_refresh())
    while not cloud.requests("logbook"):
        await asyncio.sleep(0)
    shown = state(hass, GLUCOSE)
    answered.set()
    await poll
    assert shown == "48"
