"""The ends of sensors that were announced to automations, kept over a restart: each is announced once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..hass_data import get_data
from ..private_store import PrivateStore

_VERSION: Final = 1
_SAME_SENSOR: Final = timedelta(days=2)
"""Ends that lie closer are those of one sensor.

An end moves by a day when another life is chosen; the next sensor ends many days later.
"""


def is_same_sensor(end: datetime | None, other: datetime) -> bool:
    """Return whether two ends are those of one sensor."""
    return end is not None and abs(end - other) < _SAME_SENSOR


class AnnouncedExpiries:
    """Remembers, by entity and time ahead, the end that was last announced to automations."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Name the file; it holds no names, only random ids and times."""
        self._hass = hass
        self._store: PrivateStore[dict[str, Any]] = PrivateStore(hass, "sensor_warnings")
        self._before_start: dict[str, datetime] | None = None
        self._announced: dict[str, datetime] = {}

    async def async_load(self) -> None:
        """Read what was announced before Home Assistant started."""
        if self._before_start is None:
            self._before_start = _parse(await self._store.async_load())
            self._announced = self._before_start | self._announced

    def was_announced_before_start(self, entity_id: str, ahead: timedelta, end: datetime) -> bool:
        """Return whether this sensor's end was announced before Home Assistant started."""
        return is_same_sensor((self._before_start or {}).get(self._key(entity_id, ahead)), end)

    def mark_announced(self, entity_id: str, ahead: timedelta, end: datetime) -> None:
        """Remember that a sensor's end has been announced."""
        self._announced[self._key(entity_id, ahead)] = end
        self._store.async_delay_save(self._data_to_save)

    async def async_remove(self) -> None:
        """Forget everything, and delete the file."""
        self._before_start, self._announced = {}, {}
        await self._store.async_remove()

    def _key(self, entity_id: str, ahead: timedelta) -> str:
        entry = er.async_get(self._hass).async_get(entity_id)
        return f"{entry.id if entry else ''} {ahead.total_seconds():.0f}"

    def _data_to_save(self) -> dict[str, str]:
        oldest = dt_util.utcnow() - _SAME_SENSOR
        return {key: end.isoformat() for key, end in self._announced.items() if end > oldest}


def _parse(stored: Any) -> dict[str, datetime]:
    items = stored.items() if isinstance(stored, Mapping) else ()
    ends = {key: dt_util.parse_datetime(end) for key, end in items if isinstance(end, str)}
    return {key: end for key, end in ends.items() if end is not None}


def get_announced_expiries(hass: HomeAssistant) -> AnnouncedExpiries:
    """Return the one instance of this Home Assistant."""
    data = get_data(hass)
    if data.announced_expiries is None:
        data.announced_expiries = AnnouncedExpiries(hass)
    return data.announced_expiries
