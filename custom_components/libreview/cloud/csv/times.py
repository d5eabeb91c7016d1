"""Times of a CSV export: a date in the order of the account's settings, and a clock of 24 or 12 hours.

The file does not state which of the first two numbers of a date is the day. A number beyond twelve shows it,
or else the order of the lines and the date on which the file was made. Else a person has to choose.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum, StrEnum, auto
import re
from typing import Final, NamedTuple


class DateOrder(StrEnum):
    """The order in which a date is written."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


class Undecided(Enum):
    """The reasons why the order is not known."""

    OPEN = auto()
    """Both are possible: a person has to choose."""
    CONTRADICTORY = auto()
    """The dates of the file are written in both orders."""


class WrittenDate(NamedTuple):
    """A date as it is written, in days since 1970, read with the day first and with the month first."""

    day_first: int | None
    month_first: int | None
    year_first: bool = False

    def read(self, order: DateOrder) -> int | None:
        """Return the day since 1970 in this order, None for no date."""
        return self.month_first if order is DateOrder.MONTH_FIRST else self.day_first

    @property
    def certain(self) -> int | None:
        """Return the day since 1970 if it is the same in every order, else None."""
        if self.day_first is None or self.month_first is None:
            return self.day_first if self.month_first is None else self.month_first
        return self.day_first if self.day_first == self.month_first else None


class SeenDates(NamedTuple):
    """All dates of a file, the number of lines of each, and which of them follow each other."""

    dates: Sequence[WrittenDate]
    counts: Sequence[int]
    steps: Iterable[tuple[int, int]]
    """Pairs of places in `dates`, for lines of one type and device."""


_DATE: Final = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?", re.ASCII)
_YEARS: Final = range(2000, 2100)
_EPOCH: Final = date(1970, 1, 1).toordinal()
_NOON: Final = 12
_MORNING: Final = frozenset("am fm ap dop de vorm öö πμ 上午 午前 오전 ص לפנהצ".split())
_AFTERNOON: Final = frozenset("pm em ip odp du nachm ös μμ 下午 午後 오후 م אחהצ".split())
"""The halves of the day in the languages of LibreView, without dots and spaces."""
_OUTWEIGHING_FACTOR: Final = 20
"""The order of so many times more lines wins: those that contradict it are damaged."""
_FEW_LINES: Final = 20
_CERTAIN_LINES: Final = 2
"""Lines that show the order; in a file of few lines one is enough, in a longer one it may be damaged."""


def parse_written_date(text: str) -> WrittenDate | None:
    """Return a date, read in every order; None for a text that is no date in any."""
    match = _DATE.fullmatch(text.strip(", "))
    if match is None:
        return None
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        if len(match[4]) > 2:
            return None
        day = _days_since_1970(first, second, third)
        return None if day is None else WrittenDate(day, day, year_first=True)
    if len(match[4]) != 4 or len(match[1]) > 2:
        return None
    found = WrittenDate(_days_since_1970(third, second, first), _days_since_1970(third, first, second))
    return None if found.day_first is None and found.month_first is None else found


def parse_second_of_day(text: str) -> int | None:
    """Return the second of the day of a clock of 24 or 12 hours; None for any other text."""
    plain = re.sub(r"[\s\u200e\u200f]", "", text).lower()
    match = _CLOCK.search(plain)
    if match is None:
        return None
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    half = re.sub(r"[^\w]", "", plain[: match.start()] + plain[match.end() :])
    if half:
        afternoon = half in _AFTERNOON
        if hours > _NOON or not (afternoon or half in _MORNING) or (afternoon and hours == 0):
            return None
        hours = hours % _NOON + (_NOON if afternoon else 0)
    return hours * 3600 + minutes * 60 + seconds if hours < 24 and minutes < 60 and seconds < 60 else None


def split_timestamp(timestamp: str) -> tuple[str, str]:
    """Return the date and the clock of a timestamp, as they are written."""
    plain = timestamp.strip().replace("\xa0", " ").replace("\u202f", " ")
    day, _, clock = plain.partition(" ") if " " in plain else plain.partition("T")
    return day, clock


def find_date_order(seen: SeenDates, made: WrittenDate | None) -> DateOrder | Undecided:
    """Return the order in which a file writes its dates, or why it is not known.

    `made` is the date on which the file was made.
    """
    pairs = list(zip(seen.dates, seen.counts, strict=True))
    day_first = sum(count for written, count in pairs if written.month_first is None)
    month_first = sum(count for written, count in pairs if written.day_first is None)
    if all(written.day_first == written.month_first for written in seen.dates):
        is_year_first = any(written.year_first for written in seen.dates)
        return DateOrder.YEAR_FIRST if is_year_first else DateOrder.DAY_FIRST
    if day_first and month_first:
        if day_first >= _OUTWEIGHING_FACTOR * month_first:
            return DateOrder.DAY_FIRST
        if month_first >= _OUTWEIGHING_FACTOR * day_first:
            return DateOrder.MONTH_FIRST
        return Undecided.CONTRADICTORY
    if day_first + month_first >= _CERTAIN_LINES or (
        day_first + month_first and sum(seen.counts) <= _FEW_LINES
    ):
        return DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
    fitting = [order for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST) if _fits(seen, made, order)]
    return fitting[0] if len(fitting) == 1 else Undecided.OPEN


def _fits(seen: SeenDates, made: WrittenDate | None, order: DateOrder) -> bool:
    """Return whether the dates, read in this order, go one way only and end when the file was made."""
    days = [
        written.read(order) if count else None for written, count in zip(seen.dates, seen.counts, strict=True)
    ]
    if made is not None:
        last = made.read(order)
        if last is None or any(day is not None and day > last + 1 for day in days):
            return False
    steps = [
        after - before
        for one, other in seen.steps
        if (before := days[one]) is not None and (after := days[other]) is not None
    ]
    # A phone that flies west around midnight goes back a day.
    return not (any(step > 0 for step in steps) and any(step < -1 for step in steps))


def _days_since_1970(year: int, month: int, day: int) -> int | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
