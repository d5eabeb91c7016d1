"""Two persons who live in Berlin, and a folder for their files."""

from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.entries import entry_of, subentry_data
from tests.support.stored_history import device_id_of


@pytest.fixture
def ben(cloud: CloudDouble) -> Person:
    """Somebody of whom nothing is known yet."""
    return Person(first_name="Ben", last_name="Sample", has_reading=False)


@pytest.fixture
async def followed(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person, ben: Person
) -> MockConfigEntry:
    """An account that follows two persons who live in Berlin, neither of whom has a reading."""
    person.has_reading = False
    cloud.start_sharing(account, ben)
    persons = [subentry_data(each, time_zone="Europe/Berlin") for each in account.follows]
    return await set_up(hass, entry_of(account, persons=persons))


@pytest.fixture
def alex(hass: HomeAssistant, followed: MockConfigEntry, person: Person) -> str:
    return device_id_of(hass, followed, person)


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """A folder that Home Assistant may use."""
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    hass.config.allowlist_external_dirs = {str(allowed)}
    return allowed
