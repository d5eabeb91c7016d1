"""The config flow, composed of the dialogs in `flows`."""

from typing import override

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, ConfigSubentryFlow, OptionsFlow
from homeassistant.core import callback

from .const import DOMAIN, SUBENTRY_NIGHTSCOUT, SUBENTRY_PERSON, SUBENTRY_READER
from .flows.connect_flow import ConnectFlow
from .flows.nightscout_flow import NightscoutFlow
from .flows.options_flow import LibreViewOptionsFlow
from .flows.person_flow import PersonFlow
from .flows.reader_flow import ReaderFlow
from .flows.reconfigure_flow import ReconfigureFlow


class LibreViewConfigFlow(ConnectFlow, ReconfigureFlow, domain=DOMAIN):
    """Connecting an account, signing in again, reconfiguring; and the flows of persons, readers, options."""

    VERSION = 2

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        return {
            SUBENTRY_PERSON: PersonFlow,
            SUBENTRY_READER: ReaderFlow,
            SUBENTRY_NIGHTSCOUT: NightscoutFlow,
        }

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return LibreViewOptionsFlow()

    @override
    async def _on_signed_in(self) -> ConfigFlowResult:
        return await (self._continue_known_account() if self._is_known else self._continue_new_account())
