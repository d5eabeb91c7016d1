"""Single turns that a report's spelling may take, beside the whole diaries of reports.py."""

from typing import Any

import pytest

from custom_components.libreview.cloud.report.page import parse_report
from custom_components.libreview.models import EntryKind
from tests.support.report_pages import CARBS, DAY, LONG, NOTE, RAPID, epoch, page, report_of

type Short = tuple[str, EntryKind, float | None, str]
AT = epoch(DAY, 7, 25)
CARBS_45: list[Short] = [("07:25", CARBS, 45.0, "")]
RAPID_4: list[Short] = [("07:25", RAPID, 4.0, "")]
RAPID_1: list[Short] = [("07:25", RAPID, 1.0, "")]
LONG_12: list[Short] = [("07:25", LONG, 12.0, "")]


def entries_of_day(members: Any) -> list[Short]:
    day = members if isinstance(members, list) else {"Date": epoch(DAY), **members}
    return [
        (f"{entry.wall:%H:%M}", entry.kind, entry.amount, entry.text)
        for entry in parse_report(page(report_of(day))).entries
    ]


@pytest.mark.parametrize(
    ("members", "entries"),
    [
        ({"Log": [{"At": AT, "Type": "insulin", "InsulinType": "LongActing", "Units": 12}]}, LONG_12),
        ({"Insulin": [{"At": AT, "Type": "long", "Units": 12}]}, LONG_12),
        ({"Insulin": [{"At": AT, "IsLongActing": True, "Units": 12}]}, LONG_12),
        ({"Insulin": {"Background": [{"At": AT, "Units": 12}]}}, LONG_12),
        ({"Treatments": [{"At": AT, "eventType": "Bolus", "insulin": 4}]}, RAPID_4),
        ({"Insulin": [{"At": AT, "Rapid": 4}]}, RAPID_4),
        ({"Rapid": {"Doses": [{"At": AT, "RapidUnits": 4}]}}, RAPID_4),
        ({"Bolus": [{"At": AT, "Meal": 3, "Correction": 1}]}, [("07:25", RAPID, 3.0, ""), *RAPID_1]),
        ({"Food": [{"At": AT, "FoodType": "Lunch", "Amount": 45, "Unit": "grams"}]}, CARBS_45),
        ({"Log": [{"At": AT, "Name": "Carbohydrates", "Value": "45"}]}, CARBS_45),
        ({"Log": [{"At": AT, "Title": "Carbs of the day", "Value": "45", "Kind": "food"}]}, []),
        ({"Log": [{"At": AT, "Carbs": "45 g", "CarbsGrams": 45, "CarbsText": "45 g"}]}, CARBS_45),
        ({"Notes": [{"At": AT, "Type": "Food", "Carbs": 45}]}, CARBS_45),
        ({"Carbs": [{"At": AT, "Value": 45, "UnitType": "g", "IsDeleted": False}]}, CARBS_45),
        ({"Kohlenhydrate": {"07:25": "45 g"}}, CARBS_45),
        ({"Glucides": {"07:25": 45}}, CARBS_45),
        ([{"Timestamp": AT, "Carbs": 45}], CARBS_45),
        ({"Notes": [{"At": AT, "Value": "Ran"}]}, [("07:25", NOTE, None, "Ran")]),
        ({"Notes": [{"At": AT, "Type": "Exercise", "Text": "Ran"}]}, [("07:25", NOTE, None, "Ran")]),
        ({"Log": [{"At": AT, "Type": "Note", "Message": "Ran"}]}, [("07:25", NOTE, None, "Ran")]),
        ({"Notes": {"07:25": ["Ran", "Sat"]}}, [("07:25", NOTE, None, "Ran"), ("07:25", NOTE, None, "Sat")]),
        ({"HasNote": {"07:25": True}}, []),
        ({"Series": [{"name": "Carbs", "data": [0] * 7 + [45] + [0] * 16}]}, [("07:00", CARBS, 45.0, "")]),
        ({"CarbsPerHour": [0] * 7 + [45] + [0] * 16}, [("07:00", CARBS, None, "")]),
        ({"CarbsByHour": {"7": 45}}, [("07:00", CARBS, 45.0, "")]),
        ({"Rapid": {"Units": {"7": 1}}}, [("07:00", RAPID, 1.0, "")]),
        ({"Rapid": [{"At": AT, "Units": 1, "IsNumeric": False}]}, [("07:25", RAPID, None, "")]),
        ({"Rapid": [{"At": AT, "Units": 1, "NonNumericRapid": True}]}, [("07:25", RAPID, None, "")]),
        ({"RapidLogged": [{"At": AT, "Value": 1}]}, [("07:25", RAPID, None, "")]),
        ({"RapidLogged": [{"At": AT, "Value": 0}]}, []),
        ({"Log": [{"At": AT, "Type": "RapidActing", "InsulinType": "LongActing", "Units": 4}]}, []),
        ({"Log": [{"At": AT, "Name": "Average insulin", "Rapid": 4}]}, []),
        ({"Log": [{"At": AT, "Type": "Daily carbs", "Carbs": 45}]}, []),
        ({"Log": [{"At": AT, "Units": 4}]}, []),
        ({"Log": [{"At": AT, "Fast": 4}]}, []),
    ],
    ids=repr,
)  # fmt: skip
def test_a_turn_of_spelling_is_understood_or_left_alone(members: Any, entries: list[Short]) -> None:
    assert sorted(entries_of_day(members), key=repr) == sorted(entries, key=repr)


def test_values_nested_too_deep_are_ignored() -> None:
    members: Any = {"Carbs": [{"At": AT, "Grams": 45}]}
    for _ in range(100):
        members = {"Data": members}
    assert entries_of_day(members) == []


@pytest.mark.parametrize("about", ["Rapid", "Insulin"])
@pytest.mark.parametrize(
    "name",
    [
        "RapidActingInsulinHours",
        "RapidActingInsulinDays",
        "InsulinClock",
        "RapidInsulinCalendar",
        "RapidInsulinMinutes",
        "Strip",
        "RapidInsulinThreshold",
        "RapidActingInsulinWindow",
    ],
)
@pytest.mark.parametrize(
    "nested", [{"Value": 25}, {"Units": 25}, [{"Value": 25}], {"Value": {"Value": 25}}], ids=repr
)
def test_a_value_of_something_else_below_a_dose_is_no_amount(about: str, name: str, nested: Any) -> None:
    entries = entries_of_day({about: [{"At": AT, name: nested}]})
    assert [amount for _, kind, amount, _ in entries if kind in {RAPID, LONG}] in ([], [None])
    if name.startswith("Rapid") and about == "Rapid":
        assert entries == [("07:25", RAPID, None, "")], "the sum of the day is unknown"


def test_a_table_by_the_hour_holds_amounts_where_no_time_stands_above_it() -> None:
    assert entries_of_day({"RapidActingInsulinHours": {"7": {"Value": 4}}}) == [("07:00", RAPID, 4.0, "")]
