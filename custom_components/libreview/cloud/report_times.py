"""Times as a report may spell them: pieces of a wall clock, put together from wherever they stand.

LibreView's reports speak in *floating* time, the wall clock without its zone, which is often encoded as
seconds since 1970 as if it were UTC (skobkars/lvconnect). No function here raises anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import IntEnum
import re
from typing import Final

from . import fields


class Clue(IntEnum):
    """What a key says about the time that stands under it, the most telling one first."""

    INSTANT = 0
    DATE = 1
    SECOND_OF_DAY = 2
    MINUTE_OF_DAY = 3
    HOUR = 4
    MINUTE = 5


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known of a time. `bucket` says that the clock names an hour of a table, not a moment."""

    date: date | None = None
    clock: time | None = None
    bucket: bool = False

    def within(self, outer: Moment) -> Moment:
        """This moment, completed by the one that encloses it."""
        if self.clock is None:
            return Moment(self.date or outer.date, outer.clock, outer.bucket)
        return self if self.date else Moment(outer.date, self.clock, self.bucket)

    @property
    def wall(self) -> datetime | None:
        """The wall clock, None while the date or the hour is not known."""
        return datetime.combine(self.date, self.clock) if self.date and self.clock is not None else None


NO_MOMENT: Final = Moment()
_FIRST, _LAST = 946684800, 4102444800
"""Seconds of the years 2000 and 2100: what lies outside of them is no time of a diary."""
_MILLI: Final = 1000
_LAST_HOUR, _NOON, _HOUR, _DAY = 23, 12, 3600, 86400
_MIDNIGHT: Final = time()
_LONGEST: Final = 40
_CLOCK: Final = r"(\d\d?)(?::([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?)?\s*(?:([ap])\.?m\.?)?"
_CLOCK_ALONE: Final = re.compile(_CLOCK, re.ASCII | re.IGNORECASE)
_HOUR_SPAN: Final = re.compile(rf"{_CLOCK}\s*(?:-|–|to)\s*{_CLOCK}", re.ASCII | re.IGNORECASE)  # noqa: RUF001 (people write an en dash)
_US_DATE: Final = re.compile(rf"(\d\d?)/(\d\d?)/(\d{{4}})(?:[ ,T]+{_CLOCK})?", re.ASCII | re.IGNORECASE)
_ISO_DATE: Final = re.compile(r"\d{4}-?\d\d-?\d\d", re.ASCII)
_NET_DATE: Final = re.compile(r"/Date\((\d{9,14})(?:[+-]\d{4})?\)/", re.ASCII)


def instant(value: object) -> Moment | None:
    """A date, a clock or both, from seconds or milliseconds since 1970 or from text."""
    if type(value) is int or type(value) is float:
        return _epoch(value)
    if type(value) is not str or len(value) > _LONGEST or not (stripped := value.strip()):
        return None
    if match := _NET_DATE.fullmatch(stripped):
        return _epoch(int(match[1]))
    seconds = fields.number(stripped)
    if seconds is not None and (moment := _epoch(seconds)):
        return moment
    if match := _HOUR_SPAN.fullmatch(stripped):
        return Moment(clock=clock, bucket=True) if (clock := _clock(*match.groups()[:4])) else None
    if (match := _CLOCK_ALONE.fullmatch(stripped)) and (match[2] or match[4]):
        return Moment(clock=clock) if (clock := _clock(*match.groups())) else None
    return _dated(stripped)


def hour(value: object) -> Moment | None:
    """An hour of the day: 7, "07", "7 AM", "07:00", or an instant in that hour."""
    number = fields.number(value)
    if number is not None and 0 <= number <= _LAST_HOUR and number == int(number):
        return Moment(clock=time(int(number)), bucket=True)
    moment = instant(value)
    if moment is None or moment.clock is None:
        return None
    return Moment(moment.date, moment.clock, bucket=True)


def moment_of(clues: Iterable[tuple[Clue, object]]) -> Moment:
    """The moment that the time keys of one object tell together."""
    found = NO_MOMENT
    minute: int | None = None
    hours: Moment | None = None
    for clue, value in sorted(clues, key=lambda each: each[0]):
        if clue is Clue.MINUTE:
            minute = fields.whole(value)
        elif clue is Clue.HOUR:
            hours = hours or hour(value)
        else:
            found = _completed(found, _READERS[clue](value))
    if hours is not None:
        if minute is not None and 0 < minute < 60 and hours.clock is not None and not hours.clock.minute:
            hours = Moment(hours.date, hours.clock.replace(minute=minute))
        # A midnight beside an hour is the date, spelled as a timestamp.
        if found.clock in (None, _MIDNIGHT):
            found = hours.within(Moment(found.date))
    return found


def _completed(found: Moment, more: Moment | None) -> Moment:
    if more is None:
        return found
    if found.clock is not None:
        return Moment(found.date or more.date, found.clock, found.bucket)
    return Moment(found.date or more.date, more.clock, more.bucket)


def _epoch(seconds: float) -> Moment | None:
    if _FIRST * _MILLI <= seconds <= _LAST * _MILLI:
        seconds //= _MILLI
    if not _FIRST <= seconds <= _LAST:
        return None
    at = datetime.fromtimestamp(int(seconds), UTC)
    return Moment(at.date(), at.time())


def _clock(hours: str, minutes: str | None, seconds: str | None, half: str | None) -> time | None:
    number = int(hours)
    if half is not None:
        if not 1 <= number <= _NOON:
            return None
        number = number % _NOON + (_NOON if half in "pP" else 0)
    return time(number, int(minutes or 0), int(seconds or 0)) if number <= _LAST_HOUR else None


def _dated(text: str) -> Moment | None:
    """A date with or without a clock. An offset, if any, is dropped: the clock is the wall's as it stands."""
    try:
        if match := _US_DATE.fullmatch(text):
            day = date(int(match[3]), int(match[1]), int(match[2]))
            clock = None
            if match[4] is not None and (clock := _clock(match[4], match[5], match[6], match[7])) is None:
                return None
        elif _ISO_DATE.fullmatch(text):
            day, clock = date.fromisoformat(text), None
        else:
            at = datetime.fromisoformat(text).replace(microsecond=0)
            day, clock = at.date(), at.time()
    except ValueError, OverflowError:
        return None
    return Moment(day, clock) if 2000 <= day.year < 2100 else None


def _date(value: object) -> Moment | None:
    """A day. What stands there as a midnight is the day alone."""
    moment = instant(value)
    if moment is None or moment.date is None:
        return None
    return Moment(moment.date) if moment.clock == _MIDNIGHT else moment


def _second_of_day(value: object) -> Moment | None:
    seconds = fields.whole(value)
    if seconds is None or not 0 <= seconds < _DAY:
        return None
    return Moment(clock=time(seconds // _HOUR, seconds % _HOUR // 60, seconds % 60))


def _minute_of_day(value: object) -> Moment | None:
    minutes = fields.whole(value)
    return None if minutes is None or abs(minutes) > _DAY else _second_of_day(minutes * 60)


_READERS: Final = {
    Clue.INSTANT: instant,
    Clue.DATE: _date,
    Clue.SECOND_OF_DAY: _second_of_day,
    Clue.MINUTE_OF_DAY: _minute_of_day,
}
