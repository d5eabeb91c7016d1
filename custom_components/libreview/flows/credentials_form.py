"""The forms for credentials."""

from typing import Final

from homeassistant.const import CONF_COUNTRY, CONF_EMAIL, CONF_PASSWORD
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    CountrySelector,
    CountrySelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..cloud.regions import COUNTRIES
from ..const import CONF_CLIENT_VERSION

CONF_ADVANCED: Final = "advanced"

_EMAIL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.EMAIL, autocomplete="username"))
_PASSWORD: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
_COUNTRY: Final = CountrySelector(CountrySelectorConfig(countries=list(COUNTRIES)))

CREDENTIALS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_EMAIL): _EMAIL,
        vol.Required(CONF_PASSWORD): _PASSWORD,
        vol.Required(CONF_ADVANCED): section(
            vol.Schema({vol.Optional(CONF_COUNTRY): _COUNTRY}), {"collapsed": True}
        ),
    }
)
SIGN_IN_AGAIN_SCHEMA: Final = vol.Schema({vol.Required(CONF_PASSWORD): _PASSWORD})
RECONFIGURE_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_PASSWORD): _PASSWORD,
        vol.Required(CONF_ADVANCED): section(
            vol.Schema(
                {
                    vol.Optional(CONF_COUNTRY): _COUNTRY,
                    vol.Optional(CONF_CLIENT_VERSION): TextSelector(),
                }
            ),
            {"collapsed": True},
        ),
    }
)
