"""The private files in Home Assistant's storage: of one that cannot be read, nothing is known."""

from collections.abc import Mapping, Sequence
import logging
from typing import Any, Final, override

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from .const import DOMAIN

_LOGGER: Final = logging.getLogger(__name__)

_VERSION: Final = 1


class PrivateStore[T: Mapping[str, Any] | Sequence[Any]](Store[T]):
    """A private file of ours. None of them is needed to set an account up."""

    is_unreadable = False
    """True once there was a file that could not be read, so that what it held is not known."""

    def __init__(self, hass: HomeAssistant, name: str) -> None:
        """Name the file, which is loaded when it is asked for."""
        super().__init__(hass, _VERSION, f"{DOMAIN}.{name}", private=True, atomic_writes=True)

    @override
    async def async_load(self) -> T | None:
        """Return the content, None without any, or if it cannot be read (a later version, a bad disk)."""
        try:
            return await super().async_load()
        except (HomeAssistantError, NotImplementedError) as err:
            self.is_unreadable = True
            _LOGGER.warning("A file of the storage cannot be read: %s", type(err).__name__)
            return None
