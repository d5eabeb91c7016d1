"""Parsing the page of a Daily Log report of LibreView's web into readings and diary entries.

The page assigns an object to `window.Report`, whose `Data.Days[]` hold the readings (skobkars/lvconnect,
assimoe/LibreMirror). The page is never run: the object is decoded as the JSON that it is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
import json
import re
from types import MappingProxyType
from typing import Final

from ...models import EntryKind
from .. import fields
from ..answer_shape import describe
from ..errors import InvalidAnswerError
from .diary import ReportedDiary
from .entries import FloatingEntry, find_entries
from .glucose import FloatingReading, RawReading, find_named_unit, find_raw_readings, to_mg_dl
from .members import Member, find_time_clues
from .times import parse_reported_time
from .words import parse_name

__all__ = ["FloatingEntry", "FloatingReading", "Report", "parse_report"]

_ASSIGNED: Final = re.compile(
    r"""\breport["']?\s*+\]?\s*+[=:]\s*+(?:[\w.]++\s*+\|\|\s*+)?(?:(?P<object>(?=\{))|JSON\s*+\.\s*+parse\s*+\(\s*+(?P<text>(?=["'])))""",
    re.IGNORECASE,
)
_SLICE: Final = 2**18
"""Characters that are searched at once: all else waits meanwhile, whatever thread that is in."""
_LONGEST_ASSIGNMENT: Final = 2**12
"""Characters between the name of the report and the report."""
_MOST_PARTS: Final = 700_000
"""Members and items. A year of readings has 460,000, a report asks for 90 days. All else waits meanwhile."""
_MOST_TRIES: Final = 50
_STRING: Final = re.compile(r"""\"((?:[^"\\]++|\\.)*+)\"|'((?:[^'\\]++|\\.)*+)'""", re.DOTALL)
_ESCAPE: Final = re.compile(r"""\\(x[0-9a-fA-F]{2}|.)|(")""", re.DOTALL)
_DEEPEST_DAYS: Final = 6
_LONGEST_INTEGER: Final = 18
_MOST_NAMES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The content of a Daily Log report, all on the wall clock of the person.

    `readings` stand in the order of the report, `entries` in that of the wall clock. `days` are those that
    the report covers, whether or not there is anything on them. `unknown` are the names that were not
    understood, with how often they occur, and never a value that stands under them.
    """

    readings: tuple[FloatingReading, ...] = field(default=(), repr=False)
    entries: tuple[FloatingEntry, ...] = field(default=(), repr=False)
    days: frozenset[date] = frozenset()
    unclear: frozenset[tuple[EntryKind, date]] = frozenset()
    """The kinds and days with a dose that was not understood and is in no entry."""
    unknown: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    shape: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The shape of the object that the page holds."""


def parse_report(page: bytes) -> Report:
    """Return the content of the page of a Daily Log. Raise InvalidAnswerError when it holds no report."""
    report, data, days = _find_report(page.decode("utf-8-sig", errors="replace"))
    diary = ReportedDiary()
    raw: list[RawReading] = []
    dates: set[date] = set()
    for index, (key, value) in enumerate(_list_days(days)):
        stated = _find_date(key, value)
        readings = find_raw_readings(value, stated)
        day = _likely_date(stated, readings)
        if day is not None:
            dates.add(day)
        raw += readings
        diary.add_day(value, day, index)
    diary.add_beside({key: value for key, value in data.items() if value is not days})
    found = diary.found
    unknown = dict(found.unknown.most_common(_MOST_NAMES))
    entries = find_entries(found.candidates)
    return Report(
        readings=to_mg_dl(raw, find_named_unit(report, besides=days)),
        entries=entries,
        unclear=found.doubts.find_unclear(entries, dates),
        days=frozenset(dates),
        unknown=MappingProxyType(unknown),
        shape=MappingProxyType(describe(report)),
    )


def _find_report(page: str) -> tuple[object, fields.JsonMapping, object]:
    """Return the report, the object in it that holds the days, and the days."""
    decoder = json.JSONDecoder(parse_int=_parse_integer, parse_constant=lambda _: None, strict=False)
    for tries, match in enumerate(_find_assignments(page)):
        if tries == _MOST_TRIES:
            break
        if not tries and _count_parts(page, match.end()) > _MOST_PARTS:
            raise InvalidAnswerError("the page holds more than a report can")
        try:
            if match["object"] is not None:
                report = decoder.raw_decode(page, match.end())[0]
            else:
                report = decoder.decode(_parse_string(page, match.end()))
        except ValueError, RecursionError:
            continue
        for data in _walk_objects(report):
            for key, days in data.items():
                if key.lower() == "days" and isinstance(days, list | dict):
                    return report, data, days
    raise InvalidAnswerError("the page holds no report")


def _count_parts(page: str, start: int) -> int:
    """Return a number that JSON from there on has no more members, items and containers than."""
    return sum(page.count(character, start) for character in "[{,")


def _find_assignments(page: str) -> Iterator[re.Match[str]]:
    """Yield the places where something may be assigned to the report, slice by slice of the page."""
    for start in range(0, len(page), _SLICE):
        end = start + _SLICE
        for match in _ASSIGNED.finditer(page, start, end + _LONGEST_ASSIGNMENT):
            if match.start() < end:
                yield match


def _parse_integer(digits: str) -> float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _parse_string(page: str, start: int) -> str:
    """Return the text of a string literal of JavaScript. Raise ValueError where there is none."""
    match = _STRING.match(page, start)
    if match is None:
        raise ValueError("not a string")
    text: str = json.loads(f'"{_ESCAPE.sub(_to_json_escape, match[1] or match[2] or "")}"', strict=False)
    return text


def _to_json_escape(match: re.Match[str]) -> str:
    if match[2] or match[1] == '"':
        return '\\"'
    if match[1].startswith("x"):
        return f"\\u00{match[1][1:]}"
    return match[0] if match[1] in "\\/bfnrtu" else match[1]


def _walk_objects(value: object) -> Iterator[dict[str, object]]:
    """Yield the objects in a value, the outer ones first."""
    level = [value]
    for _ in range(_DEEPEST_DAYS):
        objects = [container for container in level if isinstance(container, dict)]
        yield from objects
        level = [inner for container in objects for inner in container.values()]


def _list_days(days: object) -> list[tuple[str, object]]:
    if isinstance(days, dict):
        return list(days.items())
    return [("", day) for day in fields.items(days)]


def _find_date(key: str, day: object) -> date | None:
    members = [Member(name, value, parse_name(name)) for name, value in fields.mapping(day).items()]
    if key:
        members.append(Member(key, key, parse_name("date")))
    return parse_reported_time(find_time_clues(members)).date


def _likely_date(stated: date | None, readings: list[RawReading]) -> date | None:
    """Return the day of these readings: the stated one may be shifted by a UTC offset, which they are not."""
    dates = Counter(reading.wall.date() for reading in readings)
    return stated if stated in dates or not dates else dates.most_common(1)[0][0]
