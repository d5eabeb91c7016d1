"""Asking for what is new at once."""

from typing import TYPE_CHECKING, Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription

from .entity import PersonEntity, add_for_each_person

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .account import LibreViewConfigEntry

PARALLEL_UPDATES = 1

BUTTONS: Final = (ButtonEntityDescription(key="refresh", translation_key="refresh"),)


async def async_setup_entry(
    hass: HomeAssistant, entry: LibreViewConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the button of every followed person."""
    add_for_each_person(entry, async_add_entities, RefreshButton, BUTTONS)


class RefreshButton(PersonEntity, ButtonEntity):
    """Asks both feeds of the person now, and says why when there is nothing new."""

    @override
    async def async_press(self) -> None:
        await self.person.async_refresh_now()
