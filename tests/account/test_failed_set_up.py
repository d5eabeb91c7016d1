"""A set-up that fails when there are entities already: nobody is left who would keep them up to date."""

from collections.abc import Iterator

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.libreview as integration
from custom_components.libreview.account.followed_person import FollowedPerson
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.states import state

ALEX = "sensor.alex_example_glucose"


@pytest.fixture
def account(cloud: CloudDouble, person: Person) -> Account:
    """An account that follows two."""
    return cloud.add_account(Account(), persons=[person, Person(first_name="Sam")])


@pytest.fixture(params=["a person", "what is sent elsewhere"])
def failing(request: pytest.FixtureRequest) -> Iterator[pytest.MonkeyPatch]:
    """Something that cannot be started, until this is undone."""

    def fail_for_one(person: FollowedPerson) -> None:
        if person.subentry.title == "Sam Example":
            raise RuntimeError
        start(person)

    async def fail(*_: object) -> None:
        raise RuntimeError

    start = FollowedPerson.start
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "a person":
            patch.setattr(FollowedPerson, "start", fail_for_one)
        else:
            patch.setattr(integration, "async_start_senders", fail)
        yield patch


async def test_no_value_is_left_where_something_cannot_be_started(
    hass: HomeAssistant,
    person: Person,
    entry: MockConfigEntry,
    failing: pytest.MonkeyPatch,
    pass_time: PassTime,
) -> None:
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert state(hass, ALEX) == "unavailable"

    failing.undo()
    await pass_time(hours=2)
    person.curve = lambda _: 95
    await pass_time(minutes=10)
    await hass.config_entries.async_reload(entry.entry_id)
    assert state(hass, ALEX) == "95"
