"""What is known of the persons' own apps over a restart, in a private file of Home Assistant's storage.

A reading of before a restart is shown before the cloud has answered. This tells whether it is low, for how
long it counts, and whether there was a newer measurement without a value.
"""

from collections.abc import Collection, Mapping, Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ..cloud.fields import JsonMapping, mapping, text, whole
from ..models import Connection, GlucoseUnit
from ..person.snapshot import Live
from ..private_store import PrivateStore

_LOW: Final = "target_low"
_HIGH: Final = "target_high"
_UNIT: Final = "unit"
_SLOW: Final = "uploads_slowly"
_VALUELESS: Final = "valueless_at"


class AppSettings:
    """What the cloud last said of each person's targets and unit, and of their uploads."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Prepare the file of this config entry."""
        self._store: PrivateStore[dict[str, Any]] = PrivateStore(hass, f"{entry_id}.app_settings")
        self._persons: dict[str, Connection] | None = None
        self._slow: AbstractSet[str] = frozenset()

    def of(self, patient_id: str) -> Connection | None:
        """Return a person with nothing but what is known, None where nothing is."""
        return (self._persons or {}).get(patient_id)

    def uploads_slowly(self, patient_id: str) -> bool:
        """Return True if a person's phone was last seen to upload every quarter of an hour."""
        return patient_id in self._slow

    async def async_load(self) -> None:
        """Load what was stored, the first time."""
        if self._persons is None:
            stored = mapping(await self._store.async_load())
            self._persons = {key: _parse(key, mapping(value)) for key, value in stored.items()}
            self._slow = frozenset(key for key, value in stored.items() if mapping(value).get(_SLOW) is True)

    @callback
    def learn(self, data: Mapping[str, Live], followed_ids: Collection[str]) -> None:
        """Note what the live feed has of those who are followed, and forget all others.

        A change is written at once, which nobody waits for.
        """
        before = self._persons or {}, self._slow
        told = {patient_id: _known(live) for patient_id, live in data.items()}
        self._persons = {key: person for key, person in (before[0] | told).items() if key in followed_ids}
        slow = {key for key, live in data.items() if live.rhythm.is_slow(otherwise=key in self._slow)}
        self._slow = (slow | (self._slow - data.keys())) & self._persons.keys()
        if (self._persons, self._slow) != before:
            self._store.async_delay_save(self._to_stored, 0)

    def _to_stored(self) -> dict[str, dict[str, Any]]:
        persons = self._persons or {}
        return {key: {**_to_json(person), _SLOW: key in self._slow} for key, person in persons.items()}

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()


def _known(live: Live) -> Connection:
    """Return what is worth to know of a person."""
    known = _parse(live.person.patient_id, _to_json(live.person))
    return replace(known, valueless_at=live.valueless_at)


def _to_json(person: Connection) -> dict[str, int | str | None]:
    return {
        _LOW: person.target_low,
        _HIGH: person.target_high,
        _UNIT: person.unit and person.unit.value,
        _VALUELESS: person.valueless_at.isoformat() if person.valueless_at else None,
    }


def _parse(patient_id: str, stored: JsonMapping) -> Connection:
    unit = text(stored.get(_UNIT))
    return Connection(
        patient_id=patient_id,
        target_low=whole(stored.get(_LOW)),
        target_high=whole(stored.get(_HIGH)),
        unit=GlucoseUnit(unit) if unit and unit in GlucoseUnit else None,
        valueless_at=_parse_instant(text(stored.get(_VALUELESS))),
    )


def _parse_instant(stored: str | None) -> datetime | None:
    """Return an instant as it was written, None for anything else."""
    with suppress(ValueError):
        instant = datetime.fromisoformat(stored or "")
        return instant if instant.tzinfo else None
    return None
