"""One pass over the rows of a CSV export, which may be a hundred thousand.

What a timestamp means may show in the last line only, so dates are kept as they are written until then.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
import re
from typing import Final, NamedTuple

from ..models import Device
from .csv_headings import WIDTH, Column
from .csv_layout import Layout
from .csv_lines import LineProblem, UnreadableLine
from .csv_rows import VALUES, Logged, glucose, joined, logged, own_columns, spread
from .csv_text import Row, lines_of, rows_of, unguarded
from .csv_times import Seen, WrittenDate, parts, second_of_day, written_date

UNNAMED: Final = "LibreView"
"""What our own files call a device that nobody named, since some readers leave out rows without one."""
_AFTER_HISTORIC: Final = [""] * (WIDTH - Column.HISTORIC - 1)
_AFTER_SCAN: Final = [""] * (WIDTH - Column.SCAN - 1)
_NO_VALUE: Final = (0, 0)
_CHUNK: Final = 1 << 13
_MOST_PROBLEMS: Final = 10_000
_GLUCOSE_OF: Final = {"0": Column.HISTORIC, "1": Column.SCAN}
_DECIMALS: Final = re.compile(r',"?\d{1,3}\.\d{1,3}"?(?:[,\r\n]|$)|,"\d{1,3},\d{1,3}"')
"""Numbers with decimals that nobody can tear apart."""
_PAIRS: Final = (
    (Column.GRAMS, Column.SERVINGS),
    (Column.MEAL_INSULIN, Column.CORRECTION_INSULIN),
    (Column.CORRECTION_INSULIN, Column.USER_CHANGE_INSULIN),
)
"""Neighbours that one row may fill both; in a file with torn numbers they may be one number."""


class Moment(NamedTuple):
    """A timestamp: the place of its date among all dates of the file, and the second of that day."""

    date: int
    second: int


class Known[K, V](dict[K, V]):
    """What texts mean, found out when they are met first. What means nothing is not kept."""

    def __init__(self, find: Callable[[K], V | None], nothing: V) -> None:
        """Begin with nothing known."""
        super().__init__()
        self._find, self._nothing = find, nothing

    def __missing__(self, key: K) -> V:
        found = self._find(key)
        if found is None:
            return self._nothing
        self[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Columns:
    """Readings whose dates are not understood yet."""

    line: array[int] = field(default_factory=lambda: array("i"))
    date: array[int] = field(default_factory=lambda: array("i"))
    second: array[int] = field(default_factory=lambda: array("i"))
    mg_dl: array[int] = field(default_factory=lambda: array("h"))
    measuring_range: array[int] = field(default_factory=lambda: array("b"))
    device: array[int] = field(default_factory=lambda: array("i"))

    def chosen(self, choice: Iterable[bool]) -> Columns:
        """The readings of which the choice is true."""
        which = [place for place, each in enumerate(choice) if each]
        return Columns(
            *(
                array(column.typecode, (column[place] for place in which))
                for column in (
                    self.line,
                    self.date,
                    self.second,
                    self.mg_dl,
                    self.measuring_range,
                    self.device,
                )
            )
        )

    def add(self, line: int, moment: Moment, value: tuple[int, int], device: int) -> None:
        """Add one reading."""
        self.line.append(line)
        self.date.append(moment.date)
        self.second.append(moment.second)
        self.mg_dl.append(value[0])
        self.measuring_range.append(value[1])
        self.device.append(device)


class Entry(NamedTuple):
    """An entry of the diary whose date is not understood yet."""

    line: int
    moment: Moment
    logged: Logged


class Rows:
    """All that the rows of a file say."""

    def __init__(self, content: bytes, layout: Layout) -> None:
        """Begin before the first row."""
        self._content, self._layout = content, layout
        self.readings = Columns()
        self.entries: list[Entry] = []
        self.problems: list[UnreadableLine] = []
        self.problem_count = 0
        self.skipped = 0
        """Rows of events, such as a sensor that was started, which say nothing."""
        self.devices: list[Device] = []
        self.dates: list[WrittenDate] = []
        self._texts: list[str] = []
        self._steps: set[tuple[int, int]] = set()
        self._last_date, self._last_run = -1, (-1, "")
        self._date = Known(self._find_date, -1)
        self._second = Known(second_of_day, -1)
        self._device = Known(self._find_device, -1)
        self._value = Known(self._find_value, _NO_VALUE)

    @property
    def seen(self) -> Seen:
        """The dates of all rows that could be read."""
        counts = Counter(entry.moment.date for entry in self.entries)
        for start in range(0, len(self.readings.date), _CHUNK):
            counts.update(self.readings.date[start : start + _CHUNK])
        return Seen(self.dates, [counts[place] for place in range(len(self.dates))], self._steps)

    @property
    def open_date(self) -> str:
        """The first date, as it is written, that can be read with the day or with the month first."""
        pairs = zip(self._texts, self.dates, strict=True)
        return next(text for text, date in pairs if date.day_first != date.month_first)

    def read(self, rows: Iterable[Row]) -> None:
        """Take in all rows."""
        is_usual = self._layout.places is None and self._layout.width == WIDTH
        date_of, second_of, value_of, device_of = self._date, self._second, self._value, self._device
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
            # Only glucose is frequent. What is not quite as it usually is takes the slower road.
            value = _NO_VALUE
            if is_usual and type(row) is list and len(row) == WIDTH:
                if row[3] == "0" and row[5:] == _AFTER_HISTORIC:
                    value = value_of[row[4]]
                elif row[3] == "1" and not row[4] and row[6:] == _AFTER_SCAN:
                    value = value_of[row[5]]
            if value is _NO_VALUE:
                self._unusual(number, row)
                continue
            text, _, clock = row[2].partition(" ")
            date, second = date_of[text], second_of[clock]
            if date < 0 or second < 0:
                self._unusual(number, row)
                continue
            device = device_of[row[0], row[1]]
            if date != last:
                self._step(date, (device, row[3]))
                last = date
            append_line(number)
            append_date(date)
            append_second(second)
            append_mg_dl(value[0])
            append_range(value[1])
            append_device(device)

    def refuse(self, line: int, problem: LineProblem) -> None:
        """Note that a line was left out. Not all are kept of a file that is nothing but such lines."""
        self.problem_count += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(UnreadableLine(line, problem))

    def _unusual(self, number: int, row: list[str] | LineProblem) -> None:
        """Take in a row of any kind."""
        if isinstance(row, LineProblem):
            self.refuse(number, row)
            return
        cells = [cell.strip().replace("\r\n", "\n").replace("\r", "\n") for cell in row]
        if any(cells):
            problem = self._fill(number, cells)
            if problem is not None:
                self.refuse(number, problem)

    def _fill(self, number: int, cells: list[str]) -> LineProblem | None:
        """Take in a row without blanks around its cells. Gives what is wrong with it, if something is."""
        if isinstance(row := self._fitted(cells), LineProblem):
            return row
        kind, unit = row[Column.TYPE], self._layout.unit
        if (own := own_columns(kind)) is None:
            return LineProblem.UNKNOWN_TYPE
        mended = self._mended(row, kind)
        if mended is None or any(mended[column] and column not in own for column in VALUES):
            return LineProblem.CONTRADICTORY
        if (moment := self._moment(mended[Column.TIME])) is None:
            return LineProblem.BAD_TIME
        device = self._device[mended[Column.DEVICE], mended[Column.SERIAL]]
        if kind in _GLUCOSE_OF:
            value = self._reading_of(mended[_GLUCOSE_OF[kind]])
            if isinstance(value, LineProblem):
                return value
            self.readings.add(number, moment, value, device)
        else:
            found = logged(mended, kind, unit)
            if isinstance(found, LineProblem):
                return found
            self.entries += [Entry(number, moment, each) for each in found]
            self.skipped += not found
        self._step(moment.date, (device, kind))
        return None

    def _fitted(self, cells: list[str]) -> list[str] | LineProblem:
        """The cells in LibreView's own order, as many as it has."""
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

    def _mended(self, row: list[str], kind: str) -> list[str] | None:
        """The row with numbers that unquoted decimal commas tore apart joined; None where that is a guess."""
        if self._layout.separator != "," or self._layout.places is not None:
            return row
        torn = spread(row, kind, self._layout.unit)
        if torn:
            return joined(row, torn) if self._may_be_torn else row
        pairs = [
            pair for pair in _PAIRS if pair[0] in (own_columns(kind) or ()) and row[pair[0]] and row[pair[1]]
        ]
        if not pairs or row[Column.RAPID] or not self._is_torn:
            return row
        return joined(row, [Column.GRAMS]) if kind == "5" else None

    @cached_property
    def _may_be_torn(self) -> bool:
        """Whether no number of the file has decimals that are whole."""
        return not any(_DECIMALS.search(line) for _, line in lines_of(self._content))

    @cached_property
    def _is_torn(self) -> bool:
        """Whether numbers of the file are torn apart beyond doubt."""
        rows = (row for _, row in rows_of(lines_of(self._content), ",") if not isinstance(row, LineProblem))
        unit = self._layout.unit
        return self._may_be_torn and any(len(row) >= WIDTH and spread(row, row[3], unit) for row in rows)

    def _moment(self, timestamp: str) -> Moment | None:
        date, clock = parts(timestamp)
        moment = Moment(self._date[date], self._second[clock])
        return None if -1 in moment else moment

    def _step(self, date: int, run: tuple[int, str]) -> None:
        """Remember which dates follow each other in rows of one device and type."""
        if run == self._last_run and date != self._last_date:
            self._steps.add((self._last_date, date))
        self._last_date, self._last_run = date, run

    def _reading_of(self, text: str) -> tuple[int, int] | LineProblem:
        return glucose(text, self._layout.unit) if text else LineProblem.MISSING_VALUE

    def _find_value(self, text: str) -> tuple[int, int] | None:
        value = self._reading_of(text)
        return None if isinstance(value, LineProblem) else value

    def _find_date(self, text: str) -> int | None:
        if (date := written_date(text)) is None:
            return None
        self.dates.append(date)
        self._texts.append(text)
        return len(self.dates) - 1

    def _find_device(self, cells: tuple[str, str]) -> int | None:
        name, serial = (unguarded(cell.strip()) for cell in cells)
        if not serial and name in ("", UNNAMED):
            return None
        device = Device(name=name, serial=serial or None)
        if device not in self.devices:
            self.devices.append(device)
        return self.devices.index(device)
