"""Who sends the values of an account's persons, while the account is loaded."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..account.account import LibreViewConfigEntry
from ..account.followed_person import FollowedPerson
from ..failures.send_issues import clear_removed_destinations
from ..hass_data import get_data
from .cursors import Cursors, get_cursors
from .destination import destinations_of
from .sender import Sender


class Senders:
    """The senders of an account, one for each destination."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        persons: Mapping[str, FollowedPerson],
        cursors: Cursors,
    ) -> None:
        """Begin without any."""
        self._hass = hass
        self._entry = entry
        self._persons = persons
        self._cursors = cursors
        self.running: dict[str, Sender] = {}

    @callback
    def async_update(self) -> None:
        """Have a sender for each destination that there is, and none of one that was removed or changed."""
        wanted = {each.destination_id: each for each in destinations_of(self._entry)}
        for destination_id, sender in list(self.running.items()):
            if wanted.get(destination_id) != sender.destination:
                sender.stop()
                del self.running[destination_id]
        clear_removed_destinations(self._hass, self._entry, wanted)
        for destination_id, destination in wanted.items():
            person = self._persons.get(destination.patient_id)
            if destination_id not in self.running and person is not None:
                sender = Sender(self._hass, self._entry, destination, person, self._cursors)
                self.running[destination_id] = sender
                sender.start()

    @callback
    def async_stop(self) -> None:
        """Stop all senders."""
        for sender in self.running.values():
            sender.stop()
        self.running.clear()


async def async_start_senders(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Send from now on, until the entry is unloaded."""
    cursors = get_cursors(hass)
    senders = Senders(hass, entry, entry.runtime_data.persons, cursors)
    by_entry = get_data(hass).senders
    by_entry[entry.entry_id] = senders

    def stop() -> None:
        senders.async_stop()
        by_entry.pop(entry.entry_id, None)

    entry.async_on_unload(stop)
    senders.async_update()
    await cursors.async_prune()


async def async_update_senders(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Follow a change of the destinations of an account, and forget those that were removed."""
    if (senders := get_data(hass).senders.get(entry.entry_id)) is not None:
        senders.async_update()
    await async_forget_removed(hass)


async def async_forget_removed(hass: HomeAssistant) -> None:
    """Forget up to where was sent to destinations that were removed."""
    await get_cursors(hass).async_prune()
