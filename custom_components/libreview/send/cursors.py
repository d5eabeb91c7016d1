"""Up to where the history was sent to each destination: a private file, written now and then.

What was sent since the last time it was written is sent once more after a crash, which changes nothing there.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ..cloud.fields import mapping
from ..hass_data import get_data
from ..private_store import PrivateStore
from .destination import all_destinations

_SAVE_DELAY: Final = 15 * 60
"""Seconds. An SD card is spared a write at each reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in the order of a history's changes."""

    epoch: str
    """With `read_at`, the position of the file when it was last read."""
    number: int
    """The number of the last change that was sent."""
    read_at: int
    """The number of the last change there was. It is higher than `number` where more is left to be sent."""
    sent_by: str
    """The name of this sending, which each object bears: no other is deleted there.

    It is another one for another file or an older copy: what that lacks was not deleted by anybody, but is
    lost here. It may come back in part, in reports that tell fewer readings.
    """
    again: int
    """The number of the last change that is told again only: another file, or another way to tell it."""
    again_from: int
    """The epoch second from which on it is: a year of readings is not sent a second time."""
    since: int
    """From when on values were sent."""
    server: str
    """A name of the server: another one has got nothing yet."""
    sight: str
    """A name of how the person is told. Under another name, the last days are told once more."""


class Cursors:
    """The cursors of all destinations."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin without any."""
        self._hass = hass
        self._store: PrivateStore[dict[str, dict[str, Any]]] = PrivateStore(hass, "sent")
        self._cursors: dict[str, Cursor] = {}
        self._is_save_due = False

    async def async_load(self) -> None:
        """Load what was stored. What cannot be read is as if nothing had been sent."""
        for destination_id, stored in mapping(await self._store.async_load()).items():
            if (cursor := _parse(stored)) is not None:
                self._cursors[destination_id] = cursor

    def of(self, destination_id: str) -> Cursor | None:
        """Return the cursor of a destination, None where nothing was sent yet."""
        return self._cursors.get(destination_id)

    @callback
    def async_set(self, destination_id: str, cursor: Cursor) -> None:
        """Note up to where was sent: on disk now and then, but at once before anything was."""
        before = self._cursors.get(destination_id)
        self._cursors[destination_id] = cursor
        if before is None or before.sent_by != cursor.sent_by:
            self._store.async_delay_save(self._to_save)
        elif before != cursor and not self._is_save_due:  # Another delay would begin anew, and never end.
            self._is_save_due = True
            self._store.async_delay_save(self._to_save, _SAVE_DELAY)

    async def async_prune(self) -> None:
        """Forget destinations that were removed, at once. The file goes with the last one."""
        there = {each.destination_id for each in all_destinations(self._hass)}
        if self._cursors.keys() <= there:
            return
        self._cursors = {key: cursor for key, cursor in self._cursors.items() if key in there}
        self._is_save_due = False
        if self._cursors:
            await self._store.async_save(self._to_save())
        else:
            await self._store.async_remove()

    @callback
    def _to_save(self) -> dict[str, dict[str, Any]]:
        self._is_save_due = False
        return {key: asdict(cursor) for key, cursor in self._cursors.items()}


def _parse(stored: object) -> Cursor | None:
    """Return a cursor, None where a field is missing or of another type."""
    values: dict[str, Any] = {each.name: mapping(stored).get(each.name) for each in fields(Cursor)}
    is_whole = all(type(values[each.name]) is each.type for each in fields(Cursor))
    return Cursor(**values) if is_whole else None


@callback
def get_cursors(hass: HomeAssistant) -> Cursors:
    """Return the one object of this Home Assistant."""
    data = get_data(hass)
    if data.cursors is None:
        data.cursors = Cursors(hass)
    return data.cursors
