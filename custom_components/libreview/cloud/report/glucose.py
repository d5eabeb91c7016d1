"""The readings in a report, and the unit they are in.

Readings stand in lists of lists under `Glucose` and `SensorScans` of every day, each with `Timestamp`,
`Value` and `IsTimeChange`, the value in the report's own unit (skobkars/lvconnect, assimoe/LibreMirror).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
import re
from typing import Final, NamedTuple

from ...models import MG_DL_PER_MMOL_L, GlucoseUnit
from .. import fields
from ..answers import parse_unit
from .times import Clue, ReportedTime, parse_instant, parse_reported_time
from .words import Role, Topic, parse_name

_DEEPEST: Final = 20
_MG_DL: Final = (20.0, 600.0)
_MMOL_L: Final = (1.0, 33.3)
"""The values that a sensor can show in either unit, HI and LO included (500 and 40 mg/dL)."""
_MOST_STRAYS: Final = 0.05
"""The part of the values that may be in the other unit; with more of them no unit is certain."""
_LEADING: Final = (Role.WRAPPER, Role.TIME)
_VALUES: Final = frozenset(("value", "glucose", "glucosevalue", "sensorglucose", "v"))
_TIMES: Final = (Clue.INSTANT, Clue.DATE)
_UNIT_NAME: Final = re.compile(
    r"glucose_?units?|units?_?of_?measure|^uom$|^bg_?units?$|^units?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingReading:
    """One glucose value on the person's own clock (`wall`, naive), in mg/dL."""

    wall: datetime
    mg_dl: int = field(repr=False)
    is_time_change: bool = False
    """True where the report marks that the clock was set at this reading."""


class RawReading(NamedTuple):
    """A value in the unit of the report."""

    wall: datetime
    value: float
    is_time_change: bool


def find_raw_readings(day: object, stated: date | None) -> list[RawReading]:
    """Return the readings of a day, in the order in which they stand there."""
    return list(_walk(day, ReportedTime(stated), inside=False, depth=0))


def to_mg_dl(raw: list[RawReading], named: GlucoseUnit | None) -> tuple[FloatingReading, ...]:
    """Return the readings in mg/dL. Values that cannot be in the report's unit are left out."""
    unit = _decide_unit(raw, named)
    if unit is None:
        return ()
    low, high = _MG_DL if unit is GlucoseUnit.MG_DL else _MMOL_L
    factor = 1 if unit is GlucoseUnit.MG_DL else MG_DL_PER_MMOL_L
    return tuple(
        FloatingReading(wall=wall, mg_dl=round(value * factor), is_time_change=is_time_change)
        for wall, value, is_time_change in raw
        if low <= value <= high
    )


def find_named_unit(report: object, *, besides: object) -> GlucoseUnit | None:
    """Return the unit that the report names for its glucose, anywhere outside of its days (`besides`)."""
    level = [report]
    for _ in range(_DEEPEST):
        inner: list[object] = []
        for container in level:
            if container is besides:
                continue
            if isinstance(container, dict):
                for key, value in container.items():
                    if _UNIT_NAME.search(key) and (unit := _parse_unit_name(value)):
                        return unit
                inner += container.values()
            elif isinstance(container, list):
                inner += container
        level = [value for value in inner if isinstance(value, dict | list)]
    return None


def _parse_unit_name(value: object) -> GlucoseUnit | None:
    if isinstance(value, str):
        text = value.strip().lower()
        if text.startswith("mmol"):
            return GlucoseUnit.MMOL_L
        if text.startswith("mg"):
            return GlucoseUnit.MG_DL
    return parse_unit(value)


def _decide_unit(raw: list[RawReading], named: GlucoseUnit | None) -> GlucoseUnit | None:
    """Return the unit of the whole report, None if it is not certain.

    No value above 33.3 can be mmol/L, none below 20 mg/dL.
    """
    mg_dl = sum(_MMOL_L[1] < reading.value <= _MG_DL[1] for reading in raw)
    mmol_l = sum(_MMOL_L[0] <= reading.value < _MG_DL[0] for reading in raw)
    if named is not None:
        agreeing, other = (mg_dl, mmol_l) if named is GlucoseUnit.MG_DL else (mmol_l, mg_dl)
        if agreeing or not other:
            return named
    if min(mg_dl, mmol_l) > _MOST_STRAYS * max(mg_dl, mmol_l) or not mg_dl + mmol_l:
        return None
    return GlucoseUnit.MG_DL if mg_dl > mmol_l else GlucoseUnit.MMOL_L


def _walk(value: object, moment: ReportedTime, *, inside: bool, depth: int) -> Iterator[RawReading]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, moment, inside=inside, depth=depth + 1)
    elif isinstance(value, dict):
        if inside and (found := _parse_reading(value, moment)):
            yield found
            return
        for key, member in value.items():
            if isinstance(member, dict | list):
                meaning = parse_name(key)
                within = (
                    meaning.subject is Topic.GLUCOSE
                    and meaning.role is Role.SUBJECT
                    and not meaning.not_by_sensor
                )
                if within or meaning.role in _LEADING or (inside and meaning.role is Role.AMOUNT):
                    yield from _walk(member, moment, inside=inside or within, depth=depth + 1)


def _parse_reading(members: dict[str, object], outer: ReportedTime) -> RawReading | None:
    at, value = members.get("Timestamp"), fields.number(members.get("Value"))
    moment = parse_instant(at) if at is not None else None
    change = members.get("IsTimeChange")
    if moment is None or value is None:
        times: list[tuple[Clue, object]] = []
        for key, member in members.items():
            meaning, name = parse_name(key), key.lower().replace("_", "")
            if meaning.role is Role.TIME and meaning.clue in _TIMES:
                times.append((meaning.clue, member))
            elif name in _VALUES:
                value = fields.number(member) if value is None else value
            elif name == "istimechange":
                change = member
        moment = moment or parse_reported_time(times)
    wall = moment.within(outer).wall
    return None if wall is None or value is None else RawReading(wall, value, change is True)
