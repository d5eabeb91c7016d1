"""The automations that README and docs tell people to copy, in the worlds that alarms are for."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.blueprints.test_away import GONE
from tests.cloud_double import Account, Person
from tests.support.alarm_matrix import PAGES, documented
from tests.support.clock import PassTime, settled_but_automations
from tests.support.notified_home import House


def alias(page: str, start: str) -> list[dict[str, Any]]:
    """Return the automations of a page whose alias begins so."""
    return [each for name, each in documented().items() if name.startswith(f"{page}: {start}")]


async def start_with(hass: HomeAssistant, automation: list[dict[str, Any]]) -> list[ServiceCall]:
    """Start Home Assistant with an automation; gives what the phone is told."""
    heard = async_mock_service(hass, "notify", "mobile_app_phone")
    hass.set_state(CoreState.starting)
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await settled_but_automations(hass)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    return heard


@pytest.mark.usefixtures("notified_home")
@pytest.mark.parametrize("page", PAGES)
async def test_a_start_without_internet_is_told(
    hass: HomeAssistant, loaded: MockConfigEntry, automation_time: PassTime, page: str
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    heard = await start_with(hass, alias(page, "No glucose data"))
    await automation_time(minutes=9)
    assert not heard
    await automation_time(minutes=10)
    assert len(heard) == 1
    await automation_time(minutes=115)
    assert len(heard) == 1
    await automation_time(minutes=25)
    assert len(heard) == 2


@pytest.mark.usefixtures("notified_home")
@pytest.mark.parametrize("page", PAGES)
async def test_a_low_in_the_middle_of_which_the_automation_is_saved_is_told(
    hass: HomeAssistant, person: Person, automation_time: PassTime, page: str
) -> None:
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    heard = await start_with(hass, [])
    saved = {"automation": alias(page, "Low glucose")}
    with patch("homeassistant.config.async_hass_config_yaml", return_value=saved):
        await hass.services.async_call("automation", "reload", blocking=True)
    await automation_time(seconds=30)
    assert [call.data["message"][:8] for call in heard] == ["60 mg/dL"]


@pytest.mark.usefixtures("notified_home")
@pytest.mark.parametrize("page", PAGES)
async def test_a_phone_that_is_silent_at_the_start_is_told(
    hass: HomeAssistant, person: Person, automation_time: PassTime, page: str
) -> None:
    person.pause(datetime.now(UTC))
    await automation_time(minutes=20)
    heard = await start_with(hass, alias(page, "No glucose data"))
    await automation_time(minutes=20)
    assert len(heard) == 1


@pytest.mark.usefixtures("notified_home")
@pytest.mark.parametrize("page", PAGES)
async def test_a_low_that_is_there_at_the_start_is_told_loudly(
    hass: HomeAssistant, person: Person, automation_time: PassTime, page: str
) -> None:
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    heard = await start_with(hass, alias(page, "Low glucose"))
    await automation_time(minutes=6)
    (message,) = heard
    assert message.data["data"]["push"]["sound"]["critical"] == 1
    assert message.data["data"]["channel"] == "alarm_stream"


async def test_data_that_stop_and_come_back_in_time_are_not_told(
    hass: HomeAssistant, notified_home: House, person: Person, automation_time: PassTime
) -> None:
    heard = await start_with(hass, alias("README.md", "No glucose data"))
    person.pause(datetime.now(UTC))
    await automation_time(minutes=20)
    person.resume(datetime.now(UTC))
    await automation_time(minutes=30)
    assert not heard


@pytest.mark.usefixtures("notified_home")
async def test_a_long_high_is_told_though_it_is_very_high_now_and_then(
    hass: HomeAssistant, person: Person, automation_time: PassTime
) -> None:
    heard = await start_with(hass, alias("docs/automations.md", "High for a long time"))
    person.curve = lambda at: 230 + 40 * (at.minute // 20 % 2)
    await automation_time(minutes=124, step=30)
    assert len(heard) == 1


@pytest.mark.usefixtures("notified_home")
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("way", GONE)
async def test_a_low_that_is_there_when_who_was_away_is_back_is_told(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    account: Account,
    person: Person,
    automation_time: PassTime,
    way: str,
    page: str,
) -> None:
    leave, come_back = GONE[way]
    heard = await start_with(hass, alias(page, "Low glucose"))
    await leave(hass, loaded)
    await automation_time(minutes=3)
    person.curve = lambda _: 60
    await automation_time(minutes=3)
    await come_back(hass, loaded, account)
    await automation_time(minutes=8)
    # Home Assistant reloads the account once more after entities were enabled, which is a gap of its own.
    assert {call.data["message"][:8] for call in heard} == {"60 mg/dL"}
    assert len(heard) == 1 or way == "entities disabled and enabled"
