"""Readers of persons who were removed: who may read nobody any more is removed, too."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_PERSONS, SUBENTRY_READER


@callback
def async_forget_readers(hass: HomeAssistant, entry: ConfigEntry, followed: set[str]) -> None:
    """Take persons who are not followed any more from the readers, and remove readers without persons.

    Whoever is followed again later has to be shared anew.
    """
    for reader in list(entry.get_subentries_of_type(SUBENTRY_READER)):
        before = reader.data.get(CONF_PERSONS, ())
        persons = [patient_id for patient_id in before if patient_id in followed]
        if not persons:
            hass.config_entries.async_remove_subentry(entry, reader.subentry_id)
        elif len(persons) < len(before):
            data = {**reader.data, CONF_PERSONS: persons}
            hass.config_entries.async_update_subentry(entry, reader, data=data)
