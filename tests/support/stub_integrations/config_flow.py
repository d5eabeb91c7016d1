"""Puts a thing into the house, under the name that it is given."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
import voluptuous as vol


class ThingFlow(ConfigFlow, domain="things"):
    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        if user_input is None:
            schema = vol.Schema({vol.Required("name"): str, vol.Required("platform"): str})
            return self.async_show_form(step_id="user", data_schema=schema)
        return self.async_create_entry(title=user_input["name"], data=user_input)
