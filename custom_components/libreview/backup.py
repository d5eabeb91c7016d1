"""The hooks that Home Assistant calls before and after it makes a backup."""

from homeassistant.core import HomeAssistant

from .history.backup_pause import async_pause_all, async_resume_all


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Pause writes to the history."""
    await async_pause_all(hass)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Resume writes to the history. Home Assistant also calls this where pausing failed."""
    await async_resume_all(hass)
