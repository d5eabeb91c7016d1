"""What is known of the persons' own apps over a restart, in a private file of Home Assistant's storage.

A reading of before a restart is shown before the cloud has answered. This tells whether it is low, for how
long it counts, and whether there was a newer measurement without a value. And it tells when their phones
upload, so that only the very first poll has to learn that.
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
from .stored_uploads import parse_uploads, uploads_to_json
from .uploads import KnownUploads

_LOW: Final = "target_low"
_HIGH: Final = "target_high"
_UNIT: Final = "unit"
_SLOW: Final = "uploads_slowly"
_VALUELESS: Final = "valueless_at"
_UPLOADS: Final = "uploads"
_UPLOADS_DELAY: Final = 900
"""Seconds until what polls have taught of the uploads is written down; it changes with each of them."""


class AppSettings:
    """What the cloud last said of each person's targets and unit, and of their uploads."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Prepare the file of this config entry."""
        self._store: PrivateStore[dict[str, Any]] = PrivateStore(hass, f"{entry_id}.app_settings")
        self._persons: dict[str, Connection] | None = None
        self._slow: AbstractSet[str] = frozenset()
        self.uploads: dict[str, KnownUploads] = {}
        """What is known of the persons' uploads, by patient id."""
        self._save_is_due = False

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
            whole = {key: mapping(value) for key, value in stored.items()}
            self._persons = {key: _parse(key, each) for key, each in whole.items()}
            self._slow = frozenset(key for key, each in whole.items() if each.get(_SLOW) is True)
            uploads = {
                key: parse_uploads(mapping(mapping(value).get(_UPLOADS))) for key, value in stored.items()
            }
            self.uploads = {key: known for key, known in uploads.items() if known is not None}

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

    @callback
    def learn_uploads(self, uploads: Mapping[str, KnownUploads]) -> None:
        """Note what polls have taught of the uploads, which is written down after a while.

        To be called before `learn`, whose changes are written at once: a later call would put them off.
        """
        self.uploads = {**self.uploads, **uploads}
        if not self._save_is_due:  # Saving again would put the write off, each minute anew.
            self._save_is_due = True
            self._store.async_delay_save(self._to_stored, _UPLOADS_DELAY)

    async def async_save(self) -> None:
        """Write down what is still to be written."""
        if self._save_is_due:
            await self._store.async_save(self._to_stored())

    def _to_stored(self) -> dict[str, dict[str, Any]]:
        self._save_is_due = False
        return {
            key: {
                **_to_json(person),
                _SLOW: key in self._slow,
                **({_UPLOADS: uploads_to_json(self.uploads[key])} if key in self.uploads else {}),
            }
            for key, person in (self._persons or {}).items()
        }

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
