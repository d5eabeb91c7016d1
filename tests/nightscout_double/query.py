"""The conditions in an address: `find[date][$gte]=…`, as Nightscout and its parser read them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import re
from typing import Any, Final

type Document = dict[str, Any]

_NAME: Final = re.compile(r"find\[(\w+)\](?:\[(\$\w+)\])?(\[\])?")
_LONGEST_LIST: Final = 20
"""A list of more is an object to the parser `qs`."""
_DEFAULT_SPAN: Final = timedelta(days=4)
_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "$eq": lambda value, wanted: value == wanted,
    "$gte": lambda value, wanted: value >= wanted,
    "$gt": lambda value, wanted: value > wanted,
    "$lte": lambda value, wanted: value <= wanted,
    "$lt": lambda value, wanted: value < wanted,
    "$in": lambda value, wanted: value in wanted,
}


class BadQueryError(Exception):
    """An address that would not ask for what was meant."""


@dataclass(frozen=True, slots=True)
class Query:
    """The conditions, and how many are asked for."""

    conditions: Mapping[str, Mapping[str, Any]]
    count: int | None = None

    def matches(self, document: Document) -> bool:
        """Whether a document meets all conditions. One without the field or of another type does not."""
        return all(
            field in document
            and _is_same_type(document[field], wanted)
            and _OPERATORS[name](document[field], wanted)
            for field, operators in self.conditions.items()
            for name, wanted in operators.items()
        )


def parse(pairs: Iterable[tuple[str, str]], *, time_field: str, now: datetime) -> Query:
    """Return the question of an address. Without a condition on the time, it is one on the last four days."""
    conditions: dict[str, dict[str, Any]] = {}
    count = None
    for name, value in pairs:
        if name == "count":
            count = int(value)
            continue
        found = _NAME.fullmatch(name)
        if found is None or (found[2] or "$eq") not in _OPERATORS or (found[2] == "$in") != bool(found[3]):
            raise BadQueryError(name)
        field, operator = found[1], found[2] or "$eq"
        if field == time_field and time_field != "date" and operator == "$eq":
            raise BadQueryError("the letters of a time are taken for conditions")
        wanted: Any = int(value) if field == "date" else value
        operators = conditions.setdefault(field, {})
        if operator == "$in":
            operators.setdefault("$in", []).append(wanted)
        else:
            operators[operator] = wanted
    if any(len(each.get("$in", ())) > _LONGEST_LIST for each in conditions.values()):
        raise BadQueryError("the list is too long")
    if time_field not in conditions and "dateString" not in conditions and "_id" not in conditions:
        since = now - _DEFAULT_SPAN
        in_time: Any = int(since.timestamp() * 1000) if time_field == "date" else since.isoformat()
        conditions[time_field] = {"$gte": in_time}
    return Query(conditions, count)


def _is_same_type(value: Any, wanted: Any) -> bool:
    return isinstance(wanted, list) or isinstance(value, str) == isinstance(wanted, str)
