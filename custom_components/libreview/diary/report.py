"""Turning the page of a report into entries and readings with instants: pure.

Ninety days of readings are megabytes, so run it in the executor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from ..cloud.floating_time import WIDEST_OFFSET, SeenOffset, resolve
from ..cloud.report.page import parse_report
from ..glucose.freshness import is_from_future
from ..glucose.series import merge
from ..models import DiaryEntry, EntryKind, Reading

_KEPT_FOR: Final = timedelta(hours=12)
"""Older readings are dropped, but for the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryReport:
    """A report whose times have become instants. An empty one covers no day."""

    days: frozenset[date] = frozenset()
    entries: tuple[DiaryEntry, ...] = field(default=(), repr=False)
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    """Without those from the future; none at all when the newest are, for then all times are wrong."""
    walls: tuple[datetime, ...] = ()
    """The wall clocks of `readings`, one for each."""
    covered_until: date | None = None
    """The last day with anything in it, by the person's wall clock."""
    unclear: frozenset[tuple[EntryKind, date]] = frozenset()
    """The kinds and days with a dose that was not understood and is in no entry."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """The number of times that the report named something unknown, by name."""
    shape: Mapping[str, str] = field(default_factory=dict)
    """The shape of the page's object."""


def read_report(page: bytes, time_zone: tzinfo, seen: Sequence[SeenOffset], now: datetime) -> DiaryReport:
    """Return what a page holds. Raises InvalidAnswerError.

    `time_zone` is the person's, `seen` are the phone's offsets that live readings showed, and `now` is the
    present instant.
    """
    report = parse_report(page)
    walls = [entry.wall for entry in report.entries]
    entries = tuple(
        entry.to_diary_entry(at)
        for entry, at in zip(report.entries, resolve(walls, time_zone, seen=seen, not_after=now), strict=True)
    )
    reading_walls = [reading.wall for reading in report.readings]
    instants = resolve(reading_walls, time_zone, seen=seen, not_after=now)
    readings = [
        (Reading(at=at, mg_dl=reading.mg_dl), reading.wall)
        for reading, at in zip(report.readings, instants, strict=True)
    ]
    if any(is_from_future(reading, now) and reading.at - now <= WIDEST_OFFSET for reading, _ in readings):
        # The phone does not go by the clock it is taken to go by. One of its hours-old readings falls on now.
        readings = []
    past = [(reading, wall) for reading, wall in readings if not is_from_future(reading, now)]
    return DiaryReport(
        days=report.days,
        entries=entries,
        readings=tuple(reading for reading, _ in past),
        walls=tuple(wall for _, wall in past),
        covered_until=max((wall.date() for wall in (*reading_walls, *walls)), default=None),
        unclear=report.unclear,
        unknown=report.unknown,
        shape=report.shape,
    )


def select_recent(readings: Iterable[Reading], now: datetime) -> tuple[Reading, ...]:
    """Return the readings of the last 12 h, else the newest however old it is; none from the future."""
    past = [reading for reading in readings if not is_from_future(reading, now)]
    newest = max(past, key=lambda reading: reading.at, default=None)
    return merge((), past, now=now, keep=_KEPT_FOR) or ((newest,) if newest else ())
