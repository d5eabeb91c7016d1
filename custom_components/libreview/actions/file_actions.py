"""The actions that read and write files."""

from collections.abc import Callable, Iterable, Iterator
import errno
from functools import partial
from itertools import chain
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..cloud.csv.problems import NotAnExportError
from ..cloud.csv.times import DateOrder
from ..cloud.csv.writer import write_csv
from ..const import DOMAIN
from ..entity import async_get_public_id
from ..history.csv_import import async_keep_file, async_read_file
from ..history.store import Store
from ..history.tidepool import events, samples
from ..models import DiaryEntry, JsonObjectType, KeptReading
from .bounds import read_entries, read_readings
from .fields import (
    ATTR_ACCEPT_OTHER_PERSON,
    ATTR_DATE_ORDER,
    ATTR_END,
    ATTR_FORMAT,
    ATTR_OVERWRITE,
    ATTR_PATH,
    ATTR_PERSON,
    ATTR_START,
    ATTR_UNIT,
    FORMAT_CSV,
    FORMAT_JSON,
    GLUCOSE_UNITS,
    get_time_span,
    get_unit,
)
from .permissions import async_check_administrator, async_find_person

_MAX_FILE_SIZE: Final = 100 * 2**20
"""Bytes, as much as Home Assistant lets people upload."""
_PRIVATE: Final = 0o600
_MAX_LINES_NAMED: Final = 100
"""So many of the lines that cannot be read are named in the response."""

type Writer = Callable[[Iterable[KeptReading], Iterable[DiaryEntry]], Iterator[str]]
"""Makes the text of a file, piece by piece."""

IMPORT_CSV_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_PERSON): cv.string,
        vol.Required(ATTR_PATH): cv.string,
        vol.Optional(ATTR_DATE_ORDER): vol.Coerce(DateOrder),
        vol.Optional(ATTR_ACCEPT_OTHER_PERSON, default=False): cv.boolean,
    }
)
EXPORT_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_PERSON): cv.string,
        vol.Optional(ATTR_FORMAT, default=FORMAT_CSV): vol.In((FORMAT_CSV, FORMAT_JSON)),
        vol.Optional(ATTR_START): cv.datetime,
        vol.Optional(ATTR_END): cv.datetime,
        vol.Optional(ATTR_UNIT): vol.In(GLUCOSE_UNITS),
        vol.Optional(ATTR_PATH): cv.string,
        vol.Optional(ATTR_OVERWRITE, default=False): cv.boolean,
    }
)


async def async_import_csv(call: ServiceCall) -> ServiceResponse:
    """Import a CSV file of LibreView into a person's history. Return what was kept of it."""
    await async_check_administrator(call)
    person = await async_find_person(call, call.data[ATTR_PERSON], POLICY_CONTROL)
    target = person.import_target
    path = await _async_check_path(call.hass, call.data[ATTR_PATH])
    try:
        read = await async_read_file(
            call.hass, target, partial(_read_content, path), call.data.get(ATTR_DATE_ORDER), lambda _: None
        )
    except NotAnExportError as err:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key=f"csv_{err.reason}") from err
    except OSError as err:
        raise _file_error("file_unreadable", path) from err
    if read.export.open_date is not None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="date_order_unknown")
    if not read.is_clearly_theirs and not call.data[ATTR_ACCEPT_OTHER_PERSON]:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="other_person")
    readings, entries = await async_keep_file(call.hass, target, read, lambda _: None)
    export = read.export
    return {
        "readings": readings.new,
        "entries": entries.new,
        "known": readings.known + entries.known,
        "thinned_out": readings.thinned_out,
        "skipped": export.skipped,
        "first": read.first.isoformat() if read.first else None,
        "last": read.last.isoformat() if read.last else None,
        "unreadable_count": export.unreadable_count,
        "unreadable": [
            {"line": line.number, "reason": line.reason.value}
            for line in export.unreadable[:_MAX_LINES_NAMED]
        ],
    }


