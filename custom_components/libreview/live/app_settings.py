"""The settings of the persons' own apps over a restart, in a private file of Home Assistant's storage.

A reading of before a restart is shown before the cloud has answered. These tell whether it is low, and for
how long it counts.
"""

from collections.abc import Collection, Iterable, Set as AbstractSet
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..cloud.fields import JsonMapping, mapping, text, whole
from ..const import DOMAIN
from ..models import Connection, GlucoseUnit

_VERSION: Final = 1
_LOW: Final = "target_low"
_HIGH: Final = "target_high"
_UNIT: Final = "unit"
_SLOW: Final = "uploads_slowly"


class AppSettings:
    """What the cloud last said of each person's targets and unit."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Prepare the file of this config entry."""
        self._store: Store[dict[str, dict[str, Any]]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}.app_settings", private=True, atomic_writes=True
        )
        self._persons: dict[str, Connection] | None = None
        self._slow: frozenset[str] = frozenset()

    def of(self, patient_id: str) -> Connection | None:
        """Return a person with nothing but these settings, None where they are not known."""
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

    async def async_learn(
        self, persons: Iterable[Connection], *, slow: AbstractSet[str], followed_ids: Collection[str]
    ) -> None:
        """Note the settings of those who are followed, and forget all others. A change is written at once.

        `slow` are the patient ids of those whose phones upload slowly, of all that have data.
        """
        before = self._persons or {}, self._slow
        told = {person.patient_id: _parse(person.patient_id, _to_json(person)) for person in persons}
        self._persons = {key: person for key, person in (before[0] | told).items() if key in followed_ids}
        self._slow = frozenset(slow & self._persons.keys())
        if (self._persons, self._slow) != before:
            await self._store.async_save(
                {key: {**_to_json(person), _SLOW: key in self._slow} for key, person in self._persons.items()}
            )

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()


def _to_json(person: Connection) -> dict[str, int | str | None]:
    return {_LOW: person.target_low, _HIGH: person.target_high, _UNIT: person.unit and person.unit.value}


def _parse(patient_id: str, stored: JsonMapping) -> Connection:
    unit = text(stored.get(_UNIT))
    return Connection(
        patient_id=patient_id,
        target_low=whole(stored.get(_LOW)),
        target_high=whole(stored.get(_HIGH)),
        unit=GlucoseUnit(unit) if unit and unit in GlucoseUnit else None,
    )
