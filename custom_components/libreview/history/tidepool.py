"""Readings and diary entries as Tidepool spells them, to be written as JSON.

The names are those of Tidepool's partner guide and data model (tidepool-org/TidepoolApi,
`docs/partner-integration.md`, `docs/device-data` and `reference/data/models`): `cbg` for a reading of a
sensor, `bolus`, `insulin` and `food` for what is written into a diary, `smbg` and `bloodKetone` for what a
test strip tells. Two things are ours, for Tidepool keeps notes apart from device data and knows no hours: the
type `note`, and `timePrecision`.

Every item of one type has the same keys. What is unknown is null.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..glucose.trend import RATE_OVER, rate_of_change
from ..glucose.units import MG_DL_PER_MMOL_L, shown
from ..models import (
    Device,
    DiaryEntry,
    EntryKind,
    GlucoseUnit,
    KeptReading,
    MeasuringRange,
    Reading,
    Source,
    Trend,
)

type Item = dict[str, Any]
"""An object of JSON."""

MANUFACTURER: Final = "Abbott"
SOME_LIBRE: Final = "FreeStyle Libre"
"""The model where no source named it."""

TRENDS: Final = {
    Trend.FALLING_FAST: "moderateFall",
    Trend.FALLING: "slowFall",
    Trend.STABLE: "constant",
    Trend.RISING: "slowRise",
    Trend.RISING_FAST: "moderateRise",
}
"""By the rates behind the arrows. The Libre's steepest one says more than 2 mg/dL per minute and no more;
Tidepool's rapid is Dexcom's double arrow, more than 3."""

_STRIPS: Final = {"LO": MeasuringRange.BELOW, "HI": MeasuringRange.ABOVE}
"""What stands in place of blood glucose that a meter could not measure."""
OUT_OF_RANGE: Final = {MeasuringRange.BELOW: "low", MeasuringRange.ABOVE: "high"}

MINUTE: Final = timedelta(minutes=1)
LIVE_INTERVAL: Final = MINUTE
"""A sensor sends its current value once a minute, however seldom we were told."""
MEMORY_INTERVALS: Final = (5 * MINUTE, 15 * MINUTE)
"""How often sensors write into their memory: a Libre 3, and those before it."""


def samples(readings: Iterable[KeptReading], *, zone: tzinfo, unit: GlucoseUnit) -> Iterator[Item]:
    """Write each of `readings`, which stand in the order of time, as a `cbg`.

    `zone` is that of the person's clock. Values are the numbers that the person's Libre app shows in `unit`;
    trend rates are those of the last 15 min, also in `unit`, per minute.
    """
    recent: deque[Reading] = deque()
    remembered: datetime | None = None
    for kept in readings:
        at = kept.reading.at
        recent.append(kept.reading)
        while at - recent[0].at > RATE_OVER:
            recent.popleft()
        is_live = kept.source is Source.LIVE
        rate = _in_unit(rate_of_change(recent), unit)
        interval = LIVE_INTERVAL if is_live else _memory_interval(remembered, at)
        if not is_live:
            remembered = at
        yield {
            "type": "cbg",
            **_when(at, at.astimezone(zone), zone),
            "units": unit.value,
            "value": shown(kept.reading.mg_dl, unit),
            "trend": None if kept.reading.trend is None else TRENDS[kept.reading.trend],
            "trendRate": rate,
            "trendRateUnits": None if rate is None else f"{unit.value}/minute",
            "sampleInterval": None if interval is None else interval // timedelta(milliseconds=1),
            "backfilled": not is_live,
            "annotations": _annotations(kept.reading.measuring_range),
            **_device(kept.device),
        }


def events(diary: Iterable[DiaryEntry], *, zone: tzinfo, unit: GlucoseUnit) -> Iterator[Item]:
    """Write each entry of the diary as what Tidepool has for its kind, or as a `note`.

    `zone` is that of the person's clock. An entry of the precision hour lies in the hour that begins at its
    time. A dose without amount has null for it. Blood glucose is given in `unit`.
    """
    for entry in diary:
        yield {
            **EVENTS[entry.kind](entry, unit),
            **_when(entry.at, entry.wall, zone),
            "timePrecision": entry.precision.value,
            **_device(None),
        }


def _bolus(entry: DiaryEntry, _: GlucoseUnit) -> Item:
    return {"type": "bolus", "subType": "normal", "deliveryType": "manual", "normal": entry.amount}


def _insulin(entry: DiaryEntry, _: GlucoseUnit) -> Item:
    return {
        "type": "insulin",
        "dose": {"total": entry.amount, "units": "Units"},
        "formulation": {"simple": {"actingType": "long"}},
    }


def _food(entry: DiaryEntry, _: GlucoseUnit) -> Item:
    return {"type": "food", "nutrition": {"carbohydrate": {"net": entry.amount, "units": "grams"}}}


def _note(entry: DiaryEntry, _: GlucoseUnit) -> Item:
    return {"type": "note", "text": entry.text}


def _blood_glucose(entry: DiaryEntry, unit: GlucoseUnit) -> Item:
    return {
        "type": "smbg",
        "units": unit.value,
        "value": None if entry.amount is None else shown(round(entry.amount), unit),
        "annotations": _annotations(_STRIPS.get(entry.text, MeasuringRange.WITHIN)),
    }


def _ketones(entry: DiaryEntry, _: GlucoseUnit) -> Item:
    return {"type": "bloodKetone", "units": GlucoseUnit.MMOL_L.value, "value": entry.amount}


EVENTS: Final[dict[EntryKind, Callable[[DiaryEntry, GlucoseUnit], Item]]] = {
    EntryKind.RAPID_ACTING_INSULIN: _bolus,
    EntryKind.LONG_ACTING_INSULIN: _insulin,
    EntryKind.CARBOHYDRATES: _food,
    EntryKind.NOTE: _note,
    EntryKind.BLOOD_GLUCOSE: _blood_glucose,
    EntryKind.KETONES: _ketones,
}


def _when(at: datetime, wall: datetime, zone: tzinfo) -> Item:
    return {
        "time": at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
        "deviceTime": wall.replace(tzinfo=None).isoformat(timespec="seconds"),
        "timezone": zone.key if isinstance(zone, ZoneInfo) else None,
    }


def _device(device: Device | None) -> Item:
    """Name a device; the id is made as Tidepool's own reader of LibreView's CSV makes it."""
    model = (device.name if device else "") or SOME_LIBRE
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
    """Tell from the reading before how often this memory is written, None after a silence."""
    if before is None:
        return None
    return next((each for each in MEMORY_INTERVALS if abs(at - before - each) <= MINUTE), None)


def _annotations(measuring_range: MeasuringRange) -> list[Item]:
    """Mark a LO or HI. Where exactly a sensor's range ends is not told, and Tidepool wants no guess."""
    if measuring_range is MeasuringRange.WITHIN:
        return []
    return [
        {"code": "bg/out-of-range", "value": OUT_OF_RANGE[measuring_range]},
        {"code": "bg/unknown-value"},
    ]
