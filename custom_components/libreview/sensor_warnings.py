"""Which ends of sensors automations were told of before the last restart, so that each is told once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

_VERSION: Final = 1
_SAME_SENSOR: Final = timedelta(days=2)
"""A sensor's end moves by a day when another life is chosen; the next sensor ends many days later."""
_WARNINGS: HassKey[SensorWarnings] = HassKey(f"{DOMAIN}_sensor_warnings")


def is_same_sensor(end: datetime | None, other: datetime) -> bool:
    """Whether two ends are those of one sensor."""
    return end is not None and abs(end - other) < _SAME_SENSOR


class SensorWarnings:
    """Remembers, by sensor entity and time ahead, of which sensor's end automations were told."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Open the file; it holds no name, only random ids and times."""
        self._hass = hass
        self._store: Store[dict[str, str]] = Store(
            hass, _VERSION, f"{DOMAIN}.sensor_warnings", private=True, atomic_writes=True
        )
        self._before_the_start: dict[str, datetime] | None = None
        self._now: dict[str, datetime] = {}

    async def async_load(self) -> None:
        """Read what was told before Home Assistant started."""
        if self._before_the_start is None:
            self._before_the_start = _parsed(await self._store.async_load())
            self._now = self._before_the_start | self._now

    def was_told_before_the_start(self, entity_id: str, ahead: timedelta, end: datetime) -> bool:
        """Whether automations were told of this sensor before Home Assistant started."""
        return is_same_sensor((self._before_the_start or {}).get(self._key(entity_id, ahead)), end)

    def told(self, entity_id: str, ahead: timedelta, end: datetime) -> None:
        """Remember that automations have been told."""
        self._now[self._key(entity_id, ahead)] = end
        self._store.async_delay_save(self._data)

    async def async_remove(self) -> None:
        """Forget everything."""
        self._before_the_start, self._now = {}, {}
        await self._store.async_remove()

    def _key(self, entity_id: str, ahead: timedelta) -> str:
        entry = er.async_get(self._hass).async_get(entity_id)
        return f"{entry.id if entry else ''} {ahead.total_seconds():.0f}"

    def _data(self) -> dict[str, str]:
        oldest = dt_util.utcnow() - _SAME_SENSOR
        return {key: end.isoformat() for key, end in self._now.items() if end > oldest}


def _parsed(stored: Any) -> dict[str, datetime]:
    items = stored.items() if isinstance(stored, Mapping) else ()
    ends = {key: dt_util.parse_datetime(end) for key, end in items if isinstance(end, str)}
    return {key: end for key, end in ends.items() if end is not None}


def sensor_warnings(hass: HomeAssistant) -> SensorWarnings:
    """The one memory of this Home Assistant."""
    return hass.data.setdefault(_WARNINGS, SensorWarnings(hass))
