"""LibreLinkUp, the service through which people follow somebody's glucose (version 4 of its protocol).

Shapes of the answers: recordings in timoschlueter/nightscout-librelink-up, FokkeZB/libreview-unofficial and
robberwick/pylibrelinkup.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ..models import GlucoseUnit, MeasuringRange, Person, Reading, Sensor, Trend
from . import fields
from .errors import InvalidAnswerError, PersonNotLoadableError

if TYPE_CHECKING:
    from datetime import datetime

    from .session import Session

_TREND: Final = {
    1: Trend.FALLING_FAST,
    2: Trend.FALLING,
    3: Trend.STABLE,
    4: Trend.RISING,
    5: Trend.RISING_FAST,
}
_UNIT: Final = {0: GlucoseUnit.MMOL_L, 1: GlucoseUnit.MG_DL}
_MMOL_FACTOR: Final = 18
"""Abbott's own: all 114 recorded pairs of values satisfy mmol/L = mg/dL ÷ 18, to one decimal."""
_LOWEST, _HIGHEST = 10, 1000
"""mg/dL. No sensor gives a value outside of these; what is outside is not glucose."""
_HOUR, _DAY = 60, 24 * 60
_USUAL_WARM_UP: Final = timedelta(minutes=_HOUR)
_OK: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The last twelve hours of a person: readings in the order of time, the newest with its trend."""

    person: Person | None
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogbookEntry:
    """An entry of the logbook that is an alarm. What its number means depends on there being a value."""

    at: datetime
    alarm_type: int | None
    mg_dl: int | None


class LibreLinkUp:
    """What can be asked of LibreLinkUp. Every method raises CloudError."""

    def __init__(self, session: Session) -> None:
        """Ask through this session."""
        self.session = session

    async def connections(self) -> tuple[Person, ...]:
        """Every person who shares with the account, each with the newest reading: one request for all."""
        answer = await self.session.get("/llu/connections", name="connections")
        return parse_connections(_data(answer))

    async def graph(self, patient_id: str) -> Graph:
        """The last twelve hours of one person. They end some 20 minutes before the newest reading."""
        answer = await self.session.get(f"/llu/connections/{quote(patient_id, safe='')}/graph", name="graph")
        return parse_graph(_data(answer))

    async def logbook(self, patient_id: str) -> tuple[LogbookEntry, ...]:
        """The alarms of about two weeks, in the order of time."""
        answer = await self.session.get(
            f"/llu/connections/{quote(patient_id, safe='')}/logbook", name="logbook"
        )
        return parse_logbook(_data(answer))


def _data(answer: fields.Json) -> object:
    status = fields.whole(answer.get("status"))
    if status not in (_OK, None):
        if "error" in answer:
            message = fields.text(fields.mapping(answer["error"]).get("message"))
            if message == "couldNotLoadPatient":
                raise PersonNotLoadableError("the cloud does not load this person")
        raise InvalidAnswerError(f"the cloud answered with status {status}")
    if "data" not in answer:
        raise InvalidAnswerError("the answer holds no data")
    return answer["data"]


def parse_connections(data: object) -> tuple[Person, ...]:
    """The persons in the list under `data`; entries that name no patient are left out.

    Raises InvalidAnswerError when there is neither a list nor null.
    """
    if data is not None and not isinstance(data, list):
        raise InvalidAnswerError("the connections are not a list")
    persons = {}
    for entry in data or ():
        if (person := parse_person(entry)) is not None:
            persons[person.patient_id] = person
    return tuple(persons.values())


def parse_person(value: object) -> Person | None:
    """One connection, None when it does not say whose it is."""
    connection = fields.mapping(value)
    patient_id = fields.text(connection.get("patientId"))
    if patient_id is None:
        return None
    measurement = fields.mapping(connection.get("glucoseMeasurement"))
    rules = fields.mapping(connection.get("alarmRules"))
    return Person(
        patient_id=patient_id,
        connection_id=fields.text(connection.get("id")),
        first_name=fields.text(connection.get("firstName")) or "",
        last_name=fields.text(connection.get("lastName")) or "",
        unit=_unit(connection.get("uom")) or _unit(measurement.get("GlucoseUnits")),
        target_low=_glucose(connection.get("targetLow")),
        target_high=_glucose(connection.get("targetHigh")),
        alarm_low=_alarm_threshold(rules.get("l")),
        alarm_high=_alarm_threshold(rules.get("h")),
        sensor=_sensor(connection.get("sensor")),
        reading=parse_reading(measurement),
        wall=_wall(measurement.get("Timestamp")),
        alarming=bool(connection.get("glucoseAlarm")),
    )


def _wall(value: object) -> datetime | None:
    """A `Timestamp`: written as a `FactoryTimestamp` is, but by the clock of the person's phone."""
    at = fields.utc_time(value)
    return at and at.replace(tzinfo=None)


