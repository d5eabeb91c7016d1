"""What a report tells: glucose and diary on the clock of the person's phone."""

from datetime import UTC, datetime, timedelta
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from tests.cloud_double import Account, CloudDouble, Person, Sensor, Uom, readings
from tests.cloud_double.report_page import content, html
from tests.cloud_double.world import ReportOrder

from .conftest import Clock
from .patient import Patient

START, END = 1773014400, 1773187200  # 9 March 2026, 00:00, and two days later
NOW = datetime(2026, 3, 10, 12, 0, 30, tzinfo=UTC)
BERLIN = timedelta(hours=1)


def _order(person: Person, days: int = 2, uom: Uom = Uom.MG_DL) -> ReportOrder:
    last = datetime.fromisoformat("2026-03-11T00:00")
    return ReportOrder(
        id="x", account=Account(own=person), person=person, first=last - timedelta(days), last=last, uom=uom
    )


def _report(person: Person, order: ReportOrder | None = None, now: datetime = NOW) -> list[dict[str, Any]]:
    days: list[dict[str, Any]] = content(CloudDouble(lambda: now), order or _order(person))["Data"]["Days"]
    return days


def _values(days: list[dict[str, Any]], key: str = "Glucose") -> list[dict[str, Any]]:
    return [value for day in days for segment in day[key] for value in segment]


async def test_the_glucose_is_the_graphs_on_the_phones_clock(
    patient: Patient, person: Person, clock: Clock
) -> None:
    report = await patient.report(START, END)
    told = {each["Timestamp"]: each["Value"] for each in _values(report["Data"]["Days"])}
    graph = readings.graph(person, clock.now)
    assert len(graph) > 100
    for point in graph:
        wall = point.at.astimezone(ZoneInfo(person.time_zone)).replace(tzinfo=UTC)
        assert told[int(wall.timestamp())] == point.mg_dl


async def test_the_unit_is_the_orders_else_the_accounts(patient: Patient) -> None:
    patient.account.uom = Uom.MMOL_L
    for changes, unit, limit in (({}, 0, 23), ({"GlucoseUnits": 0}, 0, 23), ({"GlucoseUnits": 1}, 1, 401)):
        data = (await patient.report(START, END, **changes))["Data"]
        assert data["GlucoseUnits"] == unit
        values = [each["Value"] for each in _values(data["Days"])]
        assert limit / 6 < max(values) < limit


def test_days_are_those_ordered_up_to_today() -> None:
    days = [day["Date"] for day in _report(Person())]
    assert days == [START, START + 86400]
    for day in _report(Person()):
        assert all(day["Date"] <= value["Timestamp"] < day["Date"] + 86400 for value in _values([day]))


def test_nothing_lies_outside_what_was_ordered() -> None:
    person = Person()
    order = _order(person)
    order.first, order.last = (
        datetime.fromisoformat("2026-03-09T10:30"),
        datetime.fromisoformat("2026-03-09T18:00"),
    )
    person.add_entry("note", wall=datetime.fromisoformat("2026-03-09T10:29"), text="before")
    person.add_entry("note", wall=datetime.fromisoformat("2026-03-09T10:31"), text="within")
    (day,) = _report(person, order)
    stamps = [value["Timestamp"] for value in _values([day])]
    assert START + 37800 <= min(stamps) <= max(stamps) <= START + 64800
    assert [note["Text"] for note in day["Notes"]] == ["within"]


def test_a_libre_2_has_a_value_every_fifteen_minutes() -> None:
    three = len(_values(_report(Person(sensor=Sensor(product=4)))))
    two = len(_values(_report(Person(sensor=Sensor(product=3)))))
    assert two == pytest.approx(three / 3, abs=2)


def test_a_gap_begins_a_new_list() -> None:
    person = Person(sensor=Sensor(activated=NOW - timedelta(hours=5)), phase=timedelta(0))
    (_, today) = _report(person)
    before, after = today["Glucose"]
    assert after[0]["Timestamp"] - before[-1]["Timestamp"] >= 3600
    assert not before[-1]["IsTimeChange"]


