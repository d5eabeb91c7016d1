"""The Daily Log report: its page, and a diary that may be spelled in any way."""

from datetime import date, timedelta
import json
from time import process_time
from typing import Any

import pytest

from custom_components.libreview.cloud.errors import InvalidAnswerError
from custom_components.libreview.cloud.report.page import FloatingEntry, Report, parse_report
from custom_components.libreview.models import EntryKind, Precision
from tests.support.report_pages import (
    CARBS,
    DAY,
    DIARY,
    LONG,
    NOTE,
    RAPID,
    SPELLINGS,
    Logged,
    by_hour_list,
    day_of,
    epoch,
    glucose,
    page,
    report_of,
    wall,
)

SCRIPT = json.dumps(report_of(day_of()))


def report_on(*days: Any, **data: Any) -> Report:
    return parse_report(page(report_of(*days, **data)))


def logged(report: Report) -> list[Logged]:
    return [(entry.wall.hour, entry.kind, entry.amount, entry.text) for entry in report.entries]


def amounts(report: Report, kind: EntryKind) -> list[float | None]:
    return [entry.amount for entry in report.entries if entry.kind is kind]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_gives_the_same_entries(spelling: Any) -> None:
    report = report_on(spelling())
    assert sorted(logged(report), key=repr) == sorted(DIARY, key=repr)
    assert {entry.precision for entry in report.entries} == {Precision.HOUR}
    assert report.readings
    assert not report.unknown


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_second_spelling_in_the_same_report_adds_nothing(spelling: Any) -> None:
    # As when the report holds what it prints beside what it draws.
    first = by_hour_list()
    second = spelling()
    second.pop("Date")
    second.pop("Glucose") if spelling.__name__ != "on_the_readings" else None
    assert logged(report_on({**first, "Details": second})) == logged(report_on(first))


def test_entries_stand_in_the_order_of_the_clock() -> None:
    walls = [entry.wall for entry in report_on(by_hour_list()).entries]
    assert walls == sorted(walls)


@pytest.mark.parametrize(
    "script",
    [
        f"window.Report = {SCRIPT};",
        f"window.Report={SCRIPT}",
        f"window['Report'] =\n\n  {SCRIPT}\n;",
        f'window["report"] = {SCRIPT};',
        f"var report = {SCRIPT}; report.show();",
        f"window.Report = window.Report || {SCRIPT};",
        f"window.Report = JSON.parse({json.dumps(SCRIPT)});",
        "window.Report = JSON.parse('" + SCRIPT.replace('"', "\\x22").replace("/", "\\/") + "');",
        f"var Report = {{}}; Report = null; window.Report = {SCRIPT};",
        f"window.Report = {{oops; window.Report = {SCRIPT};",
        f"window.Report = {json.dumps(report_of(day_of()), indent=4)}; window.Other = {{}};",
    ],
    ids=lambda script: script[:34],
)
def test_the_report_is_found_however_it_is_assigned(script: str) -> None:
    text = f"<!doctype html><title>Report</title><script>\n{script}\n</script>"
    assert len(parse_report(text.encode()).readings) == 96


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>Sign in</html>",
        b"window.Report = ",
        b"window.Report = {};",
        b'window.Report = {"Data": null};',
        b'window.Report = {"Data": {"Days": 5}};',
        b'window.Report = {"Data": {"Days": [',
        b'window.Report = [{"Days": []}]',
        b"window.Report = JSON.parse('{",
        b'window.Report = JSON.parse("[]")',
        b"window.Report = " + b'{"a":' * 100_000,
        b'window.Report = {"Data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe\x00Report = {",
    ],
    ids=lambda text: repr(text[:40]),
)
def test_a_page_without_a_report_is_an_invalid_answer(text: bytes) -> None:
    with pytest.raises(InvalidAnswerError):
        parse_report(text)


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1" * 5000, "-1e400", '"\\ud800"'])
def test_unreadable_values_are_left_out_and_nothing_else(value: str) -> None:
    script = SCRIPT.replace('"Value": 120', f'"Value": {value}', 1)
    assert len(parse_report(f"window.Report = {script};".encode()).readings) == 95


def test_what_is_not_understood_is_counted_by_its_name_and_costs_no_reading() -> None:
    day = day_of(Zork={"Blorp": 3, "Value": "secret"}, Quux=[{"Blorp": "also secret"}])
    report = report_on(day)
    assert report.unknown == {"Zork": 1, "Quux": 1, "Blorp": 2, "Value": 1}
    assert len(report.readings) == 96
    assert "secret" not in repr(report)


