"""Inputs and events that are not quite what they should be."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from tests.cloud_double import Person
from tests.support.clock import PassTime
from tests.support.notified_home import House


@pytest.fixture
async def box(notified_home: House) -> str:
    return await notified_home.add_postbox("ntfy")


@pytest.mark.parametrize(
    ("quiet_from", "quiet_to", "told"),
    [
        ("22:00:00", "07:00:00", 0),
        ("22:00", "7:00", 0),
        (79200, 25200, 0),  # The same without quotes.
        ("9:00", "17:00", 1),
        (None, "07:00:00", 1),
        ("22:00:00", "morning", 1),
    ],
)
async def test_quiet_hours_are_understood_however_yaml_has_them(
    hass: HomeAssistant,
    notified_home: House,
    box: str,
    person: Person,
    automation_time: PassTime,
    quiet_from: str | int | None,
    quiet_to: str | int,
    told: int,
) -> None:
    await hass.config.async_set_time_zone("Pacific/Auckland")  # It is midnight.
    await notified_home.automate(
        "low_alarm", person=notified_home.person, notify=[box], quiet_from=quiet_from, quiet_to=quiet_to
    )
    person.curve = lambda _: 60
    await automation_time(minutes=3)
    assert len(notified_home.messages) == told


@pytest.mark.parametrize("action", ["1", "True", "None"])
async def test_the_button_of_another_message_does_not_break_the_test(
    hass: HomeAssistant, notified_home: House, automation_time: PassTime, action: str
) -> None:
    assert await async_setup_component(hass, "persistent_notification", {})
    phone = await notified_home.add_phone("Mum's phone")
    await notified_home.automate("try_my_alarm", person=notified_home.person, notify=[phone])
    pressed = {"entity_id": "automation.try_my_alarm"}
    hass.async_create_task(hass.services.async_call("automation", "trigger", pressed, blocking=True))
    await automation_time(minutes=1)
    hass.bus.async_fire("mobile_app_notification_action", {"action": action})
    await automation_time(minutes=5)
    assert notified_home.messages[-1].text == "Mum's phone: did not answer"
