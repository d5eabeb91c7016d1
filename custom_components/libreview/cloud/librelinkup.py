"""LibreLinkUp, the service through which people follow somebody's glucose (version 4 of its protocol).

Shapes of the answers: recordings in timoschlueter/nightscout-librelink-up, FokkeZB/libreview-unofficial and
robberwick/pylibrelinkup.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from ..models import Connection, Reading, WornSensor
from . import fields
from .answers import check_status, parse_unit
from .errors import InvalidAnswerError
from .measurement import find_newest, parse_glucose, parse_reading
from .session import Session

_LOWEST_THRESHOLD, _HIGHEST_THRESHOLD = 10, 1000
"""Thresholds (mg/dL) outside are left out."""
_DAY_MINUTES = 24 * 60
_DEFAULT_WARM_UP: Final = timedelta(hours=1)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The last twelve hours of a person: readings in the order of time, of which the newest has a trend."""

    person: Connection | None
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogbookEntry:
    """An alarm in the logbook. What `alarm_type` means depends on whether there is a value."""

    at: datetime
    alarm_type: int | None
    mg_dl: int | None


class LibreLinkUp:
    """The requests to LibreLinkUp. Every method raises CloudError."""

    def __init__(self, session: Session) -> None:
        """Send the requests through this session."""
        self.session = session

    async def connections(self) -> tuple[Connection, ...]:
        """Return every person who shares with the account, each with the newest reading, by one request."""
        answer = await self.session.get("/llu/connections", name="connections")
        return parse_connections(_get_data(answer))

    async def graph(self, patient_id: str) -> Graph:
        """Return the last twelve hours of one person. They end some 20 minutes before the newest reading."""
        path = f"/llu/connections/{quote(patient_id, safe='')}/graph"
        answer = await self.session.get_aside(path, name="graph")
        return parse_graph(_get_data(answer))

    async def logbook(self, patient_id: str) -> tuple[LogbookEntry, ...]:
        """Return the alarms of about two weeks, in the order of time."""
        path = f"/llu/connections/{quote(patient_id, safe='')}/logbook"
        answer = await self.session.get_aside(path, name="logbook")
        return parse_logbook(_get_data(answer))


def _get_data(answer: fields.JsonMapping) -> object:
    """Return what stands under `data`. Raise InvalidAnswerError or PersonNotLoadableError."""
    check_status(answer)
    if "data" not in answer:
        raise InvalidAnswerError("the answer holds no data")
    return answer["data"]


def parse_connections(data: object) -> tuple[Connection, ...]:
    """Return the persons in the list under `data`; entries that name no patient are left out.

    Of two connections of one person the one with the newer measurement counts.

    Raise InvalidAnswerError when there is neither a list nor null.
    """
    if data is not None and not isinstance(data, list):
        raise InvalidAnswerError("the connections are not a list")
    connections: dict[str, Connection] = {}
    for value in data or ():
        if (connection := parse_connection(value)) is not None:
            other = connections.setdefault(connection.patient_id, connection)
            if other is not connection and _get_measured_at(connection) >= _get_measured_at(other):
                connections[connection.patient_id] = connection
    return tuple(connections.values())


def _get_measured_at(connection: Connection) -> datetime:
    return connection.measured_at or _NEVER


def parse_connection(value: object) -> Connection | None:
    """Return one connection, None when it does not say whose it is."""
    connection = fields.mapping(value)
    patient_id = fields.text(connection.get("patientId"))
    if patient_id is None:
        return None
    measurement = find_newest(connection.get("glucoseMeasurement"), connection.get("glucoseItem"))
    rules = fields.mapping(connection.get("alarmRules"))
    return Connection(
        patient_id=patient_id,
        connection_id=fields.text(connection.get("id")),
        first_name=fields.text(connection.get("firstName")) or "",
        last_name=fields.text(connection.get("lastName")) or "",
        unit=parse_unit(connection.get("uom")) or measurement.unit,
        target_low=_parse_threshold(connection.get("targetLow")),
        target_high=_parse_threshold(connection.get("targetHigh")),
        alarm_low=_parse_alarm_threshold(rules.get("l")),
        alarm_high=_parse_alarm_threshold(rules.get("h")),
        sensor=_parse_sensor(connection.get("sensor")),
        reading=measurement.reading,
        valueless_at=None if measurement.reading else measurement.at,
        wall=measurement.wall,
        alarming=bool(connection.get("glucoseAlarm")),
    )


def parse_graph(data: object) -> Graph:
    """Return the graph of one person, its readings in the order of time."""
    graph = fields.mapping(data)
    person = parse_connection(graph.get("connection"))
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
    """Return the alarms of a logbook, the oldest first. Type 1 entries are scans, 2 and 3 alarms."""
    entries = [
        LogbookEntry(at=at, alarm_type=fields.whole(entry.get("alarmType")), mg_dl=parse_glucose(entry).mg_dl)
        for entry in map(fields.mapping, fields.items(data))
        if fields.whole(entry.get("type")) in (2, 3)
        and (at := fields.utc_time(entry.get("FactoryTimestamp"))) is not None
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _parse_threshold(value: object) -> int | None:
    """Return a threshold in mg/dL, None for what nobody can set."""
    mg_dl = fields.whole(value)
    return mg_dl if mg_dl is not None and _LOWEST_THRESHOLD <= mg_dl <= _HIGHEST_THRESHOLD else None


def _parse_alarm_threshold(value: object) -> int | None:
    """Return the threshold (mg/dL) of an alarm rule; without `on` (some recordings) it counts."""
    rule = fields.mapping(value)
    return None if rule.get("on") is False else _parse_threshold(rule.get("th"))


def _parse_warm_up(minutes: int | None) -> timedelta:
    """Return how long a sensor warms up: an hour, unless the cloud names another time of up to a day."""
    if minutes is None or not 0 < minutes <= _DAY_MINUTES:
        return _DEFAULT_WARM_UP
    return timedelta(minutes=minutes)


def _parse_sensor(value: object) -> WornSensor | None:
    sensor = fields.mapping(value)
    if not sensor:
        return None
    return WornSensor(
        serial=fields.text(sensor.get("sn")),
        activated_at=fields.epoch(sensor.get("a")),
        warm_up=_parse_warm_up(fields.whole(sensor.get("w"))),
        product=fields.whole(sensor.get("pt")),
    )
