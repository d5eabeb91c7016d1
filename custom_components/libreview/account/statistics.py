"""Bringing an account's readings that come late into Home Assistant's own statistics."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback

from ..history.kept_hours import KeptHours
from ..history.statistics import StatisticsBackfill
from .account import LibreViewConfigEntry


@callback
def async_start_statistics(
    hass: HomeAssistant, entry: LibreViewConfigEntry, find_sensor: Callable[[str], str | None]
) -> None:
    """Fill in statistics whenever a person's past changes, until the entry is unloaded.

    `find_sensor` returns the entity id of the glucose sensor of a patient id.
    """
    account = entry.runtime_data
    statistics = StatisticsBackfill(hass, KeptHours(account.history), account.persons.keys(), find_sensor)

    for patient_id in account.persons:
        # New live readings are no change: they are in the recorder already.
        entry.async_on_unload(account.history.async_listen_changed(patient_id, statistics.async_schedule))
    statistics.start()
    entry.async_on_unload(statistics.stop)
