"""Importing a CSV file into a person's history: reading it first, with a summary, and then keeping it."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..cloud.csv.export import CsvExport, parse_csv
from ..cloud.csv.problems import NotAnExportError
from ..cloud.csv.times import DateOrder
from ..cloud.floating_time import SeenOffset
from ..const import DOMAIN
from .file_owner import is_clearly_one_of
from .history import History, open_histories
from .import_table import KeptFile
from .reading_table import RowCounts
from .resolved_export import Progress, ResolvedExport, resolve_export
from .store import Store

_PARSED: Final = 0.6
"""The progress (0 to 1) when the file is parsed; the rest is resolving its times and comparing them."""
_RESOLVED: Final = 0.9
"""The progress when its times are resolved, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTarget:
    """The person into whose history a file is imported."""

    history: History = field(repr=False)
    patient_id: str = field(repr=False)
    names: Sequence[str] = field(repr=False)
    """The name that people gave, and that of the cloud."""
    other_names: Sequence[str] = field(repr=False)
    """Those of all other persons who are followed."""
    time_zone: tzinfo
    """The time zone by which the wall clocks of the file are resolved."""
    seen_offsets: Sequence[SeenOffset]
    """The UTC offsets seen on the person's phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImport:
    """A file that was read, with the counts that keeping it would have."""

    export: CsvExport
    first: datetime | None
    """The earliest wall clock in the file."""
    last: datetime | None
    """The latest wall clock in the file."""
    resolved: ResolvedExport = field(repr=False)
    time_zone: tzinfo
    """The time zone by which its times were resolved."""
    readings: RowCounts
    entries: RowCounts
    is_clearly_theirs: bool
    """True if the file names the person, or nobody and a device of theirs, and none of somebody else's."""

    @property
    def known(self) -> int:
        """The number of readings and entries that are there already."""
        return self.readings.known + self.entries.known


async def async_read_file(
    hass: HomeAssistant,
    target: ImportTarget,
    content: Callable[[], bytes],
    date_order: DateOrder | None,
    progress: Progress,
) -> FileImport:
    """Read a file without keeping any of it. `content` is called in the executor.

    Raises NotAnExportError, OSError or ValueError for the file, HomeAssistantError for the history.
    """
    now = dt_util.utcnow()

    def read() -> tuple[ResolvedExport, datetime | None, datetime | None]:
        export = parse_csv(content(), date_order=date_order)
        if export.problem is not None:
            raise NotAnExportError(export.problem)
        progress(_PARSED)
        resolved = resolve_export(export, target.time_zone, target.seen_offsets, now)
        return resolved, export.first, export.last

    resolved, first, last = await hass.async_add_executor_job(read)
    progress(_RESOLVED)
    history = target.history
    readings, entries = await history.async_run(
        Store.plan_file,
        target.patient_id,
        resolved.rows(),
        resolved.entries,
        thin_before=history.thin_before,
    )
    return FileImport(
        export=resolved.export,
        first=first,
        last=last,
        resolved=resolved,
        time_zone=target.time_zone,
        readings=readings,
        entries=entries,
        is_clearly_theirs=await _async_is_clearly_theirs(hass, target, resolved),
    )


async def _async_is_clearly_theirs(
    hass: HomeAssistant, target: ImportTarget, resolved: ResolvedExport
) -> bool:
    """Return whether a file needs no question whose it is, by its name and by the owners of its devices."""
    serials = {device.serial for device in resolved.devices if device.serial}
    owners: set[str] = set()
    for history in open_histories(hass):
        with suppress(HomeAssistantError):  # A fault of another account's history does not matter here.
            owners |= await history.async_run(Store.owners, serials)
    if owners - {target.patient_id}:
        return False
    if not (named := resolved.export.name):
        return bool(owners)
    return is_clearly_one_of(named, target.names, target.other_names)


async def async_keep_file(
    hass: HomeAssistant, target: ImportTarget, read: FileImport, progress: Progress
) -> tuple[RowCounts, RowCounts]:
    """Keep a file, and return the counts of its readings and of its entries. Raises HomeAssistantError.

    Its times are those of the time zone that `target` has, also where it had another when the file was read.
    It is kept to the end even if whoever waits for it is cancelled.
    """
    return await asyncio.shield(
        hass.async_create_task(_async_keep(hass, target, read, progress), f"{DOMAIN} import")
    )


async def _async_keep(
    hass: HomeAssistant, target: ImportTarget, read: FileImport, progress: Progress
) -> tuple[RowCounts, RowCounts]:
    history, resolved = target.history, read.resolved
    if read.time_zone != target.time_zone:
        resolved = await hass.async_add_executor_job(
            resolve_export, read.export, target.time_zone, target.seen_offsets, dt_util.utcnow()
        )
    kept = await history.async_run(
        Store.keep_file,
        target.patient_id,
        resolved.devices,
        lambda device_ids: resolved.rows(device_ids, progress=progress),
        resolved.entries,
        thin_before=history.thin_before,
        made_at=int(made.timestamp()) if (made := resolved.export.generated_at) else 0,
        kept_at=int(dt_util.utcnow().timestamp()),
    )
    history.async_notify_changed(target.patient_id)
    return kept


async def async_find_last_file(history: History, patient_id: str) -> KeptFile | None:
    """Return a person's last import, None where none can be taken back. Raises HomeAssistantError."""
    return await history.async_run(Store.last_file, patient_id)


async def async_take_back_file(history: History, patient_id: str, file: KeptFile) -> bool:
    """Take an import back. Returns False if it is not the last one any more. Raises HomeAssistantError."""
    is_done = await history.async_run(Store.take_back_file, patient_id, file.number)
    if is_done:
        history.async_notify_changed(patient_id)
    return is_done
