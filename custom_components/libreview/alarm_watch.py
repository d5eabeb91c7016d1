"""When to ask for a person's logbook, and which of its entries are alarms we can name.

The logbook is a request of its own, so it is asked only when the newest value, or the cloud's own flag,
speaks of an alarm: at once, and once more five minutes later in case the phone uploads the alarm late.
Low and then urgent low are two alarms, so falling further is looked into anew.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from .cloud.librelinkup import LogbookEntry
from .glucose.alarms import FIXED_LOW_ALARM, alarm_kind
from .glucose.ranges import Thresholds
from .models import Alarm, AlarmKind, Person, Reading
from .person import Live

_SECOND_LOOK: Final = timedelta(minutes=5)
_SAME_MOMENT: Final = timedelta(minutes=5)


class AlarmWatch:
    """Remembers per person which looks into the logbook are still due."""

    def __init__(self) -> None:
        """Start with nobody in alarm."""
        self._heard: dict[str, set[AlarmKind | None]] = {}
        self._due: dict[str, list[datetime]] = {}

    def is_due(self, patient_id: str, live: Live, thresholds: Thresholds) -> bool:
        """Whether the logbook is worth a request now."""
        newest = live.newest
        spoken_of = set(_spoken_of(live.person, newest, thresholds)) if newest else set()
        if newest is None or not spoken_of:
            self._heard.pop(patient_id, None)
            return False
        heard = self._heard.setdefault(patient_id, set())
        if spoken_of - heard:
            heard |= spoken_of
            self._due[patient_id] = [newest.at, newest.at + _SECOND_LOOK]
        due = self._due[patient_id]
        return bool(due) and newest.at >= due[0]

    def told(
        self,
        patient_id: str,
        live: Live,
        entries: tuple[LogbookEntry, ...],
        since: datetime,
        until: datetime,
    ) -> Live:
        """The person with the alarms of a logbook, those from `since` to `until`."""
        alarms = tuple(
            Alarm(at=entry.at, kind=kind, mg_dl=entry.mg_dl)
            for entry in entries
            if since <= entry.at <= until and (kind := _kind(entry, live.readings)) is not None
        )
        due = self._due[patient_id]
        looked_for = due.pop(0)
        if alarms and alarms[-1].at >= looked_for - _SAME_MOMENT:
            due.clear()
        return replace(live, alarms=alarms or live.alarms)


def _spoken_of(person: Person, newest: Reading, thresholds: Thresholds) -> Iterator[AlarmKind | None]:
    """What the person's app may have sounded: by their alarm thresholds, or (None) by the cloud's flag."""
    if person.alarming:
        yield None
    if newest.mg_dl < (person.alarm_low or thresholds.very_low):
        yield AlarmKind.LOW
    if newest.mg_dl < FIXED_LOW_ALARM:
        yield AlarmKind.URGENT_LOW
    if person.alarm_high is not None and newest.mg_dl > person.alarm_high:
        yield AlarmKind.HIGH


def _kind(entry: LogbookEntry, readings: tuple[Reading, ...]) -> AlarmKind | None:
    """What an entry warned of. One without a value is understood by the reading of its time, if any."""
    if entry.mg_dl is not None:
        return alarm_kind(entry.alarm_type, entry.mg_dl, has_reading=True)
    nearest = min(readings, key=lambda reading: abs(reading.at - entry.at), default=None)
    if nearest is None or abs(nearest.at - entry.at) > _SAME_MOMENT:
        return None
    return alarm_kind(entry.alarm_type, nearest.mg_dl, has_reading=False)
