"""A restart of Home Assistant, as far as an account is concerned."""

from types import MappingProxyType

from homeassistant.config_entries import ConfigEntry, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN


def restarted(hass: HomeAssistant, entry: ConfigEntry) -> MockConfigEntry:
    """The entry as it is read after a restart: all that was only in memory is forgotten. Unload it before."""
    for key in [key for key in hass.data if str(key).startswith(f"{DOMAIN}_")]:
        del hass.data[key]
    return MockConfigEntry(
        domain=DOMAIN,
        entry_id=entry.entry_id,
        version=entry.version,
        title=entry.title,
        unique_id=entry.unique_id,
        data=dict(entry.data),
        options=dict(entry.options),
        subentries_data=[
            ConfigSubentryDataWithId(
                data=MappingProxyType(dict(subentry.data)),
                subentry_id=subentry.subentry_id,
                subentry_type=subentry.subentry_type,
                title=subentry.title,
                unique_id=subentry.unique_id,
            )
            for subentry in entry.subentries.values()
        ],
    )
