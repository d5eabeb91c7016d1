"""Where a CSV export has its headings, and which column is which: by known names, or else by place."""

from collections.abc import Sequence
import csv
from dataclasses import dataclass
import re
from typing import Final
import unicodedata

from ..models import GlucoseUnit
from .csv_headings import LANGUAGES, WIDTH, Column
from .csv_lines import ExportProblem, NotAnExportError
from .csv_text import SEPARATORS, Line, fields_of

MOST_LINES_BEFORE: Final = 12
"""LibreView writes one line above the headings, or two; spreadsheets and people add some of their own."""
_UNITS: Final = (
    (re.compile(r"\(?\b(?:mg\s*/\s*dl|мг\s*/\s*дл)\b\)?"), GlucoseUnit.MG_DL),
    (re.compile(r"\(?\b(?:mmol\s*/\s*l|ммоль\s*/\s*л)\b\)?"), GlucoseUnit.MMOL_L),
)
_APOSTROPHES: Final = re.compile("[\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}]")
_FEWEST: Final = Column.STRIP
_MOST: Final = WIDTH + 6
_GLUCOSE: Final = (Column.HISTORIC, Column.SCAN, Column.STRIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the rows of a file are to be read."""

    separator: str
    unit: GlucoseUnit
    width: int
    """How many headings there are."""
    places: tuple[int, ...] | None = None
    """Where each column stands, -1 if nowhere; None when they stand in LibreView's own order."""


def find_layout(lines: Sequence[Line]) -> tuple[Layout, int]:
    """The layout, and the index of the line with the headings. Raises NotAnExportError if there are none."""
    widest = 0
    for index, (_, line) in enumerate(lines):
        for separator in SEPARATORS:
            try:
                cells = fields_of(line, separator)
            except csv.Error:
                continue
            widest = max(widest, sum(map(bool, cells)))
            if layout := _layout(cells, separator):
                return layout, index
    if not any(line.strip() for _, line in lines):
        raise NotAnExportError(ExportProblem.EMPTY)
    is_table = widest > Column.HISTORIC
    raise NotAnExportError(ExportProblem.UNKNOWN_HEADINGS if is_table else ExportProblem.NO_HEADINGS)


def plain_heading(heading: str) -> tuple[str, GlucoseUnit | None]:
    """A heading in small letters without its unit of glucose, and that unit."""
    text = _APOSTROPHES.sub("'", unicodedata.normalize("NFKC", heading)).casefold()
    unit = next((unit for pattern, unit in _UNITS if pattern.search(text)), None)
    for pattern, _ in _UNITS:
        text = pattern.sub(" ", text)
    return " ".join(text.split()), unit


def _known() -> dict[str, Column]:
    return {
        plain_heading(name)[0]: Column(place)
        for language in LANGUAGES.values()
        for place, names in enumerate(language)
        for name in names.split("|")
        if name
    }


COLUMN_OF: Final = _known()
"""Every known heading, in small letters and without the unit."""


def _layout(cells: Sequence[str], separator: str) -> Layout | None:
    headings = [plain_heading(cell) for cell in cells]
    places: dict[Column, int] = {}
    for place, (name, _) in enumerate(headings):
        if (column := COLUMN_OF.get(name)) is not None:
            places.setdefault(column, place)
    in_order = all(place == column for column, place in places.items())
    named = {Column.TIME, Column.TYPE} <= places.keys() and places.keys() & {Column.HISTORIC, Column.SCAN}
    if not named and not (in_order and _has_shape(headings)):
        return None
    standing = {each: int(each) for each in _GLUCOSE} if in_order else places
    units = [
        unit
        for each in _GLUCOSE
        if (place := standing.get(each, -1)) in range(len(headings)) and (unit := headings[place][1])
    ]
    if len(set(units)) != 1:
        raise NotAnExportError(ExportProblem.UNKNOWN_UNIT)
    return Layout(
        separator=separator,
        unit=units[0],
        width=len(cells),
        places=None if in_order else tuple(places.get(column, -1) for column in Column),
    )


def _has_shape(headings: Sequence[tuple[str, GlucoseUnit | None]]) -> bool:
    """Whether these can be LibreView's in an unknown language: as many, with glucose where it stands."""
    filled = len(headings)
    while filled and not headings[filled - 1][0]:
        filled -= 1
    historic, scan = (headings[each][1] if each < filled else None for each in (Column.HISTORIC, Column.SCAN))
    others = [unit for place, (_, unit) in enumerate(headings) if place < Column.HISTORIC]
    return _FEWEST <= filled <= _MOST and historic is not None and historic is scan and not any(others)
