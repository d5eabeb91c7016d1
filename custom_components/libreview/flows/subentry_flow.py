"""The base of dialogs about a subentry, which end in plain words once there is none any more."""

from typing import override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigSubentry,
    ConfigSubentryFlow,
    UnknownEntry,
    UnknownSubEntry,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow


class LibreViewSubentryFlow(ConfigSubentryFlow):
    """A dialog about a person or a reader, whom somebody may remove in another tab while it is open."""

    gone: str
    """The reason that says so."""

    @callback
    @override
    def _get_entry(self) -> ConfigEntry:
        """Return the account. Raises AbortFlow where it was removed."""
        try:
            return super()._get_entry()
        except UnknownEntry:
            raise AbortFlow(self.gone) from None

    @callback
    @override
    def _get_reconfigure_subentry(self) -> ConfigSubentry:
        """Return the subentry. Raises AbortFlow where it or the account was removed."""
        try:
            return super()._get_reconfigure_subentry()
        except UnknownEntry, UnknownSubEntry:
            raise AbortFlow(self.gone) from None
