"""The layout of a CSV export: the line of headings, and the columns, by known names or else by position."""

from collections.abc import Sequence
import csv
from dataclasses import dataclass
import re
from typing import Final
import unicodedata

from ...models import GlucoseUnit
from .headings import LANGUAGES, WIDTH, Column
from .problems import ExportProblem, NotAnExportError
from .text import SEPARATORS, TextLine, split_fields

MOST_LINES_BEFORE: Final = 12
"""Lines that can hold the headings: LibreView writes one or two before them, other programs more."""
_UNITS: Final = (
    (re.compile(r"\(?\b(?:mg\s*/\s*dl|мг\s*/\s*дл)\b\)?"), GlucoseUnit.MG_DL),
    (re.compile(r"\(?\b(?:mmol\s*/\s*l|ммоль\s*/\s*л)\b\)?"), GlucoseUnit.MMOL_L),
)
_APOSTROPHES: Final = re.compile("[\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}]")
_FEWEST_HEADINGS: Final = Column.STRIP
_MOST_HEADINGS: Final = WIDTH + 6
_GLUCOSE_COLUMNS: Final = (Column.HISTORIC, Column.SCAN, Column.STRIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The separator, the unit of glucose and the places of the columns in the rows of a file."""

    separator: str
    unit: GlucoseUnit
    width: int
    """The number of headings."""
    places: tuple[int, ...] | None = None
    """The place of each column, -1 for none; None when they stand in LibreView's own order."""
    ketone_places: tuple[int, ...] = ()
    """The places of a ketone sensor's columns, which exports of 2026 have and nothing is read from."""


def find_layout(lines: Sequence[TextLine]) -> tuple[Layout, int]:
    """Return the layout, and the index of the line with the headings. Raise NotAnExportError without any."""
    widest = 0
    for index, (_, line) in enumerate(lines):
        for separator in SEPARATORS:
            try:
                cells = split_fields(line, separator)
            except csv.Error:
                continue
            widest = max(widest, sum(map(bool, cells)))
            if layout := _parse_headings(cells, separator):
                return layout, index
    if not any(line.strip() for _, line in lines):
        raise NotAnExportError(ExportProblem.EMPTY)
    is_table = widest > Column.HISTORIC
    if not is_table and any(_names_columns(line) for _, line in lines):
        raise NotAnExportError(ExportProblem.WRONG_SEPARATOR)
    raise NotAnExportError(ExportProblem.UNKNOWN_HEADINGS if is_table else ExportProblem.NO_HEADINGS)


def _names_columns(line: str) -> bool:
    """Return whether a line holds about all headings of a language, whatever stands between them."""
    text, _ = normalize_heading(line)
    return sum(heading in text for heading in COLUMN_BY_HEADING) > WIDTH // 2


def normalize_heading(heading: str) -> tuple[str, GlucoseUnit | None]:
    """Return a heading in small letters without its unit of glucose, and that unit."""
    text = _APOSTROPHES.sub("'", unicodedata.normalize("NFKC", heading)).casefold()
    unit = next((unit for pattern, unit in _UNITS if pattern.search(text)), None)
    for pattern, _ in _UNITS:
        text = pattern.sub(" ", text)
    return " ".join(text.split()), unit


def _known_headings() -> dict[str, Column]:
    return {
        normalize_heading(name)[0]: Column(place)
        for language in LANGUAGES.values()
        for place, names in enumerate(language)
        for name in names.split("|")
        if name
    }


COLUMN_BY_HEADING: Final = _known_headings()
"""Every known heading, in small letters and without the unit."""


def _parse_headings(cells: Sequence[str], separator: str) -> Layout | None:
    """Return the layout that these headings mean, None for a line of another kind.

    Raise NotAnExportError for headings without one unit of glucose.
    """
    headings = [normalize_heading(cell) for cell in cells]
    places: dict[Column, int] = {}
    for place, (name, _) in enumerate(headings):
        if (column := COLUMN_BY_HEADING.get(name)) is not None:
            places.setdefault(column, place)
    in_order = all(place == column for column, place in places.items())
    named = {Column.TIME, Column.TYPE} <= places.keys() and places.keys() & {Column.HISTORIC, Column.SCAN}
    if not named and not (in_order and _has_usual_shape(headings)):
        return None
    glucose_places = {column: int(column) for column in _GLUCOSE_COLUMNS} if in_order else places
    units = [
        unit
        for column in _GLUCOSE_COLUMNS
        if (place := glucose_places.get(column, -1)) in range(len(headings)) and (unit := headings[place][1])
    ]
    if len(set(units)) != 1:
        raise NotAnExportError(ExportProblem.UNKNOWN_UNIT)
    return Layout(
        separator=separator,
        unit=units[0],
        width=len(cells),
        places=None if in_order else tuple(places.get(column, -1) for column in Column),
        ketone_places=tuple(
            place
            for place, (_, unit) in enumerate(headings)
            if unit is GlucoseUnit.MMOL_L and place not in (range(WIDTH) if in_order else places.values())
        ),
    )


def _has_usual_shape(headings: Sequence[tuple[str, GlucoseUnit | None]]) -> bool:
    """Return whether these can be LibreView's in an unknown language: as many, with glucose in its place."""
    filled = len(headings)
    while filled and not headings[filled - 1][0]:
        filled -= 1
    historic, scan = (
        headings[place][1] if place < filled else None for place in (Column.HISTORIC, Column.SCAN)
    )
    others = [unit for place, (_, unit) in enumerate(headings) if place < Column.HISTORIC]
    return (
        _FEWEST_HEADINGS <= filled <= _MOST_HEADINGS
        and historic is not None
        and historic is scan
        and not any(others)
    )
