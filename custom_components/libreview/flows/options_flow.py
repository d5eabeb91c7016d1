"""The options of an account: polling interval, days of history, and following everybody."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    Selector,
)
import voluptuous as vol

from ..const import (
    CONF_FOLLOW_EVERYBODY,
    CONF_INTERVAL,
    CONF_KEPT_DAYS,
    DEFAULT_INTERVAL,
    DEFAULT_KEPT_DAYS,
    MAX_INTERVAL,
)
from ..entry_data import follows_everybody, live_login

_SHORTEST_KEPT: Final = 30
"""Days. The summaries cover two weeks, which must be stored whole."""
_LONGEST_KEPT: Final = 3650
"""Days."""
_INTERVAL: Final = NumberSelector(
    NumberSelectorConfig(
        min=DEFAULT_INTERVAL,
        max=MAX_INTERVAL,
        step=10,
        unit_of_measurement="s",
        mode=NumberSelectorMode.SLIDER,
    )
)
"""Seconds between polls, for accounts with a live feed. How often diaries are read cannot be chosen."""
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
    """The form of the options."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose the interval, the time to keep, and whether to follow everybody."""
        if user_input is not None:
            return self.async_create_entry(data={key: _to_whole(value) for key, value in user_input.items()})
        options = self.config_entry.options
        fields: dict[vol.Marker, Selector[Any]] = {
            vol.Required(CONF_KEPT_DAYS, default=options.get(CONF_KEPT_DAYS, DEFAULT_KEPT_DAYS)): _KEPT_DAYS
        }
        if live_login(self.config_entry) is not None:
            interval = vol.Required(CONF_INTERVAL, default=options.get(CONF_INTERVAL, DEFAULT_INTERVAL))
            everybody = vol.Required(CONF_FOLLOW_EVERYBODY, default=follows_everybody(self.config_entry))
            fields = {interval: _INTERVAL, **fields, everybody: BooleanSelector()}
        return self.async_show_form(step_id="init", data_schema=vol.Schema(fields))


def _to_whole(value: float | bool) -> int | bool:
    """Return a number of a form, which may be a float, as a whole one, and a choice as it is."""
    return value if isinstance(value, bool) else int(value)
