"""A button of a person that asks the cloud for news at once."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.account import LibreViewConfigEntry
from .account.followed_person import async_refresh_now
from .entity import PersonEntity, PersonEntityDescription, add_person_entities

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PersonButtonDescription(PersonEntityDescription, ButtonEntityDescription):
    """Describes a button of a person."""


BUTTONS: Final = (PersonButtonDescription(key="refresh", translation_key="refresh"),)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the button of every followed person."""
    add_person_entities(entry, async_add_entities, RefreshButton, BUTTONS)


class RefreshButton(PersonEntity, ButtonEntity):
    """Asks all feeds of the person at once."""

    entity_description: PersonButtonDescription

    @override
    async def async_press(self) -> None:
        """Refresh all feeds. Raises HomeAssistantError saying why there is nothing new."""
        await async_refresh_now([self.person])
