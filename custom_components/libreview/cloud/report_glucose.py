"""The readings in a report, and the unit they are in.

Readings stand in lists of lists under `Glucose` and `SensorScans` of every day, each with `Timestamp`,
`Value` and `IsTimeChange`, the value in the report's own unit (skobkars/lvconnect, assimoe/LibreMirror).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
import re
from typing import Final, NamedTuple

from ..models import GlucoseUnit
from . import fields
from .report_times import Clue, Moment, instant, moment_of
from .report_words import Role, Topic, meaning

_DEEPEST: Final = 20
_MMOL_FACTOR: Final = 18
"""Abbott's own: all recorded pairs of values satisfy mmol/L = mg/dL ÷ 18, to one decimal."""
_MG_DL: Final = (20.0, 600.0)
_MMOL_L: Final = (1.0, 33.3)
"""What a sensor can show in either unit, HI and LO included (500 and 40 mg/dL)."""
_MOST_STRAYS: Final = 0.05
_LEADING: Final = (Role.WRAPPER, Role.TIME)
_VALUES: Final = frozenset(("value", "glucose", "glucosevalue", "sensorglucose", "v"))
_TIMES: Final = (Clue.INSTANT, Clue.DATE)
_UNIT_NAME: Final = re.compile(
    r"glucose_?units?|units?_?of_?measure|^uom$|^bg_?units?$|^units?$", re.IGNORECASE
)
_UNITS: Final = {0.0: GlucoseUnit.MMOL_L, 1.0: GlucoseUnit.MG_DL}


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingReading:
    """One glucose value on the person's own clock (`wall`, naive), in mg/dL."""

    wall: datetime
    mg_dl: int = field(repr=False)
    is_time_change: bool = False
    """Whether the report marks that the clock was set at this reading."""


class RawReading(NamedTuple):
    """A value in the unit of the report."""

    wall: datetime
    value: float
    is_time_change: bool


def raw_readings(day: object, stated: date | None) -> list[RawReading]:
    """The readings of a day, in the order in which they stand there."""
    return list(_in(day, Moment(stated), inside=False, depth=0))


def in_mg_dl(raw: list[RawReading], named: GlucoseUnit | None) -> tuple[FloatingReading, ...]:
    """The readings in mg/dL. Values that cannot be in the report's unit are left out."""
    unit = _unit(raw, named)
    if unit is None:
        return ()
    low, high = _MG_DL if unit is GlucoseUnit.MG_DL else _MMOL_L
    factor = 1 if unit is GlucoseUnit.MG_DL else _MMOL_FACTOR
    return tuple(
        FloatingReading(wall=wall, mg_dl=round(value * factor), is_time_change=is_time_change)
        for wall, value, is_time_change in raw
        if low <= value <= high
    )


def named_unit(report: object, *, besides: object) -> GlucoseUnit | None:
    """The unit that the report names for its glucose, wherever it does outside of its days."""
    level = [report]
    for _ in range(_DEEPEST):
        inner: list[object] = []
        for each in level:
            if each is besides:
                continue
            if isinstance(each, dict):
                for key, value in each.items():
                    if _UNIT_NAME.search(key) and (unit := _unit_named(value)):
                        return unit
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        level = [each for each in inner if isinstance(each, dict | list)]
    return None


def _unit_named(value: object) -> GlucoseUnit | None:
    if isinstance(value, str):
        text = value.strip().lower()
        if text.startswith("mmol"):
            return GlucoseUnit.MMOL_L
        if text.startswith("mg"):
            return GlucoseUnit.MG_DL
    number = fields.number(value)
    return None if number is None else _UNITS.get(number)


def _unit(raw: list[RawReading], named: GlucoseUnit | None) -> GlucoseUnit | None:
    """The unit of the whole report. No value above 33.3 can be mmol/L, none below 20 mg/dL."""
    mg_dl = sum(_MMOL_L[1] < reading.value <= _MG_DL[1] for reading in raw)
    mmol_l = sum(_MMOL_L[0] <= reading.value < _MG_DL[0] for reading in raw)
    if named is not None:
        agreeing, other = (mg_dl, mmol_l) if named is GlucoseUnit.MG_DL else (mmol_l, mg_dl)
        if agreeing or not other:
            return named
    if min(mg_dl, mmol_l) > _MOST_STRAYS * max(mg_dl, mmol_l) or not mg_dl + mmol_l:
        return None
    return GlucoseUnit.MG_DL if mg_dl > mmol_l else GlucoseUnit.MMOL_L


def _in(value: object, moment: Moment, *, inside: bool, depth: int) -> Iterator[RawReading]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _in(each, moment, inside=inside, depth=depth + 1)
    elif isinstance(value, dict):
        if inside and (found := _reading(value, moment)):
            yield found
            return
        for key, each in value.items():
            if isinstance(each, dict | list):
                means = meaning(key)
                within = means.subject is Topic.GLUCOSE and means.role is Role.SUBJECT and not means.stripe
                if within or means.role in _LEADING or (inside and means.role is Role.AMOUNT):
                    yield from _in(each, moment, inside=inside or within, depth=depth + 1)


def _reading(members: dict[str, object], outer: Moment) -> RawReading | None:
    at, value = members.get("Timestamp"), fields.number(members.get("Value"))
    moment = instant(at) if at is not None else None
    change = members.get("IsTimeChange")
    if moment is None or value is None:
        times: list[tuple[Clue, object]] = []
        for key, each in members.items():
            means, name = meaning(key), key.lower().replace("_", "")
            if means.role is Role.TIME and means.clue in _TIMES:
                times.append((means.clue, each))
            elif name in _VALUES:
                value = fields.number(each) if value is None else value
            elif name == "istimechange":
                change = each
        moment = moment or moment_of(times)
    wall = moment.within(outer).wall
    return None if wall is None or value is None else RawReading(wall, value, change is True)
