"""The questions that Nightscout's API understands: `count`, and conditions such as `find[date][$gte]=…`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import re
from typing import Final

from ..glucose.freshness import CLOCK_TOLERANCE

MAX_COUNT: Final = 2880
"""Objects in one answer: two days of a reading each minute."""
MAX_SPAN: Final = timedelta(days=31)
DEFAULT_SPAN: Final = timedelta(days=4)
"""The time that is told of where no condition on the time is given, as Nightscout does."""
TIME_FIELDS: Final = frozenset({"date", "mills", "dateString", "sysTime", "created_at", "timestamp"})
_TIME_OPERATORS: Final = frozenset({None, "$eq", "$gt", "$gte", "$lt", "$lte"})
_KIND_OPERATORS: Final = {None: True, "$eq": True, "$in": True, "$ne": False, "$nin": False}
"""Whether a condition on the type names those that are wanted, or those that are not."""

_FIND: Final = re.compile(r"find\[(?P<field>\w+)\](?:\[(?P<operator>\$\w+)\](?:\[\d*\])?)?")
_LOST_PLUS: Final = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")
"""Where a plus sign stood that nobody escaped, at the end of a time with an offset."""
_COUNT: Final = re.compile(r"\d{1,15}")
_MILLISECONDS: Final = re.compile(r"\d{1,15}(\.\d*)?")


class InvalidQueryError(ValueError):
    """A question that cannot be answered as it was meant. The text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for: the newest `count` objects of [start, end), in epoch seconds."""

    start: int
    end: int
    count: int
    kinds: frozenset[str] | None = None
    """The types of entries or treatments, None for all."""
    other_kinds: frozenset[str] = frozenset()
    """The types that are not asked for."""

    def wants(self, kind: str) -> bool:
        """Return whether objects of a type are asked for."""
        return (self.kinds is None or kind in self.kinds) and kind not in self.other_kinds


def parse_query(
    parameters: Iterable[tuple[str, str]],
    *,
    now: datetime,
    kind_field: str,
    default_count: int,
    default_count_found: int | None = None,
) -> Query:
    """Return the question in the parameters of an address. Raises InvalidQueryError.

    `kind_field` is the field that names the type, `default_count_found` the count where there are conditions.
    """
    bounds: dict[str, int] = {}
    kinds: dict[bool, set[str]] = {True: set(), False: set()}
    count, is_found = None, False
    for name, value in parameters:
        if name == "count":
            count = parse_count(value)
        elif name.startswith("find["):
            is_found = True
            field, operator = _parse_find(name)
            if field in TIME_FIELDS and operator in _TIME_OPERATORS:
                _narrow(bounds, operator, _to_milliseconds(value))
            elif field == kind_field and operator in _KIND_OPERATORS:
                kinds[_KIND_OPERATORS[operator]].add(value)
            else:
                raise InvalidQueryError(f"{name} is not supported.")
    latest = int((now + CLOCK_TOLERANCE).timestamp())
    end = min(_to_seconds(bounds["end"]), latest) if "end" in bounds else latest
    earliest = end - int((MAX_SPAN if bounds else DEFAULT_SPAN).total_seconds())
    default = default_count_found if is_found and default_count_found else default_count
    return Query(
        start=max(_to_seconds(bounds["start"]), earliest) if "start" in bounds else earliest,
        end=end,
        count=min(default if count is None else count or MAX_COUNT, MAX_COUNT),
        kinds=frozenset(kinds[True]) or None,
        other_kinds=frozenset(kinds[False]),
    )


def parse_count(text: str) -> int | None:
    """Return the number of objects that are asked for, None where none is named that makes sense."""
    return int(text) if _COUNT.fullmatch(text) else None


def _parse_find(name: str) -> tuple[str, str | None]:
    found = _FIND.fullmatch(name)
    if found is None:
        raise InvalidQueryError(f"{name} is not supported.")
    return found["field"], found["operator"]


def _narrow(bounds: dict[str, int], operator: str | None, at: int) -> None:
    """Narrow the bounds (milliseconds; the end is excluded) by one condition."""
    if operator in {"$gte", "$gt", "$eq", None}:
        start = at + (operator == "$gt")
        bounds["start"] = max(start, bounds.get("start", start))
    if operator in {"$lte", "$lt", "$eq", None}:
        end = at + (operator != "$lt")
        bounds["end"] = min(end, bounds.get("end", end))


def _to_milliseconds(text: str) -> int:
    """Return the milliseconds since 1970 that a condition names: a number, or ISO 8601 (by itself UTC)."""
    if _MILLISECONDS.fullmatch(text):
        return int(float(text))
    try:
        at = datetime.fromisoformat(_LOST_PLUS.sub("+", text.strip()))
    except ValueError:
        raise InvalidQueryError("A time has to be in milliseconds or in ISO 8601.") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _to_seconds(milliseconds: int) -> int:
    """Return the first whole second that is no earlier: readings are kept to the second."""
    return -(-milliseconds // 1000)
