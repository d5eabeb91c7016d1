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


_ORDERS: Final = tuple(DateOrder)


class WrittenDate(NamedTuple):
    """A date as it is written, in days since 1970, read in each order; None where that is no date."""

    day_first: int | None
    month_first: int | None
    year_first: int | None = None
    is_short: bool = False
    """True for a year of two digits, which LibreView never writes: a spreadsheet has."""

    def read(self, order: DateOrder) -> int | None:
        """Return the day since 1970 in this order, None for no date."""
        return self[_ORDERS.index(order)]

    @property
    def certain(self) -> int | None:
        """Return the day since 1970 if it is the same in every order that is possible, else None."""
        possible = {day for day in self[:3] if day is not None}
        return possible.pop() if len(possible) == 1 else None


class SeenDates(NamedTuple):
    """All dates of a file, the number of lines of each, and which of them follow each other."""

    dates: Sequence[WrittenDate]
    counts: Sequence[int]
    steps: Iterable[tuple[int, int]]
    """Pairs of places in `dates`, for lines of one type and device."""


_DATE: Final = re.compile(r"(\d{1,4})([-/.])(\d{1,2}|[a-z]{3})\2(\d{1,4})", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?", re.ASCII)
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEARS: Final = range(2000, 2100)
_FIRST_YEAR: Final = 2014
"""The year of the first FreeStyle Libre: a day of the month is not to be taken for an earlier year."""
_YEAR_OF_DAYS: Final = 365
_BY_PREFERENCE: Final = (DateOrder.YEAR_FIRST, DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
"""For dates that are the same in every order: what all of them can be written in."""
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
    """Return a date, read in every order; None for a text that is no date in any.

    Spreadsheets write years of two digits, which may come first as well, and English names of months.
    """
    match = _DATE.fullmatch(text.strip(", ").lower())
    if match is None:
        return None
    first, last = match[1], match[4]
    is_named = match[3] in _MONTHS
    if not is_named and not match[3].isdigit():
        return None
    second = _MONTHS.index(match[3]) + 1 if is_named else int(match[3])
    day_first = month_first = year_first = None
    if len(last) in (2, 4) and len(first) <= 2:
        year = int(last) + (2000 if len(last) == 2 else 0)
        day_first = _days_since_1970(year, second, int(first), is_short=len(last) == 2)
        month_first = (
            day_first if is_named else _days_since_1970(year, int(first), second, is_short=len(last) == 2)
        )
    if len(last) <= 2 and len(first) == 2:
        year_first = _days_since_1970(2000 + int(first), second, int(last), is_short=True)
    if len(first) == 4 and len(last) <= 2:
        day_first = month_first = year_first = _days_since_1970(int(first), second, int(last))
    found = WrittenDate(day_first, month_first, year_first, is_short=max(len(first), len(last)) == 2)
    return found if any(day is not None for day in found[:3]) else None


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
    lines = sum(seen.counts)
    against = {
        order: sum(
            count for date, count in zip(seen.dates, seen.counts, strict=True) if date.read(order) is None
        )
        for order in DateOrder
    }
    if not seen.dates:
        return DateOrder.DAY_FIRST
    if all(date.certain is not None for date in seen.dates) and 0 in against.values():
        return next(order for order in _BY_PREFERENCE if not against[order])
    possible = [order for order in DateOrder if against[order] < lines] or list(DateOrder)
    best = min(against[order] for order in possible)
    shown = [order for order in possible if against[order] == best]
    others = [against[order] for order in possible if against[order] != best]
    if best and (len(shown) > 1 or min(others, default=lines) < _OUTWEIGHING_FACTOR * best):
        return Undecided.CONTRADICTORY
    needed = 1 if lines <= _FEW_LINES else _CERTAIN_LINES
    # One damaged line of many shows nothing. What means the same days is no choice.
    candidates = {
        tuple(_days(seen, order)): order
        for order in reversed(possible)
        if order in shown or against[order] < needed
    }
    fitting = [order for days, order in candidates.items() if _fits(seen, made, order, days)]
    if fitting == [DateOrder.YEAR_FIRST]:
        # Few write a year of two digits first, so the date above the rows alone is no proof of that.
        fitting = [order for days, order in candidates.items() if _fits(seen, None, order, days)]
    if len(candidates) > 1 and len(fitting) > 1:
        fitting = [
            order for days, order in candidates.items() if order in fitting and not _only_leaps(seen, days)
        ]
    elif len(candidates) == 1:
        fitting = list(candidates.values())
    return fitting[0] if len(fitting) == 1 else Undecided.OPEN


def find_open_orders(dates: Sequence[WrittenDate]) -> tuple[DateOrder, ...]:
    """Return the orders between which a person has to choose: of those that mean the same days the first."""
    meanings = {tuple(date.read(order) for date in dates): order for order in reversed(DateOrder)}
    possible = {order for days, order in meanings.items() if any(day is not None for day in days)}
    return tuple(order for order in DateOrder if order in possible)


def _days(seen: SeenDates, order: DateOrder) -> list[int | None]:
    """Return the days that the dates are in this order, None for those of no line that counts."""
    return [
        written.read(order) if count else None for written, count in zip(seen.dates, seen.counts, strict=True)
    ]


def _fits(seen: SeenDates, made: WrittenDate | None, order: DateOrder, days: Sequence[int | None]) -> bool:
    """Return whether the dates, read in this order, go one way only and end when the file was made."""
    if made is not None:
        # What a spreadsheet has written anew may be in another order than LibreView's own date above it.
        is_rewritten = any(written.is_short for written in seen.dates)
        last = made.certain if is_rewritten else made.read(order)
        if last is None and not is_rewritten:
            return False
        if last is not None and any(day is not None and day > last + 1 for day in days):
            return False
    steps = _steps(seen, days)
    # A phone that flies west around midnight goes back a day.
    return not (any(step > 0 for step in steps) and any(step < -1 for step in steps))


def _only_leaps(seen: SeenDates, days: Sequence[int | None]) -> bool:
    """Return whether these days follow each other by a year and more only."""
    steps = _steps(seen, days)
    return bool(steps) and all(abs(step) >= _YEAR_OF_DAYS for step in steps)


def _steps(seen: SeenDates, days: Sequence[int | None]) -> list[int]:
    """Return the differences from each of these days to the next."""
    return [
        after - before
        for one, other in seen.steps
        if (before := days[one]) is not None and (after := days[other]) is not None
    ]


def _days_since_1970(year: int, month: int, day: int, *, is_short: bool = False) -> int | None:
    if year not in _YEARS or (is_short and year < _FIRST_YEAR):
        return None
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
