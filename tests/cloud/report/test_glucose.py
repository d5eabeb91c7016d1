"""The readings of a report, and the unit they are in."""

from datetime import timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.report.page import FloatingReading, parse_report
from tests.support.report_pages import DAY, epoch, glucose, page, report_of, wall


def readings(*days: Any, **report: Any) -> tuple[FloatingReading, ...]:
    return parse_report(page({**report_of(*days), **report})).readings


def at(minute: int, value: Any, **members: Any) -> dict[str, Any]:
    return {"Timestamp": epoch(DAY) + minute * 60, "Value": value, "IsTimeChange": False, **members}


mg_dl = st.lists(st.integers(20, 600), min_size=1, max_size=40).filter(lambda values: max(values) >= 34)
mmol_l = st.lists(st.integers(10, 333).map(lambda tenths: tenths / 10), min_size=1, max_size=40).filter(
    lambda values: min(values) < 20
)


@given(mg_dl)
def test_mg_dl_are_recognised_by_their_values(values: list[int]) -> None:
    found = readings({"Glucose": [[at(minute, value) for minute, value in enumerate(values)]]})
    assert [reading.mg_dl for reading in found] == values


@given(mmol_l)
def test_mmol_l_are_recognised_by_their_values_and_become_mg_dl(values: list[float]) -> None:
    found = readings({"Glucose": [[at(minute, value) for minute, value in enumerate(values)]]})
    assert [reading.mg_dl for reading in found] == [round(value * 18) for value in values]


@given(st.integers(20, 600))
def test_a_value_that_was_shown_in_mmol_l_shows_the_same_again(value: int) -> None:
    shown = round(value / 18, 1)
    found = readings({"Glucose": [[at(0, shown), at(5, 5.5)]]}, GlucoseUnits=0)
    assert round(found[0].mg_dl / 18, 1) == shown


@given(st.permutations(range(24)), st.permutations(range(24)))
def test_readings_keep_the_order_of_the_report(first: list[int], second: list[int]) -> None:
    day = {"Glucose": [[at(minute, 120) for minute in first]], "SensorScans": [[at(m, 121) for m in second]]}
    assert [reading.wall.minute for reading in readings(day)] == [*first, *second]


@pytest.mark.parametrize(
    ("named", "mg_dl"),
    [
        ({"GlucoseUnits": 0}, [450, 500]),
        ({"GlucoseUnits": 1}, [25, 28]),
        ({"Settings": {"glucoseUnit": "mmol/L"}}, [450, 500]),
        ({"Settings": [{"UnitOfMeasure": "mg/dL"}]}, [25, 28]),
        ({}, []),
    ],
    ids=repr,
)
def test_values_that_could_be_either_are_what_the_report_says(named: Any, mg_dl: list[int]) -> None:
    found = readings({"Glucose": [[at(0, 25), at(5, 27.8)]]}, **named)
    assert [reading.mg_dl for reading in found] == mg_dl


def test_a_unit_that_no_value_agrees_with_is_not_believed() -> None:
    assert [reading.mg_dl for reading in readings({"Glucose": [[at(0, 120)]]}, GlucoseUnits=0)] == [120]
    assert [reading.mg_dl for reading in readings({"Glucose": [[at(0, 6.0)]]}, GlucoseUnits=1)] == [108]


def test_values_that_contradict_the_unit_are_left_out() -> None:
    day = {"Glucose": [[at(0, 5.5), at(5, 120), at(10, 7.0)]]}
    assert [reading.mg_dl for reading in readings(day, GlucoseUnits=0)] == [99, 126]
    assert [reading.mg_dl for reading in readings(day, GlucoseUnits=1)] == [120]
    assert readings(day) == ()


def test_a_stray_value_among_many_is_left_out() -> None:
    values = [120] * 40 + [5]
    found = readings({"Glucose": [[at(minute, value) for minute, value in enumerate(values)]]})
    assert [reading.mg_dl for reading in found] == [120] * 40


@pytest.mark.parametrize("value", [None, True, "HI", -5, 0, 601, 1e300, [120], {"a": 120}])
def test_values_that_are_no_glucose_are_left_out_and_nothing_else(value: Any) -> None:
    found = readings({"Glucose": [[at(0, 120), at(5, value), at(10, 130)]]})
    assert [reading.mg_dl for reading in found] == [120, 130]


@pytest.mark.parametrize(
    "day",
    [
        {"Glucose": [at(0, 120), at(5, 130)]},
        {"Glucose": [[[at(0, 120)]], [at(5, 130)]]},
        {"Glucose": {"Values": [at(0, 120), at(5, 130)]}},
        {"GLUCOSE": [[at(0, 120)]], "sensorscans": [at(5, 130)]},
        {
            "glucose": [
                [{"timestamp": epoch(DAY), "value": 120}, {"timestamp": epoch(DAY, 0, 5), "value": "130"}]
            ]
        },
        {"data": {"historicGlucose": [at(0, 120)], "scans": [at(5, 130)]}},
        {"Date": "2026-06-01", "Glucose": [{"Time": "00:00", "Value": 120}, {"Time": "00:05", "Value": 130}]},
        {
            "Glucose": [
                {"Timestamp": "2026-06-01T00:00:00", "Value": 120},
                {"Timestamp": "6/1/2026 0:05", "V": 130},
            ]
        },
    ],
    ids=repr,
)
def test_other_nestings_give_the_same_readings(day: Any) -> None:
    assert [(reading.wall, reading.mg_dl) for reading in readings(day)] == [(wall(0), 120), (wall(0, 5), 130)]


@pytest.mark.parametrize(
    "name", ["StripGlucose", "BloodGlucose", "AverageGlucose", "GlucoseTargets", "Notes"]
)
def test_glucose_that_the_sensor_did_not_measure_is_no_reading(name: str) -> None:
    assert readings({name: [at(0, 120)]}) == ()


def test_a_change_of_the_clock_is_marked() -> None:
    found = readings({"Glucose": [[at(0, 120), at(5, 120, IsTimeChange=True)]]})
    assert [reading.is_time_change for reading in found] == [False, True]


def test_a_timestamp_is_the_wall_clock() -> None:
    found = readings({"Glucose": glucose(DAY)})
    assert [reading.wall for reading in found] == [
        wall(0) + timedelta(minutes=15 * step) for step in range(96)
    ]


def test_a_reading_does_not_show_its_value() -> None:
    assert "123" not in repr(readings({"Glucose": [[at(0, 123)]]}))
