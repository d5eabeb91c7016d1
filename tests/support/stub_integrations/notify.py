"""Somebody who can be told something, and shows all of it."""

from typing import TYPE_CHECKING, override

from homeassistant.components.notify import NotifyEntity
from homeassistant.components.notify.const import NotifyEntityFeature
from homeassistant.util import dt as dt_util

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    if entry.data["platform"] == "notify":
        async_add_entities([Postbox(entry)])


class Postbox(NotifyEntity):
    """Without the buttons of a phone; `messages` are the title, the text and the time of each, in order."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, entry: ConfigEntry) -> None:
        self._attr_unique_id = entry.entry_id
        self._attr_name = entry.title
        self._messages: list[dict[str, str | None]] = []
        self._attr_extra_state_attributes = {"messages": self._messages}

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        at = dt_util.utcnow().isoformat()
        self._messages = [*self._messages, {"title": title, "text": message, "at": at}]
        self._attr_extra_state_attributes = {"messages": self._messages}
        self.async_write_ha_state()
