"""The system information page."""

from re import fullmatch

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.entries import own_entry_of


async def test_it_says_whether_the_cloud_can_be_reached_and_when_it_last_answered(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    assert await info.pop("can_reach_server") == "ok"
    assert info == {"accounts": 1, "persons": 1, "last_success": "0 seconds"}


async def test_it_says_so_when_no_account_is_working(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: CloudDouble
) -> None:
    entry.add_to_hass(hass)
    assert await async_setup_component(hass, DOMAIN, {})
    assert await async_setup_component(hass, "system_health", {})
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    info = await get_system_health_info(hass, DOMAIN)
    await cloud.stop()
    assert (await info.pop("can_reach_server"))["error"] == "unreachable"
    assert info == {"accounts": 1, "persons": 1, "last_success": None}


async def test_the_diary_is_an_answer_of_the_cloud_too(
    hass: HomeAssistant, own_account: Account, pass_time: PassTime
) -> None:
    await set_up(hass, own_entry_of(own_account))
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    assert await info.pop("can_reach_server") == "ok"
    assert info["last_success"] is None
    await pass_time(seconds=30)
    info = await get_system_health_info(hass, DOMAIN)
    assert await info.pop("can_reach_server") == "ok"
    assert info == {"accounts": 1, "persons": 1, "last_success": info["last_success"]}
    # The report is asked for at a random moment of those 30 s.
    assert fullmatch(r"[12]?\d seconds?", info["last_success"])
