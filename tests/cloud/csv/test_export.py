"""LibreView's CSV export: what its rows say, and what becomes of those that cannot be read."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custom_components.libreview.cloud.csv.export import CsvExport, parse_csv
from custom_components.libreview.cloud.csv.headings import Column
from custom_components.libreview.cloud.csv.problems import ExportProblem, LineProblem, NotAnExportError
from custom_components.libreview.cloud.csv.times import DateOrder
from custom_components.libreview.models import Device, EntryKind, GlucoseUnit, Precision
from tests.support.csv_exports import (
    CLARITY,
    DESKTOP,
    DEVICE,
    MMOL_L,
    PARTS,
    PLAIN,
    SERIAL,
    START,
    Said,
    curve,
    diary,
    export,
    glucose,
    headings,
    lines_of,
)

RECORDED = Path(__file__).parents[2] / "recorded"
NOTE, CARBS = EntryKind.NOTE, EntryKind.CARBOHYDRATES
RAPID, LONG = EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN
BLOOD, KETONES = EntryKind.BLOOD_GLUCOSE, EntryKind.KETONES
NOON = datetime.fromisoformat("2026-05-25 12:00")


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def recorded(name: str) -> CsvExport:
    return parse_csv((RECORDED / name).read_bytes())


def walls(found: CsvExport) -> list[datetime]:
    return [datetime.fromtimestamp(each, UTC).replace(tzinfo=None) for each in found.readings.walls]


def entries_read(*said: Said) -> list[tuple[EntryKind, float | None, str]]:
    found = parse_csv(export(said))
    assert found.unreadable == ()
    return [(each.kind, each.amount, each.text) for each in found.entries]


def refusal(*said: Said) -> LineProblem:
    """Why the last of these rows is not read, though others are."""
    found = parse_csv(export([glucose(NOON, 120), *said]))
    assert len(found.readings) + len(found.entries) == len(said)
    (line,) = found.unreadable
    assert line.number == 3 + len(said)
    return line.reason


def with_line(line: str, *, before: int = 3) -> bytes:
    """A file of 14 days with one more line."""
    lines = export(curve()).decode().splitlines()
    lines.insert(before, line)
    return "\n".join(lines).encode()


# Recorded files.


def test_a_persons_own_export_is_read() -> None:
    found = recorded("csv_en_mmol_libre3.cgm-viewer.csv")
    assert (found.unit, found.name, found.date_order) == (GlucoseUnit.MMOL_L, "User", DateOrder.DAY_FIRST)
    assert found.generated_at == datetime(2025, 6, 29, 14, 47, tzinfo=UTC)
    assert list(found.readings.mg_dl) == [108, 106, 106, 104, 101, 101, 130, 131, 130, 130]
    assert (found.first, found.last) == (wall("2025-06-29 13:00"), wall("2025-06-29 16:30"))
    assert found.devices == (Device(name="FreeStyle Libre 3", serial="00000000-0000-0000-0000-000000000000"),)
    assert (found.entries, found.unreadable, found.skipped) == ((), (), 0)


def test_a_practices_export_is_the_patients() -> None:
    found = recorded("csv_es_mgdl_pro_report.glucopy.csv")
    assert (found.unit, found.name) == (GlucoseUnit.MG_DL, "paciente 1")
    assert found.generated_at == datetime(2021, 3, 19, 14, 9, tzinfo=UTC)
    assert list(found.readings.mg_dl) == [235, 242, 257, 277, 299, 256, 50]
    assert walls(found)[0] == wall("2020-11-27 21:29")
    assert not found.unreadable


# Glucose.


def test_readings_of_every_value_come_back_as_they_were_shown() -> None:
    in_mg_dl = parse_csv(export([glucose(NOON, value) for value in range(20, 601)]))
    assert list(in_mg_dl.readings.mg_dl) == list(range(20, 601))
    tenths = [value / 10 for value in range(12, 333)]
    in_mmol_l = parse_csv(export([glucose(NOON, value) for value in tenths], replace(PLAIN, unit=MMOL_L)))
    assert [round(mg_dl / 18, 1) for mg_dl in in_mmol_l.readings.mg_dl] == tenths
    assert not in_mg_dl.unreadable
    assert not in_mmol_l.unreadable


@pytest.mark.parametrize(
    ("unit", "shown", "mg_dl", "measuring_range"),
    [
        (GlucoseUnit.MG_DL, 40, 40, -1),
        (GlucoseUnit.MG_DL, 41, 41, 0),
        (GlucoseUnit.MG_DL, 499, 499, 0),
        (GlucoseUnit.MG_DL, 500, 500, 1),
        (GlucoseUnit.MG_DL, 39, 39, -1),
        (GlucoseUnit.MG_DL, 501, 501, 1),
        (GlucoseUnit.MMOL_L, 2.2, 40, -1),
        (GlucoseUnit.MMOL_L, 2.3, 41, 0),
        (GlucoseUnit.MMOL_L, 27.7, 499, 0),
        (GlucoseUnit.MMOL_L, 27.8, 500, 1),
    ],
)
def test_the_ends_of_the_measuring_range_stand_for_lo_and_hi(
    unit: GlucoseUnit, shown: float, mg_dl: int, measuring_range: int
) -> None:
    found = parse_csv(export([glucose(NOON, shown)], replace(PLAIN, unit=unit)))
    assert list(found.readings.mg_dl) == [mg_dl]
    assert list(found.readings.measuring_ranges) == [measuring_range]


@pytest.mark.parametrize(
    ("word", "mg_dl", "measuring_range"), [("LO", 40, -1), ("HI", 500, 1), ("Lo", 40, -1)]
)
def test_lo_and_hi_are_understood_as_words(word: str, mg_dl: int, measuring_range: int) -> None:
    found = parse_csv(export([Said(1, NOON, {Column.SCAN: word})]))
    assert list(found.readings.mg_dl) == [mg_dl]
    assert list(found.readings.measuring_ranges) == [measuring_range]


def test_readings_know_their_device() -> None:
    rows = lines_of([glucose(NOON, value) for value in (100, 101, 102)])
    rows[1][0], rows[1][1] = "FreeStyle LibreLink", ""
    rows[2][0], rows[2][1] = "", ""
    content = "\n".join(",".join(row) for row in [headings(PLAIN), *rows])
    found = parse_csv(content.encode(), date_order=DateOrder.DAY_FIRST)
    assert found.devices == (Device(name=DEVICE, serial=SERIAL), Device(name="FreeStyle LibreLink"))
    assert list(found.readings.devices) == [0, 1, -1]


# The diary.


def test_every_record_type_gives_entries_with_their_minute() -> None:
    found = parse_csv(export(diary()))
    assert [(each.kind, each.amount, each.text) for each in found.entries] == [
        (KETONES, 0.3, ""),
        (RAPID, 4.5, ""),
        (RAPID, None, ""),
        (LONG, 24.0, ""),
        (LONG, None, ""),
        (RAPID, 5.0, ""),
        (CARBS, 45.0, ""),
        (CARBS, None, ""),
        (CARBS, None, ""),
        (NOTE, None, 'Läufe 5 km, "easy";\nsecond line'),
    ]
    assert found.entries[0].wall == START.replace(hour=7)
    assert {each.precision for each in found.entries} == {Precision.MINUTE}
    assert found.skipped == 1
    assert (found.first, found.last) == (START.replace(hour=7), START.replace(hour=7, minute=12))


def test_what_a_strip_measured_is_an_entry_in_mg_dl() -> None:
    strip = Said(2, NOON, {Column.STRIP: 6.4})
    (entry,) = parse_csv(export([strip], replace(PLAIN, unit=MMOL_L))).entries
    assert (entry.kind, entry.amount) == (BLOOD, 115.0)
    assert entries_read(Said(2, NOON, {Column.STRIP: 115.0})) == [(BLOOD, 115.0, "")]
    assert entries_read(Said(2, NOON, {Column.STRIP: "hi"})) == [(BLOOD, None, "HI")]


def test_the_whole_dose_counts_before_its_parts() -> None:
    parts = dict(zip(PARTS, (4.0, 1.5, 0.0), strict=True))
    assert entries_read(Said(4, NOON, {Column.RAPID: 6.0, **parts})) == [(RAPID, 6.0, "")]
    assert entries_read(Said(4, NOON, {**parts})) == [(RAPID, 5.5, "")]
    assert entries_read(Said(4, NOON, {Column.RAPID_FLAG: "1", **parts})) == [(RAPID, 5.5, "")]


def test_two_doses_in_one_row_are_two_entries() -> None:
    row = Said(4, NOON, {Column.RAPID: 4.0, Column.LONG: 18.0, Column.NOTE: "late"})
    assert entries_read(row) == [(RAPID, 4.0, "late"), (LONG, 18.0, "")]


# Lines that cannot be read.


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (glucose(NOON, 1e3), LineProblem.GLUCOSE_OUT_OF_RANGE),
        (glucose(NOON, 19), LineProblem.GLUCOSE_OUT_OF_RANGE),
        (glucose(NOON, 6.4), LineProblem.BAD_GLUCOSE),
        (Said(0, NOON, {Column.HISTORIC: "12O"}), LineProblem.BAD_GLUCOSE),
        (Said(0, NOON, {Column.HISTORIC: "-120"}), LineProblem.BAD_GLUCOSE),
        (Said(0, NOON, {}), LineProblem.MISSING_VALUE),
        (Said(1, NOON, {}), LineProblem.MISSING_VALUE),
        (Said(1, NOON, {Column.SCAN: 120, Column.HISTORIC: 90}), LineProblem.CONTRADICTORY),
        (Said(0, NOON, {Column.HISTORIC: 120, Column.NOTE: "x"}), LineProblem.CONTRADICTORY),
        (Said(2, NOON, {}), LineProblem.MISSING_VALUE),
        (Said(2, NOON, {Column.STRIP: 2000}), LineProblem.GLUCOSE_OUT_OF_RANGE),
        (Said(3, NOON, {Column.KETONES: "0.3.1"}), LineProblem.BAD_AMOUNT),
        (Said(3, NOON, {Column.KETONES: 200}), LineProblem.BAD_AMOUNT),
        (Said(3, NOON, {}), LineProblem.MISSING_VALUE),
        (Said(4, NOON, {}), LineProblem.MISSING_VALUE),
        (Said(4, NOON, {Column.RAPID: "four"}), LineProblem.BAD_AMOUNT),
        (Said(4, NOON, {Column.LONG: 4000}), LineProblem.BAD_AMOUNT),
        (Said(4, NOON, {Column.MEAL_INSULIN: 2, Column.CORRECTION_INSULIN: -3}), LineProblem.BAD_AMOUNT),
        (Said(4, NOON, {Column.MEAL_INSULIN: 2, Column.CORRECTION_INSULIN: "?"}), LineProblem.BAD_AMOUNT),
        (Said(4, NOON, {Column.GRAMS: 45}), LineProblem.CONTRADICTORY),
        (Said(5, NOON, {}), LineProblem.MISSING_VALUE),
        (Said(5, NOON, {Column.GRAMS: 4500}), LineProblem.BAD_AMOUNT),
        (Said(5, NOON, {Column.RAPID: 4.5}), LineProblem.CONTRADICTORY),
        (Said(7, NOON, {Column.HISTORIC: 120}), LineProblem.UNKNOWN_TYPE),
    ],
)
def test_a_row_that_cannot_be_true_is_reported_and_the_others_are_kept(
    said: Said, reason: LineProblem
) -> None:
    assert refusal(said) is reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("FreeStyle Libre 3,x,25-05-2026 12:00", LineProblem.TOO_FEW_FIELDS),
        ("nonsense", LineProblem.TOO_FEW_FIELDS),
        ("FreeStyle Libre 3,x,25-05-2026 12:00,0,120" + "," * 20 + "1", LineProblem.TOO_MANY_FIELDS),
        ("FreeStyle Libre 3,x,25-05-2026 12:00,,120" + "," * 14, LineProblem.UNKNOWN_TYPE),
        ("FreeStyle Libre 3,x,31-02-2026 12:00,0,120" + "," * 14, LineProblem.BAD_TIME),
        ("FreeStyle Libre 3,x,05-25-2026 12:00,0,120" + "," * 14, LineProblem.BAD_TIME),
        ("FreeStyle Libre 3,x,25-05-2026 24:00,0,120" + "," * 14, LineProblem.BAD_TIME),
        ("FreeStyle Libre 3,x,25-05-2026,0,120" + "," * 14, LineProblem.BAD_TIME),
        ("FreeStyle Libre 3,x,,0,120" + "," * 14, LineProblem.BAD_TIME),
        ('FreeStyle Libre 3,x,25-05-2026 12:00,6,,,,,,,,,,"open' + "," * 5, LineProblem.BAD_QUOTES),
        ('FreeStyle Libre 3,x,25-05-2026 12:00,6,,,,,,,,,,"a" b' + "," * 5, LineProblem.BAD_QUOTES),
    ],
)
@pytest.mark.parametrize("before", [3, 500, 4034])
def test_a_damaged_line_alone_is_left_out(line: str, reason: LineProblem, before: int) -> None:
    whole = parse_csv(export(curve()))
    found = parse_csv(with_line(line, before=before))
    assert found.unreadable == ((before + 1, reason),)
    assert found.unreadable_count == 1
    assert found.readings == whole.readings


def test_blank_lines_and_rows_are_skipped() -> None:
    content = with_line("")
    content += b"\n\n" + b"," * 18 + b"\n"
    found = parse_csv(content)
    assert not found.unreadable
    assert found.readings == parse_csv(export(curve())).readings


def test_line_numbers_count_the_lines_of_notes_too() -> None:
    bad = Said(4, NOON, {Column.RAPID: "x"})
    found = parse_csv(export([*diary(), bad]))
    # Two lines stand above the rows, and one note has two.
    assert [line.number for line in found.unreadable] == [2 + len(diary()) + 1 + 1]


def test_rows_without_their_last_columns_are_read() -> None:
    style = replace(PLAIN, columns=Column.STRIP)
    found = parse_csv(export([*curve(), *diary()[1:5]], style))
    assert found.readings == parse_csv(export(curve())).readings
    assert [each.kind for each in found.entries] == [RAPID, RAPID, LONG, LONG]
    cut = "\n".join(line.rstrip(",") for line in export(curve()).decode().splitlines())
    assert parse_csv(cut.encode()).readings == found.readings


def test_of_very_many_bad_lines_only_the_first_are_named() -> None:
    found = parse_csv(export([glucose(NOON, 120)]) + b"x\n" * 20_000)
    assert (len(found.unreadable), found.unreadable_count) == (10_000, 20_000)
    assert len(found.readings) == 1


# Files that are none.


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ExportProblem.EMPTY),
        (b"\xef\xbb\xbf\r\n\r\n", ExportProblem.EMPTY),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00" * 50, ExportProblem.SPREADSHEET_FILE),
        (b"SQLite format 3\x00" + bytes(50), ExportProblem.NOT_TEXT),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", ExportProblem.NO_HEADINGS),
        (b'{"Data": [1, 2, 3]}', ExportProblem.NO_HEADINGS),
        (b"Dear diary\nI had lunch\n", ExportProblem.NO_HEADINGS),
        (CLARITY, ExportProblem.UNKNOWN_HEADINGS),
        (DESKTOP, ExportProblem.UNKNOWN_HEADINGS),
        (DESKTOP.replace(b"\t", b" | "), ExportProblem.WRONG_SEPARATOR),
    ],
)
def test_other_files_are_refused_with_their_reason(content: bytes, reason: ExportProblem) -> None:
    with pytest.raises(NotAnExportError) as caught:
        parse_csv(content)
    assert caught.value.reason is reason


def test_an_export_without_rows_is_refused() -> None:
    with pytest.raises(NotAnExportError) as caught:
        parse_csv(export([]))
    assert caught.value.reason is ExportProblem.NO_ROWS


@pytest.mark.parametrize("units", [("", ""), ("mg/dL", "mmol/L")])
def test_glucose_of_an_unknown_unit_is_refused(units: tuple[str, str]) -> None:
    names = headings(replace(PLAIN, unit_text=""))
    for column, unit in zip((Column.HISTORIC, Column.SCAN), units, strict=True):
        names[column] += f" {unit}"
    with pytest.raises(NotAnExportError) as caught:
        parse_csv(",".join(names).encode())
    assert caught.value.reason is ExportProblem.UNKNOWN_UNIT


def test_neither_an_error_nor_an_export_shows_what_is_in_the_file() -> None:
    found = repr(parse_csv(export([*curve(), *diary()], name="Jo Example")))
    for private in ("Jo Example", SERIAL, "Läufe", "4.5"):
        assert private not in found


def test_the_columns_of_a_ketone_sensor_cost_no_glucose_and_are_counted() -> None:
    lines = (
        export(curve(GlucoseUnit.MMOL_L, count=3), replace(PLAIN, unit=GlucoseUnit.MMOL_L))
        .decode()
        .splitlines()
    )
    wider = [lines[0], f"{lines[1]},Historic Ketone mmol/L,Scan Ketone mmol/L"]
    found = parse_csv("\n".join([*wider, f"{lines[2]},,", f"{lines[3]},0.3,", f"{lines[4]},,"]).encode())

    assert len(found.readings) == 3
    assert found.unreadable == ((4, LineProblem.KETONES_LEFT_OUT),)
    assert found.problem is None


@pytest.mark.parametrize(("kind", "column"), [(0, Column.SCAN), (1, Column.HISTORIC)])
def test_glucose_in_the_other_column_of_its_kind_is_read_where_it_is_the_only_one(
    kind: int, column: Column
) -> None:
    found = parse_csv(export([*curve(count=3), Said(kind, START, {column: 99})]))
    assert list(found.readings.mg_dl)[-1] == 99
    both = Said(kind, START, {Column.HISTORIC: 99, Column.SCAN: 98})
    assert parse_csv(export([*curve(count=3), both])).unreadable == ((6, LineProblem.CONTRADICTORY),)


def test_numbers_with_many_decimals_are_rounded() -> None:
    style = replace(PLAIN, unit=GlucoseUnit.MMOL_L)
    said = [*curve(GlucoseUnit.MMOL_L, count=3), Said(0, START, {Column.HISTORIC: "6.105263157894737"})]
    assert list(parse_csv(export(said, style)).readings.mg_dl)[-1] == 110
