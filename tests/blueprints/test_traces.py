"""What automations write down of themselves: that an alarm ran, and not that they looked in vain."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant
import pytest

from tests.cloud_double import Person
from tests.support.automations import begin_to_start
from tests.support.clock import PassTime
from tests.support.notified_home import House, from_blueprint

ALARMS: Final = ("low_alarm", "high_for_long", "falling_fast", "stale_data", "sensor_expiring")


@pytest.fixture
async def box(notified_home: House) -> str:
    return await notified_home.add_postbox("ntfy")


async def start(hass: HomeAssistant, automation_time: PassTime) -> None:
    """Start Home Assistant, whose automations each look once."""
    starting = asyncio.create_task(hass.async_start())
    await automation_time(seconds=20)
    await starting


async def test_an_hour_in_which_nothing_is_wrong_leaves_no_trace(
    hass: HomeAssistant, notified_home: House, box: str, automation_time: PassTime
) -> None:
    hass.states.async_set("light.lamp", "off")
    light = from_blueprint("range_light", person=notified_home.person, light=["light.lamp"])
    alarms = [from_blueprint(alarm, person=notified_home.person, notify=[box]) for alarm in ALARMS]
    await notified_home.automate_all([*alarms, light])
    await automation_time(hours=1)
    traces = {each: notified_home.traces(each) for each in (*ALARMS, "range_light")}
    assert traces == dict.fromkeys(traces, 0)


@pytest.mark.parametrize(
    ("blueprint", "mg_dl"), [("low_alarm", 60), ("high_for_long", 200), ("stale_data", None)]
)
async def test_an_alarm_that_lasts_has_one_trace_beside_that_of_the_start(
    hass: HomeAssistant,
    notified_home: House,
    box: str,
    person: Person,
    automation_time: PassTime,
    blueprint: str,
    mg_dl: int | None,
) -> None:
    begin_to_start(hass)
    await notified_home.automate(blueprint, person=notified_home.person, notify=[box])
    await start(hass, automation_time)
    if mg_dl is None:
        person.pause(datetime.now(UTC))
    else:
        person.curve = lambda _: mg_dl
    await automation_time(minutes=50, step=5)
    assert notified_home.traces(blueprint) == 2


async def test_a_fall_that_lasts_has_one_trace_beside_that_of_the_start(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    begin_to_start(hass)
    await notified_home.automate("falling_fast", person=notified_home.person, notify=[box], repeat_every=20)
    await start(hass, automation_time)
    begun = datetime.now(UTC)
    person.curve = lambda at: 170 - 2 * (at - begun).total_seconds() / 60
    await automation_time(minutes=45, step=5)
    assert notified_home.messages
    assert notified_home.traces("falling_fast") == 2


@pytest.mark.parametrize(("blueprint", "mg_dl"), [("low_alarm", 60), ("stale_data", 0)])
async def test_an_alarm_that_is_switched_on_too_late_to_be_triggered_is_caught_by_the_net(
    hass: HomeAssistant,
    notified_home: House,
    box: str,
    person: Person,
    automation_time: PassTime,
    blueprint: str,
    mg_dl: int,
) -> None:
    await notified_home.automate(blueprint, person=notified_home.person, notify=[box])
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
    if mg_dl:
        person.curve = lambda _: mg_dl
    else:
        person.pause(datetime.now(UTC))
    await automation_time(minutes=20)
    await hass.services.async_call("automation", "turn_on", {"entity_id": "all"}, blocking=True)
    await automation_time(minutes=16)
    assert notified_home.titles


async def test_a_reminder_that_was_missed_is_caught_by_the_net_and_comes_once(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC) - timedelta(days=13, hours=12)
    await automation_time(minutes=2)
    await notified_home.automate("sensor_expiring", person=notified_home.person, notify=[box], at="12:05:00")
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
    await automation_time(minutes=5)
    await hass.services.async_call("automation", "turn_on", {"entity_id": "all"}, blocking=True)
    await automation_time(minutes=40, step=5)
    assert notified_home.titles == ["Alex Example: Sensor status"]
    assert notified_home.traces("sensor_expiring") == 1
