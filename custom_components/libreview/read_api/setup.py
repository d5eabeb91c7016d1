"""Sets the read API up, once for all accounts."""

from homeassistant.core import HomeAssistant, callback

from ..hass_data import get_data
from ..readers.last_use import get_last_use
from .access import Access
from .data_views import DataViews
from .nightscout_views import NightscoutViews
from .view import Turns


async def async_setup_read_api(hass: HomeAssistant) -> None:
    """Serve the addresses of the read API, but those at the root."""
    await get_last_use(hass).async_load()
    access, turns = Access(hass), Turns()
    nightscout = get_data(hass).nightscout_views = NightscoutViews(hass, access, turns)
    nightscout.async_serve_prefix()
    DataViews(hass, access, turns).async_serve()


@callback
def async_serve_readers(hass: HomeAssistant) -> None:
    """Serve what the readers need that are set up by now."""
    if (views := get_data(hass).nightscout_views) is not None:
        views.async_serve_root()
