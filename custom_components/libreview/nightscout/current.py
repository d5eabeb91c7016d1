"""What Nightscout tells of right now: the answers `pebble` and `properties`.

Both are built from readings that count as current. Without one, they hold none at all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import fmean
from typing import Final

from ..glucose.trend import CHANGE_OVER
from ..glucose.units import to_display
from ..models import MG_DL_PER_MMOL_L, GlucoseUnit, JsonObjectType, Reading, Trend
from .fields import NO_DIRECTION, to_direction, to_milliseconds, to_sgv

_TREND_NUMBERS: Final = {
    Trend.RISING_FAST: 2,
    Trend.RISING: 3,
    Trend.STABLE: 4,
    Trend.FALLING: 5,
    Trend.FALLING_FAST: 6,
    None: 8,
}
_ARROWS: Final = {
    "SingleUp": "↑",
    "FortyFiveUp": "↗",
    "Flat": "→",
    "FortyFiveDown": "↘",
    "SingleDown": "↓",
    NO_DIRECTION: "-",
}
_BUCKETS: Final = 4
_BUCKET: Final = timedelta(minutes=5)


def pebble(
    readings: Sequence[Reading], change: float | None, *, unit: GlucoseUnit, count: int, now: datetime
) -> JsonObjectType:
    """Return the newest `count` of the readings, which stand in the order of time.

    `change` is that of the last five minutes in mg/dL. Unknown, it is left out, for zero would be wrong.
    """
    bgs: list[JsonObjectType] = [
        {
            "sgv": _to_text(to_sgv(reading), unit),
            "trend": _TREND_NUMBERS[reading.trend],
            "direction": to_direction(reading.trend),
            "datetime": to_milliseconds(reading.at),
        }
        for reading in reversed(readings[-count:])
    ]
    if bgs and change is not None:
        bgs[0]["bgdelta"] = _scale(change, unit)
    return {"status": [{"now": to_milliseconds(now)}], "bgs": bgs, "cals": []}


def properties(
    readings: Sequence[Reading], change: float | None, *, unit: GlucoseUnit, device: str
) -> JsonObjectType:
    """Return `bgnow`, `delta`, `direction` and `buckets` of readings in the order of time."""
    if not readings:
        return {}
    newest = readings[-1]
    buckets = [_bucket(readings, index, unit=unit, device=device) for index in range(_BUCKETS)]
    direction = to_direction(newest.trend)
    arrow = _ARROWS[direction]
    told: JsonObjectType = {
        "bgnow": _without_borders(buckets[0]),
        "direction": {"display": None, "value": direction, "label": arrow, "entity": f"&#{ord(arrow)};"},
        "buckets": buckets,
    }
    if change is not None:
        scaled = _scale(change, unit)
        told["delta"] = {
            "absolute": round(change, 2),
            "elapsedMins": CHANGE_OVER // timedelta(minutes=1),
            "interpolated": False,
            "mean5MinsAgo": round(newest.mg_dl - change, 2),
            "mgdl": round(change),
            "scaled": scaled,
            "display": f"{'+' if scaled >= 0 else ''}{scaled}",
            "times": {
                "recent": to_milliseconds(newest.at),
                "previous": to_milliseconds(newest.at - CHANGE_OVER),
            },
            "previous": _without_borders(buckets[1]),
        }
    return told


def _bucket(readings: Sequence[Reading], index: int, *, unit: GlucoseUnit, device: str) -> JsonObjectType:
    """Return the readings of five minutes. The first ones end 2.5 min after the newest reading."""
    begins = readings[-1].at - _BUCKET / 2 - index * _BUCKET
    ends = begins + _BUCKET
    inside = [reading for reading in readings if begins <= reading.at < ends]
    borders = {"index": index, "fromMills": to_milliseconds(begins), "toMills": to_milliseconds(ends)}
    if not inside:
        return {**borders, "sgvs": [], "isEmpty": True}
    values = [to_sgv(reading) for reading in inside]
    return {
        **borders,
        "mean": round(fmean(values)),  # Some apps understand whole numbers alone.
        "last": values[-1],
        "mills": to_milliseconds(inside[-1].at),
        "sgvs": [
            {
                "type": "sgv",
                "mgdl": to_sgv(reading),
                "scaled": _to_text(to_sgv(reading), unit),
                "mills": to_milliseconds(reading.at),
                "direction": to_direction(reading.trend),
                "device": device,
            }
            for reading in reversed(inside)  # Apps take the arrow of the first one.
        ],
    }


def _without_borders(bucket: JsonObjectType) -> JsonObjectType:
    return {key: value for key, value in bucket.items() if key not in {"index", "fromMills", "toMills"}}


def _to_text(mg_dl: int, unit: GlucoseUnit) -> str:
    return f"{to_display(mg_dl, unit):.{_DECIMALS[unit]}f}"


def _scale(change: float, unit: GlucoseUnit) -> float:
    return round(change) if unit is GlucoseUnit.MG_DL else round(change / MG_DL_PER_MMOL_L, 1)


_DECIMALS: Final = {GlucoseUnit.MG_DL: 0, GlucoseUnit.MMOL_L: 1}
