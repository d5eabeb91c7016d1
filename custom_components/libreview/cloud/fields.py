"""Reading single fields of undocumented answers.

Every function takes any value and returns None for one of another kind: a missing or odd field costs that
field, never the answer it stands in.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
import math
import re
from typing import Final

type JsonMapping = Mapping[str, object]

EMPTY: Final[JsonMapping] = {}
# All recordings have this day and clock; the loose form allows for 24 hours, no seconds, the year first, a.m.
_US_DAY: Final = re.compile(r"(\d\d?)/(\d\d?)/(19\d\d|2[01]\d\d)", re.ASCII)
_US_CLOCK: Final = re.compile(r"(0?[1-9]|1[0-2]):(\d\d):(\d\d) (?:A|(P))M", re.ASCII)
_LOOSE_TIME: Final = re.compile(
    r"(?:(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4})"
    r"|(?P<year_first>\d{4})[-/](?P<month_next>\d\d?)[-/](?P<day_last>\d\d?))"
    r"[ ,]+(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\.\d+)?"
    r" *(?:(?P<half>[AP])\. ?M\.|(?P<plain_half>[AP])M)?",
    re.ASCII | re.IGNORECASE,
)
# Marks for the direction of writing and spaces without width, which some put around times.
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202c\u2060\ufeff"))
_LONGEST_NUMBER: Final = 32
_LONGEST_DAY: Final = len("12/30/2022")
_NOON: Final = 12
_FAR_FUTURE: Final = 7258118400
"""Seconds since 1970 of the year 2200. To a later instant no sensor's life can be added."""


_YEARS: Final = range(1900, 2200)

# Hundreds of values a minute pass through here, so the usual type comes first and is tested exactly.


def mapping(value: object) -> JsonMapping:
    """Return the value as an object, an empty one for anything else."""
    return value if type(value) is dict else EMPTY


def items(value: object) -> list[object]:
    """Return the value as a list, an empty one for anything else."""
    return value if type(value) is list else []


def text(value: object) -> str | None:
    """Return a text that is not blank; integers count as text, for ids."""
    if type(value) is str:
        return value.strip() or None
    return str(value) if type(value) is int else None


def number(value: object) -> float | None:
    """Return a finite number, also one that came as text."""
    if type(value) is str and len(value) > _LONGEST_NUMBER:
        return None
    if type(value) is not int and type(value) is not float and type(value) is not str:
        return None
    try:
        result = float(value)
    except ValueError, OverflowError:
        return None
    return result if math.isfinite(result) else None


def whole(value: object) -> int | None:
    """Return a finite number, rounded to an integer."""
    if type(value) is int or value is None:
        return value
    result = number(value)
    return None if result is None else round(result)


def whole_within(value: object, least: int, most: int) -> int | None:
    """Return a finite number, rounded to an integer and moved into these limits."""
    number = whole(value)
    return None if number is None else min(max(number, least), most)


def epoch(value: object) -> datetime | None:
    """Return seconds since 1970 as an instant in UTC; 0 means that there is none."""
    seconds = value if type(value) is int else number(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and 0 < seconds < _FAR_FUTURE else None


def utc_time(value: object) -> datetime | None:
    """Return a `FactoryTimestamp`: UTC, in US order without padding, such as 12/30/2022 4:47:40 PM.

    The order does not depend on the account's language (all recordings). Times with 24 hours and
    ISO 8601 are understood as well, in case that changes. Times long before or after ours are none: with the
    ends of time nothing can be reckoned.
    """
    if type(value) is not str:
        return None
    try:
        day, _, clock = value.partition(" ")
        # A longer text is none, and is not to be remembered.
        date = _parse_us_day(day) if len(day) <= _LONGEST_DAY else None
        match = _US_CLOCK.fullmatch(clock)
        if date is None or match is None:
            return _parse_loose_time(value)
        year, month, day_of_month = date
        hour, minute, second, half = match.groups()
        hours = int(hour) % _NOON + (_NOON if half else 0)
        return datetime(year, month, day_of_month, hours, int(minute), int(second), 0, UTC)
    except ValueError, OverflowError:
        return None


@lru_cache(maxsize=32)
def _parse_us_day(value: str) -> tuple[int, int, int] | None:
    """Return year, month and day: the same for hundreds of values."""
    if (match := _US_DAY.fullmatch(value)) is None:
        return None
    month, day, year = map(int, match.groups())
    return year, month, day


def _parse_loose_time(value: str) -> datetime | None:
    """Return a time in any other form that is understood. Raise ValueError or OverflowError."""
    # Since ICU 72 there are no-break spaces before AM and PM.
    value = " ".join(value.translate(_INVISIBLE).split())
    if (match := _LOOSE_TIME.fullmatch(value)) is None:
        at = datetime.fromisoformat(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    else:
        month, day = match["month"] or match["month_next"], match["day"] or match["day_last"]
        year, half = match["year"] or match["year_first"], match["half"] or match["plain_half"]
        hours = int(match["hour"])
        if half is not None:
            if not 1 <= hours <= _NOON:
                return None
            hours = hours % _NOON + (_NOON if half in "Pp" else 0)
        second = int(match["second"] or 0)
        at = datetime(int(year), int(month), int(day), hours, int(match["minute"]), second, 0, UTC)
    return at if at.year in _YEARS else None
