"""A machine that sleeps: its clock goes on, its timers stand still."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.states import state

GLUCOSE = "sensor.alex_example_glucose"
REFRESH = "button.alex_example_refresh"
NIGHT = 8 * 3600.0


async def test_a_reading_that_grew_old_in_sleep_is_not_shown_after_a_poll_that_brings_nothing_new(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cloud.fail_always("graph", faults.status(500))
    await set_up(hass, entry)
    person.pause(datetime.now(UTC))
    await pass_time(minutes=4)
    assert state(hass, GLUCOSE) == "120"

    awake = hass.loop.time
    freezer.tick(NIGHT)
    monkeypatch.setattr(hass.loop, "time", lambda: awake() - NIGHT)
    await hass.services.async_call(BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: REFRESH}, blocking=True)
    assert state(hass, GLUCOSE) == "unknown"
