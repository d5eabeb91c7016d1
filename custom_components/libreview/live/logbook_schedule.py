"""The requests for logbooks, and the alarms found in them: pure, without a clock.

The logbook is a request of its own, so it is asked only when the newest value, or the cloud's own flag,
suggests an alarm: at once, and again for as long as an alarm is young enough to be told, since the phone may
upload one late, even after a later one. While glucose stays there the app may repeat its alarm, so the looks
go on at a slower pace. Low and then urgent low are two alarms, so a value that falls further begins anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..cloud.librelinkup import LogbookEntry
from ..glucose.alarms import FIXED_LOW_ALARM, alarm_kind
from ..glucose.ranges import Thresholds
from ..models import Alarm, AlarmKind, Connection, Reading
from ..person.snapshot import Live

_LOOKS: Final = tuple(timedelta(minutes=minutes) for minutes in (0, 5, 10, 14))
"""After the reading that suggests an alarm. At the last look an alarm of its time is still told as a new one;
once the alarm is found only that look is left, for those that come late."""
_LOOKED_FOR: Final = timedelta(minutes=16)
"""For so long after the reading; a look that was put off so far is left out."""
_REPEATED: Final = timedelta(minutes=10)
"""Between two looks for alarms that the app repeats."""
_OLD: Final = timedelta(hours=1)
"""A newest reading of so long ago suggests no alarm any more."""
_SAME_TIME: Final = timedelta(minutes=5)
"""An entry and a reading, or an alarm and a value, no farther apart belong together."""
_MAX_TRIES: Final = 3
"""Requests that may fail before a logbook is given up."""


@dataclass(slots=True)
class _Excursion:
    """What glucose suggests of one person's alarms, and the looks into their logbook."""

    began: datetime
    """The instant of the reading that suggested an alarm which none before had."""
    suspected: set[AlarmKind | None]
    awaited: set[AlarmKind | None]
    """Those that have not been found yet."""
    looked: datetime | None = None
    tries: int = 0
    """Failed requests in a row."""

    def is_pressing(self, now: datetime) -> bool:
        """Return True while an alarm of the beginning may still come."""
        return now - self.began <= _LOOKED_FOR

    def is_due(self, now: datetime) -> bool:
        """Return True if it is time for another look."""
        if self.tries >= _MAX_TRIES or not (self.suspected or self.is_pressing(now)):
            return False
        looked = self.looked
        if looked is None or looked > now:  # The clock was set back, which puts nothing off.
            return True
        looks = (self.began + after for after in (_LOOKS if self.awaited else _LOOKS[-1:]))
        if any(looked < look <= now for look in looks):
            return True
        return not self.is_pressing(now) and now - looked >= _REPEATED


class LogbookSchedule:
    """The looks into the logbook that are still due, by patient id.

    Each `is_due` that is True is followed by `answered` or `failed`, or comes again.
    """

    def __init__(self) -> None:
        """Start with nobody in alarm."""
        self._excursions: dict[str, _Excursion] = {}

    def is_due(self, patient_id: str, live: Live, thresholds: Thresholds, now: datetime) -> bool:
        """Return True if the logbook is to be asked for now."""
        newest, excursion = live.newest, self._excursions.get(patient_id)
        suspected: set[AlarmKind | None] = set()
        if newest is not None and now - newest.at <= _OLD:
            suspected = set(_find_suspected(live.person, newest, thresholds))
        known = excursion.suspected if excursion else set()
        if newest is not None and suspected - known:
            awaited = (excursion.awaited if excursion else set()) | (suspected - known)
            excursion = _Excursion(began=newest.at, suspected=known | suspected, awaited=awaited)
            self._excursions[patient_id] = excursion
        elif excursion is not None and not suspected:
            # Back in range. The alarm of before may still be on its way.
            excursion.suspected = set()
        return excursion is not None and excursion.is_due(now)

    def is_pressing(self, patient_id: str, now: datetime) -> bool:
        """Return True if the look that is due is for a new alarm, not for one that the app repeats."""
        return self._excursions[patient_id].is_pressing(now)

    def is_any_pressing(self, now: datetime) -> bool:
        """Return True while a new alarm of anybody may still come, so that no look should be missed."""
        return any(excursion.is_pressing(now) for excursion in self._excursions.values())

    def answered(self, patient_id: str, now: datetime, alarms: Sequence[Alarm] = ()) -> None:
        """End the look that was due, which has found `alarms`."""
        excursion = self._excursions[patient_id]
        excursion.looked, excursion.tries = now, 0
        found = {alarm.kind for alarm in alarms if alarm.at >= excursion.began - _SAME_TIME}
        excursion.awaited -= {*found, None} if found else set()

    def failed(self, patient_id: str) -> None:
        """Keep the look that was due for the next polls; after the third failure in a row give up."""
        self._excursions[patient_id].tries += 1


def find_alarms(
    entries: Iterable[LogbookEntry], readings: Sequence[Reading], since: datetime, until: datetime
) -> tuple[Alarm, ...]:
    """Return the alarms from `since` to `until` among the entries of a logbook.

    `readings` are those of the person, by which entries without a value are read.
    """
    return tuple(
        Alarm(at=entry.at, kind=kind, mg_dl=entry.mg_dl)
        for entry in entries
        if since <= entry.at <= until and (kind := _find_kind(entry, readings)) is not None
    )


def _find_suspected(
    person: Connection, newest: Reading, thresholds: Thresholds
) -> Iterator[AlarmKind | None]:
    """Yield the alarms that the app may have sounded: by its thresholds, or (None) by the cloud's flag."""
    if person.alarming:
        yield None
    if newest.mg_dl < (person.alarm_low or thresholds.very_low):
        yield AlarmKind.LOW
    if newest.mg_dl < FIXED_LOW_ALARM:
        yield AlarmKind.URGENT_LOW
    if person.alarm_high is not None and newest.mg_dl > person.alarm_high:
        yield AlarmKind.HIGH


def _find_kind(entry: LogbookEntry, readings: Sequence[Reading]) -> AlarmKind | None:
    """Return the alarm that an entry stands for. One without a value is read by the reading of its time."""
    if entry.mg_dl is not None:
        return alarm_kind(entry.alarm_type, entry.mg_dl, has_reading=True)
    nearest = min(readings, key=lambda reading: abs(reading.at - entry.at), default=None)
    if nearest is None or abs(nearest.at - entry.at) > _SAME_TIME:
        return None
    return alarm_kind(entry.alarm_type, nearest.mg_dl, has_reading=False)
