"""Finding the person that somebody means by a device or by an entity."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .account import LibreViewConfigEntry
from .const import DOMAIN
from .entity import device_identifier
from .followed_person import FollowedPerson
from .models import GlucoseUnit
from .person import Snapshot


@callback
def person_of(hass: HomeAssistant, device_id: str) -> FollowedPerson:
    """The person whose device this is. Raises ServiceValidationError."""
    device = dr.async_get(hass).async_get(device_id)
    entry: LibreViewConfigEntry | None = (
        hass.config_entries.async_get_entry(device.config_entry_id)
        if device is not None and device.config_entry_id
        else None
    )
    if device is None or entry is None or entry.domain != DOMAIN:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="person_unknown")
    if entry.state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="person_not_loaded")
    for person in entry.runtime_data.persons.values():
        if device_identifier(entry, person.patient_id) in device.identifiers:
            return person
    raise ServiceValidationError(translation_domain=DOMAIN, translation_key="person_unknown")


@callback
def all_persons(hass: HomeAssistant) -> Iterator[FollowedPerson]:
    """Everybody who is followed by an account that is set up."""
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        yield from entry.runtime_data.persons.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class GlucoseSensor:
    """A person's glucose sensor, as it is shown."""

    entity_id: str
    entry_id: str
    person: FollowedPerson
    snapshot: Snapshot
    """The person when the sensor was looked up."""
    unit: GlucoseUnit
    """What people see it in."""


@callback
def glucose_sensor(hass: HomeAssistant, entity_id: str) -> GlucoseSensor:
    """The glucose sensor of this name. Raises ServiceValidationError."""
    entity = er.async_get(hass).async_get(entity_id)
    if (
        entity is None
        or entity.platform != DOMAIN
        or entity.device_id is None
        or entity.config_entry_id is None
        or entity.translation_key != "glucose"
    ):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="person_unknown")
    person = person_of(hass, entity.device_id)
    snapshot = person.snapshot()
    state = hass.states.get(entity_id)
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) if state else None
    return GlucoseSensor(
        entity_id=entity_id,
        entry_id=entity.config_entry_id,
        person=person,
        snapshot=snapshot,
        unit=GlucoseUnit(unit) if unit in list(GlucoseUnit) else snapshot.unit,
    )
