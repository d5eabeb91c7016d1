"""What triggers and conditions have in common: whose entities they mean, and how values are chosen."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, entity_registry as er
import voluptuous as vol

from .const import DOMAIN


def own_entities(hass: HomeAssistant, entities: set[str], key: str) -> set[str]:
    """Those of LibreView with that translation key, however people have named them."""
    registry = er.async_get(hass)
    entries = map(registry.async_get, entities)
    return {
        entry.entity_id
        for entry in entries
        if entry and entry.platform == DOMAIN and entry.translation_key == key
    }


def some_of(values: Iterable[StrEnum]) -> Any:
    """Validate a choice of values, which may be one alone."""
    return vol.All(cv.ensure_list, [vol.In([value.value for value in values])])
