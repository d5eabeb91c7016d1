"""Home Assistant's time zone, which is that of all persons for whom no other was chosen."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback


@callback
def async_reload_with_time_zone(hass: HomeAssistant, entry: ConfigEntry) -> CALLBACK_TYPE:
    """Load an account anew when Home Assistant's time zone changes. Return a callback that ends that.

    The wall clocks of its diaries and files would else go on being those of the former one.
    """
    known = hass.config.time_zone

    @callback
    def on_update(_event: Event) -> None:
        if hass.config.time_zone != known:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    return hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, on_update)
