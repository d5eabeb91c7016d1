"""Reading single fields of answers that nobody documents.

Every function takes what it finds and gives None where it cannot make sense of it: a missing or odd field
costs that field, never the answer it stands in.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
import math
import re
from typing import Final

type Json = Mapping[str, object]

EMPTY: Final[Json] = {}
# All recordings have the first form; the second one allows for 24 hours, missing seconds, odd spaces.
_US_TIME: Final = re.compile(r"(\d\d?)/(\d\d?)/(\d{4}) (\d\d?):(\d\d):(\d\d) ([AP])M", re.ASCII)
_LOOSE_US_TIME: Final = re.compile(
    r"\s*(\d\d?)/(\d\d?)/(\d{4})[ ,]+(\d\d?):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(?:([AP])M)?\s*",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_NUMBER: Final = 32
_NOON: Final = 12
_FAR_FUTURE: Final = 7258118400
"""The year 2200. What is said to happen later leaves no room to add a sensor's life to it."""


# Hundreds of values a minute pass through here, so the usual type comes first and is tested exactly.


def mapping(value: object) -> Json:
    """The value as an object, an empty one for anything else."""
    return value if type(value) is dict else EMPTY


def items(value: object) -> list[object]:
    """The value as a list, an empty one for anything else."""
    return value if type(value) is list else []


def text(value: object) -> str | None:
    """A text that is not blank; numbers count as text, for ids."""
    if type(value) is str:
        return value.strip() or None
    return str(value) if type(value) is int else None


def number(value: object) -> float | None:
    """A finite number, also one that came as text."""
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
    """A finite number, rounded to an integer."""
    if type(value) is int:
        return value
    result = number(value)
    return None if result is None else round(result)


def epoch(value: object) -> datetime | None:
    """Seconds since 1970 as an instant in UTC; 0 means that there is none."""
    seconds = value if type(value) is int else number(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and 0 < seconds < _FAR_FUTURE else None


def utc_time(value: object) -> datetime | None:
    """A `FactoryTimestamp`: UTC, in US order without padding, such as 12/30/2022 4:47:40 PM.

    The order does not depend on the account's language (all recordings). Times with 24 hours and
    ISO 8601 are understood as well, in case that changes.
    """
    if type(value) is not str:
        return None
    match = _US_TIME.fullmatch(value) or _LOOSE_US_TIME.fullmatch(value)
    try:
        if match is None:
            at = datetime.fromisoformat(value.strip())
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        month, day, year, hour, minute, second, half = match.groups()
        hours = int(hour)
        if half is not None:
            if not 1 <= hours <= _NOON:
                return None
            hours = hours % _NOON + (_NOON if half in "Pp" else 0)
        return datetime(int(year), int(month), int(day), hours, int(minute), int(second or 0), 0, UTC)
    except ValueError, OverflowError:
        return None
