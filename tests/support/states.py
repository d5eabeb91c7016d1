"""What a person can see."""

from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.libreview.const import DOMAIN


def state(hass: HomeAssistant, entity_id: str) -> str:
    """The state of an entity that must be there."""
    found = hass.states.get(entity_id)
    assert found is not None, f"{entity_id} is not among {hass.states.async_entity_ids()}"
    return found.state


def measured_at(hass: HomeAssistant, glucose: str = "sensor.alex_example_glucose") -> datetime:
    """When the newest reading was measured, as the glucose of a person says it."""
    found = hass.states.get(glucose)
    assert found is not None
    return datetime.fromisoformat(found.attributes["measurement_timestamp"])


def repairs(hass: HomeAssistant) -> set[str | None]:
    """The kinds of repairs that are shown."""
    return {issue.translation_key for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN}
