"""CSV exports in all languages, and as spreadsheets leave them: one and the same content."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custom_components.libreview.cloud.csv.export import CsvExport, parse_csv
from custom_components.libreview.cloud.csv.headings import ENGLISH, LANGUAGES, WIDTH, Column
from custom_components.libreview.cloud.csv.layout import COLUMN_BY_HEADING, normalize_heading
from custom_components.libreview.cloud.csv.problems import LineProblem
from custom_components.libreview.models import EntryKind, GlucoseUnit
from tests.support.csv_exports import (
    DAY_FIRST,
    MG_DL,
    MMOL_L,
    MONTH_FIRST,
    PLAIN,
    START,
    YEAR_FIRST,
    Said,
    Style,
    curve,
    diary,
    export,
    glucose,
    headings,
)

UNKNOWN = "a language that nobody has shown us"
COUNT = 300
RAPID, LONG, CARBS = EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN, EntryKind.CARBOHYDRATES


def content_of(unit: GlucoseUnit) -> list[Said]:
    return [*curve(unit, COUNT), *diary()]


def same_as_plain(found: CsvExport, unit: GlucoseUnit = MG_DL) -> bool:
    plain = parse_csv(export(content_of(unit), replace(PLAIN, unit=unit)))
    assert len(plain.readings) == COUNT
    assert len(plain.entries) == len(diary()) - 1
    assert not plain.unreadable
    return found == plain


@pytest.mark.parametrize("language", [*LANGUAGES, UNKNOWN])
@pytest.mark.parametrize("unit", [MG_DL, MMOL_L])
@pytest.mark.parametrize("unit_text", [" {}", "({})", "\N{NO-BREAK SPACE}{}", " ({})"])
def test_every_language_and_unit_is_understood(language: str, unit: GlucoseUnit, unit_text: str) -> None:
    style = Style(language=language, unit=unit, unit_text=unit_text)
    assert same_as_plain(parse_csv(export(content_of(unit), style)), unit)


@pytest.mark.parametrize("unit", ["mg/dl", "MG/DL", "mg / dL", "mg/\N{NO-BREAK SPACE}dL", "мг/дл"])
def test_units_are_understood_in_any_spelling(unit: str) -> None:
    style = Style(unit_text=f" {unit}")
    assert same_as_plain(parse_csv(export(content_of(MG_DL), style)))
    assert normalize_heading("Keton mmol/l") == ("keton", MMOL_L)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("quotes_all", "newline"), [(False, "\n"), (False, "\r\n"), (False, "\r"), (True, "\r\n")]
)
def test_every_encoding_and_dialect_is_read(
    encoding: str, separator: str, quotes_all: bool, newline: str
) -> None:
    style = Style(
        language="de", encoding=encoding, separator=separator, quotes_all=quotes_all, newline=newline
    )
    assert same_as_plain(parse_csv(export(content_of(MG_DL), style)))


def test_quotation_marks_around_whole_lines_are_removed() -> None:
    said = [*curve(count=COUNT), Said(6, START, {Column.NOTE: 'with, comma and "marks"'})]
    lines = export(said).decode().splitlines()
    quoted = "\n".join(f'"{line.replace('"', '""')}"' for line in lines)
    assert parse_csv(quoted.encode()) == parse_csv(export(said))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("quotes_all", [False, True])
def test_decimal_commas_are_read(separator: str, quotes_all: bool) -> None:
    style = Style(language="fr", unit=MMOL_L, decimal=",", separator=separator, quotes_all=quotes_all)
    assert same_as_plain(parse_csv(export(content_of(MMOL_L), style)), MMOL_L)


@pytest.mark.parametrize("time", [DAY_FIRST, MONTH_FIRST, YEAR_FIRST, "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M"])
@pytest.mark.parametrize("is_practice", [False, True])
def test_every_order_of_dates_is_read(time: str, is_practice: bool) -> None:
    found = parse_csv(export(content_of(MG_DL), Style(time=time, is_practice=is_practice)))
    plain = parse_csv(export(content_of(MG_DL)))
    assert replace(found, date_order=plain.date_order) == plain
    assert found.name == plain.name == "Jo Example"


def test_columns_in_another_order_are_found_by_their_names() -> None:
    for language in ("en", "de", "fr", "nl", "sv", "es"):
        order = (*sorted(Column, key=lambda column: -column)[:7], *list(Column)[:-7])
        assert sorted(order) == list(Column)
        assert same_as_plain(parse_csv(export(content_of(MG_DL), Style(language=language, order=order))))


def test_a_few_columns_with_known_names_are_enough() -> None:
    content = (
        b"Device Timestamp,Record Type,Historic Glucose mg/dL\n25-05-2026 08:00,0,95\n25-05-2026 08:05,4,\n"
    )
    found = parse_csv(content)
    assert list(found.readings.mg_dl) == [95]
    assert found.unreadable == ((3, LineProblem.MISSING_VALUE),)


def test_headings_need_nothing_above_them() -> None:
    lines = export(content_of(MG_DL)).split(b"\n", 1)[1]
    found = parse_csv(lines)
    assert (found.name, found.generated_at) == ("", None)
    assert found.readings == parse_csv(export(content_of(MG_DL))).readings
    below = b"sep=,\n\n" + export(content_of(MG_DL))
    assert same_as_plain(parse_csv(below))


def test_further_columns_at_the_end_do_not_matter() -> None:
    lines = export(curve(count=COUNT)).decode().splitlines()
    longer = [lines[0], f"{lines[1]},Sensor Life,", *(f"{line},14," for line in lines[2:])]
    assert parse_csv("\n".join(longer).encode()).readings == parse_csv(export(curve(count=COUNT))).readings


def test_no_heading_means_two_columns() -> None:
    assert len(LANGUAGES["en"]) == WIDTH
    for language in LANGUAGES.values():
        for place, names in enumerate(language):
            for name in filter(None, names.split("|")):
                assert COLUMN_BY_HEADING[normalize_heading(name)[0]] == place
    assert len({normalize_heading(name)[0] for name in ENGLISH}) == WIDTH


# Decimal commas without quotation marks, as in Deigoodle/GlucoPy's files.

TORN = Style(language="es", decimal=",", is_torn=True)


def dose(column: Column, value: float, minute: int = 0) -> Said:
    return Said(4, START.replace(hour=12, minute=minute), {column: f"{value:.1f}".replace(".", ",")})


def test_numbers_that_a_decimal_comma_tore_apart_are_joined() -> None:
    said = [
        dose(Column.RAPID, 13.0),
        dose(Column.RAPID, 4.5, 1),
        dose(Column.LONG, 24.0, 2),
        Said(3, START, {Column.KETONES: "0,2"}),
        Said(5, START, {Column.GRAMS: "45,5"}),
        Said(5, START, {Column.GRAMS: 75}),
        Said(4, START, {Column.RAPID_FLAG: "1"}),
    ]
    found = parse_csv(export([*curve(count=COUNT), *said], TORN))
    assert [each.amount for each in found.entries] == [13.0, 4.5, 24.0, 0.2, 45.5, 75.0, None]
    assert list(found.readings.mg_dl) == list(parse_csv(export(curve(count=COUNT))).readings.mg_dl)
    assert not found.unreadable


def test_torn_glucose_is_joined() -> None:
    style = replace(TORN, unit=MMOL_L)
    strip = Said(2, START, {Column.STRIP: 6.4})
    found = parse_csv(export([*curve(MMOL_L, COUNT), strip, glucose(START, 7.1, kind=1)], style))
    plain = parse_csv(
        export([*curve(MMOL_L, COUNT), glucose(START, 7.1, kind=1)], replace(PLAIN, unit=MMOL_L))
    )
    assert found.readings.mg_dl == plain.readings.mg_dl
    assert [each.amount for each in found.entries] == [115.0]
    assert not found.unreadable


def test_nothing_is_joined_in_a_file_that_has_whole_decimals() -> None:
    odd = Said(4, START, {Column.RAPID: 4, Column.FOOD_FLAG: "5"})
    found = parse_csv(export([Said(4, START, {Column.RAPID: 4.5}), odd]))
    assert [each.amount for each in found.entries] == [4.5]
    assert found.unreadable == ((4, LineProblem.CONTRADICTORY),)


def test_what_could_be_one_torn_number_or_two_is_not_guessed() -> None:
    parts = Said(4, START, {Column.MEAL_INSULIN: 4, Column.CORRECTION_INSULIN: 1})
    meal = Said(5, START, {Column.GRAMS: 45, Column.SERVINGS: 3})
    whole = parse_csv(export([parts, meal]))
    assert [(each.kind, each.amount) for each in whole.entries] == [(RAPID, 5.0), (CARBS, 45.0)]
    torn = parse_csv(export([dose(Column.LONG, 24.0), parts, meal], TORN))
    assert [(each.kind, each.amount) for each in torn.entries] == [(LONG, 24.0), (CARBS, 45.3)]
    assert torn.unreadable == ((4, LineProblem.CONTRADICTORY),)


# Notes.


@pytest.mark.parametrize(
    "note",
    [
        "plain",
        "with, comma; semicolon",
        'a "quoted" word',
        "two\nlines",
        "\nthird",
        '5" pizza',
        "'=1+1",
        "100 %",
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_notes_come_through_every_dialect(note: str, separator: str) -> None:
    said = Said(6, START + timedelta(minutes=1), {Column.NOTE: note})
    found = parse_csv(export([*curve(count=3), said, *curve(count=3)], Style(separator=separator)))
    (entry,) = found.entries
    assert entry.text == ("=1+1" if note == "'=1+1" else note.strip())
    assert entry.wall == datetime.fromisoformat("2026-05-25 00:04")
    assert len(found.readings) == 6


def test_an_inch_sign_in_an_unquoted_note_is_text() -> None:
    line = ",".join([*["x", "y", "25-05-2026 08:00", "6"], *[""] * 9, '5" pizza', *[""] * 5])
    (entry,) = parse_csv(export(curve(count=3)) + line.encode()).entries
    assert entry.text == '5" pizza'


def test_headings_are_what_they_are_in_english() -> None:
    assert headings(PLAIN)[:5] == [*ENGLISH[:4], "Historic Glucose mg/dL"]
