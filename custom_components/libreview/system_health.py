"""System health: whether the cloud can be reached, how many accounts there are, and the last success."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .account.account import LibreViewConfigEntry
from .cloud.regions import GLOBAL, address
from .const import DOMAIN, SUBENTRY_PERSON


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the information."""
    register.async_register_info(_async_get_info)


async def _async_get_info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[LibreViewConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    accounts = [entry.runtime_data for entry in entries]
    feeds = [feed for account in accounts for feed in account.feeds]
    latest = max((feed.last_success for feed in feeds if feed.last_success), default=None)
    return {
        "can_reach_server": system_health.async_check_can_reach_url(
            hass, f"{address(GLOBAL)}/llu/config/country?country=US"
        ),
        "accounts": len(hass.config_entries.async_entries(DOMAIN)),
        "persons": sum(
            len(list(entry.get_subentries_of_type(SUBENTRY_PERSON)))
            for entry in hass.config_entries.async_entries(DOMAIN)
        ),
        "last_success": dt_util.get_age(latest) if latest else None,
    }
