"""How old a reading is called in messages: never younger than it is."""

from datetime import UTC, datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Person
from tests.support.clock import PassTime
from tests.support.diary_entity import add_time_of_a_dose
from tests.support.notified_home import House


@pytest.fixture
async def box(notified_home: House) -> str:
    return await notified_home.add_postbox("ntfy")


async def test_the_last_value_keeps_its_age_when_the_account_goes(
    hass: HomeAssistant,
    notified_home: House,
    loaded: MockConfigEntry,
    box: str,
    person: Person,
    automation_time: PassTime,
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[box], repeat_every=60)
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    person.pause(datetime.now(UTC))
    await automation_time(minutes=10)
    await hass.config_entries.async_unload(loaded.entry_id)
    await automation_time(minutes=3)
    assert notified_home.messages[-1].text.endswith("Last value 60 mg/dL, 12 min ago")


async def test_the_end_of_the_sensor_is_not_taken_for_the_last_reading(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[box])
    assert person.sensor is not None
    person.sensor.activated = datetime.now(UTC) + timedelta(minutes=11) - timedelta(days=14)
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    person.pause(datetime.now(UTC))
    await automation_time(minutes=6)
    assert notified_home.messages[-1].text == "60 mg/dL → Stable, 4 min ago"


async def test_when_a_dose_was_is_not_taken_for_the_last_reading(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[box])
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    person.pause(datetime.now(UTC))
    await automation_time(minutes=4)
    add_time_of_a_dose(hass, notified_home.person, datetime.now(UTC))
    await automation_time(minutes=2)
    assert notified_home.messages[-1].text == "60 mg/dL → Stable, 4 min ago"


async def test_without_glucose_the_alarm_sounds_all_the_same(
    hass: HomeAssistant, notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    er.async_get(hass).async_update_entity(
        "sensor.alex_example_glucose", disabled_by=er.RegistryEntryDisabler.USER
    )
    await automation_time(minutes=2)
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[box])
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    assert [(message.title, message.text) for message in notified_home.messages] == [
        ("Alex Example: Low", "→ Stable")
    ]