def test_names_that_people_may_have_written_are_not_counted() -> None:
    names = ["two words", "anna@example.org", "2026-06-01", "12345", "+49 170", "a" * 41, "né", "<b>"]
    names.append("3fa85f64-5717-4562-b3fc-2c963f66afa6")
    assert not report_on({**day_of(), **{name: {"x y": 1} for name in names}}).unknown


def test_no_more_than_a_hundred_unknown_names_are_kept() -> None:
    names = [f"Zork{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(300)]
    assert len(report_on({**day_of(), **dict.fromkeys(names, 1)}).unknown) == 100


@pytest.mark.parametrize(
    ("at", "minute", "precision"),
    [
        (epoch(DAY, 7, 25), 25, Precision.MINUTE),
        (epoch(DAY, 7, 25) * 1000, 25, Precision.MINUTE),
        (str(epoch(DAY, 7, 25)), 25, Precision.MINUTE),
        (f"/Date({epoch(DAY, 7, 25)}000)/", 25, Precision.MINUTE),
        (epoch(DAY, 7, 25) + 40, 25, Precision.MINUTE),
        ("2026-06-01T07:25:00", 25, Precision.MINUTE),
        ("2026-06-01T07:25:40", 25, Precision.MINUTE),
        ("2026-06-01T07:25", 25, Precision.MINUTE),
        ("2026-06-01T07:25:00.000Z", 25, Precision.MINUTE),
        ("2026-06-01T07:25:00+02:00", 25, Precision.MINUTE),
        ("2026-06-01 07:25", 25, Precision.MINUTE),
        ("6/1/2026 7:25 AM", 25, Precision.MINUTE),
        ("06/01/2026 07:25", 25, Precision.MINUTE),
        ("7:25 AM", 25, Precision.MINUTE),
        ("07:25", 25, Precision.MINUTE),
        ("07:00", 0, Precision.HOUR),
        ("7 AM", 0, Precision.HOUR),
        ("7:00 AM - 8:00 AM", 0, Precision.HOUR),
        ({"Hour": 7, "Minute": 25}, 25, Precision.MINUTE),
    ],
    ids=repr,
)
def test_a_time_may_be_spelled_in_many_ways(at: Any, minute: int, precision: Precision) -> None:
    report = report_on(day_of(Carbs=[{"Time": at, "Grams": 45}]))
    assert report.entries == (
        FloatingEntry(wall=wall(7, minute), kind=CARBS, amount=45.0, precision=precision),
    )


@pytest.mark.parametrize(
    "table",
    [
        {"7": 45},
        {"07": 45},
        {"07:00": 45},
        {"7:00 AM": 45},
        {"7AM": 45},
        {"Hour7": 45},
        {"07:00-08:00": 45},
        {str(epoch(DAY, 7)): 45},
        {"2026-06-01T07:00:00": 45},
        [None] * 7 + [45] + [None] * 16,
        [{"Hour": 7, "Grams": 45}],
        [{"HourOfDay": "7", "Grams": 45}],
        [{"Date": "2026-06-01T00:00:00", "Hour": 7, "Grams": 45}],
        [{"Timestamp": epoch(DAY), "Hour": 7, "Grams": 45}],
        [{"SecondsSinceMidnight": 7 * 3600, "Grams": 45}],
    ],
    ids=repr,
)
def test_an_hour_may_be_spelled_in_many_ways(table: Any) -> None:
    assert logged(report_on(day_of(Carbs=table))) == [(7, CARBS, 45.0, "")]


def test_if_one_entry_of_a_kind_has_minutes_all_of_them_do() -> None:
    bolus = [{"Timestamp": epoch(DAY, 7), "Units": 4}, {"Timestamp": epoch(DAY, 9, 5), "Units": 2}]
    report = report_on(day_of(Bolus=bolus, Carbs=[{"Timestamp": epoch(DAY, 7), "Grams": 45}]))
    assert [(entry.kind, entry.precision) for entry in report.entries] == [
        (CARBS, Precision.HOUR),
        (RAPID, Precision.MINUTE),
        (RAPID, Precision.MINUTE),
    ]


def test_an_hour_of_a_table_stays_an_hour_beside_minutes() -> None:
    report = report_on(
        day_of(Bolus=[{"Timestamp": epoch(DAY, 7, 25), "Units": 4}], Hours={"9": {"Rapid": 6}})
    )
    assert [(entry.wall, entry.precision) for entry in report.entries] == [
        (wall(7, 25), Precision.MINUTE),
        (wall(9), Precision.HOUR),
    ]


def test_a_dose_at_its_minute_and_in_the_table_of_hours_is_one() -> None:
    report = report_on(
        day_of(Bolus=[{"Timestamp": epoch(DAY, 7, 25), "Units": 4}], Hours={"7": {"Rapid": 4}})
    )
    assert [(entry.wall, entry.amount) for entry in report.entries] == [(wall(7, 25), 4.0)]


def test_two_equal_doses_in_one_list_are_two() -> None:
    dose = {"Timestamp": epoch(DAY, 7), "Units": 4}
    assert amounts(report_on(day_of(Bolus=[dose, dose])), RAPID) == [4.0, 4.0]


def test_a_sum_in_the_table_of_hours_is_no_dose_beside_those_that_it_sums_up() -> None:
    bolus = [{"Timestamp": epoch(DAY, 7, 5), "Units": 4}, {"Timestamp": epoch(DAY, 7, 40), "Units": 2}]
    assert amounts(report_on(day_of(Bolus=bolus, Hours={"7": {"Rapid": 6}})), RAPID) == [4.0, 2.0]


def test_a_dose_in_parts_is_one_entry() -> None:
    parts = {"MealInsulin": 4, "CorrectionInsulin": 2}
    whole = report_on(day_of(Hours=[{"Hour": 7, "RapidActingInsulin": 6, **parts}]))
    assert amounts(whole, RAPID) == [6.0]
    assert amounts(report_on(day_of(Hours=[{"Hour": 7, **parts}])), RAPID) == [2.0, 4.0]


def test_the_same_day_twice_in_a_report_is_one_day() -> None:
    assert logged(report_on(by_hour_list(), {**by_hour_list(), "Glucose": []})) == logged(
        report_on(by_hour_list())
    )


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (4, 4.0),
        (4.5, 4.5),
        ("4", 4.0),
        ("4.5 U", 4.5),
        ("4,5 units", 4.5),
        (" 4U ", 4.0),
        ("4 Einheiten", 4.0),
        ({"Value": 4}, 4.0),
        ({"Value": 4, "Unit": "U"}, 4.0),
        ({"Units": 4}, 4.0),
        ({"Amount": {"Value": "4.5"}}, 4.5),
        (True, None),
        ("non-numeric", None),
        ({"NonNumeric": True}, None),
        ({"NonNumeric": True, "Value": 1}, None),
    ],
    ids=repr,
)
def test_an_amount_may_be_spelled_in_many_ways(value: Any, amount: float | None) -> None:
    assert amounts(report_on(day_of(Hours=[{"Hour": 7, "RapidActing": value}])), RAPID) == [amount]


