"""How often to ask."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode
import voluptuous as vol

from .const import CONF_INTERVAL, DEFAULT_INTERVAL, LONGEST_INTERVAL


class LibreViewOptionsFlow(OptionsFlow):
    """How often to ask for live readings."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose the interval."""
        if user_input is not None:
            return self.async_create_entry(data={CONF_INTERVAL: int(user_input[CONF_INTERVAL])})
        interval = self.config_entry.options.get(CONF_INTERVAL, DEFAULT_INTERVAL)
        schema = vol.Schema(
            {
                vol.Required(CONF_INTERVAL, default=interval): NumberSelector(
                    NumberSelectorConfig(
                        min=DEFAULT_INTERVAL,
                        max=LONGEST_INTERVAL,
                        step=10,
                        unit_of_measurement="s",
                        mode=NumberSelectorMode.SLIDER,
                    )
                )
            }
        )
        return self.async_show_form(step_id="init", data_schema=schema)
