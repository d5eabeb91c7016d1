"""The diary records of a practice's patients, each in a file of its own.

There may be fifty of them, one of whom has a turn every five minutes: one file of all would be written anew
each time, a gigabyte a day, which flash memory does not bear.
"""

import asyncio
from collections.abc import Collection
from hashlib import sha256
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import orjson

from ..entry_data import is_practice
from ..hass_data import get_data
from ..private_store import PrivateStore
from .store import DiaryRecord, DiaryStore, get_diary_store


class PatientStore(DiaryStore):
    """The records of one practice's patients; the file of the entry holds no more than who they are."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Prepare the files of this config entry, which are loaded when they are first needed."""
        super().__init__(hass, entry_id)
        self._hass = hass
        self._entry_id = entry_id
        self._files: dict[str, PrivateStore[dict[str, Any]]] = {}
        """The files that are loaded, by patient id."""
        self._written: dict[str, int] = {}
        """The hash of what each of them holds."""
        self._listed: set[str] = set()
        self._writing = asyncio.Lock()
        """Held while files are written or deleted, so that a write brings none back."""

    @override
    async def async_get_record(self, patient_id: str) -> DiaryRecord:
        records = await self._async_load()
        if patient_id not in self._files:
            file = self._file(patient_id)
            stored = await file.async_load()
            self._files[patient_id] = file
            records[patient_id] = DiaryRecord.parse(stored)
        return records[patient_id]

    @override
    async def async_save(self) -> None:
        """Save what has changed, and return when it is on disk."""
        async with self._writing:
            await self._save_changes()

    async def _save_changes(self) -> None:
        if self._is_removed:
            return
        records = await self._async_load()
        if records.keys() != self._listed:
            self._listed = set(records)
            await self._store.async_save({patient_id: {} for patient_id in records})
        for patient_id, file in tuple(self._files.items()):
            data = records[patient_id].data
            written = hash(orjson.dumps(data))
            if written != self._written.get(patient_id):
                self._written[patient_id] = written
                await file.async_save(data)

    @override
    async def async_keep_only(self, patient_ids: Collection[str]) -> None:
        async with self._writing:
            records = await self._async_load()
            for patient_id in records.keys() - set(patient_ids):
                del records[patient_id]
                await self._delete(patient_id)
            await self._save_changes()

    @override
    async def async_remove(self) -> None:
        async with self._writing:
            for patient_id in await self._async_load():
                await self._delete(patient_id)
            await super().async_remove()

    async def _delete(self, patient_id: str) -> None:
        self._written.pop(patient_id, None)
        await (self._files.pop(patient_id, None) or self._file(patient_id)).async_remove()

    def _file(self, patient_id: str) -> PrivateStore[dict[str, Any]]:
        """Return the file of a patient, whose id is not to be read in its name: Home Assistant logs names."""
        hashed = sha256(patient_id.encode()).hexdigest()[:16]
        return PrivateStore(self._hass, f"{self._entry_id}.diary.{hashed}")


def get_store_of(hass: HomeAssistant, entry: ConfigEntry) -> DiaryStore:
    """Return the one store of a config entry, that of a practice's patients where it is a practice's."""
    if is_practice(entry):
        return get_data(hass).diary_stores.setdefault(entry.entry_id, PatientStore(hass, entry.entry_id))
    return get_diary_store(hass, entry.entry_id)
