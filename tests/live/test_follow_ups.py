"""Graphs and logbooks that follow a poll, while other things happen."""

import asyncio
from datetime import UTC, datetime, timedelta

from aiohttp import web
from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.history.store import Store
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.support.clock import PassTime
from tests.support.states import repairs

REFRESH = "button.alex_example_refresh"


async def press(hass: HomeAssistant) -> None:
    await hass.services.async_call(BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: REFRESH}, blocking=True)


async def wait_for(cloud: CloudDouble, endpoint: str, count: int = 1) -> None:
    """Wait until a request has reached the cloud, which need not have answered it."""
    for _ in range(100_000):  # The clock stands still, so that no timeout would come.
        if len(cloud.requests(endpoint)) >= count:
            return
        await asyncio.sleep(0)
    pytest.fail(f"nobody has asked for {endpoint}")


async def test_a_graph_that_is_under_way_is_not_asked_for_again_and_the_later_look_stays_due(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    answer = asyncio.Event()
    cloud.fail_next("graph", faults.slow(answer))
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await wait_for(cloud, "graph")
    await press(hass)
    answer.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(cloud.requests("connections")) == 2
    assert len(cloud.requests("graph")) == 1
    await pass_time(minutes=30)
    assert len(cloud.requests("graph")) == 2


async def test_an_answer_that_comes_after_the_account_was_removed_leads_to_nothing(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    account: Account,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=40)
    cloud.start_sharing(account, Person(first_name="Newly"))
    answer = asyncio.Event()
    cloud.fail_next("connections", faults.slow(answer))
    cloud.log.clear()
    pressing = hass.async_create_task(press(hass))
    await wait_for(cloud, "connections")
    await hass.config_entries.async_remove(loaded.entry_id)
    answer.set()
    await pressing
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(cloud.requests()) == 1
    assert not repairs(hass)


async def test_a_removed_account_leaves_no_repair_about_our_clock(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await pass_time(minutes=5)
    cloud.now = lambda: datetime.now(UTC) + timedelta(minutes=20)
    answer = asyncio.Event()
    cloud.fail_next("connections", faults.slow(answer))
    cloud.log.clear()
    pressing = hass.async_create_task(press(hass))
    await wait_for(cloud, "connections")
    await hass.config_entries.async_remove(loaded.entry_id)
    answer.set()
    await pressing
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not repairs(hass)


async def test_who_stops_sharing_while_their_logbook_is_under_way_costs_nothing_else(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    account: Account,
    person: Person,
    cloud: CloudDouble,
) -> None:
    person.curve = lambda _at: 50
    answer = asyncio.Event()

    async def late(_request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        told = await truth()
        await answer.wait()
        return told

    cloud.fail_next("logbook", late)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await wait_for(cloud, "logbook")
    cloud.stop_sharing(account, person)
    await press(hass)
    answer.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    kept = await entry.runtime_data.history.async_run(Store.readings, person.patient_id, 0, 2**62)
    assert len(kept) > 100, "what the graph brought is there"
