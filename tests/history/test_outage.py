"""Nine hours without the cloud, or without Home Assistant: statistics have neither gaps nor flat lines."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.curve import realistic
from tests.conftest import NOON, set_up
from tests.history.conftest import BYSTANDER, House
from tests.history.graph_hours import hour_of_graph
from tests.support.entries import entry_of
from tests.support.restart import restarted

HOUR = timedelta(hours=1)
AWAY, BACK = NOON + HOUR + timedelta(minutes=20), NOON + 10 * HOUR + timedelta(minutes=20)
DARK = [NOON + number * HOUR for number in range(2, 10)]
"""The hours that passed as a whole meanwhile."""


@pytest.fixture
async def account(recorded_home: House, cloud: CloudDouble) -> MockConfigEntry:
    """The account of somebody who follows a lively person, set up at noon."""
    person = Person(curve=realistic("lively"), upload_jitter=timedelta())
    recorded_home.show()
    entry = await set_up(recorded_home.hass, entry_of(cloud.add_account(Account(), persons=[person])))
    await recorded_home.live_until(AWAY)
    return entry


@pytest.fixture
def person(cloud: CloudDouble) -> Person:
    """That person."""
    (account,) = cloud.accounts
    return account.follows[0]


async def test_hours_without_the_cloud_come_into_the_statistics(
    hass: HomeAssistant, recorded_home: House, account: MockConfigEntry, cloud: CloudDouble, person: Person
) -> None:
    cloud.fail_always("*", faults.status(503))
    await recorded_home.live_until(BACK)
    assert not set(DARK) & (await recorded_home.rows(sensor_of(hass))).keys(), (
        "the recorder itself has nothing there"
    )
    cloud.heal()
    await recorded_home.live_until(BACK + HOUR)
    await _tells_the_truth(recorded_home, sensor_of(hass), person)


async def test_hours_without_home_assistant_come_into_the_statistics(
    hass: HomeAssistant, recorded_home: House, account: MockConfigEntry, person: Person
) -> None:
    sensor = sensor_of(hass)
    shown = hass.states.get(sensor)
    assert shown is not None
    await hass.config_entries.async_unload(account.entry_id)
    # Nobody was there to say that the sensor had become unavailable.
    hass.states.async_set(sensor, shown.state, shown.attributes)
    await recorded_home.settle()
    await recorded_home.wake(BACK)
    flat = {(await recorded_home.rows(sensor))[hour] for hour in DARK}
    assert flat == {(float(shown.state),) * 3}, "the recorder itself draws a flat line"

    await set_up(hass, restarted(hass, account))
    await recorded_home.live_until(BACK + HOUR)
    await _tells_the_truth(recorded_home, sensor, person)


def sensor_of(hass: HomeAssistant) -> str:
    (sensor,) = [
        state.entity_id
        for state in hass.states.async_all("sensor")
        if state.attributes.get("device_class") == "blood_glucose_concentration"
        and state.entity_id.endswith("_glucose")
        and "jamie" not in state.entity_id
    ]
    return sensor


async def _tells_the_truth(recorded_home: House, sensor: str, person: Person) -> None:
    rows = await recorded_home.rows(sensor)
    for hour in DARK:
        assert rows[hour] == pytest.approx(hour_of_graph(person, hour), abs=0.01)
        assert rows[hour][1] != rows[hour][2]
    first = min(await recorded_home.rows(BYSTANDER))
    assert (await recorded_home.rows(BYSTANDER)).keys() >= {
        first + number * HOUR for number in range((BACK - first) // HOUR)
    }, "nobody else loses an hour"
