"""The Daily Log report of LibreView's web: from its page to readings and diary entries.

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

from . import fields
from .errors import InvalidAnswerError
from .report_diary import Diary
from .report_entries import FloatingEntry, entries_of
from .report_glucose import FloatingReading, RawReading, in_mg_dl, named_unit, raw_readings
from .report_members import Member, clues
from .report_times import moment_of
from .report_words import meaning

__all__ = ["FloatingEntry", "FloatingReading", "Report", "parse_report"]

_ASSIGNED: Final = re.compile(
    r"""\breport["']?\s*\]?\s*[=:]\s*(?:[\w.]+\s*\|\|\s*)?(?:(?P<object>(?=\{))|JSON\s*\.\s*parse\s*\(\s*(?P<text>(?=["'])))""",
    re.IGNORECASE,
)
_MOST_TRIES: Final = 50
_STRING: Final = re.compile(r"""\"((?:[^"\\]++|\\.)*+)\"|'((?:[^'\\]++|\\.)*+)'""", re.DOTALL)
_ESCAPE: Final = re.compile(r"""\\(x[0-9a-fA-F]{2}|.)|(")""", re.DOTALL)
_DEEPEST_DAYS: Final = 6
_LONGEST_INTEGER: Final = 18
_MOST_NAMES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a Daily Log report tells, all on the wall clock of the person.

    `readings` stand in the order of the report, `entries` in that of the wall clock. `days` are those that
    the report speaks of, whether or not there is anything on them. `unknown` are the names that were not
    understood, with how often they occur, and never anything that stands under them.
    """

    readings: tuple[FloatingReading, ...] = field(default=(), repr=False)
    entries: tuple[FloatingEntry, ...] = field(default=(), repr=False)
    days: frozenset[date] = frozenset()
    unknown: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def parse_report(page: bytes) -> Report:
    """Read the page of a Daily Log. Raises InvalidAnswerError when it holds no report, and nothing else."""
    report, data, days = _report_in(page.decode("utf-8-sig", errors="replace"))
    diary = Diary()
    raw: list[RawReading] = []
    spoken: set[date] = set()
    for index, (key, value) in enumerate(_members_of(days)):
        stated = _date_of(key, value)
        readings = raw_readings(value, stated)
        day = _likely_date(stated, readings)
        if day is not None:
            spoken.add(day)
        raw += readings
        diary.add_day(value, day, index)
    diary.add_beside({key: value for key, value in data.items() if value is not days})
    unknown = dict(diary.unknown.most_common(_MOST_NAMES))
    return Report(
        readings=in_mg_dl(raw, named_unit(report, besides=days)),
        entries=entries_of(diary.finds),
        days=frozenset(spoken),
        unknown=MappingProxyType(unknown),
    )


def _report_in(page: str) -> tuple[object, fields.Json, object]:
    """The report, the object in it that holds the days, and the days."""
    decoder = json.JSONDecoder(parse_int=_integer, parse_constant=lambda _: None, strict=False)
    for tries, match in enumerate(_ASSIGNED.finditer(page)):
        if tries == _MOST_TRIES:
            break
        try:
            if match["object"] is not None:
                report = decoder.raw_decode(page, match.end())[0]
            else:
                report = decoder.decode(_string_at(page, match.end()))
        except ValueError, RecursionError:
            continue
        for data in _objects(report):
            for key, days in data.items():
                if key.lower() == "days" and isinstance(days, list | dict):
                    return report, data, days
    raise InvalidAnswerError("the page holds no report")


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _string_at(page: str, start: int) -> str:
    """The text of a string literal of JavaScript."""
    match = _STRING.match(page, start)
    if match is None:
        raise ValueError("not a string")
    text: str = json.loads(f'"{_ESCAPE.sub(_as_json, match[1] or match[2] or "")}"', strict=False)
    return text


def _as_json(match: re.Match[str]) -> str:
    if match[2] or match[1] == '"':
        return '\\"'
    if match[1].startswith("x"):
        return f"\\u00{match[1][1:]}"
    return match[0] if match[1] in "\\/bfnrtu" else match[1]


def _objects(value: object) -> Iterator[dict[str, object]]:
    """The objects in a value, the outer ones first."""
    level = [value]
    for _ in range(_DEEPEST_DAYS):
        objects = [each for each in level if isinstance(each, dict)]
        yield from objects
        level = [inner for each in objects for inner in each.values()]


def _members_of(days: object) -> list[tuple[str, object]]:
    if isinstance(days, dict):
        return list(days.items())
    return [("", day) for day in fields.items(days)]


def _date_of(key: str, day: object) -> date | None:
    members = [Member(name, value, meaning(name)) for name, value in fields.mapping(day).items()]
    if key:
        members.append(Member(key, key, meaning("date")))
    return moment_of(clues(members)).date


def _likely_date(stated: date | None, readings: list[RawReading]) -> date | None:
    """The day that is meant: the stated one may be off by a zone, which its readings are not."""
    dates = Counter(reading.wall.date() for reading in readings)
    return stated if stated in dates or not dates else dates.most_common(1)[0][0]
