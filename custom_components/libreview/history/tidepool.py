"""Readings and diary entries in the data model of Tidepool, to be written as JSON.

The names are those of Tidepool's partner guide and data model (tidepool-org/TidepoolApi,
`docs/partner-integration.md`, `docs/device-data` and `reference/data/models`): `cbg` for a reading of a
sensor, `bolus`, `insulin` and `food` for entries of a diary, `smbg` and `bloodKetone` for those of a test
strip. Two names are not Tidepool's, which keeps notes apart from device data and knows no times to the hour:
the type `note`, and `timePrecision`.

Every item of one type has the same keys. What is unknown is null. An item has the same `id` whenever it is
written, as long as the `salt` is the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from ..glucose.trend import RATE_OVER, rate_of_change
from ..glucose.units import to_display
from ..models import (
    MG_DL_PER_MMOL_L,
    Device,
    DiaryEntry,
    EntryKind,
    GlucoseUnit,
    JsonObjectType,
    KeptReading,
    MeasuringRange,
    Reading,
    Trend,
)
from .sources import TRAITS

MANUFACTURER: Final = "Abbott"
UNNAMED_MODEL: Final = "FreeStyle Libre"
"""The model where no source names it."""

TRENDS: Final = {
    Trend.FALLING_FAST: "moderateFall",
    Trend.FALLING: "slowFall",
    Trend.STABLE: "constant",
    Trend.RISING: "slowRise",
    Trend.RISING_FAST: "moderateRise",
}
"""Tidepool's words, by the rates behind the arrows. The Libre's steepest arrow means more than 2 mg/dL per
minute; Tidepool's rapid ones are Dexcom's double arrows, more than 3."""

_STRIP_RANGES: Final = {"LO": MeasuringRange.BELOW, "HI": MeasuringRange.ABOVE}
"""The texts that stand in place of blood glucose that a meter could not measure."""
OUT_OF_RANGE: Final = {MeasuringRange.BELOW: "low", MeasuringRange.ABOVE: "high"}

_ID_LENGTH: Final = 32

MINUTE: Final = timedelta(minutes=1)
LIVE_INTERVAL: Final = MINUTE
"""A sensor sends its current value once a minute, however seldom it was polled."""
MEMORY_INTERVALS: Final = (5 * MINUTE, 15 * MINUTE)
"""The intervals at which sensors write into their memory: a Libre 3, and those before it."""


def samples(
    readings: Iterable[KeptReading], *, time_zone: tzinfo, unit: GlucoseUnit, salt: str
) -> Iterator[JsonObjectType]:
    """Convert `readings`, which stand in the order of time, to items of the type `cbg`.

    `time_zone` is the person's. Values are the numbers that the person's Libre app shows in `unit`; trend
    rates are those of the last 15 min, also in `unit`, per minute.
    """
    recent: list[Reading] = []
    last_in_memory: datetime | None = None
    for kept in readings:
        at = kept.reading.at
        recent.append(kept.reading)
        while at - recent[0].at > RATE_OVER:
            del recent[0]
        is_live = TRAITS[kept.source].is_live
        rate = _in_unit(rate_of_change(recent), unit)
        interval = LIVE_INTERVAL if is_live else _memory_interval(last_in_memory, at)
        if not is_live:
            last_in_memory = at
        yield {
            "type": "cbg",
            "id": _item_id(salt, "cbg", at),
            **_times(at, at.astimezone(time_zone), time_zone),
            "units": unit.value,
            "value": to_display(kept.reading.mg_dl, unit),
            "trend": None if kept.reading.trend is None else TRENDS[kept.reading.trend],
            "trendRate": rate,
            "trendRateUnits": None if rate is None else f"{unit.value}/minute",
            "sampleInterval": None if interval is None else interval // timedelta(milliseconds=1),
            "backfilled": not is_live,
            "annotations": _annotations(kept.reading.measuring_range),
            **_device_fields(kept.device),
        }


def events(
    diary: Iterable[DiaryEntry], *, time_zone: tzinfo, unit: GlucoseUnit, salt: str
) -> Iterator[JsonObjectType]:
    """Convert each entry of the diary to Tidepool's type for its kind, or to a `note`.

    `time_zone` is the person's. An entry of the precision hour lies in the hour that begins at its
    time. A dose without amount has null for it. Blood glucose is given in `unit`. `diary` holds all entries
    of an instant or none, for equal ones are told apart by their number.
    """
    counts: Counter[tuple[EntryKind, datetime]] = Counter()
    for entry in diary:
        key = entry.kind, entry.at
        counts[key] += 1
        fields = EVENTS[entry.kind](entry, unit)
        yield {
            "type": fields["type"],
            "id": _item_id(salt, fields["type"], entry.at, counts[key] - 1),
            **fields,
            **_times(entry.at, entry.wall, time_zone),
            "timePrecision": entry.precision.value,
            **_device_fields(None),
        }


def _bolus(entry: DiaryEntry, _: GlucoseUnit) -> JsonObjectType:
    return {"type": "bolus", "subType": "normal", "deliveryType": "manual", "normal": entry.amount}


def _insulin(entry: DiaryEntry, _: GlucoseUnit) -> JsonObjectType:
    return {
        "type": "insulin",
        "dose": {"total": entry.amount, "units": "Units"},
        "formulation": {"simple": {"actingType": "long"}},
    }


def _food(entry: DiaryEntry, _: GlucoseUnit) -> JsonObjectType:
    return {"type": "food", "nutrition": {"carbohydrate": {"net": entry.amount, "units": "grams"}}}


def _note(entry: DiaryEntry, _: GlucoseUnit) -> JsonObjectType:
    return {"type": "note", "text": entry.text}


def _blood_glucose(entry: DiaryEntry, unit: GlucoseUnit) -> JsonObjectType:
    return {
        "type": "smbg",
        "units": unit.value,
        "value": None if entry.amount is None else to_display(round(entry.amount), unit),
        "annotations": _annotations(_STRIP_RANGES.get(entry.text, MeasuringRange.WITHIN)),
    }


def _ketones(entry: DiaryEntry, _: GlucoseUnit) -> JsonObjectType:
    return {"type": "bloodKetone", "units": GlucoseUnit.MMOL_L.value, "value": entry.amount}


EVENTS: Final[dict[EntryKind, Callable[[DiaryEntry, GlucoseUnit], JsonObjectType]]] = {
    EntryKind.RAPID_ACTING_INSULIN: _bolus,
    EntryKind.LONG_ACTING_INSULIN: _insulin,
    EntryKind.CARBOHYDRATES: _food,
    EntryKind.NOTE: _note,
    EntryKind.BLOOD_GLUCOSE: _blood_glucose,
    EntryKind.KETONES: _ketones,
}


def _times(at: datetime, wall: datetime, time_zone: tzinfo) -> JsonObjectType:
    return {
        "time": at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
        "deviceTime": wall.replace(tzinfo=None).isoformat(timespec="seconds"),
        "timezone": time_zone.key if isinstance(time_zone, ZoneInfo) else None,
        "timezoneOffset": round((wall.replace(tzinfo=UTC) - at) / MINUTE),
    }


def _item_id(salt: str, item_type: str, at: datetime, nth: int = 0) -> str:
    """Return the id of the nth item of a type and instant."""
    parts = (salt, item_type, str(int(at.timestamp())), str(nth))
    return sha256("\n".join(parts).encode()).hexdigest()[:_ID_LENGTH]


def _device_fields(device: Device | None) -> JsonObjectType:
    """Return the fields of a device. The id is built as by Tidepool's own reader of LibreView's CSV."""
    model = (device.name if device else "") or UNNAMED_MODEL
    serial = device.serial if device else None
    return {
        "deviceId": f"{MANUFACTURER}{model}{serial or ''}".replace(" ", ""),
        "deviceModel": model,
        "deviceManufacturer": MANUFACTURER,
        "deviceName": f"{MANUFACTURER} {model}",
        "deviceSerialNumber": serial,
    }


def _in_unit(rate: float | None, unit: GlucoseUnit) -> float | None:
    if rate is None:
        return None
    return round(rate, 2) if unit is GlucoseUnit.MG_DL else round(rate / MG_DL_PER_MMOL_L, 3)


def _memory_interval(before: datetime | None, at: datetime) -> timedelta | None:
    """Return the interval of a memory by the reading before, None after a silence."""
    if before is None:
        return None
    return next((interval for interval in MEMORY_INTERVALS if abs(at - before - interval) <= MINUTE), None)


def _annotations(measuring_range: MeasuringRange) -> list[JsonObjectType]:
    """Return the annotations of a LO or HI. The exact end of a sensor's range is unknown, and not guessed."""
    if measuring_range is MeasuringRange.WITHIN:
        return []
    return [
        {"code": "bg/out-of-range", "value": OUT_OF_RANGE[measuring_range]},
        {"code": "bg/unknown-value"},
    ]
