"""Readings and entries of a CSV export while the order of its dates is not known yet."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from .record_types import Logged


class RowTime(NamedTuple):
    """A timestamp: the index of its date among all dates of the file, and the second of that day."""

    date: int
    second: int


@dataclass(frozen=True, slots=True)
class UndatedReadings:
    """Readings as columns, whose dates are still indices into those of the file."""

    line: array[int] = field(default_factory=lambda: array("i"))
    date: array[int] = field(default_factory=lambda: array("i"))
    second: array[int] = field(default_factory=lambda: array("i"))
    mg_dl: array[int] = field(default_factory=lambda: array("h"))
    measuring_range: array[int] = field(default_factory=lambda: array("b"))
    device: array[int] = field(default_factory=lambda: array("i"))

    def select(self, choice: Iterable[bool]) -> UndatedReadings:
        """Return the readings for which the choice is true."""
        which = [place for place, is_chosen in enumerate(choice) if is_chosen]
        return UndatedReadings(
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

    def add(self, line: int, time: RowTime, value: tuple[int, int], device: int) -> None:
        """Add one reading."""
        self.line.append(line)
        self.date.append(time.date)
        self.second.append(time.second)
        self.mg_dl.append(value[0])
        self.measuring_range.append(value[1])
        self.device.append(device)


class EntryRow(NamedTuple):
    """An entry of the diary, its date still an index into those of the file."""

    line: int
    time: RowTime
    logged: Logged
