"""Migrating entries of the older integration of the same domain (PTST/LibreView-HomeAssistant, version 1).

Migration has two steps, so that it does not depend on the cloud being reachable: the entry's data are
rewritten at once, and its entities are adopted at the first set-up that reaches the cloud, since only the
cloud knows which person a connection id belongs to. Entity ids, and with them history and dashboards, stay.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.components.recorder.statistics import async_update_statistics_metadata
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import entity_registry as er
from homeassistant.util.unit_conversion import BloodGlucoseConcentrationConverter

from .account.account import account_title
from .cloud import regions
from .cloud.services import LIBRELINKUP
from .const import CONF_SENSOR_LIFE, DOMAIN, SUBENTRY_PERSON
from .entity import unique_id
from .entry_data import async_follow
from .models import Connection, GlucoseUnit

_LEGACY: Final = "legacy"
"""In an entry's data: the settings of the older entry, for persons who are yet to be adopted."""

_KEYS_BY_ENDING: Final = {
    "glucose_reading_is_high": "high",
    "glucose_reading_is_low": "low",
    "glucose_reading": "glucose",
    "sensor_expiry": "sensor_expires",
}
"""Our keys of entities, by what follows the connection id in the older unique ids."""
_PLUS_LIFE: Final = 15
"""Days that a Plus sensor lasts. The older integration's 14 is not taken over, for it was the default."""


def migrate_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an older entry's data as ours: the region in our spelling, its settings kept for adoption."""
    region = str(data.get(CONF_REGION) or "").lower()
    return {
        CONF_EMAIL: data[CONF_EMAIL],
        CONF_PASSWORD: data[CONF_PASSWORD],
        CONF_REGION: region if regions.is_known(region) else regions.GLOBAL,
        _LEGACY: {key: data[key] for key in ("uom", "sensor_duration") if key in data},
    }


def needs_adoption(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Return whether this entry has persons or entities of the older integration that are not adopted yet."""
    return _LEGACY in entry.data and (entry.unique_id is None or bool(_legacy_entities(hass, entry)))


async def async_adopt(
    hass: HomeAssistant, entry: ConfigEntry, account_id: str | None, shared: Iterable[Connection]
) -> None:
    """Make subentries of the older entry's persons, and give them its entities. Sends no request.

    Who does not share at the moment is adopted at a later set-up.
    Raises ConfigEntryError when the account is also set up in another entry.
    """
    twin = account_id and hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, account_id)
    if twin and twin.entry_id != entry.entry_id:
        raise ConfigEntryError(translation_domain=DOMAIN, translation_key="duplicate_account")
    entities = _legacy_entities(hass, entry)
    is_first = entry.unique_id is None
    if is_first:
        title = account_title(LIBRELINKUP, entry.data[CONF_EMAIL])
        hass.config_entries.async_update_entry(entry, unique_id=account_id, title=title)
    followed = {subentry.unique_id for subentry in entry.get_subentries_of_type(SUBENTRY_PERSON)}
    for person in shared:
        their_entities = entities.get((person.connection_id or "").lower(), {})
        if not their_entities and (entities or not is_first):
            continue  # Somebody who began to share later: a repair offers to add them.
        if person.patient_id not in followed:
            _follow_with_life(hass, entry, person)
        for key, entity in their_entities.items():
            er.async_get(hass).async_update_entity(
                entity.entity_id, new_unique_id=unique_id(account_id, person.patient_id, key)
            )
        if (glucose := their_entities.get("glucose")) is not None:
            _keep_unit(hass, glucose.entity_id, str(entry.data[_LEGACY].get("uom", "")), person)


def _follow_with_life(hass: HomeAssistant, entry: ConfigEntry, person: Connection) -> None:
    """Add the person, with the sensor life that was chosen in the older integration."""
    subentry = async_follow(hass, entry, person)
    if entry.data[_LEGACY].get("sensor_duration") == _PLUS_LIFE:
        data = {**subentry.data, CONF_SENSOR_LIFE: _PLUS_LIFE}
        hass.config_entries.async_update_subentry(entry, subentry, data=data)


def _legacy_entities(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, dict[str, er.RegistryEntry]]:
    """Return the older integration's entities by connection id, then by our key."""
    found: dict[str, dict[str, er.RegistryEntry]] = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        for ending, key in _KEYS_BY_ENDING.items():
            if entity.unique_id.endswith(f"_{ending}"):
                connection_id = entity.unique_id.removesuffix(f"_{ending}").lower()
                found.setdefault(connection_id, {})[key] = entity
                break
    return found


def _keep_unit(hass: HomeAssistant, entity_id: str, uom: str, person: Connection) -> None:
    """Keep the unit that was chosen, under its proper name: the older integration wrote mg/dl."""
    unit = next((unit for unit in GlucoseUnit if unit.lower() == uom.lower()), None)
    if unit is None:
        return
    if unit is not person.unit:
        er.async_get(hass).async_update_entity_options(entity_id, "sensor", {"unit_of_measurement": unit})
    if "recorder" in hass.config.components:
        async_update_statistics_metadata(
            hass,
            entity_id,
            new_unit_class=BloodGlucoseConcentrationConverter.UNIT_CLASS,
            new_unit_of_measurement=unit,
        )