def _read_content(path: Path) -> bytes:
    if path.stat().st_size > _MAX_FILE_SIZE:
        raise OSError(errno.EFBIG, "The file is too large")
    return path.read_bytes()


async def async_export(call: ServiceCall) -> ServiceResponse:
    """Return a person's readings and diary as text, or write them to a file."""
    if ATTR_PATH in call.data:
        await async_check_administrator(call)
    person = await async_find_person(call, call.data[ATTR_PERSON], POLICY_READ)
    span = get_time_span(call, None)
    path = await _async_check_path(call.hass, call.data[ATTR_PATH]) if ATTR_PATH in call.data else None
    unit, title, now = get_unit(call, person), person.subentry.title, dt_util.utcnow()
    time_zone = person.time_zone
    entry_id = person.config_entry.entry_id if person.config_entry else ""
    salt = await async_get_public_id(call.hass, entry_id, person.patient_id)

    def as_csv(readings: Iterable[KeptReading], entries: Iterable[DiaryEntry]) -> Iterator[str]:
        return write_csv(readings, entries, unit=unit, time_zone=time_zone, name=title, generated_at=now)

    def as_json(readings: Iterable[KeptReading], entries: Iterable[DiaryEntry]) -> Iterator[str]:
        return _format_json(
            chain(
                samples(readings, time_zone=time_zone, unit=unit, salt=salt),
                events(entries, time_zone=time_zone, unit=unit, salt=salt),
            )
        )

    writer = as_csv if call.data[ATTR_FORMAT] == FORMAT_CSV else as_json
    write = None if path is None else partial(_write_file, path, overwrite=call.data[ATTR_OVERWRITE])
    return await person.history.async_run(_export, person.patient_id, span, writer, write)


def _export(
    store: Store,
    patient_id: str,
    span: tuple[int, int],
    writer: Writer,
    write: Callable[[Iterable[str]], str] | None,
) -> ServiceResponse:
    """Write readings and entries; they are all in memory at once only where they are the response.

    Raises ServiceValidationError where they are too many for a response.
    """
    if write is None:
        kept, entries = read_readings(store, patient_id, *span), read_entries(store, patient_id, *span)
        return {"readings": len(kept), "entries": len(entries), "content": "".join(writer(kept, entries))}
    count = 0

    def readings() -> Iterator[KeptReading]:
        nonlocal count
        for reading in store.iter_readings(patient_id, *span):
            count += 1
            yield reading

    entries = store.entries(patient_id, *span)
    path = write(writer(readings(), entries))
    return {"readings": count, "entries": len(entries), "path": path}


def _write_file(path: Path, pieces: Iterable[str], *, overwrite: bool) -> str:
    """Write a whole file, which its owner alone can read; it replaces another only if `overwrite` says so."""
    try:
        with TemporaryDirectory(prefix=".libreview-", dir=path.parent) as folder:
            written = Path(folder) / path.name
            written.touch(_PRIVATE)
            with written.open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
            if not overwrite:
                path.touch(_PRIVATE, exist_ok=False)
            written.replace(path)
    except FileExistsError as err:
        if path.is_dir():
            raise _file_error("file_unwritable", path) from err
        raise _file_error("file_exists", path) from err
    except OSError as err:
        raise _file_error("file_unwritable", path) from err
    return str(path)


def _format_json(items: Iterable[JsonObjectType]) -> Iterator[str]:
    """Return a JSON list in pieces, with one item on each line."""
    before = "[\n"
    for item in items:
        yield before + json.dumps(item, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


async def _async_check_path(hass: HomeAssistant, path: str) -> Path:
    """Return the path. Raises ServiceValidationError where Home Assistant may not use it."""
    if not await hass.async_add_executor_job(hass.config.is_allowed_path, path):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"path": path},
        )
    return Path(path)


def _file_error(key: str, path: Path) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders={"path": str(path)}
    )
