"""An entity as the diary of a person has them, on the device of somebody without a diary."""

from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.libreview.const import DOMAIN


def add_time_of_a_dose(hass: HomeAssistant, device_id: str, at: datetime) -> None:
    """Give a device a sensor that says when its last dose was."""
    entity = er.async_get(hass).async_get_or_create("sensor", DOMAIN, "dose_at", device_id=device_id)
    attributes = {"device_class": "timestamp", "precision": "minute", "dose": "4 U"}
    hass.states.async_set(entity.entity_id, at.isoformat(), attributes)
