"""The fields that several objects of Nightscout share: ids, times, devices, directions."""

from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Final

from ..models import Device, JsonObjectType, MeasuringRange, Reading, Trend

DIRECTIONS: Final = {
    Trend.FALLING_FAST: "SingleDown",
    Trend.FALLING: "FortyFiveDown",
    Trend.STABLE: "Flat",
    Trend.RISING: "FortyFiveUp",
    Trend.RISING_FAST: "SingleUp",
}
"""Nightscout's words. The Libre's steepest arrow means more than 2 mg/dL per minute, a double one 3."""
NO_DIRECTION: Final = "NOT COMPUTABLE"
"""The direction of a reading without trend."""
LOW_MG_DL: Final = 39
"""The value that Nightscout shows as LOW."""

_UNNAMED_DEVICE: Final = "FreeStyle Libre"
_ID_LENGTH: Final = 24
_MINUTE: Final = timedelta(minutes=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


def object_id(salt: str, kind: str, at: datetime, nth: int = 0) -> str:
    """Return the id of an object: 24 hexadecimal digits, the same whenever it is told.

    `nth` counts the objects of a kind and instant from 0. `salt` makes the ids of two readers differ.
    """
    parts = (salt, kind, str(int(at.timestamp())), str(nth))
    return sha256("\n".join(parts).encode()).hexdigest()[:_ID_LENGTH]


def to_milliseconds(at: datetime) -> int:
    """Return an instant as milliseconds since 1970."""
    return (at - _EPOCH) // _MILLISECOND


def to_iso(at: datetime) -> str:
    """Return an instant as Nightscout writes it: ISO 8601 in UTC, to the millisecond."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def utc_offset_minutes(at: datetime, time_zone: tzinfo) -> int:
    """Return the minutes by which a time zone is ahead of UTC at an instant."""
    return (at.astimezone(time_zone).utcoffset() or timedelta()) // _MINUTE


def entry_times(at: datetime, time_zone: tzinfo) -> JsonObjectType:
    """Return the times of an entry."""
    iso = to_iso(at)
    return {
        "date": to_milliseconds(at),
        "dateString": iso,
        "sysTime": iso,
        "utcOffset": utc_offset_minutes(at, time_zone),
    }


def to_sgv(reading: Reading) -> int:
    """Return a reading's value in mg/dL. LO is the number that Nightscout shows as LOW.

    HI stays the border that it lies beyond: Nightscout's number for HIGH is less than a Libre can measure.
    """
    return LOW_MG_DL if reading.measuring_range is MeasuringRange.BELOW else reading.mg_dl


def to_direction(trend: Trend | None) -> str:
    """Return Nightscout's word for a trend."""
    return DIRECTIONS[trend] if trend else NO_DIRECTION


def device_name(device: Device | None) -> str:
    """Return the name of what measured a reading, without its serial number."""
    return (device.name if device else "") or _UNNAMED_DEVICE
