"""When the cloud is asked."""

from datetime import UTC, datetime, timedelta
import logging
from statistics import median
from unittest.mock import AsyncMock

from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.librelinkup import LibreLinkUp
from custom_components.libreview.const import CONF_INTERVAL, CONF_MAX_AGE, DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.faults import Fault
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.states import repairs, state

GLUCOSE = "sensor.alex_example_glucose"
REFRESH = "button.alex_example_refresh"


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
    await pass_time(minutes=15)
    settled = datetime.now(UTC)
    await pass_time(minutes=15)
    seconds = [at.second - 20 for at in polls(cloud, settled)]
    assert len(seconds) <= 15
    assert sum(second < 0 for second in seconds) <= 1  # One look may try whether the upload is sooner.
    assert median(seconds) <= 8


@pytest.mark.parametrize("interval", [120, 300, 600])
async def test_polls_are_no_closer_than_the_chosen_interval(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime, interval: int
) -> None:
    (subentry,) = loaded.subentries.values()
    hass.config_entries.async_update_subentry(loaded, subentry, data={**subentry.data, CONF_MAX_AGE: 30})
    hass.config_entries.async_update_entry(loaded, options={CONF_INTERVAL: interval})
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=10)
    settled = datetime.now(UTC)
    await pass_time(hours=2)
    expected = 7200 // interval
    assert expected - 2 <= len(polls(cloud, settled)) <= expected + 1


async def test_a_reload_does_not_shorten_the_wait_after_a_refusal(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("connections", faults.rate_limited())
    await pass_time(minutes=10)
    before = polls(cloud)
    await hass.config_entries.async_reload(loaded.entry_id)
    await pass_time(minutes=50)
    # 8 and 15 min less a quarter; begun anew, there would be more.
    assert 1 <= len(polls(cloud)) - len(before) <= 5


async def test_a_reload_during_a_long_wait_asks_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("connections", faults.rate_limited(3600))
    await pass_time(minutes=2)
    cloud.log.clear()
    await hass.config_entries.async_reload(loaded.entry_id)
    await pass_time(minutes=55)
    assert not cloud.requests()
    assert state(hass, GLUCOSE) == "unknown"
    cloud.heal()
    await pass_time(minutes=10)
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
    await pass_time(seconds=15)
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
    assert raised.value.translation_key == "refused"  # The reason, rather than that we wait.
    assert 58 <= int((raised.value.translation_placeholders or {})["minutes"]) <= 60
    assert not cloud.requests()


async def test_new_terms_while_running_are_logged_as_a_failed_update_and_not_as_a_failed_set_up(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    account: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cloud.change_terms(account, "tou")
    await pass_time(minutes=2)
    (line,) = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert line.startswith("Error fetching LibreLinkUp data")
    assert loaded.state is ConfigEntryState.LOADED


async def test_with_new_terms_at_the_first_request_the_entities_say_that_there_are_no_data(
    hass: HomeAssistant, entry: MockConfigEntry, account: Account, cloud: CloudDouble
) -> None:
    cloud.change_terms(account, "tou")
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert repairs(hass) == {"terms"}
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "on"


@pytest.mark.parametrize(
    "fault",
    [faults.status(500), faults.rate_limited(3600), faults.ticket_invalid()],
    ids=["500", "429", "401"],
)
async def test_after_a_start_without_the_cloud_the_stored_reading_is_shown_while_it_is_young(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime, fault: Fault
) -> None:
    await pass_time(minutes=5)
    cloud.fail_always("*", fault)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert state(hass, GLUCOSE) == "120"
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "off"
    await pass_time(minutes=16)
    assert state(hass, GLUCOSE) == "unknown"
    assert state(hass, "binary_sensor.alex_example_no_current_data") == "on"


# The graph.


@pytest.mark.parametrize(("minutes", "graphs"), [(5, 0), (17, 1), (27, 2), (300, 2)])
async def test_the_graph_is_asked_after_a_gap_and_once_more_when_it_reaches_its_end(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    person: Person,
    pass_time: PassTime,
    minutes: int,
    graphs: int,
) -> None:
    assert len(cloud.requests("graph")) == 1
    await pass_time(minutes=30)
    assert len(cloud.requests("graph")) == 2
    cloud.pause(person)
    await pass_time(minutes=minutes)
    cloud.resume(person)
    cloud.log.clear()
    await pass_time(minutes=30)
    assert len(cloud.requests("graph")) == graphs


async def test_a_failing_graph_leaves_glucose_shown(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("graph", faults.status(500))
    await set_up(hass, entry)
    assert state(hass, GLUCOSE) == "120"
    await pass_time(minutes=20)
    assert state(hass, GLUCOSE) == "120"
    assert len(cloud.requests("graph")) == 3
    await pass_time(hours=2)
    assert len(cloud.requests("graph")) <= 3 + 2 * 9  # Three tries in each 20 minutes.


async def test_of_an_outage_longer_than_the_graph_its_last_hours_are_filled(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    person.pause(datetime.now(UTC))
    await pass_time(hours=13, step=300)
    person.resume(datetime.now(UTC))
    back = datetime.now(UTC)
    await pass_time(hours=1)
    live = loaded.runtime_data.live.data[person.patient_id]
    filled = [each for each in live.readings if back - timedelta(hours=2) < each.at < back]
    assert len(filled) > 10


async def test_a_refused_graph_holds_back_graphs_and_nothing_else(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("graph", faults.rate_limited(600))
    await set_up(hass, entry)
    cloud.log.clear()
    await pass_time(minutes=9)
    assert len(polls(cloud)) >= 7
    assert not cloud.requests("graph")
    await pass_time(minutes=3)
    assert len(cloud.requests("graph")) == 1


@pytest.mark.parametrize("endpoint", ["graph", "logbook"])
@pytest.mark.parametrize(
    "fault",
    [faults.status(401), faults.rate_limited(3600), faults.status(500), faults.answer({"status": 911})],
    ids=["401", "429", "500", "911"],
)
async def test_whatever_comes_of_a_graph_or_a_logbook_the_live_feed_goes_on(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: CloudDouble,
    person: Person,
    pass_time: PassTime,
    endpoint: str,
    fault: Fault,
) -> None:
    cloud.fail_always(endpoint, fault)
    await set_up(hass, entry)
    person.curve = lambda _: 65
    cloud.log.clear()
    await pass_time(minutes=15)
    assert len(polls(cloud)) >= 12
    assert not cloud.requests("login")
    assert len(cloud.requests(endpoint)) <= 3
    assert state(hass, GLUCOSE) == "65"


async def test_a_person_the_cloud_does_not_load_is_asked_for_once(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    cloud.fail_always("graph", faults.answer({"status": 4, "error": {"message": "couldNotLoadPatient"}}))
    await set_up(hass, entry)
    await pass_time(minutes=10)
    assert len(cloud.requests("graph")) == 1
    assert state(hass, GLUCOSE) == "120"


async def test_what_nobody_foresaw_is_told_after_an_hour_and_tried_again(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    monkeypatch: pytest.MonkeyPatch,
    pass_time: PassTime,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(LibreLinkUp, "connections", AsyncMock(side_effect=KeyError))
        await pass_time(minutes=90)
        assert state(hass, GLUCOSE) == "unknown"
        assert repairs(hass)
    await pass_time(minutes=20)
    assert state(hass, GLUCOSE) == "120"
    assert not repairs(hass)
