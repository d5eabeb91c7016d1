"""How often to ask, and how long to keep the answers."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode
import voluptuous as vol

from .const import CONF_INTERVAL, CONF_KEPT_DAYS, DEFAULT_INTERVAL, DEFAULT_KEPT_DAYS, LONGEST_INTERVAL
from .logins import live_login

_SHORTEST_KEPT: Final = 30
"""Days. Two weeks are what the figures speak of."""
_LONGEST_KEPT: Final = 3650
_INTERVAL: Final = NumberSelector(
    NumberSelectorConfig(
        min=DEFAULT_INTERVAL,
        max=LONGEST_INTERVAL,
        step=10,
        unit_of_measurement="s",
        mode=NumberSelectorMode.SLIDER,
    )
)
"""Asked of accounts with a live feed. A diary has a pace of its own."""
_KEPT_DAYS: Final = NumberSelector(
    NumberSelectorConfig(
        min=_SHORTEST_KEPT,
        max=_LONGEST_KEPT,
        step=1,
        unit_of_measurement="d",
        mode=NumberSelectorMode.BOX,
    )
)


class LibreViewOptionsFlow(OptionsFlow):
    """How often to ask for live readings, and how long to keep all of them."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose the interval and the time to keep."""
        if user_input is not None:
            return self.async_create_entry(data={key: int(value) for key, value in user_input.items()})
        options = self.config_entry.options
        fields = {
            vol.Required(CONF_KEPT_DAYS, default=options.get(CONF_KEPT_DAYS, DEFAULT_KEPT_DAYS)): _KEPT_DAYS
        }
        if live_login(self.config_entry) is not None:
            interval = vol.Required(CONF_INTERVAL, default=options.get(CONF_INTERVAL, DEFAULT_INTERVAL))
            fields = {interval: _INTERVAL, **fields}
        return self.async_show_form(step_id="init", data_schema=vol.Schema(fields))
