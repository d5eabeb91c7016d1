"""When readers read last, and from where: a file of its own, for a use is no change of the set-up."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..cloud.fields import mapping
from ..const import DOMAIN
from ..hass_data import get_data
from ..private_store import PrivateStore
from .reader import all_readers

_SAVE_DELAY: Final = 15 * 60
"""Seconds. An SD card is spared a write at each request."""
_ADDRESS_KEPT: Final = timedelta(days=30)
_FORGET_INTERVAL: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The last request of a reader, and the last one that was refused for where it came from."""

    used_at: str | None = None
    """ISO 8601, UTC; likewise `refused_at`."""
    used_from: str | None = None
    refused_at: str | None = None
    refused_from: str | None = None


class LastUse:
    """The last use of all readers."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin without any."""
        self._hass = hass
        self._store: PrivateStore[dict[str, dict[str, Any]]] = PrivateStore(hass, "readers")
        self._uses: dict[str, Use] = {}
        self._is_save_due = False

    async def async_load(self) -> None:
        """Load what was stored, and from then on forget old addresses day by day."""
        stored = mapping(await self._store.async_load())
        self._uses = {reader_id: _parse(use) for reader_id, use in stored.items()}
        self._forget_old_addresses()
        async_track_time_interval(
            self._hass,
            self._forget_old_addresses,
            _FORGET_INTERVAL,
            name=f"{DOMAIN} readers",
            cancel_on_shutdown=True,
        )

    @callback
    def async_note(self, reader_id: str, address: str | None, *, refused: bool = False) -> None:
        """Note that a reader has read, or was refused."""
        now = dt_util.utcnow().isoformat(timespec="seconds")
        before = self.of(reader_id)
        self._uses[reader_id] = (
            replace(before, refused_at=now, refused_from=address)
            if refused
            else replace(before, used_at=now, used_from=address)
        )
        self._schedule_save()

    @callback
    def _forget_old_addresses(self, _now: datetime | None = None) -> None:
        if any(_without_old_addresses(use) != use for use in self._uses.values()):
            self._schedule_save()

    @callback
    def _schedule_save(self) -> None:
        """Save later, with all that happens until then: another delay would begin anew, and never end."""
        if not self._is_save_due:
            self._is_save_due = True
            self._store.async_delay_save(self._to_save, _SAVE_DELAY)

    def of(self, reader_id: str) -> Use:
        """Return the last use of a reader."""
        return _without_old_addresses(self._uses.get(reader_id, Use()))

    async def async_remove(self) -> None:
        """Delete the file."""
        self._uses.clear()
        self._is_save_due = False
        await self._store.async_remove()

    @callback
    def _to_save(self) -> dict[str, dict[str, Any]]:
        """Return the uses of readers that are there, with addresses of the last days alone."""
        self._is_save_due = False
        there = {reader.reader_id for reader in all_readers(self._hass)}
        self._uses = {key: _without_old_addresses(use) for key, use in self._uses.items() if key in there}
        return {key: asdict(use) for key, use in self._uses.items()}


def _parse(stored: object) -> Use:
    """Return a use, without what is not understood of it."""
    use = mapping(stored)
    texts = {key: text for key in Use.__dataclass_fields__ if isinstance(text := use.get(key), str)}
    return Use(**{key: text for key, text in texts.items() if not key.endswith("_at") or _is_instant(text)})


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _without_old_addresses(use: Use) -> Use:
    return replace(
        use,
        used_from=use.used_from if _is_recent(use.used_at) else None,
        refused_from=use.refused_from if _is_recent(use.refused_at) else None,
    )


def _is_recent(at: str | None) -> bool:
    return at is not None and dt_util.utcnow() - datetime.fromisoformat(at) <= _ADDRESS_KEPT


@callback
def get_last_use(hass: HomeAssistant) -> LastUse:
    """Return the one object of this Home Assistant."""
    data = get_data(hass)
    if data.last_use is None:
        data.last_use = LastUse(hass)
    return data.last_use
