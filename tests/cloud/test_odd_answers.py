"""Answers of LibreLinkUp that nobody has recorded: what is odd costs itself, and nothing beside it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given, strategies as st
import pytest

from custom_components.libreview.cloud.errors import InvalidAnswerError
from custom_components.libreview.cloud.librelinkup import (
    LibreLinkUp,
    parse_connection,
    parse_connections,
    parse_graph,
    parse_logbook,
)
from custom_components.libreview.cloud.measurement import parse_reading
from custom_components.libreview.models import Connection, GlucoseUnit, MeasuringRange, Reading, Trend
from tests.cloud_double import CloudDouble, faults
from tests.support.json_values import ANYTHING

from .conftest import Client

MEASUREMENT = {
    "FactoryTimestamp": "6/1/2026 11:59:40 AM",
    "Timestamp": "6/1/2026 1:59:40 PM",
    "type": 1,
    "ValueInMgPerDl": 115,
    "TrendArrow": 4,
    "GlucoseUnits": 0,
    "Value": 6.4,
    "isHigh": False,
    "isLow": False,
}
CONNECTION = {
    "id": "connection",
    "patientId": "patient",
    "firstName": "Alex",
    "lastName": "Example",
    "targetLow": 70,
    "targetHigh": 180,
    "uom": 0,
    "sensor": {"sn": "0ETEST0010", "a": 1780000000, "w": 60, "pt": 4},
    "alarmRules": {"h": {"on": True, "th": 250}, "l": {"on": True, "th": 70}},
    "glucoseMeasurement": MEASUREMENT,
    "glucoseAlarm": None,
}
AT = datetime(2026, 6, 1, 11, 59, 40, tzinfo=UTC)
READING = Reading(at=AT, mg_dl=115, trend=Trend.RISING)


def person_of(**odd: Any) -> Connection:
    person = parse_connection(CONNECTION | odd)
    assert person is not None
    return person


def reading_of(**odd: Any) -> Reading | None:
    return parse_reading(MEASUREMENT | odd)


@given(ANYTHING)
def test_any_answer_can_be_parsed(data: Any) -> None:
    parse_connection(data)
    parse_reading(data)
    parse_graph(data)
    parse_logbook(data)
    if data is None or isinstance(data, list):
        parse_connections(data)


@given(st.sampled_from(sorted(set(CONNECTION) - {"patientId"})), ANYTHING)
def test_an_odd_field_of_a_connection_alone_is_left_out(name: str, odd: Any) -> None:
    fields = {
        "id": ("connection_id",),
        "firstName": ("first_name",),
        "lastName": ("last_name",),
        "targetLow": ("target_low",),
        "targetHigh": ("target_high",),
        "uom": ("unit",),
        "sensor": ("sensor",),
        "alarmRules": ("alarm_low", "alarm_high"),
        "glucoseMeasurement": ("reading", "valueless_at", "wall"),
        "glucoseAlarm": ("alarming",),
    }[name]
    plain, changed = person_of(), person_of(**{name: odd})
    for field in Connection.__slots__:
        if field not in fields:
            assert getattr(changed, field) == getattr(plain, field)


@given(st.sampled_from(sorted(set(MEASUREMENT) - {"FactoryTimestamp", "ValueInMgPerDl"})), ANYTHING)
def test_an_odd_field_of_a_measurement_never_costs_time_or_value(name: str, odd: Any) -> None:
    assume(name not in {"isLow", "isHigh"} or odd is not True)  # That is LO or HI, and not odd.
    reading = reading_of(**{name: odd})
    assert reading is not None
    assert (reading.at, reading.mg_dl) == (AT, 115)


@given(st.lists(ANYTHING, max_size=3), st.lists(ANYTHING, max_size=3))
def test_a_broken_person_alone_is_left_out(before: list[Any], after: list[Any]) -> None:
    assert person_of() in parse_connections([*before, CONNECTION, *after])


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "1/1/1899 1:00:00 AM", "1/1/2200 1:00:00 AM"]
)
def test_a_measurement_of_another_century_has_no_time(time: str) -> None:
    assert reading_of(FactoryTimestamp=time) is None


@given(st.lists(ANYTHING, max_size=3))
def test_a_broken_point_alone_is_left_out(points: list[Any]) -> None:
    graph = parse_graph({"connection": None, "graphData": [*points, MEASUREMENT]})
    assert graph.person is None
    assert READING in graph.readings


@pytest.mark.parametrize("patient_id", [None, "", "  ", True, ["patient"], 1.5], ids=repr)
def test_a_connection_that_does_not_say_whose_it_is_is_left_out(patient_id: Any) -> None:
    assert parse_connections([CONNECTION | {"patientId": patient_id}]) == ()


def test_a_connection_given_twice_is_one_person() -> None:
    assert parse_connections([CONNECTION, CONNECTION]) == (person_of(),)


@pytest.mark.parametrize("nobody", [None, []], ids=repr)
def test_an_account_without_connections_has_no_persons(nobody: Any) -> None:
    assert parse_connections(nobody) == ()


@pytest.mark.parametrize("data", [{}, "persons", 5, True], ids=repr)
def test_connections_that_are_no_list_are_an_invalid_answer(data: Any) -> None:
    with pytest.raises(InvalidAnswerError):
        parse_connections(data)


@pytest.mark.parametrize(
    ("odd", "mg_dl"),
    [
        ({"ValueInMgPerDl": "115"}, 115),
        ({"ValueInMgPerDl": 115.4}, 115),
        ({"ValueInMgPerDl": None, "Value": "6.4"}, 115),
        ({"ValueInMgPerDl": None, "Value": 115, "GlucoseUnits": 1}, 115),
        ({"ValueInMgPerDl": None, "Value": "115", "GlucoseUnits": "1"}, 115),
        ({"ValueInMgPerDl": None, "GlucoseUnits": None}, None),
        ({"ValueInMgPerDl": None, "GlucoseUnits": 7}, None),
        ({"ValueInMgPerDl": None, "Value": None}, None),
        ({"ValueInMgPerDl": None, "Value": 1e308}, None),
        ({"ValueInMgPerDl": True}, None),
        ({"ValueInMgPerDl": "high"}, None),
        ({"ValueInMgPerDl": 0}, None),
        ({"ValueInMgPerDl": 39}, None),
        ({"ValueInMgPerDl": 40}, 40),
        ({"ValueInMgPerDl": 500}, 500),
        ({"ValueInMgPerDl": 501}, None),
        ({"ValueInMgPerDl": float("nan")}, None),
        ({"FactoryTimestamp": "soon"}, None),
        ({"FactoryTimestamp": None}, None),
    ],
    ids=repr,
)
def test_only_glucose_at_a_time_is_a_reading(odd: dict[str, Any], mg_dl: int | None) -> None:
    reading = reading_of(**odd)
    assert (reading and reading.mg_dl) == mg_dl


def test_the_time_of_a_reading_is_not_the_wall_clock_of_the_phone() -> None:
    assert reading_of(Timestamp="1/1/2020 1:00:00 AM") == READING


@pytest.mark.parametrize(
    ("arrow", "trend"),
    [
        (1, Trend.FALLING_FAST),
        (2, Trend.FALLING),
        (3, Trend.STABLE),
        (4, Trend.RISING),
        (5, Trend.RISING_FAST),
        ("3", Trend.STABLE),
        (0, None),
        (6, None),
        (-1, None),
        (None, None),
        ("up", None),
        (True, None),
    ],
    ids=repr,
)
def test_an_arrow_is_a_trend_or_nothing(arrow: Any, trend: Trend | None) -> None:
    reading = reading_of(TrendArrow=arrow)
    assert reading is not None
    assert reading.trend is trend


@pytest.mark.parametrize(
    ("flags", "measuring_range"),
    [
        ({}, MeasuringRange.WITHIN),
        ({"isLow": True}, MeasuringRange.BELOW),
        ({"isHigh": True}, MeasuringRange.ABOVE),
        ({"isLow": "yes", "isHigh": 1}, MeasuringRange.WITHIN),
    ],
    ids=repr,
)
def test_low_and_high_mean_beyond_what_the_sensor_measures(
    flags: dict[str, Any], measuring_range: MeasuringRange
) -> None:
    reading = reading_of(**flags)
    assert reading is not None
    assert reading.measuring_range is measuring_range


@pytest.mark.parametrize(
    "number", [None, 0, 5, 39, 75, 115, "LO", "HI", "", True, [], float("nan")], ids=repr
)
@pytest.mark.parametrize(
    ("flag", "mg_dl", "measuring_range"),
    [("isLow", 40, MeasuringRange.BELOW), ("isHigh", 500, MeasuringRange.ABOVE)],
)
def test_lo_and_hi_are_readings_whatever_the_number_says(
    number: Any, flag: str, mg_dl: int, measuring_range: MeasuringRange
) -> None:
    reading = reading_of(ValueInMgPerDl=number, Value=number, **{flag: True})
    assert reading is not None
    assert (reading.at, reading.mg_dl, reading.measuring_range) == (AT, mg_dl, measuring_range)


@pytest.mark.parametrize(("word", "mg_dl"), [("LO", 40), (" lo ", 40), ("HI", 500), ("Hi", 500)])
@pytest.mark.parametrize("number", [{}, {"ValueInMgPerDl": None}], ids=["ValueInMgPerDl", "Value"])
def test_lo_and_hi_may_stand_in_place_of_the_number(word: str, mg_dl: int, number: dict[str, Any]) -> None:
    reading = reading_of(**{"ValueInMgPerDl": word, "Value": word} | number)
    assert reading is not None
    assert reading.mg_dl == mg_dl
    assert reading.measuring_range is not MeasuringRange.WITHIN


@pytest.mark.parametrize("number", [None, 0, 14, 605, "high", True], ids=repr)
def test_a_measurement_without_a_usable_value_tells_when_it_was(number: Any) -> None:
    person = person_of(glucoseMeasurement=MEASUREMENT | {"ValueInMgPerDl": number, "Value": number})
    assert person.reading is None
    assert (person.valueless_at, person.measured_at) == (AT, AT)


EARLIER, LATER = "6/1/2026 11:50:00 AM", "6/1/2026 11:59:50 AM"


@pytest.mark.parametrize(
    ("measurement", "item", "mg_dl"),
    [
        (None, {}, 90),
        ({"FactoryTimestamp": None}, {}, 90),
        ({"FactoryTimestamp": EARLIER}, {}, 90),
        ({"FactoryTimestamp": EARLIER, "ValueInMgPerDl": None, "Value": None}, {}, 90),
        ({}, None, 115),
        ({}, {}, 115),
        ({}, {"FactoryTimestamp": EARLIER}, 115),
        ({}, {"FactoryTimestamp": LATER}, 90),
        ({}, {"FactoryTimestamp": LATER, "ValueInMgPerDl": None, "Value": None}, None),
        ({"ValueInMgPerDl": None, "Value": None}, {"FactoryTimestamp": EARLIER}, None),
        (None, None, None),
    ],
)
def test_the_newest_of_measurement_and_item_counts(
    measurement: dict[str, Any] | None, item: dict[str, Any] | None, mg_dl: int | None
) -> None:
    person = person_of(
        glucoseMeasurement=None if measurement is None else MEASUREMENT | measurement,
        glucoseItem=None if item is None else MEASUREMENT | {"ValueInMgPerDl": 90} | item,
    )
    assert (person.reading and person.reading.mg_dl) == mg_dl


def test_a_measurement_that_is_left_out_altogether_is_no_loss_while_there_is_the_item() -> None:
    connection = {name: value for name, value in CONNECTION.items() if name != "glucoseMeasurement"}
    person = parse_connection(connection | {"glucoseItem": MEASUREMENT})
    assert person is not None
    assert (person.reading, person.wall) == (READING, datetime.fromisoformat("2026-06-01 13:59:40"))


@pytest.mark.parametrize("newer_first", [True, False])
@pytest.mark.parametrize("value", [50, None], ids=repr)
def test_of_two_connections_of_one_person_the_newer_counts(value: int | None, *, newer_first: bool) -> None:
    newer = CONNECTION | {"glucoseMeasurement": MEASUREMENT | {"ValueInMgPerDl": value, "Value": None}}
    older = CONNECTION | {"glucoseMeasurement": MEASUREMENT | {"FactoryTimestamp": EARLIER}}
    none = CONNECTION | {"glucoseMeasurement": None}
    (person,) = parse_connections([newer, older, none] if newer_first else [none, older, newer])
    assert person.measured_at == AT
    assert (person.reading and person.reading.mg_dl) == value


def test_the_unit_is_the_measurement_s_where_the_connection_names_none() -> None:
    assert person_of(uom=None).unit is GlucoseUnit.MMOL_L
    assert person_of(uom=1).unit is GlucoseUnit.MG_DL


@pytest.mark.parametrize(
    ("rule", "threshold"),
    [
        ({"on": True, "th": 65}, 65),
        ({"th": 65}, 65),
        ({"on": False, "th": 65}, None),
        ({}, None),
        (None, None),
    ],
    ids=repr,
)
def test_an_alarm_that_is_off_has_no_threshold(rule: Any, threshold: int | None) -> None:
    assert person_of(alarmRules={"l": rule}).alarm_low == threshold


@pytest.mark.parametrize(
    ("warm_up", "minutes"), [(30, 30), ("30", 30), (None, 60), (0, 60), (-5, 60), (1e12, 60)], ids=repr
)
def test_a_sensor_warms_up_for_an_hour_unless_it_says_better(warm_up: Any, minutes: int) -> None:
    sensor = person_of(sensor={"w": warm_up}).sensor
    assert sensor is not None
    assert sensor.warm_up == timedelta(minutes=minutes)
    assert (sensor.serial, sensor.activated_at, sensor.product) == (None, None, None)


@pytest.mark.parametrize("sensor", [None, {}, [], "none"], ids=repr)
def test_there_may_be_no_sensor(sensor: Any) -> None:
    assert person_of(sensor=sensor).sensor is None


def test_an_alarm_that_sounds_now_is_noticed() -> None:
    assert not person_of().alarming
    assert person_of(glucoseAlarm={"alarmType": 1}).alarming


@pytest.mark.parametrize(
    ("odd", "alarms"),
    [
        ({"type": 1}, []),
        ({"type": 2, "alarmType": 0, "ValueInMgPerDl": None, "Value": None}, [(0, None)]),
        ({"type": 3, "alarmType": 2}, [(2, 115)]),
        ({"type": "3", "alarmType": None}, [(None, 115)]),
        ({"type": 3, "FactoryTimestamp": None}, []),
    ],
    ids=repr,
)
def test_the_alarms_of_a_logbook_may_have_no_value_but_have_a_time(
    odd: dict[str, Any], alarms: list[tuple[int | None, int | None]]
) -> None:
    entries = parse_logbook([MEASUREMENT | odd])
    assert [(entry.alarm_type, entry.mg_dl) for entry in entries] == alarms


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"status": 0},
        {"status": 1, "data": []},
        {"status": 2, "error": {"message": "failedToLoadHistory"}},
    ],
    ids=repr,
)
async def test_an_answer_without_data_or_with_another_status_is_invalid(
    signed_in: Client, cloud: CloudDouble, answer: dict[str, Any]
) -> None:
    cloud.fail_next("connections", faults.answer(answer))
    with pytest.raises(InvalidAnswerError):
        await LibreLinkUp(signed_in.session).connections()


async def test_an_answer_without_a_status_is_good(signed_in: Client, cloud: CloudDouble) -> None:
    cloud.fail_next("connections", faults.answer({"data": [CONNECTION]}))
    assert await LibreLinkUp(signed_in.session).connections() == (person_of(),)
