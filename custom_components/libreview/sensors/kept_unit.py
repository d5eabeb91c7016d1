"""The unit of glucose that a sensor goes on in, whatever the person's app is switched to later.

Home Assistant converts neither the states nor the statistics of a rate such as mg/dL/min. The statistics
would end with a repair, and a threshold in an automation would mean something else.
"""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..models import GlucoseUnit

_UNIT: Final = "unit"
_UNITS: Final = tuple(GlucoseUnit)


def kept_unit(registered: er.RegistryEntry | None) -> GlucoseUnit | None:
    """Return the unit that an entity began in, None while it has had no value."""
    options = registered.options.get(DOMAIN) if registered else None
    unit = options.get(_UNIT) if options else None
    return GlucoseUnit(unit) if unit in _UNITS else None


@callback
def keep_unit(hass: HomeAssistant, registered: er.RegistryEntry, unit: GlucoseUnit) -> None:
    """Have an entity go on in this unit, in which it has its first value."""
    er.async_get(hass).async_update_entity_options(registered.entity_id, DOMAIN, {_UNIT: unit.value})
