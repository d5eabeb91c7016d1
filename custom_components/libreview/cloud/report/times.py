"""Parsing times as a report may spell them: pieces of a wall clock, put together from wherever they stand.

LibreView's reports are in *floating* time, the wall clock without its zone, which is often encoded as
seconds since 1970 as if it were UTC (skobkars/lvconnect). No function here raises anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import IntEnum
from functools import lru_cache
import re
from typing import Final

from .. import fields


class Clue(IntEnum):
    """The kind of time that stands under a key, the most precise first."""

    INSTANT = 0
    DATE = 1
    SECOND_OF_DAY = 2
    MINUTE_OF_DAY = 3
    HOUR = 4
    MINUTE = 5


@dataclass(frozen=True, slots=True)
class ReportedTime:
    """The known parts of a wall clock. `whole_hour`: the clock names an hour of a table, not a moment."""

    date: date | None = None
    clock: time | None = None
    whole_hour: bool = False

    def within(self, outer: ReportedTime) -> ReportedTime:
        """Return this time, completed by that of what encloses it."""
        if self.clock is None:
            return ReportedTime(self.date or outer.date, outer.clock, outer.whole_hour)
        return self if self.date else ReportedTime(outer.date, self.clock, self.whole_hour)

    @property
    def is_known(self) -> bool:
        """Whether anything is known."""
        return self.date is not None or self.clock is not None

    @property
    def wall(self) -> datetime | None:
        """Return the wall clock (naive), None while the date or the hour is not known."""
        return datetime.combine(self.date, self.clock) if self.date and self.clock is not None else None


NO_TIME: Final = ReportedTime()
_FIRST, _LAST = 946684800, 4102444800
"""Seconds since 1970 of the years 2000 and 2100: what lies outside is no time of a diary."""
_MILLI: Final = 1000
_LAST_HOUR, _NOON, _HOUR, _DAY = 23, 12, 3600, 86400
_MIDNIGHT: Final = time()
_LONGEST_TEXT: Final = 40
_CLOCK: Final = r"(\d\d?)(?::([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?)?\s*(?:([ap])\.?m\.?)?"
_CLOCK_ALONE: Final = re.compile(_CLOCK, re.ASCII | re.IGNORECASE)
_HOUR_SPAN: Final = re.compile(rf"{_CLOCK}\s*(?:-|–|to)\s*{_CLOCK}", re.ASCII | re.IGNORECASE)  # noqa: RUF001 (people write an en dash)
_US_DATE: Final = re.compile(rf"(\d\d?)/(\d\d?)/(\d{{4}})(?:[ ,T]+{_CLOCK})?", re.ASCII | re.IGNORECASE)
_ISO_DATE: Final = re.compile(r"\d{4}-?\d\d-?\d\d", re.ASCII)
_NET_DATE: Final = re.compile(r"/Date\((\d{9,14})(?:[+-]\d{4})?\)/", re.ASCII)


def parse_instant(value: object) -> ReportedTime | None:
    """Return a date, a clock or both, from seconds or milliseconds since 1970 or from text."""
    if type(value) is int or type(value) is float:
        return _parse_epoch(value)
    if type(value) is not str or len(value) > _LONGEST_TEXT or not (stripped := value.strip()):
        return None
    return _parse_text(stripped)


@lru_cache(maxsize=512)
def _parse_text(stripped: str) -> ReportedTime | None:
    if match := _NET_DATE.fullmatch(stripped):
        return _parse_epoch(int(match[1]))
    seconds = fields.number(stripped)
    if seconds is not None and (moment := _parse_epoch(seconds)):
        return moment
    if match := _HOUR_SPAN.fullmatch(stripped):
        return (
            ReportedTime(clock=clock, whole_hour=True)
            if (clock := _parse_clock(*match.groups()[:4]))
            else None
        )
    if (match := _CLOCK_ALONE.fullmatch(stripped)) and (match[2] or match[4]):
        return ReportedTime(clock=clock) if (clock := _parse_clock(*match.groups())) else None
    return _parse_date_and_clock(stripped)


def parse_hour(value: object) -> ReportedTime | None:
    """Return an hour of the day: 7, "07", "7 AM", "07:00", or an instant in that hour."""
    number = fields.number(value)
    if number is not None and 0 <= number <= _LAST_HOUR and number == int(number):
        return ReportedTime(clock=time(int(number)), whole_hour=True)
    moment = parse_instant(value)
    if moment is None or moment.clock is None:
        return None
    return ReportedTime(moment.date, moment.clock, whole_hour=True)


def parse_reported_time(clues: Iterable[tuple[Clue, object]]) -> ReportedTime:
    """Return the time that the time keys of one object give together."""
    found = NO_TIME
    minute: int | None = None
    hours: ReportedTime | None = None
    for clue, value in sorted(clues, key=lambda clue: clue[0]):
        if clue is Clue.MINUTE:
            minute = fields.whole(value)
        elif clue is Clue.HOUR:
            hours = hours or parse_hour(value)
        else:
            found = _complete(found, _PARSERS[clue](value))
    if hours is not None:
        if minute is not None and 0 < minute < 60 and hours.clock is not None and not hours.clock.minute:
            hours = ReportedTime(hours.date, hours.clock.replace(minute=minute))
        # A midnight beside an hour is the date, spelled as a timestamp.
        if found.clock in (None, _MIDNIGHT):
            found = hours.within(ReportedTime(found.date))
    return found


def _complete(found: ReportedTime, more: ReportedTime | None) -> ReportedTime:
    if more is None:
        return found
    if found.clock is not None:
        return ReportedTime(found.date or more.date, found.clock, found.whole_hour)
    return ReportedTime(found.date or more.date, more.clock, more.whole_hour)


def _parse_epoch(seconds: float) -> ReportedTime | None:
    if _FIRST * _MILLI <= seconds <= _LAST * _MILLI:
        seconds //= _MILLI
    if not _FIRST <= seconds <= _LAST:
        return None
    at = datetime.fromtimestamp(int(seconds), UTC)
    return ReportedTime(at.date(), at.time())


def _parse_clock(hours: str, minutes: str | None, seconds: str | None, half: str | None) -> time | None:
    number = int(hours)
    if half is not None:
        if not 1 <= number <= _NOON:
            return None
        number = number % _NOON + (_NOON if half in "pP" else 0)
    return time(number, int(minutes or 0), int(seconds or 0)) if number <= _LAST_HOUR else None


def _parse_date_and_clock(text: str) -> ReportedTime | None:
    """Return a date with or without a clock. A UTC offset is dropped: what stands there is the wall clock."""
    try:
        if match := _US_DATE.fullmatch(text):
            day = date(int(match[3]), int(match[1]), int(match[2]))
            clock = None
            if (
                match[4] is not None
                and (clock := _parse_clock(match[4], match[5], match[6], match[7])) is None
            ):
                return None
        elif _ISO_DATE.fullmatch(text):
            day, clock = date.fromisoformat(text), None
        else:
            at = datetime.fromisoformat(text).replace(microsecond=0)
            day, clock = at.date(), at.time()
    except ValueError, OverflowError:
        return None
    return ReportedTime(day, clock) if 2000 <= day.year < 2100 else None


def _parse_date(value: object) -> ReportedTime | None:
    """Return a day. A midnight there is the day alone."""
    moment = parse_instant(value)
    if moment is None or moment.date is None:
        return None
    return ReportedTime(moment.date) if moment.clock == _MIDNIGHT else moment


def _parse_second_of_day(value: object) -> ReportedTime | None:
    seconds = fields.whole(value)
    if seconds is None or not 0 <= seconds < _DAY:
        return None
    return ReportedTime(clock=time(seconds // _HOUR, seconds % _HOUR // 60, seconds % 60))


def _parse_minute_of_day(value: object) -> ReportedTime | None:
    minutes = fields.whole(value)
    return None if minutes is None or abs(minutes) > _DAY else _parse_second_of_day(minutes * 60)


_PARSERS: Final = {
    Clue.INSTANT: parse_instant,
    Clue.DATE: _parse_date,
    Clue.SECOND_OF_DAY: _parse_second_of_day,
    Clue.MINUTE_OF_DAY: _parse_minute_of_day,
}