@pytest.mark.parametrize(
    "members",
    [
        {"NonNumericRapidActing": 1},
        {"RapidActingLogged": 1},
        {"HasRapidActing": True},
        {"RapidActingFlag": "1"},
        {"IsRapidActing": "true"},
        {"RapidActing": True},
        {"RapidActing": {"NonNumeric": 1, "Units": 0}},
        {"Entries": [{"Type": "RapidActing"}]},
        {"Entries": [{"Type": "RapidActing", "Units": None}]},
        {"NonNumericRapidActing": [{"Value": 1}]},
    ],
    ids=repr,
)
def test_a_flag_or_a_missing_amount_is_a_dose_without_amount(members: Any) -> None:
    assert logged(report_on(day_of(Hours=[{"Hour": 7, **members}]))) == [(7, RAPID, None, "")]


@pytest.mark.parametrize("name", ["RapidUnits", "RapidDose", "RapidAmount", "RapidActingInsulinValue"])
def test_a_one_under_the_name_of_an_amount_is_one_unit(name: str) -> None:
    assert amounts(report_on(day_of(Hours=[{"Hour": 7, name: 1}])), RAPID) == [1.0]


def test_a_plain_one_is_a_flag_unless_the_same_place_holds_other_numbers() -> None:
    flags = [{"Hour": 7, "Rapid": 1}, {"Hour": 9, "Rapid": 1}]
    assert amounts(report_on(day_of(Hours=flags)), RAPID) == [None, None]
    assert amounts(report_on(day_of(Hours=[*flags, {"Hour": 12, "Rapid": 4}])), RAPID) == [1.0, 1.0, 4.0]


def test_servings_are_no_grams() -> None:
    food: list[Any] = [
        {"Time": "07:25", "Servings": 3},
        {"Time": "08:25", "Value": 3, "Unit": "exchanges"},
        {"Time": "09:25", "Carbs": "3 portions"},
        {"Time": "10:25", "Grams": 36, "Servings": 3},
    ]
    assert amounts(report_on(day_of(Food=food)), CARBS) == [None, None, None, 36.0]


