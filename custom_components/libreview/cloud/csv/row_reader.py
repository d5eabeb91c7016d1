"""One pass over the rows of a CSV export, which may be a hundred thousand.

The last line may be the first to show in which order dates are written, so they are kept as they stand until
then.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property
import re
from typing import Final

from ...models import Device
from .headings import WIDTH, Column
from .layout import Layout
from .problems import LineProblem, UnreadableLine
from .record_types import (
    VALUES,
    find_split_decimals,
    join_split_decimals,
    own_columns,
    parse_entries,
    parse_glucose,
)
from .text import CellRow, parse_rows, split_lines, unguard_formula
from .times import SeenDates, WrittenDate, parse_second_of_day, parse_written_date, split_timestamp
from .undated import EntryRow, RowTime, UndatedReadings

UNNAMED: Final = "LibreView"
"""The name of an unnamed device in files of our own, since some readers leave out rows without one."""
_AFTER_HISTORIC: Final = [""] * (WIDTH - Column.HISTORIC - 1)
_AFTER_SCAN: Final = [""] * (WIDTH - Column.SCAN - 1)
_NO_VALUE: Final = (0, 0)
_CHUNK: Final = 1 << 13
_MOST_PROBLEMS: Final = 10_000
"""Unreadable lines that are kept; further ones are only counted."""
_GLUCOSE_TYPES: Final = frozenset("01")
_DECIMALS: Final = re.compile(r',"?\d{1,3}\.\d{1,20}"?(?:[,\r\n]|$)|,"\d{1,3},\d{1,20}"')
"""Numbers with a decimal point or in quotation marks, whose decimals cannot land in the next column."""
_AMBIGUOUS_NEIGHBOURS: Final = (
    (Column.GRAMS, Column.SERVINGS),
    (Column.MEAL_INSULIN, Column.CORRECTION_INSULIN),
    (Column.CORRECTION_INSULIN, Column.USER_CHANGE_INSULIN),
)
"""Neighbours that one row may fill both; in a file with split numbers they may be one number."""


class FoundOnce[K, V](dict[K, V]):
    """A dictionary that finds the value of a key when it is asked for first, and keeps it.

    A key without value gets `nothing`, and is looked up again the next time.
    """

    def __init__(self, find: Callable[[K], V | None], nothing: V) -> None:
        """Start empty; `find` returns the value of a key, or None."""
        super().__init__()
        self._find, self._nothing = find, nothing

    def __missing__(self, key: K) -> V:
        found = self._find(key)
        if found is None:
            return self._nothing
        self[key] = found
        return found


class RowReader:
    """Reads the rows of a file, and gathers readings, entries, dates, devices and unreadable lines."""

    def __init__(self, content: bytes, layout: Layout) -> None:
        """Read rows of this layout; `content` is the whole file, where numbers may turn out to be split."""
        self._content, self._layout = content, layout
        self.readings = UndatedReadings()
        self.entries: list[EntryRow] = []
        self.problems: list[UnreadableLine] = []
        self.problem_count = 0
        self.skipped = 0
        """The number of rows that are events of a device, such as the start of a sensor."""
        self.devices: list[Device] = []
        self.dates: list[WrittenDate] = []
        self._texts: list[str] = []
        self._steps: set[tuple[int, int]] = set()
        self._last_date, self._last_run = -1, (-1, "")
        self._date = FoundOnce(self._find_date, -1)
        self._second = FoundOnce(parse_second_of_day, -1)
        self._device = FoundOnce(self._find_device, -1)
        self._value = FoundOnce(self._find_value, _NO_VALUE)

    @property
    def seen(self) -> SeenDates:
        """Return the dates of all rows that could be read."""
        counts = Counter(entry.time.date for entry in self.entries)
        for start in range(0, len(self.readings.date), _CHUNK):
            counts.update(self.readings.date[start : start + _CHUNK])
        return SeenDates(self.dates, [counts[place] for place in range(len(self.dates))], self._steps)

    @property
    def open_date(self) -> str:
        """Return the first date, as it is written, that can be read in more than one order."""
        pairs = zip(self._texts, self.dates, strict=True)
        return next(text for text, date in pairs if date.certain is None)

    def read(self, rows: Iterable[CellRow]) -> None:
        """Read all rows."""
        is_usual = self._layout.places is None and self._layout.width == WIDTH
        find_date, find_second, find_value, find_device = self._date, self._second, self._value, self._device
        columns = self.readings
        append_line, append_date, append_second = (
            columns.line.append,
            columns.date.append,
            columns.second.append,
        )
        append_mg_dl, append_range = columns.mg_dl.append, columns.measuring_range.append
        append_device = columns.device.append
        last = -1
        for number, row in rows:
            # Only glucose is frequent. Rows that differ in anything are read by slower code.
            value = _NO_VALUE
            if is_usual and type(row) is list and len(row) == WIDTH:
                if row[3] == "0" and row[5:] == _AFTER_HISTORIC:
                    value = find_value[row[4]]
                elif row[3] == "1" and not row[4] and row[6:] == _AFTER_SCAN:
                    value = find_value[row[5]]
            if value is _NO_VALUE:
                self._add_row(number, row)
                continue
            text, _, clock = row[2].partition(" ")
            date, second = find_date[text], find_second[clock]
            if date < 0 or second < 0:
                self._add_row(number, row)
                continue
            device = find_device[row[0], row[1]]
            if date != last:
                self._note_sequence(date, (device, row[3]))
                last = date
            append_line(number)
            append_date(date)
            append_second(second)
            append_mg_dl(value[0])
            append_range(value[1])
            append_device(device)

    def reject(self, line: int, problem: LineProblem) -> None:
        """Note that a line was left out, and why."""
        self.problem_count += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(UnreadableLine(line, problem))

    def _add_row(self, number: int, row: list[str] | LineProblem) -> None:
        """Read a row of any kind, and note the problem of one that is unreadable."""
        if isinstance(row, LineProblem):
            self.reject(number, row)
            return
        cells = [cell.strip().replace("\r\n", "\n").replace("\r", "\n") for cell in row]
        if any(cells):
            problem = self._add_cells(number, cells)
            if problem is not None:
                self.reject(number, problem)

    def _add_cells(self, number: int, cells: list[str]) -> LineProblem | None:
        """Read a row without blanks around its cells. Return its problem, None for a good one."""
        if isinstance(row := self._to_own_order(cells), LineProblem):
            return row
        kind, unit = row[Column.TYPE], self._layout.unit
        if (own := own_columns(kind)) is None:
            return LineProblem.UNKNOWN_TYPE
        repaired = self._repair_split_decimals(row, kind)
        if repaired is None or any(repaired[column] and column not in own for column in VALUES):
            return LineProblem.CONTRADICTORY
        if repaired[Column.HISTORIC] and repaired[Column.SCAN]:
            return LineProblem.CONTRADICTORY
        if (time := self._parse_time(repaired[Column.TIME])) is None:
            return LineProblem.BAD_TIME
        device = self._device[repaired[Column.DEVICE], repaired[Column.SERIAL]]
        if kind in _GLUCOSE_TYPES:
            # A scan is a scan in whichever of the two columns its value stands.
            value = self._parse_glucose(repaired[Column.HISTORIC] or repaired[Column.SCAN])
            if isinstance(value, LineProblem):
                return value
            self.readings.add(number, time, value, device)
        else:
            found = parse_entries(repaired, kind, unit)
            if isinstance(found, LineProblem):
                return found
            self.entries += [EntryRow(number, time, entry) for entry in found]
            self.skipped += not found
        self._note_sequence(time.date, (device, kind))
        has_ketones = any(cells[place] for place in self._layout.ketone_places if place < len(cells))
        return LineProblem.KETONES_LEFT_OUT if has_ketones else None

    def _to_own_order(self, cells: list[str]) -> list[str] | LineProblem:
        """Return the cells in LibreView's own order and number, or the problem of the row."""
        places = self._layout.places
        if any(cells[self._layout.width :]):
            return LineProblem.TOO_MANY_FIELDS
        if places is None:
            fitted = cells[:WIDTH] + [""] * (WIDTH - len(cells))
            needed = int(Column.HISTORIC)
        else:
            fitted = [cells[place] if 0 <= place < len(cells) else "" for place in places]
            needed = max(places[Column.TIME], places[Column.TYPE])
        return fitted if len(cells) > needed else LineProblem.TOO_FEW_FIELDS

    def _repair_split_decimals(self, row: list[str], kind: str) -> list[str] | None:
        """Return the row with numbers joined that unquoted decimal commas split; None if that is a guess."""
        if self._layout.separator != "," or self._layout.places is not None:
            return row
        split = find_split_decimals(row, kind, self._layout.unit)
        if split:
            return join_split_decimals(row, split) if self._may_have_split_numbers else row
        pairs = [
            pair
            for pair in _AMBIGUOUS_NEIGHBOURS
            if pair[0] in (own_columns(kind) or ()) and row[pair[0]] and row[pair[1]]
        ]
        if not pairs or row[Column.RAPID] or not self._has_split_numbers:
            return row
        return join_split_decimals(row, [Column.GRAMS]) if kind == "5" else None

    @cached_property
    def _may_have_split_numbers(self) -> bool:
        """Return whether no number of the file has a decimal point, or a decimal comma in quotation marks."""
        return not any(_DECIMALS.search(line) for _, line in split_lines(self._content))

    @cached_property
    def _has_split_numbers(self) -> bool:
        """Return whether numbers of the file are certainly split."""
        rows = (
            row for _, row in parse_rows(split_lines(self._content), ",") if not isinstance(row, LineProblem)
        )
        unit = self._layout.unit
        return self._may_have_split_numbers and any(
            len(row) >= WIDTH and find_split_decimals(row, row[3], unit) for row in rows
        )

    def _parse_time(self, timestamp: str) -> RowTime | None:
        date, clock = split_timestamp(timestamp)
        time = RowTime(self._date[date], self._second[clock])
        return None if -1 in time else time

    def _note_sequence(self, date: int, run: tuple[int, str]) -> None:
        """Note which dates follow each other in rows of one device and type."""
        if run == self._last_run and date != self._last_date:
            self._steps.add((self._last_date, date))
        self._last_date, self._last_run = date, run

    def _parse_glucose(self, text: str) -> tuple[int, int] | LineProblem:
        return parse_glucose(text, self._layout.unit) if text else LineProblem.MISSING_VALUE

    def _find_value(self, text: str) -> tuple[int, int] | None:
        value = self._parse_glucose(text)
        return None if isinstance(value, LineProblem) else value

    def _find_date(self, text: str) -> int | None:
        if (date := parse_written_date(text)) is None:
            return None
        self.dates.append(date)
        self._texts.append(text)
        return len(self.dates) - 1

    def _find_device(self, cells: tuple[str, str]) -> int | None:
        name, serial = (unguard_formula(cell.strip()) for cell in cells)
        if not serial and name in ("", UNNAMED):
            return None
        device = Device(name=name, serial=serial or None)
        if device not in self.devices:
            self.devices.append(device)
        return self.devices.index(device)