def test_a_journey_changes_the_clock() -> None:
    person = Person(phase=timedelta(0))
    landed = NOW - timedelta(hours=4)
    person.travel(landed, timedelta(hours=-5))
    person.add_entry("note", at=NOW - timedelta(hours=1), text="far away")
    (_, today) = _report(person)
    changed = [value for value in _values([today]) if value["IsTimeChange"]]
    assert [value["Timestamp"] // 3600 for value in changed] == [int(landed.timestamp()) // 3600 - 5]
    assert today["Notes"][0]["Timestamp"] == START + 86400 + 6 * 3600


def test_a_journey_ends() -> None:
    person = Person()
    person.travel(NOW - timedelta(days=2), timedelta(hours=9), until=NOW - timedelta(days=1))
    assert person.wall(NOW - timedelta(days=2)) == datetime.fromisoformat("2026-03-08T21:00:30")
    assert person.wall(NOW - timedelta(days=1)) == datetime.fromisoformat("2026-03-09T13:00:30")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"])
def test_every_readings_clock_is_the_zones(zone: str) -> None:
    person = Person(time_zone=zone, phase=timedelta(0))
    stamps = {value["Timestamp"] for value in _values(_report(person))}
    for reading in readings.historic(person, NOW - timedelta(hours=20), NOW, NOW):
        wall = reading.at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
        if wall < datetime(2026, 3, 11, tzinfo=UTC):
            assert int(wall.timestamp()) in stamps


def test_readings_besides_the_curve_are_scans() -> None:
    person = Person(has_reading=False)
    person.add_reading(NOW - timedelta(minutes=7), 55)
    person.add_reading(NOW + timedelta(minutes=7), 66)
    (scan,) = _values(_report(person), "SensorScans")
    assert scan == {"Timestamp": START + 86400 + 12 * 3600 + 3210, "Value": 55, "IsTimeChange": False}


def test_scans_stand_in_order_of_time() -> None:
    person = Person()
    person.add_reading(NOW - timedelta(hours=30), 55)
    stamps = [value["Timestamp"] for value in _values(_report(person), "SensorScans")]
    assert len(stamps) > 3
    assert stamps == sorted(stamps)


def test_nothing_of_the_future_is_told() -> None:
    days = _report(Person())
    wall_now = int((NOW + BERLIN).timestamp())
    for key in ("Glucose", "SensorScans"):
        assert wall_now - 86400 < max(value["Timestamp"] for value in _values(days, key)) <= wall_now


def test_an_entry_is_told_once_it_is_uploaded() -> None:
    person = Person()
    person.add_entry("carbohydrates", at=NOW - timedelta(hours=6), amount=45, uploaded=NOW)
    assert not any(day["Carbs"] for day in _report(person, now=NOW - timedelta(seconds=1)))
    assert any(day["Carbs"] for day in _report(person, now=NOW))


def test_an_entry_stands_at_the_beginning_of_its_hour() -> None:
    person = Person()
    person.add_entry("rapid_acting_insulin", at=datetime(2026, 3, 10, 6, 48, 12, tzinfo=UTC), amount=4.5)
    person.add_entry("long_acting_insulin", wall=datetime.fromisoformat("2026-03-09T22:05"), amount=18)
    yesterday, today = _report(person)
    assert yesterday["LongInsulin"] == [{"Timestamp": START + 22 * 3600, "Value": 18}]
    assert today["RapidInsulin"] == [{"Timestamp": START + 86400 + 7 * 3600, "Value": 4.5}]


def test_an_entry_needs_one_time() -> None:
    with pytest.raises(ValueError, match="either"):
        Person().add_entry("note", text="x")
    with pytest.raises(ValueError, match="either"):
        Person().add_entry("note", text="x", at=NOW, wall=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="exercise"):
        Person().add_entry("exercise", at=NOW)


@given(text=st.text())
def test_no_note_can_break_the_page(text: str) -> None:
    person = Person(has_reading=False)
    order = _order(person)
    # JSON escapes lone surrogates nowhere, and a real page cannot hold them.
    text = text.encode(errors="replace").decode()
    person.add_entry("note", at=NOW - timedelta(hours=1), text=text)
    page = html(CloudDouble(lambda: NOW), order)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 3
    start = scripts[1].index("window.Report = ") + len("window.Report = ")
    report, end = json.JSONDecoder().raw_decode(scripts[1], start)
    assert scripts[1][end:].strip() == ";"
    assert report["Data"]["Days"][1]["Notes"][0]["Text"] == text


def test_a_note_that_looks_like_the_page_does_not_break_it() -> None:
    hostile = 'window.Report = {"Data":1}; </script><!-- <script> " \' { } }; \\ \u2028 \U0001f642'
    person = Person(has_reading=False)
    person.add_entry("note", at=NOW - timedelta(hours=1), text=hostile)
    page = html(CloudDouble(lambda: NOW), _order(person))
    assert page.count("</script>") == 3
    assert "<!-- " not in page


def test_unknown_keys_can_be_added() -> None:
    person = Person()
    cloud = CloudDouble(lambda: NOW)
    plain = content(cloud, _order(person))["Data"]["Days"][0]
    cloud.unknown_keys = True
    strange = content(cloud, _order(person))["Data"]["Days"][0]
    assert strange.keys() - plain.keys() == {"Hydration", "StepCount", "KetoneReadings", "MoodLog", "xQ7"}
    assert {key: strange[key] for key in plain} == plain


def test_a_report_can_be_edited() -> None:
    cloud = CloudDouble(lambda: NOW)
    cloud.edit_report = lambda report: {**report, "Data": None}
    assert '"Data":null' in html(cloud, _order(Person()))
    cloud.heal()
    assert '"Data":null' not in html(cloud, _order(Person()))


def test_ninety_days_are_told() -> None:
    person = Person(sensor=Sensor(activated=NOW - timedelta(days=100)))
    days = _report(person, _order(person, days=90))
    assert len(days) == 90
    assert len(_values(days)) > 25000
