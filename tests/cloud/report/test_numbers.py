"""What must never become an entry: a wrong number is the worst that a diary can show."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.report.page import parse_report
from custom_components.libreview.cloud.report.words import KINDS, parse_name
from tests.support.report_pages import DAY, epoch, page, report_of

AT = epoch(DAY, 7, 25)
DERIVED = [
    "Total{}", "{}Total", "Average{}", "Avg{}", "Mean{}", "{}Count", "NumberOf{}", "Target{}", "Max{}",
    "min_{}",
    "{}Ratio", "{}Percent", "{}Goal", "{}Settings", "Suggested{}", "Recommended{}", "Sum{}", "{}PerDay",
    "Daily{}", "Last{}", "Previous{}", "{}OnBoard", "Active{}", "{}Rate", "{}Limit", "{}Threshold", "{}Id",
    "Estimated{}", "{}Sensitivity", "Planned{}", "Remaining{}", "{}Color", "{}Index", "Median{}", "{}Factor",
]  # fmt: skip


def entries(**members: Any) -> list[Any]:
    return list(parse_report(page(report_of({"Date": epoch(DAY), **members}))).entries)


def amounts(**members: Any) -> list[float | None]:
    return [entry.amount for entry in entries(**members)]


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("subject", ["Carbs", "RapidActingInsulin", "Bolus", "LongActingInsulin"])
def test_what_was_computed_or_set_is_no_entry(name: str, subject: str) -> None:
    key = name.format(subject)
    assert entries(Hours=[{"Hour": 7, key: 45}]) == []
    assert entries(Events=[{"Timestamp": AT, key: "45"}]) == []
    assert entries(Events=[{"Timestamp": AT, "Type": key, "Value": 45}]) == []


@pytest.mark.parametrize(
    "name", ["Totals", "Targets", "Statistics", "Settings", "Averages", "Summary", "Goals", "Limits"]
)
def test_nothing_below_what_was_computed_or_set_is_an_entry(name: str) -> None:
    assert entries(**{name: {"Carbs": {"7": 45}, "Notes": [{"Timestamp": AT, "Text": "Keep going"}]}}) == []


@pytest.mark.parametrize(
    "value",
    [-4, 1000.5, "1200 g", 10**17, 1e300, "1,200", "4-6", "about 20"],
    ids=repr,
)
def test_a_meal_of_impossible_grams_has_no_amount(value: Any) -> None:
    assert amounts(Hours=[{"Hour": 7, "Carbs": value}]) == [None]
    assert amounts(Carbs=[{"Timestamp": AT, "Grams": value}]) == [None]


@pytest.mark.parametrize("value", [0, "0", "", None], ids=repr)
def test_nothing_in_a_column_is_no_entry(value: Any) -> None:
    assert entries(Hours=[{"Hour": 7, "Carbs": value, "RapidActing": value}]) == []


@pytest.mark.parametrize(
    "value",
    [-4, 300.5, 161, "301 U", "45 g", "4 mmol/L", "12 min", "6½", "6 Einh.", "6-7", "6.000", "6 U/h"],
    ids=repr,
)
def test_a_dose_that_is_no_number_of_units_has_no_amount(value: Any) -> None:
    assert amounts(Hours=[{"Hour": 7, "RapidActing": value}]) == [None]
    assert amounts(LongActing=[{"Timestamp": AT, "Units": value}]) == [None]


def test_a_great_number_without_a_unit_may_be_glucose() -> None:
    assert amounts(RapidActing=[{"Timestamp": AT, "Value": 143}]) == [None]
    assert amounts(RapidActing=[{"Timestamp": AT, "Value": "143 U"}]) == [143]


@pytest.mark.parametrize(
    "insulin",
    [
        {"Units": 10},
        {"Units": 10, "InsulinType": "Premixed"},
        {"Units": 10, "InsulinType": "RapidLongMix"},
        {"Units": 10, "Type": 2},
        {"Units": 10, "IsLongActing": False},
        {"Dose": {"Value": 10}},
    ],
    ids=repr,
)
def test_insulin_of_an_unknown_type_is_not_guessed(insulin: Any) -> None:
    report = parse_report(page(report_of({"Date": epoch(DAY), "Insulin": [{"Timestamp": AT, **insulin}]})))
    assert report.entries == ()
    assert report.unknown


@pytest.mark.parametrize(
    "members",
    [
        {"Glucose": 120},
        {"GlucoseValue": 120, "PreMealGlucose": 98},
        {"SensorGlucose": {"Value": 120}},
        {"Reading": {"Value": 120}},
        {"KetoneValue": 2},
        {"Exercise": {"Value": 30}},
        {"Protein": {"Grams": 30}},
        {"Device": {"Value": 30}},
        {"Id": 30, "RecordNumber": 30, "Index": 30},
    ],
    ids=repr,
)
def test_other_numbers_beside_a_dose_are_not_its_amount(members: Any) -> None:
    found = entries(Bolus=[{"Timestamp": AT, "Units": 4, **members}])
    assert [entry.amount for entry in found] == [4.0]
    found = entries(Notes=[{"Timestamp": AT, "Text": "Tired", "Value": 120, **members}])
    assert [(entry.amount, entry.text) for entry in found] == [(None, "Tired")]


@pytest.mark.parametrize(
    "name",
    [
        *(
            f"RapidActingInsulin{word}"
            for word in (
                "Minutes Minute Hours Times Sums X Y Radius Span Ms Days Points App Label Grams Carbs"
            ).split()
        ),
        "BolusMinutes",
        "InsulinRapidMin",
        "UnitsSpan",
    ],
)
def test_a_time_or_a_place_beside_a_dose_is_no_dose(name: str) -> None:
    row = {"Hour": 7, "RapidActingInsulin": 4, name: 25}
    assert amounts(Hours=[row]) in ([4], [None], [None, None])
    assert amounts(RapidActingInsulin=[{"Timestamp": AT, name: 25}]) in ([None], [])
    assert amounts(Hours=[{"Hour": 7, name: [25]}]) in ([None], [])


@pytest.mark.parametrize("name", ["Minutes", "Span", "Radius", "X"])
def test_a_number_below_a_time_or_a_place_is_no_dose(name: str) -> None:
    assert amounts(Hours=[{"Hour": 7, "RapidActingInsulin": {name: {"Value": 25}}}]) in ([None], [])
    assert amounts(Hours=[{"Hour": 7, name: {"RapidActingInsulin": 25}}]) in ([None], [])


@pytest.mark.parametrize(
    "flag",
    [
        *(
            {word: True}
            for word in (
                "recommended suggested average mean total sum subtotal target goal percent threshold max min"
            ).split()
        ),
        {"IsRecommended": 1},
        {"suffix": "mU"},
        {"source": "recommended"},
        {"format": "tenths"},
        {"Prefix": {"suffix": "mU"}},
    ],
    ids=repr,
)
def test_a_flag_that_makes_another_number_of_a_dose_leaves_it_without_amount(flag: Any) -> None:
    assert amounts(RapidActingInsulin=[{"Timestamp": AT, "Units": 4, **flag}]) in ([None], [])


@pytest.mark.parametrize(
    "beside",
    [{"recommended": False}, {"source": "app"}, {"source": "Manual"}, {"suffix": "U"}, {"suffix": "units"}],
    ids=repr,
)
def test_what_says_nothing_against_a_dose_leaves_its_amount(beside: Any) -> None:
    assert amounts(RapidActingInsulin=[{"Timestamp": AT, "Units": 4, **beside}]) == [4]


@pytest.mark.parametrize("beside", [{"Duration": 30}, {"Zork": {"Value": 30}}, {"Zork": 1}], ids=repr)
def test_what_is_not_known_beside_a_dose_leaves_it_without_amount(beside: Any) -> None:
    assert amounts(Bolus=[{"Timestamp": AT, "Units": 4, **beside}]) == [None]


@pytest.mark.parametrize(
    "event",
    [
        {"Value": 20, "Amount": 30},
        {"Value": 20, "Unit": "U"},
        {"Value": 20, "Unit": "mg"},
        {"Value": 20, "Unit": 1},
    ],
    ids=repr,
)
def test_an_amount_that_contradicts_itself_is_none(event: Any) -> None:
    assert amounts(Carbs=[{"Timestamp": AT, **event}]) == [None]


@pytest.mark.parametrize(
    "event",
    [
        {"Value": 20, "Type": "Exercise"},
        {"Value": 20, "Type": "Glucose"},
        {"Value": 20, "IsDeleted": True},
        {"Value": "0"},
    ],
    ids=repr,
)
def test_what_is_something_else_is_no_entry(event: Any) -> None:
    assert entries(Carbs=[{"Timestamp": AT, **event}]) == []


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Date": "2026-06-01"},
        {"Date": "2026-06-01T00:00:00"},
        {"Date": epoch(DAY)},
        {"CreatedAt": AT},
        {"FactoryTimestamp": "2026-06-01T07:25:00"},
        {"EndTime": "07:25"},
        {"Time": "Breakfast"},
        {"Time": "25:00"},
        {"Time": "13:00 PM"},
        {"Hour": 24},
        {"Hour": -1},
        {"Hour": 7.5},
        {"MinutesSinceMidnight": 1440},
        {"Timestamp": 7},
        {"Timestamp": AT + 3 * 86400},
        {"Timestamp": "2/30/2026 7:25 AM"},
    ],
    ids=repr,
)
def test_an_amount_without_its_hour_is_no_entry_but_counted(event: Any) -> None:
    report = parse_report(page(report_of({"Date": epoch(DAY), "Carbs": [{**event, "Grams": 45}]})))
    assert report.entries == ()
    assert report.unknown == {"Carbs": 1}


def test_a_plain_number_under_a_plural_name_is_a_count() -> None:
    for name in ("Meals", "Snacks", "RapidDoses", "Boluses"):
        assert amounts(Hours=[{"Hour": 7, name: 2}]) == [None]
    for name in ("LongInjections", "InsulinEntries"):
        assert entries(Hours=[{"Hour": 7, name: 2}]) == []


def test_keys_that_only_count_are_no_hours() -> None:
    assert entries(Bolus={"0": 4, "1": 6, "2": 8}) == []


def test_hours_that_are_called_so_are_hours_even_if_they_only_count() -> None:
    found = entries(Hours={"0": {"Carbs": 30}, "1": {"Carbs": 31}})
    assert [(entry.wall.hour, entry.amount) for entry in found] == [(0, 30.0), (1, 31.0)]


def test_the_empty_cells_of_a_table_are_no_doses() -> None:
    assert entries(Bolus=[{"Hour": hour, "Units": None} for hour in range(24)]) == []
    cells = [{"Type": "RapidActing", "Value": None}, {"Type": "LongActing", "Value": None}]
    assert entries(Hours=[{"Hour": 7, "Cells": cells}]) == []


names = st.lists(
    st.sampled_from(
        "total avg max min count target carbs rapid Long insulin note Hour time value id type has".split()
    ),
    min_size=1,
    max_size=4,
).map("".join)


@given(st.text(max_size=90) | names)
def test_any_name_can_be_parsed(name: str) -> None:
    parse_name(name)


@given(st.sampled_from([name for name in DERIVED if "{}" in name]), st.booleans())
def test_the_style_of_a_name_does_not_matter(name: str, lower: bool) -> None:
    snake = name.format("_rapid_acting_").strip("_")
    assert parse_name(snake.lower() if lower else snake) == parse_name(name.format("RapidActing"))


def test_no_kind_is_without_a_word_for_it() -> None:
    assert len({subject for _, subject in KINDS}) == 5


@given(
    st.sampled_from(["Carbs", "Bolus", "Basal"]),
    st.floats(0.05, 100).map(lambda number: round(number, 2)),
    st.integers(0, 24 * 60 - 1),
    st.integers(0, 3000),
)
def test_an_entry_keeps_its_amount_and_its_minute(kind: str, amount: float, minute: int, days: int) -> None:
    day = date(2020, 1, 1) + timedelta(days=days)
    at = epoch(day) + minute * 60
    report = parse_report(page(report_of({"Date": epoch(day), kind: [{"At": at, "Amount": amount}]})))
    (entry,) = report.entries
    assert entry.amount == amount
    assert (entry.wall.date(), entry.wall.hour * 60 + entry.wall.minute) == (day, minute)
