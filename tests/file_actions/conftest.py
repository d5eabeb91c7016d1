"""Two persons who live in Berlin, and a folder for their files."""

from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import entry_of, set_up, subentry_data
from tests.histories import device_of


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
    entry = entry_of(account)
    berlin = MockConfigEntry(
        domain=DOMAIN,
        version=2,
        title=entry.title,
        unique_id=entry.unique_id,
        data=dict(entry.data),
        subentries_data=[subentry_data(each, time_zone="Europe/Berlin") for each in account.follows],
    )
    return await set_up(hass, berlin)


@pytest.fixture
def alex(hass: HomeAssistant, followed: MockConfigEntry, person: Person) -> str:
    return device_of(hass, followed, person)


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """A folder that Home Assistant may use."""
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    hass.config.allowlist_external_dirs = {str(allowed)}
    return allowed
