"""The base of a person's dialogs, which end in plain words once there is no such person any more."""

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

_PERSON_GONE = "person_gone"


class PersonSubentryFlow(ConfigSubentryFlow):
    """A dialog about a person, whom somebody may remove in another tab while it is open."""

    @callback
    @override
    def _get_entry(self) -> ConfigEntry:
        """Return the account. Raises AbortFlow where it was removed."""
        try:
            return super()._get_entry()
        except UnknownEntry:
            raise AbortFlow(_PERSON_GONE) from None

    @callback
    @override
    def _get_reconfigure_subentry(self) -> ConfigSubentry:
        """Return the person. Raises AbortFlow where they or their account were removed."""
        try:
            return super()._get_reconfigure_subentry()
        except UnknownEntry, UnknownSubEntry:
            raise AbortFlow(_PERSON_GONE) from None
