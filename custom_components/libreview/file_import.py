"""A CSV file on its way into a person's history: read, looked at, and only then kept."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .cloud.csv_export import CsvExport, parse_csv
from .cloud.csv_times import DateOrder
from .const import DOMAIN
from .followed_person import FollowedPerson
from .history.csv_file import CsvFile, Progress, is_another_name, understand
from .history.keeper import open_histories
from .history.reading_table import Kept
from .history.store import Store

_SHARE_OF_PARSING: Final = 0.6
_SHARE_OF_TIMES: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImport:
    """A file that was understood, and what would come of it."""

    export: CsvExport
    first: datetime | None
    """The earliest wall clock in it."""
    last: datetime | None
    """The latest one."""
    file: CsvFile = field(repr=False)
    readings: Kept
    entries: Kept
    is_somebody_elses: bool
    """Whether the file names another person, or comes from a device that is known to be another person's."""

    @property
    def known(self) -> int:
        """How many readings and entries are there already."""
        return self.readings.known + self.entries.known


async def async_read(
    hass: HomeAssistant,
    person: FollowedPerson,
    content: Callable[[], bytes],
    date_order: DateOrder | None,
    progress: Progress,
) -> FileImport:
    """Read a file, whose content is got beside the event loop, without keeping any of it.

    Raises NotAnExportError, OSError or ValueError for the file, HomeAssistantError for the history.
    """
    zone, seen, now = person.zone, person.seen_offsets, dt_util.utcnow()

    def read() -> tuple[CsvFile, datetime | None, datetime | None]:
        export = parse_csv(content(), date_order=date_order)
        progress(_SHARE_OF_PARSING)
        return understand(export, zone, seen, now), export.first, export.last

    file, first, last = await hass.async_add_executor_job(read)
    progress(_SHARE_OF_TIMES)
    history = person.history
    readings, entries = await history.async_ask(
        Store.plan_file,
        person.patient_id,
        file.rows(),
        file.entries,
        sparse_before=history.sparse_before,
    )
    return FileImport(
        export=file.export,
        first=first,
        last=last,
        file=file,
        readings=readings,
        entries=entries,
        is_somebody_elses=is_another_name(file.export.name, person.subentry.title)
        or await _async_is_known_of_another(hass, person, file),
    )


async def _async_is_known_of_another(hass: HomeAssistant, person: FollowedPerson, file: CsvFile) -> bool:
    """Whether the devices of a file are known from somebody else, and none of them from this person."""
    serials = {device.serial for device in file.devices if device.serial}
    owners: set[str] = set()
    for history in open_histories(hass):
        with suppress(HomeAssistantError):  # What is wrong with the history of another account stands aside.
            owners |= await history.async_ask(Store.owners, serials)
    return bool(owners) and person.patient_id not in owners


async def async_keep(
    hass: HomeAssistant, person: FollowedPerson, read: FileImport, progress: Progress
) -> tuple[Kept, Kept]:
    """Keep a file; what came of its readings and of its entries. Raises HomeAssistantError.

    Whoever does not want to wait for that any more does not stop it.
    """
    return await asyncio.shield(hass.async_create_task(_keep(person, read, progress), f"{DOMAIN} import"))


async def _keep(person: FollowedPerson, read: FileImport, progress: Progress) -> tuple[Kept, Kept]:
    history, file = person.history, read.file
    kept = await history.async_ask(
        Store.keep_file,
        person.patient_id,
        file.devices,
        lambda numbers: file.rows(numbers, progress=progress),
        file.entries,
        sparse_before=history.sparse_before,
    )
    history.changed(person.patient_id)
    return kept
