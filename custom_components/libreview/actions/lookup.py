"""Finds the person that a device or an entity belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..account.account import LibreViewConfigEntry
from ..account.followed_person import FollowedPerson
from ..const import DOMAIN
from ..entity import device_identifier
from ..models import GlucoseUnit
from ..person.snapshot import Snapshot


@callback
def find_person(hass: HomeAssistant, device_id: str) -> FollowedPerson:
    """Return the person of a device.

    Raises ServiceValidationError where there is none, or the account is not loaded.
    """
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
    """Return the persons of all accounts that are loaded."""
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        yield from entry.runtime_data.persons.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class GlucoseSensor:
    """A person's glucose sensor at one moment."""

    entity_id: str
    device_id: str
    entry_id: str
    person: FollowedPerson
    snapshot: Snapshot
    """The person when the sensor was looked up."""
    unit: GlucoseUnit
    """The unit of its state."""


@callback
def find_glucose_sensor(hass: HomeAssistant, entity_id: str) -> GlucoseSensor:
    """Return the glucose sensor of this entity id.

    Raises ServiceValidationError where there is none, or the account is not loaded.
    """
    entity = er.async_get(hass).async_get(entity_id)
    if (
        entity is None
        or entity.platform != DOMAIN
        or entity.device_id is None
        or entity.config_entry_id is None
        or entity.translation_key != "glucose"
    ):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="person_unknown")
    person = find_person(hass, entity.device_id)
    snapshot = person.snapshot()
    state = hass.states.get(entity_id)
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) if state else None
    return GlucoseSensor(
        entity_id=entity_id,
        device_id=entity.device_id,
        entry_id=entity.config_entry_id,
        person=person,
        snapshot=snapshot,
        unit=GlucoseUnit(unit) if unit in list(GlucoseUnit) else snapshot.unit,
    )
