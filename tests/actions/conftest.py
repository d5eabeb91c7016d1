"""Somebody whom the actions are about."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Person
from tests.support.stored_history import device_id_of


@pytest.fixture
def alex(hass: HomeAssistant, quiet: MockConfigEntry, person: Person) -> str:
    """The device of the person who has no reading yet."""
    return device_id_of(hass, quiet, person)
