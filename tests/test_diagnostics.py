"""What leaves the house when somebody asks for help."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_dumps
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.libreview.diagnostics import async_get_config_entry_diagnostics
from tests.cloud_double import Account, Person


async def test_diagnostics_are_as_recorded(
    hass: HomeAssistant, loaded: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    assert await async_get_config_entry_diagnostics(hass, loaded) == snapshot


async def test_diagnostics_say_nothing_of_who_it_is_and_how_they_are(
    hass: HomeAssistant, loaded: MockConfigEntry, account: Account, person: Person
) -> None:
    text = json_dumps(await async_get_config_entry_diagnostics(hass, loaded))
    state = loaded.runtime_data.live.client.session.state
    secrets = [
        account.email,
        account.password,
        account.user_id,
        account.first_name,
        person.first_name,
        person.last_name,
        person.patient_id,
        account.connection_id(person),
        state.ticket.token,
        "120",
    ]
    assert person.sensor is not None
    secrets.append(person.sensor.serial)
    assert [secret for secret in secrets if secret in text] == []
