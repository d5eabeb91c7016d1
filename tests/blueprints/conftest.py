"""What the alarm matrix needs: its house, and its table."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.alarm_house import Matrix
from tests.support.alarm_matrix import Table
from tests.support.automations import begin_to_start
from tests.support.clock import PassTime
from tests.support.notified_home import House


@pytest.fixture(scope="session")
def table() -> Iterator[Table]:
    """What was seen; printed at the end, for whoever asks for it by `-s`."""
    table = Table()
    yield table
    print(f"\n{table}")  # noqa: T201


@pytest.fixture
async def matrix(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    freezer: FrozenDateTimeFactory,
    automation_time: PassTime,
    caplog: pytest.LogCaptureFixture,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Matrix]:
    """The house, before Home Assistant has started. Its clock may be told to be elsewhere."""
    caplog.set_level("WARNING", "homeassistant")  # Automations say each step that they take.
    if at := getattr(request, "param", None):
        freezer.move_to(at)
        assert person.sensor is not None
        person.sensor.activated = person.began = at - timedelta(days=3)
    await hass.config.async_set_time_zone("Europe/Amsterdam")
    begin_to_start(hass)
    assert await async_setup_component(hass, "notify", {})
    await set_up(hass, entry)
    house = House(hass=hass)
    made = Matrix(
        hass=hass,
        house=house,
        entry=entry,
        cloud=cloud,
        account=account,
        person=person,
        freezer=freezer,
        pass_time=automation_time,
    )
    await made.prepare()
    yield made
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
