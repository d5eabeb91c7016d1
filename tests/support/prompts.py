"""What people are asked to do."""

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant

from custom_components.libreview.const import DOMAIN
from tests.support.states import repairs

REAUTH = "reauth"
"""The prompt to sign in again, among the keys of repairs."""


def prompts(hass: HomeAssistant) -> set[str]:
    """Return the kinds of repairs that are shown, and REAUTH if people are asked to sign in again."""
    flows = hass.config_entries.flow.async_progress_by_handler(
        DOMAIN, match_context={"source": SOURCE_REAUTH}
    )
    return {key for key in repairs(hass) if key} | ({REAUTH} if flows else set())
