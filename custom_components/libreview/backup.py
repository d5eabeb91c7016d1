"""Home Assistant makes a backup."""

from homeassistant.core import HomeAssistant

from .history.at_rest import async_pause_all, async_resume_all


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Hold the history still."""
    await async_pause_all(hass)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let it go on. Also called where holding it failed."""
    await async_resume_all(hass)
