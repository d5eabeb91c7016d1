"""The actions that read and write files."""

from collections.abc import Callable, Iterable, Iterator
import errno
from functools import partial
from itertools import chain
import json
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .asked import END, PERSON, START, UNIT, UNITS, span_of, unit_of
from .cloud.csv_lines import NotAnExportError
from .cloud.csv_times import DateOrder
from .cloud.csv_writer import write_csv
from .const import DOMAIN
from .file_import import async_keep, async_read
from .history.long_times import readings_of
from .history.store import Store
from .history.tidepool import Item, events, samples
from .lookup import person_of
from .models import DiaryEntry, KeptReading

_PATH: Final = "path"
_FORMAT: Final = "format"
_DATE_ORDER: Final = "date_order"
_ACCEPT: Final = "accept_other_person"
_CSV, _JSON = "csv", "json"
_LARGEST: Final = 100 * 2**20
"""Bytes, as much as Home Assistant lets people upload."""
_MOST_LINES: Final = 100
"""Of the lines that cannot be read, as many are named."""

type Write = Callable[[Iterable[KeptReading], Iterable[DiaryEntry]], Iterator[str]]
"""Makes the text of a file, piece by piece."""

IMPORT: Final = {
    vol.Required(PERSON): cv.string,
    vol.Required(_PATH): cv.string,
    vol.Optional(_DATE_ORDER): vol.Coerce(DateOrder),
    vol.Optional(_ACCEPT, default=False): cv.boolean,
}
EXPORT: Final = {
    vol.Required(PERSON): cv.string,
    vol.Optional(_FORMAT, default=_CSV): vol.In((_CSV, _JSON)),
    vol.Optional(START): cv.datetime,
    vol.Optional(END): cv.datetime,
    vol.Optional(UNIT): vol.In(UNITS),
    vol.Optional(_PATH): cv.string,
}


async def async_import_csv(call: ServiceCall) -> ServiceResponse:
    """Add the content of a file to a person's history."""
    person = person_of(call.hass, call.data[PERSON])
    path = await _async_allowed(call.hass, call.data[_PATH])
    try:
        read = await async_read(
            call.hass, person, partial(_content, path), call.data.get(_DATE_ORDER), lambda _: None
        )
    except NotAnExportError as err:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key=f"csv_{err.reason}") from err
    except OSError as err:
        raise _refused("file_unreadable", path) from err
    if read.export.open_date is not None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="date_order_unknown")
    if read.is_somebody_elses and not call.data[_ACCEPT]:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="other_person")
    readings, entries = await async_keep(call.hass, person, read, lambda _: None)
    export = read.export
    return {
        "readings": readings.new,
        "entries": entries.new,
        "known": readings.known + entries.known,
        "thinned_out": readings.sparse,
        "skipped": export.skipped,
        "first": read.first.isoformat() if read.first else None,
        "last": read.last.isoformat() if read.last else None,
        "unreadable_count": export.unreadable_count,
        "unreadable": [
            {"line": line.number, "reason": line.reason.value} for line in export.unreadable[:_MOST_LINES]
        ],
    }


def _content(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        raise OSError(errno.EFBIG, "More than anybody's life is long")
    return path.read_bytes()


async def async_export(call: ServiceCall) -> ServiceResponse:
    """Give out a person's readings and diary, or write them to a file."""
    person = person_of(call.hass, call.data[PERSON])
    span = span_of(call, None)
    path = await _async_allowed(call.hass, call.data[_PATH]) if _PATH in call.data else None
    unit, zone, title, now = unit_of(call, person), person.zone, person.subentry.title, dt_util.utcnow()

    def as_csv(readings: Iterable[KeptReading], entries: Iterable[DiaryEntry]) -> Iterator[str]:
        return write_csv(readings, entries, unit=unit, clock=zone, name=title, generated_at=now)

    def as_json(readings: Iterable[KeptReading], entries: Iterable[DiaryEntry]) -> Iterator[str]:
        return _json(chain(samples(readings, zone=zone, unit=unit), events(entries, zone=zone, unit=unit)))

    write = as_csv if call.data[_FORMAT] == _CSV else as_json
    return await person.history.async_ask(_give, person.patient_id, span, write, path)


def _give(
    store: Store, patient_id: str, span: tuple[int, int], write: Write, path: Path | None
) -> ServiceResponse:
    """Write readings and entries, never all of them in memory at once unless they are the response itself."""
    count = 0

    def readings() -> Iterator[KeptReading]:
        nonlocal count
        for each in readings_of(store, patient_id, *span):
            count += 1
            yield each

    entries = store.entries(patient_id, *span)
    pieces = write(readings(), entries)
    content = {"content": "".join(pieces)} if path is None else {"path": _written(path, pieces)}
    return {"readings": count, "entries": len(entries), **content}


def _written(path: Path, pieces: Iterable[str]) -> str:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except OSError as err:
        raise _refused("file_unwritable", path) from err
    return str(path)


def _json(items: Iterable[Item]) -> Iterator[str]:
    """A list of JSON, an item a line."""
    before = "[\n"
    for item in items:
        yield before + json.dumps(item, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


async def _async_allowed(hass: HomeAssistant, path: str) -> Path:
    if not await hass.async_add_executor_job(hass.config.is_allowed_path, path):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"path": path},
        )
    return Path(path)


def _refused(key: str, path: Path) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders={"path": str(path)}
    )