def test_a_note_is_trimmed_and_limited_and_can_be_stored() -> None:
    notes = {"7": "  two\nlines\x00 \ud800 ", "8": "a" * 5000, "9": "   "}
    texts = [entry.text for entry in report_on(day_of(Notes=notes)).entries]
    assert texts == ["two\nlines ?", "a" * 1000]


def test_notes_beside_what_was_eaten_are_notes() -> None:
    report = report_on(day_of(Food=[{"Time": "07:25", "Grams": 45, "Comment": "Porridge"}]))
    assert logged(report) == [(7, CARBS, 45.0, ""), (7, NOTE, None, "Porridge")]


def test_what_stands_beside_the_days_is_read_if_it_has_its_own_date() -> None:
    insulin = [{"Timestamp": epoch(DAY, 22), "Units": 12}, {"Hour": 7, "Units": 8}]
    assert logged(report_on(day_of(), Basal=insulin)) == [(22, LONG, 12.0, "")]


@pytest.mark.parametrize(
    "beside",
    [
        {"Insulin": [{"Timestamp": epoch(DAY, 8), "Units": 4, "InsulinType": "RapidActing"}]},
        {"Insulin": [{"Timestamp": epoch(DAY, 8), "Units": 4}]},
        {"LogEntries": [{"Timestamp": epoch(DAY, 8), "Type": "RapidActing", "Amount": 4}]},
        {"LogEntries": [{"Timestamp": epoch(DAY, 8), "Type": "Humalog", "Amount": 4, "Unit": "U"}]},
        {"Treatments": [{"Timestamp": epoch(DAY, 8), "Units": 4}]},
        {"Treatments": [{"Units": 4}]},
        {"Events": [{"Timestamp": epoch(DAY, 8), "RapidActingInsulin": 4}]},
        {"RapidActingInsulin": [{"When": "den 1 juni kl 8", "Units": 4}]},
        {"RapidActingInsulin": [{"Units": 4}]},
        {"Diary": {"RapidActingInsulin": [{"Timestamp": epoch(DAY, 8), "Units": 4}]}},
    ],
    ids=repr,
)
def test_a_dose_beside_the_days_is_an_entry_or_leaves_its_days_unclear(beside: Any) -> None:
    report = report_on(day_of(), **beside)
    assert amounts(report, RAPID) == [4] or (RAPID, DAY) in report.unclear


@pytest.mark.parametrize(
    "beside",
    [
        {"TotalInsulin": 17, "Average": {"RapidActingInsulin": 5}},
        {"Units": {"Insulin": "U", "Carbs": "g"}},
        {"Settings": {"RapidActingInsulin": {"Max": 10}}},
        {"Legend": [{"Name": "Rapid-acting insulin", "Color": "#fff"}]},
    ],
    ids=repr,
)
def test_sums_and_words_beside_the_days_leave_no_day_unclear(beside: Any) -> None:
    assert report_on(day_of(), **beside).unclear == frozenset()


def test_days_may_be_a_table_of_dates() -> None:
    report = parse_report(page({"data": {"days": {"2026-06-01": {"Carbs": {"7": 45}}}}}))
    assert logged(report) == [(7, CARBS, 45.0, "")]
    assert report.days == {DAY}


def test_days_without_entries_are_among_the_days() -> None:
    report = report_on({"Date": epoch(DAY)}, {"Date": "2026-06-02"}, day_of(date(2026, 6, 3)), {}, None, 5)
    assert report.days == {DAY, date(2026, 6, 2), date(2026, 6, 3)}


def test_the_day_is_that_of_its_readings_where_the_date_is_shifted_by_an_offset() -> None:
    day = {**day_of(Carbs={"7": 45}), "Date": epoch(DAY) - 2 * 3600}
    report = report_on(day)
    assert report.days == {DAY}
    assert [entry.wall for entry in report.entries] == [wall(7)]


def test_nothing_that_is_shown_of_a_report_is_about_a_persons_health() -> None:
    shown = repr(report_on(by_hour_list())) + repr(report_on(by_hour_list()).entries)
    assert "walk" not in shown
    assert "4.5" not in shown


def test_ninety_days_of_readings_every_five_minutes_take_well_under_a_second() -> None:
    days = []
    for number in range(90):
        day = DAY + timedelta(days=number)
        days.append({**by_hour_list(), "Date": epoch(day), "Glucose": glucose(day, every=5)})
    text = page(report_of(*days))
    started = process_time()
    report = parse_report(text)
    assert process_time() - started < 1.5  # 0.3 s on an ordinary machine
    assert len(report.readings) == 90 * 288
    assert len(report.entries) == 90 * len(DIARY)
