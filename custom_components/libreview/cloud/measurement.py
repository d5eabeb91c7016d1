"""One measurement of LibreLinkUp: when it was made, by the cloud's clock and the phone's, and its value.

LO and HI are values whatever number stands beside them. A measurement may also have no usable value; its time
counts all the same, for what was measured before is then no longer the newest.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from ..models import (
    HIGHEST_MG_DL,
    LOWEST_MG_DL,
    MG_DL_PER_MMOL_L,
    GlucoseUnit,
    MeasuringRange,
    Reading,
    Trend,
    is_measurable,
)
from . import fields
from .answers import parse_unit

_TREND: Final = {
    1: Trend.FALLING_FAST,
    2: Trend.FALLING,
    3: Trend.STABLE,
    4: Trend.RISING,
    5: Trend.RISING_FAST,
}


class Glucose(NamedTuple):
    """A value, None where there is no usable one, and how it lies to what a sensor can measure."""

    mg_dl: int | None
    measuring_range: MeasuringRange = MeasuringRange.WITHIN


_LO: Final = Glucose(LOWEST_MG_DL, MeasuringRange.BELOW)
_HI: Final = Glucose(HIGHEST_MG_DL, MeasuringRange.ABOVE)
_WORDS: Final = {"LO": _LO, "HI": _HI}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measurement: its instant (UTC), its time on the phone's own clock, its reading if it has one."""

    at: datetime | None = None
    wall: datetime | None = None
    unit: GlucoseUnit | None = None
    reading: Reading | None = field(default=None, repr=False)


def find_newest(measurement: object, item: object) -> Measurement:
    """Return the newest of a connection's `glucoseMeasurement` and `glucoseItem`.

    The item counts where the measurement is null, absent, without a time or older (nightscout-connect #35).
    Mostly they are alike.
    """
    first = _parse_measurement(measurement)
    if item is None or item == measurement:
        return first
    second = _parse_measurement(item)
    if second.at is not None and (first.at is None or second.at > first.at):
        return second
    return first


def _parse_measurement(value: object) -> Measurement:
    measurement = fields.mapping(value)
    at = fields.utc_time(measurement.get("FactoryTimestamp"))
    return Measurement(
        at=at,
        wall=_parse_wall_clock(measurement.get("Timestamp")),
        unit=parse_unit(measurement.get("GlucoseUnits")),
        reading=_parse_reading(measurement, at),
    )


def parse_reading(value: object) -> Reading | None:
    """Return the reading of one measurement, None without a usable time or value."""
    measurement = fields.mapping(value)
    return _parse_reading(measurement, fields.utc_time(measurement.get("FactoryTimestamp")))


def _parse_reading(measurement: fields.JsonMapping, at: datetime | None) -> Reading | None:
    glucose = parse_glucose(measurement)
    if at is None or glucose.mg_dl is None:
        return None
    return Reading(
        at=at,
        mg_dl=glucose.mg_dl,
        trend=_TREND.get(fields.whole(measurement.get("TrendArrow")) or 0),
        measuring_range=glucose.measuring_range,
    )


def parse_glucose(measurement: fields.JsonMapping) -> Glucose:
    """Return the value of a measurement in mg/dL, from `Value` in its own unit where there is no other."""
    if measurement.get("isLow") is True:
        return _LO
    if measurement.get("isHigh") is True:
        return _HI
    unit: GlucoseUnit | None = GlucoseUnit.MG_DL
    value = measurement.get("ValueInMgPerDl")
    if type(value) is int:
        return Glucose(value if is_measurable(value) else None)
    if value is None:
        value, unit = measurement.get("Value"), parse_unit(measurement.get("GlucoseUnits"))
    if type(value) is str and (word := _WORDS.get(value.strip().upper())) is not None:
        return word
    return Glucose(None if unit is None else _parse_mg_dl(value, unit))


def _parse_mg_dl(value: object, unit: GlucoseUnit) -> int | None:
    """Return a number in mg/dL, None for what no sensor gives."""
    if unit is GlucoseUnit.MMOL_L and (number := fields.number(value)) is not None:
        value = number * MG_DL_PER_MMOL_L
    mg_dl = fields.whole(value)
    return mg_dl if mg_dl is not None and is_measurable(mg_dl) else None


def _parse_wall_clock(value: object) -> datetime | None:
    """Return a `Timestamp`: written as a `FactoryTimestamp`, but by the clock of the person's phone."""
    at = fields.utc_time(value)
    return at and at.replace(tzinfo=None)
