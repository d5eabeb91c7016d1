"""Shared by triggers and conditions: the filter for the entities of LibreView, and lists of chosen values."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.automation import DomainSpec, filter_by_domain_specs
import voluptuous as vol

from ..const import DOMAIN


class OwnEntityFilter:
    """Limits a trigger or a condition to the entities of LibreView of one kind, however they are named."""

    _hass: HomeAssistant
    _domain_specs: Mapping[str, DomainSpec]
    _key: ClassVar[str]
    """The translation key of that kind."""

    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return those entities that are of LibreView and of that kind."""
        registry = er.async_get(self._hass)
        return {
            entity_id
            for entity_id in filter_by_domain_specs(self._hass, self._domain_specs, entities)
            if (entry := registry.async_get(entity_id))
            and entry.platform == DOMAIN
            and entry.translation_key == self._key
        }


def list_of(values: Iterable[StrEnum]) -> Any:
    """Return a validator for a list of these values, or for one of them alone."""
    return vol.All(cv.ensure_list, [vol.In([value.value for value in values])])
