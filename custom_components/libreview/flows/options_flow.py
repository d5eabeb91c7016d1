"""The options of an account: polling interval, days of history, and following everybody."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlow, UnknownEntry
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
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
    MAX_KEPT_DAYS,
    MIN_KEPT_DAYS,
    SUBENTRY_PERSON,
)
from ..entry_data import follows_everybody, live_login
from ..person.interval_and_age import longest_interval
from ..person.settings import PersonSettings
from ..placeholders import as_placeholders
from .number_field import FiniteNumberSelector

_INTERVAL: Final = FiniteNumberSelector(
    NumberSelectorConfig(
        min=DEFAULT_INTERVAL,
        max=MAX_INTERVAL,
        step=10,
        unit_of_measurement="s",
        mode=NumberSelectorMode.SLIDER,
    )
)
"""Seconds between polls, for accounts with a live feed. How often diaries are read cannot be chosen."""
_KEPT_DAYS: Final = FiniteNumberSelector(
    NumberSelectorConfig(
        min=MIN_KEPT_DAYS,
        max=MAX_KEPT_DAYS,
        step=1,
        unit_of_measurement="d",
        mode=NumberSelectorMode.BOX,
    )
)


class LibreViewOptionsFlow(OptionsFlow):
    """The form of the options."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose the interval, the time to keep, and whether to follow everybody."""
        entry = self._entry
        refusal: dict[str, str] | None = None
        if user_input is not None:
            refusal = self._refusal(entry, user_input.get(CONF_INTERVAL, 0))
            if refusal is None:
                return self.async_create_entry(
                    data={key: _to_whole(value) for key, value in user_input.items()}
                )
        options = {**entry.options, **(user_input or {})}
        fields: dict[vol.Marker, Selector[Any]] = {
            vol.Required(CONF_KEPT_DAYS, default=options.get(CONF_KEPT_DAYS, DEFAULT_KEPT_DAYS)): _KEPT_DAYS
        }
        if live_login(entry) is not None:
            interval = vol.Required(CONF_INTERVAL, default=options.get(CONF_INTERVAL, DEFAULT_INTERVAL))
            everybody = vol.Required(
                CONF_FOLLOW_EVERYBODY, default=options.get(CONF_FOLLOW_EVERYBODY, follows_everybody(entry))
            )
            fields = {interval: _INTERVAL, **fields, everybody: BooleanSelector()}
        return self.async_show_form(
            step_id="init",
            data_schema=vol.Schema(fields),
            errors={"base": "interval_too_long"} if refusal else None,
            description_placeholders=as_placeholders(refusal or {}),
        )

    @property
    def _entry(self) -> ConfigEntry:
        """The account. Raises AbortFlow where somebody has removed it in another tab."""
        try:
            return self.config_entry
        except UnknownEntry:
            raise AbortFlow("account_gone") from None

    @staticmethod
    def _refusal(entry: ConfigEntry, interval: float) -> dict[str, str] | None:
        """Return whose readings would be too old between two polls, and what would do; None for nobody's."""
        ages = {
            person.title: PersonSettings.parse(person.data).max_age
            for person in entry.get_subentries_of_type(SUBENTRY_PERSON)
        }
        title = min(ages, key=ages.__getitem__, default=None)
        if title is None or interval <= longest_interval(ages[title]):
            return None
        return {
            "person": title,
            "minutes": str(int(ages[title].total_seconds() / 60)),
            "seconds": str(longest_interval(ages[title]) // 10 * 10),
        }


def _to_whole(value: float | bool) -> int | bool:
    """Return a number of a form, which may be a float, as a whole one, and a choice as it is."""
    return value if isinstance(value, bool) else int(value)
