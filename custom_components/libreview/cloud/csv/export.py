"""Parsing LibreView's CSV export: the only source of years of readings, and of exact times in the diary.

A file has one line or two about the file, headings, and a row for each reading, entry and event, at the
wall clock of the device and to the minute. The rows are sorted by device, record type and time.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Final

from ...models import Device, GlucoseUnit, Precision
from ..report.entries import FloatingEntry
from .layout import MOST_LINES_BEFORE, find_layout
from .preamble import find_preamble
from .problems import ExportProblem, LineProblem, NotAnExportError, UnreadableLine
from .row_reader import RowReader
from .text import parse_rows, split_lines, unguard_formula
from .times import DateOrder, Undecided, find_date_order, find_open_orders

_EPOCH: Final = datetime.fromisoformat("1970-01-01")
_DAY: Final = 24 * 3600
_TIME_PROBLEMS: Final = frozenset((LineProblem.BAD_TIME, LineProblem.AMBIGUOUS_TIME))


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatingReadings:
    """Readings on the person's own clock, as columns, in the order of the file.

    `walls` are the seconds since 1970 as if that clock were UTC, `mg_dl` the values, `measuring_ranges` -1
    where the sensor showed LO and 1 where it showed HI, `devices` places among those of the file, or -1.
    """

    walls: array[int] = field(default_factory=lambda: array("q"))
    mg_dl: array[int] = field(default_factory=lambda: array("h"), repr=False)
    measuring_ranges: array[int] = field(default_factory=lambda: array("b"), repr=False)
    devices: array[int] = field(default_factory=lambda: array("i"))

    def __len__(self) -> int:
        """Return the number of readings."""
        return len(self.walls)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvExport:
    """The content of a CSV export."""

    unit: GlucoseUnit
    name: str = field(repr=False)
    """The person's name in the file."""
    generated_at: datetime | None
    date_order: DateOrder | None
    """The order in which dates were read; None when the file does not show it."""
    open_date: str | None
    """A date whose order a person has to choose, since the file does not show it.

    Then there are neither readings nor entries: the file is to be parsed again, with the order.
    """
    open_orders: tuple[DateOrder, ...]
    """The orders between which that person has to choose."""
    readings: FloatingReadings = field(repr=False)
    devices: tuple[Device, ...]
    entries: tuple[FloatingEntry, ...] = field(repr=False)
    unreadable: tuple[UnreadableLine, ...] = field(repr=False)
    """The lines that were left out, or not read in full, in the order of the file."""
    unreadable_count: int
    """The number of all of them; of very many only the first are in `unreadable`."""
    skipped: int
    """The number of rows that are events of a device, without reading or entry."""

    @property
    def problem(self) -> ExportProblem | None:
        """Return what has probably happened to a file of which no line can be read, None for any other."""
        if self.readings or self.entries or self.skipped or self.open_date or not self.unreadable:
            return None
        of_times = sum(line.reason in _TIME_PROBLEMS for line in self.unreadable)
        is_of_times = of_times > len(self.unreadable) / 2
        return ExportProblem.DATES_CHANGED if is_of_times else ExportProblem.LINES_CHANGED

    @property
    def first(self) -> datetime | None:
        """Return the earliest wall clock in it."""
        walls = [entry.wall for entry in self.entries]
        if self.readings:
            walls.append(_to_wall_clock(min(self.readings.walls)))
        return min(walls, default=None)

    @property
    def last(self) -> datetime | None:
        """Return the latest wall clock in it."""
        walls = [entry.wall for entry in self.entries]
        if self.readings:
            walls.append(_to_wall_clock(max(self.readings.walls)))
        return max(walls, default=None)


def parse_csv(content: bytes, *, date_order: DateOrder | None = None) -> CsvExport:
    """Return the content of a CSV export; `date_order` is a person's choice for a file that does not show it.

    Raise NotAnExportError for a file that is none.
    """
    lines = split_lines(content)
    head = list(islice(lines, MOST_LINES_BEFORE))
    layout, index = find_layout(head)
    rows = RowReader(content, layout)
    rows.read(parse_rows(chain(head[index + 1 :], lines), layout.separator))
    if not (rows.readings.line or rows.entries or rows.skipped or rows.problem_count):
        raise NotAnExportError(ExportProblem.NO_ROWS)
    preamble = find_preamble(head[:index], layout.separator)
    order = date_order or find_date_order(rows.seen, preamble.date)
    known = order if isinstance(order, DateOrder) else None
    is_undecided = order is Undecided.OPEN
    days = [date.read(known) if known else date.certain for date in rows.dates]
    problem = LineProblem.BAD_TIME if known else LineProblem.AMBIGUOUS_TIME
    readings = FloatingReadings() if is_undecided else _date_readings(rows, days, problem)
    entries = () if is_undecided else tuple(_date_entries(rows, days, problem))
    return CsvExport(
        unit=layout.unit,
        name=preamble.name,
        generated_at=preamble.generated_at(known),
        date_order=known,
        open_date=rows.open_date if is_undecided else None,
        open_orders=find_open_orders(rows.dates) if is_undecided else (),
        readings=readings,
        devices=tuple(rows.devices),
        entries=entries,
        unreadable=tuple(sorted(rows.problems)),
        unreadable_count=rows.problem_count,
        skipped=rows.skipped,
    )


def _date_readings(rows: RowReader, days: Sequence[int | None], problem: LineProblem) -> FloatingReadings:
    """Return the readings; `days` are those since 1970, None for dates that cannot be understood."""
    found = rows.readings
    if None in days:
        for line, date in zip(found.line, found.date, strict=True):
            if days[date] is None:
                rows.reject(line, problem)
        found = found.select(days[date] is not None for date in found.date)
    starts = [(day or 0) * _DAY for day in days]
    return FloatingReadings(
        walls=array(
            "q", (starts[date] + second for date, second in zip(found.date, found.second, strict=True))
        ),
        mg_dl=found.mg_dl,
        measuring_ranges=found.measuring_range,
        devices=found.device,
    )


def _date_entries(
    rows: RowReader, days: Sequence[int | None], problem: LineProblem
) -> Iterator[FloatingEntry]:
    for line, time, logged in rows.entries:
        day = days[time.date]
        if day is None:
            rows.reject(line, problem)
            continue
        yield FloatingEntry(
            wall=_to_wall_clock(day * _DAY + time.second),
            kind=logged.kind,
            amount=logged.amount,
            text=unguard_formula(logged.text),
            precision=Precision.MINUTE,
        )


def _to_wall_clock(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)
