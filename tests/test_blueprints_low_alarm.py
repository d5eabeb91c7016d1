"""The blueprint that wakes people for a low."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Person
from tests.house import House
from tests.house_time import let_pass

PassTime = Callable[..., Awaitable[None]]
RANGE = "sensor.alex_example_range"


@pytest.fixture
async def house(hass: HomeAssistant, loaded: MockConfigEntry) -> AsyncIterator[House]:
    assert await async_setup_component(hass, "notify", {})
    yield House(hass=hass)
    # What still waits would hold up the end.
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


@pytest.fixture
def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> PassTime:
    return partial(let_pass, hass, freezer)


async def test_a_low_is_told_with_value_trend_and_age(
    house: House, person: Person, pass_time: PassTime
) -> None:
    phone = await house.add_phone("Mum's phone")
    box = await house.add_postbox("ntfy")
    await house.automate("low_alarm", person=house.device(RANGE), notify=[phone, box])
    await pass_time(minutes=5)
    assert not house.messages
    person.curve = lambda _: 62
    await pass_time(minutes=3)
    assert [m.title for m in house.messages] == ["Alex Example: Low"] * 2
