"""Recorded answers of LibreLinkUp, as persons, readings and alarms."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from custom_components.libreview.cloud.librelinkup import (
    LogbookEntry,
    parse_connections,
    parse_graph,
    parse_logbook,
)
from custom_components.libreview.cloud.measurement import parse_reading
from custom_components.libreview.glucose.units import to_display
from custom_components.libreview.models import Connection, GlucoseUnit, Reading, Trend, WornSensor

from .conftest import recorded

CONNECTIONS = "llu_connections.nightscout-librelink-up.json"
GRAPH_MG_DL = "llu_graph.nightscout-librelink-up.json"
GRAPH_MMOL_L = "llu_get_llu_connections_patientid_graph_200_example_1.libreview-unofficial.json"
LOGBOOK = "llu_get_llu_connections_patientid_logbook_200_example_1.libreview-unofficial.json"
LOW_ALARM, HIGH_ALARM = 1, 2
UNIT = {0: GlucoseUnit.MMOL_L, 1: GlucoseUnit.MG_DL}


def measurements(node: Any) -> list[dict[str, Any]]:
    """Every measurement anywhere in an answer."""
    if isinstance(node, list):
        return [found for each in node for found in measurements(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if "ValueInMgPerDl" in node else []
    return own + [found for each in node.values() for found in measurements(each)]


ALL_MEASUREMENTS = [
    each
    for name in (CONNECTIONS, GRAPH_MG_DL, GRAPH_MMOL_L, LOGBOOK)
    for each in measurements(recorded(name)["data"])
]


def test_recorded_connections_are_persons() -> None:
    wire = recorded(CONNECTIONS)["data"][0]
    assert parse_connections(recorded(CONNECTIONS)["data"])[0] == Connection(
        patient_id=wire["patientId"],
        connection_id=wire["id"],
        first_name="Jane",
        last_name="Doe",
        unit=GlucoseUnit.MG_DL,
        target_low=70,
        target_high=160,
        alarm_low=60,
        alarm_high=220,
        sensor=WornSensor(
            serial="ABCDEF1234",
            activated_at=datetime(2022, 12, 25, 8, 4, 38, tzinfo=UTC),
            warm_up=timedelta(minutes=60),
            product=4,
        ),
        reading=Reading(at=datetime(2022, 12, 30, 16, 47, 40, tzinfo=UTC), mg_dl=115, trend=Trend.STABLE),
        wall=datetime.fromisoformat("2022-12-30 17:47:40"),
    )


def test_a_recorded_connection_without_a_sensor_is_a_person_without_one() -> None:
    person = parse_connections(recorded(CONNECTIONS)["data"])[1]
    assert person.sensor is None
    assert person.reading == Reading(
        at=datetime(2022, 3, 13, 18, 53, 10, tzinfo=UTC), mg_dl=103, trend=Trend.STABLE
    )
    assert (person.alarm_low, person.alarm_high) == (70, 210)


@pytest.mark.parametrize(
    ("name", "unit", "count", "first", "newest"),
    [
        (
            GRAPH_MG_DL,
            GlucoseUnit.MG_DL,
            142,
            Reading(at=datetime(2022, 12, 30, 4, 50, 40, tzinfo=UTC), mg_dl=173),
            Reading(at=datetime(2022, 12, 30, 16, 47, 40, tzinfo=UTC), mg_dl=115, trend=Trend.STABLE),
        ),
        (
            GRAPH_MMOL_L,
            GlucoseUnit.MMOL_L,
            141,
            Reading(at=datetime(2023, 6, 19, 16, 48, 28, tzinfo=UTC), mg_dl=174),
            Reading(at=datetime(2023, 6, 20, 4, 44, 13, tzinfo=UTC), mg_dl=125, trend=Trend.STABLE),
        ),
    ],
    ids=["mg/dL", "mmol/L"],
)
def test_a_recorded_graph_is_twelve_hours_of_readings_in_order(
    name: str, unit: GlucoseUnit, count: int, first: Reading, newest: Reading
) -> None:
    graph = parse_graph(recorded(name)["data"])
    assert graph.person is not None
    assert graph.person.unit is unit
    assert len(graph.readings) == count
    assert (graph.readings[0], graph.readings[-1]) == (first, newest)
    assert all(earlier.at < later.at for earlier, later in pairwise(graph.readings))


def test_a_recorded_logbook_is_its_alarms_the_oldest_first() -> None:
    entries = parse_logbook(recorded(LOGBOOK)["data"])
    assert len(entries) == 70
    assert entries[0] == LogbookEntry(
        at=datetime(2023, 6, 6, 8, 20, 18, tzinfo=UTC), alarm_type=HIGH_ALARM, mg_dl=253
    )
    assert all(earlier.at <= later.at for earlier, later in pairwise(entries))
    assert all((entry.mg_dl or 0) >= 252 for entry in entries if entry.alarm_type == HIGH_ALARM)
    assert all(53 <= (entry.mg_dl or 0) <= 69 for entry in entries if entry.alarm_type == LOW_ALARM)


def test_every_recorded_measurement_is_a_reading_shown_as_the_libre_app_shows_it() -> None:
    assert len(ALL_MEASUREMENTS) > 350
    for each in ALL_MEASUREMENTS:
        reading = parse_reading(each)
        assert reading is not None
        assert to_display(reading.mg_dl, UNIT[each["GlucoseUnits"]]) == each["Value"]


def test_a_measurement_without_its_value_in_mg_dl_is_converted() -> None:
    for each in ALL_MEASUREMENTS:
        reading = parse_reading(each | {"ValueInMgPerDl": None})
        assert reading is not None
        assert to_display(reading.mg_dl, UNIT[each["GlucoseUnits"]]) == each["Value"]