def parse_reading(value: object) -> Reading | None:
    """One measurement, None without a usable time or value."""
    measurement = fields.mapping(value)
    at = fields.utc_time(measurement.get("FactoryTimestamp"))
    if at is None or (mg_dl := _mg_dl(measurement)) is None:
        return None
    return Reading(
        at=at,
        mg_dl=mg_dl,
        trend=_TREND.get(fields.whole(measurement.get("TrendArrow")) or 0),
        measuring_range=_measuring_range(measurement),
    )


def parse_graph(data: object) -> Graph:
    """The graph of one person, its readings in the order of time."""
    graph = fields.mapping(data)
    person = parse_person(graph.get("connection"))
    readings = [parse_reading(point) for point in fields.items(graph.get("graphData"))]
    readings.append(person.reading if person else None)
    return Graph(
        person=person,
        readings=tuple(
            sorted(
                (reading for reading in readings if reading),
                key=lambda reading: reading.at,
            )
        ),
    )


def parse_logbook(data: object) -> tuple[LogbookEntry, ...]:
    """The alarms of a logbook, the oldest first. Type 1 entries are scans, 2 and 3 alarms."""
    entries = [
        LogbookEntry(at=at, alarm_type=fields.whole(entry.get("alarmType")), mg_dl=_mg_dl(entry))
        for entry in map(fields.mapping, fields.items(data))
        if fields.whole(entry.get("type")) in (2, 3)
        and (at := fields.utc_time(entry.get("FactoryTimestamp"))) is not None
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _unit(value: object) -> GlucoseUnit | None:
    number = value if type(value) is int else fields.whole(value)
    return None if number is None else _UNIT.get(number)


def _glucose(value: object) -> int | None:
    mg_dl = value if type(value) is int else fields.whole(value)
    return mg_dl if mg_dl is not None and _LOWEST <= mg_dl <= _HIGHEST else None


def _mg_dl(measurement: fields.Json) -> int | None:
    """The value in mg/dL, from `Value` in its own unit where `ValueInMgPerDl` is missing."""
    if measurement.get("ValueInMgPerDl") is not None:
        return _glucose(measurement["ValueInMgPerDl"])
    value, unit = (
        fields.number(measurement.get("Value")),
        _unit(measurement.get("GlucoseUnits")),
    )
    if value is None or unit is None:
        return None
    return _glucose(value * _MMOL_FACTOR if unit is GlucoseUnit.MMOL_L else value)


def _measuring_range(measurement: fields.Json) -> MeasuringRange:
    if measurement.get("isLow") is True:
        return MeasuringRange.BELOW
    if measurement.get("isHigh") is True:
        return MeasuringRange.ABOVE
    return MeasuringRange.WITHIN


def _alarm_threshold(value: object) -> int | None:
    """The threshold (mg/dL) of an alarm rule. `on` is missing in some recordings; only false is off."""
    rule = fields.mapping(value)
    return None if rule.get("on") is False else _glucose(rule.get("th"))


def _warm_up(minutes: int | None) -> timedelta:
    """How long a sensor warms up: an hour, unless the cloud says something else that makes sense."""
    if minutes is None or minutes == _HOUR or not 0 < minutes <= _DAY:
        return _USUAL_WARM_UP
    return timedelta(minutes=minutes)


def _sensor(value: object) -> Sensor | None:
    sensor = fields.mapping(value)
    if not sensor:
        return None
    return Sensor(
        serial=fields.text(sensor.get("sn")),
        activated_at=fields.epoch(sensor.get("a")),
        warm_up=_warm_up(fields.whole(sensor.get("w"))),
        product=fields.whole(sensor.get("pt")),
    )
