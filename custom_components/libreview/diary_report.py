"""From the page of a report to what can be kept of it: pure, and best run beside the event loop.

Ninety days of readings are megabytes, so that this takes its time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from .cloud.floating_time import SeenOffset, resolve
from .cloud.report import parse_report
from .glucose.freshness import is_from_future
from .glucose.series import merge
from .models import DiaryEntry, Reading

_KEPT: Final = timedelta(hours=12)
_WIDEST: Final = timedelta(hours=26)
"""The zones of the world lie no farther apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryReport:
    """A report whose times have become instants. One that is empty speaks of no day."""

    days: frozenset[date] = frozenset()
    entries: tuple[DiaryEntry, ...] = field(default=(), repr=False)
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    """All but those from the future; none when the newest are, for then all times are wrong."""
    told_until: date | None = None
    """The last of the person's days with anything in it."""
    unknown: Mapping[str, int] = field(default_factory=dict)


def read_report(page: bytes, zone: tzinfo, seen: Sequence[SeenOffset], now: datetime) -> DiaryReport:
    """Understand a page. Raises InvalidAnswerError.

    `zone` is the person's, `seen` what live readings showed of the phone's clock, `now` the present instant.
    """
    report = parse_report(page)
    walls = [entry.wall for entry in report.entries]
    entries = tuple(
        entry.resolved(at)
        for entry, at in zip(report.entries, resolve(walls, zone, seen=seen, not_after=now), strict=True)
    )
    instants = resolve([each.wall for each in report.readings], zone, seen=seen, not_after=now)
    readings = tuple(
        Reading(at=at, mg_dl=each.mg_dl) for each, at in zip(report.readings, instants, strict=True)
    )
    if any(is_from_future(each, now) and each.at - now <= _WIDEST for each in readings):
        # The phone does not go by the clock it is taken to go by. One of its hours-old readings falls on now.
        readings = ()
    told = [each.wall.date() for each in report.readings] + [wall.date() for wall in walls]
    return DiaryReport(
        days=report.days,
        entries=entries,
        readings=tuple(each for each in readings if not is_from_future(each, now)),
        told_until=max(told, default=None),
        unknown=report.unknown,
    )


def kept_readings(readings: Iterable[Reading], now: datetime) -> tuple[Reading, ...]:
    """Those of the last 12 h, or else the newest alone however old it is; none from the future."""
    past = [reading for reading in readings if not is_from_future(reading, now)]
    newest = max(past, key=lambda reading: reading.at, default=None)
    return merge((), past, now=now, keep=_KEPT) or ((newest,) if newest else ())
