"""LibreView's CSV export: the one road to years of readings, and to the exact times of insulin and food.

It has one line or two about the file, headings, and a row for everything, at the wall clock of the device and
to the minute. Its rows stand in the order of device and record type, and within each in that of time.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Final

from ..models import Device, GlucoseUnit, Precision
from .csv_layout import MOST_LINES_BEFORE, find_layout
from .csv_lines import ExportProblem, LineProblem, NotAnExportError, UnreadableLine
from .csv_preamble import preamble_of
from .csv_reading import Rows
from .csv_text import lines_of, rows_of, unguarded
from .csv_times import DateOrder, Undecided, order_of
from .report_entries import FloatingEntry

_EPOCH: Final = datetime.fromisoformat("1970-01-01")
_DAY: Final = 24 * 3600


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
        """How many readings there are."""
        return len(self.walls)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvExport:
    """What a CSV export says."""

    unit: GlucoseUnit
    name: str = field(repr=False)
    """Whose it is, as the file says."""
    generated_at: datetime | None
    date_order: DateOrder | None
    """In which order dates were read; None when the file does not show it."""
    open_date: str | None
    """A date that somebody has to explain, since the file does not show the order of its dates.

    Then there are neither readings nor entries: it is to be parsed again, with the order.
    """
    readings: FloatingReadings = field(repr=False)
    devices: tuple[Device, ...]
    entries: tuple[FloatingEntry, ...] = field(repr=False)
    unreadable: tuple[UnreadableLine, ...] = field(repr=False)
    """The lines that were left out, in the order of the file."""
    unreadable_count: int
    """How many those are; of very many only the first are named."""
    skipped: int
    """How many rows are events of a device that say nothing."""

    @property
    def first(self) -> datetime | None:
        """The earliest wall clock in it."""
        walls = [entry.wall for entry in self.entries]
        if self.readings:
            walls.append(_wall(min(self.readings.walls)))
        return min(walls, default=None)

    @property
    def last(self) -> datetime | None:
        """The latest wall clock in it."""
        walls = [entry.wall for entry in self.entries]
        if self.readings:
            walls.append(_wall(max(self.readings.walls)))
        return max(walls, default=None)


def parse_csv(content: bytes, *, date_order: DateOrder | None = None) -> CsvExport:
    """Read a CSV export of LibreView's; `date_order` is what a person said of a file that does not show it.

    Raises NotAnExportError for a file that is none.
    """
    lines = lines_of(content)
    head = list(islice(lines, MOST_LINES_BEFORE))
    layout, index = find_layout(head)
    rows = Rows(content, layout)
    rows.read(rows_of(chain(head[index + 1 :], lines), layout.separator))
    if not (rows.readings.line or rows.entries or rows.skipped or rows.problem_count):
        raise NotAnExportError(ExportProblem.NO_ROWS)
    preamble = preamble_of(head[:index], layout.separator)
    order = date_order or order_of(rows.seen, preamble.date)
    known = order if isinstance(order, DateOrder) else None
    is_open = order is Undecided.OPEN
    days = [date.read(known) if known else date.certain for date in rows.dates]
    problem = LineProblem.BAD_TIME if known else LineProblem.AMBIGUOUS_TIME
    readings = FloatingReadings() if is_open else _readings(rows, days, problem)
    entries = () if is_open else tuple(_entries(rows, days, problem))
    return CsvExport(
        unit=layout.unit,
        name=preamble.name,
        generated_at=preamble.made_at(known),
        date_order=known,
        open_date=rows.open_date if is_open else None,
        readings=readings,
        devices=tuple(rows.devices),
        entries=entries,
        unreadable=tuple(sorted(rows.problems)),
        unreadable_count=rows.problem_count,
        skipped=rows.skipped,
    )


def _readings(rows: Rows, days: Sequence[int | None], problem: LineProblem) -> FloatingReadings:
    """The readings; `days` are those since 1970, None for dates that cannot be understood."""
    found = rows.readings
    if None in days:
        for line, date in zip(found.line, found.date, strict=True):
            if days[date] is None:
                rows.refuse(line, problem)
        found = found.chosen(days[date] is not None for date in found.date)
    starts = [(day or 0) * _DAY for day in days]
    return FloatingReadings(
        walls=array(
            "q", (starts[date] + second for date, second in zip(found.date, found.second, strict=True))
        ),
        mg_dl=found.mg_dl,
        measuring_ranges=found.measuring_range,
        devices=found.device,
    )


def _entries(rows: Rows, days: Sequence[int | None], problem: LineProblem) -> Iterator[FloatingEntry]:
    for line, moment, logged in rows.entries:
        day = days[moment.date]
        if day is None:
            rows.refuse(line, problem)
            continue
        yield FloatingEntry(
            wall=_wall(day * _DAY + moment.second),
            kind=logged.kind,
            amount=logged.amount,
            text=unguarded(logged.text),
            precision=Precision.MINUTE,
        )


def _wall(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)
