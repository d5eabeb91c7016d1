"""Taking over entries of the older integration of the same domain (PTST/LibreView-HomeAssistant, version 1).

That happens in two steps, so that nothing depends on the cloud being there: the entry's data are rewritten
at once, and what only the cloud can tell (which person a connection id belongs to) is caught up with at the
first set-up that reaches it. Entity ids, and with them history and dashboards, live on.
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

from .account import account_title
from .cloud import regions
from .cloud.services import LIBRELINKUP
from .const import CONF_SENSOR_LIFE, DOMAIN, PERSON
from .entity import unique_id
from .models import GlucoseUnit, Person
from .subentries import async_follow

_LEGACY: Final = "legacy"
"""In an entry's data: what the older entry said, for persons yet to be caught up with."""

_KEYS: Final = {
    "glucose_reading_is_high": "high",
    "glucose_reading_is_low": "low",
    "glucose_reading": "glucose",
    "sensor_expiry": "sensor_expires",
}
"""What the older unique ids end with after the connection id, and our keys."""
_PLUS_LIFE: Final = 15
"""Days. The older integration's 14 was nobody's choice but its default."""


def migrated_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """An older entry's data as ours: the region in our spelling, the rest kept for later."""
    region = str(data.get(CONF_REGION) or "").lower()
    return {
        CONF_EMAIL: data[CONF_EMAIL],
        CONF_PASSWORD: data[CONF_PASSWORD],
        CONF_REGION: region if regions.is_known(region) else regions.GLOBAL,
        _LEGACY: {key: data[key] for key in ("uom", "sensor_duration") if key in data},
    }


def needs_adoption(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Whether this entry still has something of the older integration's to be caught up with."""
    return _LEGACY in entry.data and (entry.unique_id is None or bool(_legacy_entities(hass, entry)))


async def async_adopt(
    hass: HomeAssistant, entry: ConfigEntry, account_id: str | None, shared: Iterable[Person]
) -> bool:
    """Make the older entry's persons subentries and its entities theirs. Asks for nothing.

    Says whether there was anybody to take over: who does not share at the moment is caught up with at a
    later set-up. Raises ConfigEntryError when the account is also set up in another entry.
    """
    twin = account_id and hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, account_id)
    if twin and twin.entry_id != entry.entry_id:
        raise ConfigEntryError(translation_domain=DOMAIN, translation_key="duplicate_account")
    entities = _legacy_entities(hass, entry)
    is_first = entry.unique_id is None
    if is_first:
        title = account_title(LIBRELINKUP, entry.data[CONF_EMAIL])
        hass.config_entries.async_update_entry(entry, unique_id=account_id, title=title)
    anybody = False
    followed = {subentry.unique_id for subentry in entry.get_subentries_of_type(PERSON)}
    for person in shared:
        theirs = entities.get((person.connection_id or "").lower(), {})
        if not theirs and (entities or not is_first):
            continue  # They began to share later: a repair offers to add them.
        anybody = True
        if person.patient_id not in followed:
            _follow(hass, entry, person)
        for key, entity in theirs.items():
            er.async_get(hass).async_update_entity(
                entity.entity_id, new_unique_id=unique_id(account_id, person.patient_id, key)
            )
        if (glucose := theirs.get("glucose")) is not None:
            _keep_unit(hass, glucose.entity_id, str(entry.data[_LEGACY].get("uom", "")), person)
    return anybody


def _follow(hass: HomeAssistant, entry: ConfigEntry, person: Person) -> None:
    """Add the person, with the life that was chosen for sensors."""
    subentry = async_follow(hass, entry, person)
    if entry.data[_LEGACY].get("sensor_duration") == _PLUS_LIFE:
        data = {**subentry.data, CONF_SENSOR_LIFE: _PLUS_LIFE}
        hass.config_entries.async_update_subentry(entry, subentry, data=data)


def _legacy_entities(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, dict[str, er.RegistryEntry]]:
    """The older integration's entities by connection id and our key."""
    found: dict[str, dict[str, er.RegistryEntry]] = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        for ending, key in _KEYS.items():
            if entity.unique_id.endswith(f"_{ending}"):
                connection_id = entity.unique_id.removesuffix(f"_{ending}").lower()
                found.setdefault(connection_id, {})[key] = entity
                break
    return found


def _keep_unit(hass: HomeAssistant, entity_id: str, uom: str, person: Person) -> None:
    """Go on in the unit that was chosen, under its proper name: the older integration wrote mg/dl."""
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
