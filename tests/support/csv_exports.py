"""CSV exports as LibreView writes them in any language, and as spreadsheets leave them."""

from collections.abc import Iterable, Sequence
import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
import io
from typing import NamedTuple

from custom_components.libreview.cloud.csv.headings import LANGUAGES, WIDTH, Column
from custom_components.libreview.models import GlucoseUnit

CLARITY = (
    b"Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Patient Info,Device Info,"
    b"Source Device ID,Glucose Value (mg/dL),Insulin Value (u),Carb Value (grams),Duration (hh:mm:ss),"
    b"Glucose Rate of Change (mg/dL/min),Transmitter Time (Long Integer),Transmitter ID\n"
)
"""What another maker's export begins with."""

DESKTOP = b"\t".join(
    [
        b"Jo Example\nID\tTime\tRecord Type\tHistoric Glucose (mg/dL)\tScan Glucose (mg/dL)",
        b"Non-numeric Rapid-Acting Insulin\tRapid-Acting Insulin (units)\tNon-numeric Food",
        b"Carbohydrates (grams)\tNon-numeric Long-Acting Insulin\tLong-Acting Insulin (units)\tNotes",
        b"Strip Glucose (mg/dL)\tKetone (mmol/L)\tMeal Insulin (units)\tCorrection Insulin (units)",
        b"User Change Insulin (units)\tPrevious Time\tUpdated Time\n701\t2026/05/25 08:00\t0\t101\n",
    ]
)
"""What the software for the reader writes, which is not LibreView."""

MG_DL, MMOL_L = GlucoseUnit.MG_DL, GlucoseUnit.MMOL_L
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "%d-%m-%Y %H:%M", "%m-%d-%Y %I:%M %p", "%Y-%m-%d %H:%M"
START = datetime.fromisoformat("2026-05-25 00:03")
MADE = datetime.fromisoformat("2026-06-15 14:47")
DEVICE, SERIAL = "FreeStyle Libre 3", "A1B2C3D4-0000-4000-8000-00805F9B0000"
GENERIC = [f"Kolumna {place}" for place in range(WIDTH)]
"""Headings of a language that nobody has shown us."""
PARTS = (Column.MEAL_INSULIN, Column.CORRECTION_INSULIN, Column.USER_CHANGE_INSULIN)


class Said(NamedTuple):
    """A row: its record type, its wall clock, and what stands in its columns; numbers as numbers."""

    kind: int
    wall: datetime
    cells: dict[Column, str | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a file is written."""

    language: str = "en"
    unit: GlucoseUnit = MG_DL
    unit_text: str = " {}"
    time: str = DAY_FIRST
    decimal: str = "."
    separator: str = ","
    quotes_all: bool = False
    is_torn: bool = False
    """Decimal commas without quotation marks; what does not fit is cut off, as in GlucoPy's files."""
    newline: str = "\n"
    encoding: str = "utf-8"
    is_practice: bool = False
    columns: int = WIDTH
    order: tuple[Column, ...] = tuple(Column)


PLAIN = Style()


def glucose(wall: datetime, value: float, kind: int = 0) -> Said:
    return Said(kind, wall, {Column.SCAN if kind else Column.HISTORIC: value})


def curve(unit: GlucoseUnit = MG_DL, count: int = 14 * 288, start: datetime = START) -> list[Said]:
    """Readings, five minutes apart, of a sensor that wanders between 3.3 and 17.8 mmol/L."""
    said = []
    for number in range(count):
        mg_dl = 60 + (number * 37) % 260
        said.append(
            glucose(start + number * timedelta(minutes=5), mg_dl if unit is MG_DL else round(mg_dl / 18, 1))
        )
    return said


def diary(start: datetime = START) -> list[Said]:
    """A row of every other record type, at the minutes of an hour."""
    at = [start + timedelta(hours=7, minutes=minute) for minute in range(12)]
    return [
        Said(3, at[0], {Column.KETONES: 0.3}),
        Said(4, at[1], {Column.RAPID: 4.5}),
        Said(4, at[2], {Column.RAPID_FLAG: "1"}),
        Said(4, at[3], {Column.LONG: 24.0}),
        Said(4, at[4], {Column.LONG_FLAG: "1"}),
        Said(4, at[5], dict(zip(PARTS, (4.0, 1.5, -0.5), strict=True))),
        Said(5, at[6], {Column.GRAMS: 45.0}),
        Said(5, at[7], {Column.FOOD_FLAG: "1"}),
        Said(5, at[8], {Column.SERVINGS: 2.5}),
        Said(6, at[9], {Column.NOTE: 'Läufe 5 km, "easy";\nsecond line'}),
        Said(6, at[10], {}),
    ]


def headings(style: Style) -> list[str]:
    known = LANGUAGES.get(style.language, ())
    names = [
        (known[place].split("|")[0] if place < len(known) else "") or GENERIC[place] for place in range(WIDTH)
    ]
    for column in (Column.HISTORIC, Column.SCAN, Column.STRIP):
        names[column] += style.unit_text.format(style.unit)
    names[Column.KETONES] += style.unit_text.format(MMOL_L)
    return [names[column] for column in style.order][: style.columns]


def lines_of(said: Iterable[Said], style: Style = PLAIN) -> list[list[str]]:
    return [_row(each, style)[: style.columns] for each in said]


def export(
    said: Sequence[Said], style: Style = PLAIN, made: datetime = MADE, name: str = "Jo Example"
) -> bytes:
    """The whole file."""
    written = io.StringIO()
    writer = csv.writer(
        written,
        delimiter=style.separator,
        quoting=csv.QUOTE_ALL if style.quotes_all else csv.QUOTE_MINIMAL,
        lineterminator=style.newline,
    )
    by = "Dr. Sample" if style.is_practice else name
    at = f"{made.strftime(style.time)} UTC"
    writer.writerow(_filled(["Glucose Data", "Generated on", at, "Generated by", by]))
    if style.is_practice:
        writer.writerow(_filled([name]))
    writer.writerow(headings(style))
    writer.writerows(lines_of(said, style))
    return written.getvalue().encode(style.encoding)


def _row(said: Said, style: Style) -> list[str]:
    cells = {
        Column.DEVICE: DEVICE,
        Column.SERIAL: SERIAL,
        Column.TIME: said.wall.strftime(style.time),
        Column.TYPE: str(said.kind),
        **{column: _text(value, style) for column, value in said.cells.items()},
    }
    row = [cells.get(column, "") for column in style.order]
    return ",".join(row).split(",")[:WIDTH] if style.is_torn else row


def _text(value: str | float, style: Style) -> str:
    return value if isinstance(value, str) else f"{value:g}".replace(".", style.decimal)


def _filled(cells: list[str]) -> list[str]:
    return cells + [""] * (WIDTH - len(cells))
