"""An account as the older integration of this domain left it (PTST/LibreView-HomeAssistant, version 1)."""

from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, Person

ENDINGS = {
    "glucose_reading": Platform.SENSOR,
    "sensor_expiry": Platform.SENSOR,
    "glucose_reading_is_high": Platform.BINARY_SENSOR,
    "glucose_reading_is_low": Platform.BINARY_SENSOR,
}


def legacy_entry(account: Account, **data: Any) -> MockConfigEntry:
    """The entry of an account, without a unique id."""
    return MockConfigEntry(
        domain=DOMAIN,
        version=1,
        title="Libreview",
        data={
            "email": account.email,
            "password": account.password,
            "uom": "mg/dl",
            "sensor_duration": 14,
            "show_trend_arrow": True,
            "region": "Standard",
            **data,
        },
    )


def legacy_entities(
    hass: HomeAssistant, entry: MockConfigEntry, account: Account, person: Person
) -> dict[str, str]:
    """Register a person's entities, under no device; gives entity ids by the end of unique ids."""
    entry.add_to_hass(hass)
    registry = er.async_get(hass)
    return {
        ending: registry.async_get_or_create(
            platform,
            DOMAIN,
            f"{account.connection_id(person)}_{ending}",
            config_entry=entry,
            suggested_object_id=f"{person.first_name}_{ending}",
        ).entity_id
        for ending, platform in ENDINGS.items()
    }
