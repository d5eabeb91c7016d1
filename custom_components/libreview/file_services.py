"""The actions that read and write files."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
import errno
from functools import partial
import json
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .asked import END, PERSON, START, UNIT, UNITS, instant, unit_of
from .cloud.csv_lines import NotAnExportError
from .cloud.csv_times import DateOrder
from .cloud.csv_writer import write_csv
from .const import DOMAIN
from .file_import import async_keep, async_read
from .history.store import Store
from .history.tidepool import events, samples
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
    readings, entries = await async_keep(person, read, lambda _: None)
    export = read.export
    return {
        "readings": readings.new,
        "entries": entries.new,
        "known": readings.known + entries.known,
        "skipped": export.skipped,
        "first": export.first.isoformat() if export.first else None,
        "last": export.last.isoformat() if export.last else None,
        "unreadable_count": export.unreadable_count,
        "unreadable": [
            {"line": line.number, "reason": line.reason} for line in export.unreadable[:_MOST_LINES]
        ],
    }


def _content(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        raise OSError(errno.EFBIG, "More than anybody's life is long")
    return path.read_bytes()


async def async_export(call: ServiceCall) -> ServiceResponse:
    """Give out a person's readings and diary, or write them to a file."""
    person = person_of(call.hass, call.data[PERSON])
    now = dt_util.utcnow()
    start = instant(call, START) or datetime.fromtimestamp(0, UTC)
    end = instant(call, END) or now
    if start > end:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="end_before_start")
    path = await _async_allowed(call.hass, call.data[_PATH]) if _PATH in call.data else None
    span = int(start.timestamp()), int(end.timestamp())
    readings = await person.history.async_ask(Store.readings, person.patient_id, *span)
    entries = await person.history.async_ask(Store.entries, person.patient_id, *span)
    unit, zone, title = unit_of(call, person), person.zone, person.subentry.title

    def as_csv() -> str:
        lines = write_csv(readings, entries, unit=unit, clock=zone, name=title, generated_at=now)
        return "".join(lines)

    def as_json() -> str:
        items = [*samples(readings, zone=zone, unit=unit), *events(entries, zone=zone)]
        return json.dumps(items, ensure_ascii=False)

    return await call.hass.async_add_executor_job(
        _give, as_csv if call.data[_FORMAT] == _CSV else as_json, path, readings, entries
    )


def _give(
    write: Callable[[], str],
    path: Path | None,
    readings: Sequence[KeptReading],
    entries: Sequence[DiaryEntry],
) -> ServiceResponse:
    content = write()
    counts = {"readings": len(readings), "entries": len(entries)}
    if path is None:
        return {**counts, "content": content}
    try:
        path.write_text(content, encoding="utf-8", newline="")
    except OSError as err:
        raise _refused("file_unwritable", path) from err
    return {**counts, "path": str(path)}


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
