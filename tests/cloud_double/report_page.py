"""The page of a Daily Log report: `window.Report = {…};` amidst what else a page holds.

Glucose is in the form that skobkars/lvconnect reads; for all else see `spellings`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
import json
from typing import Any, Final

from . import readings, wire
from .diary import DiaryEntry
from .person import Reading, Uom
from .spellings import MINUTE_PRECISE, SPELLINGS, Line
from .unseen_spellings import UNSEEN_MINUTE_PRECISE, UNSEEN_SPELLINGS
from .wire import Json
from .world import ReportOrder, World

ALL_SPELLINGS: Final = SPELLINGS | UNSEEN_SPELLINGS
_PRECISE: Final = MINUTE_PRECISE | UNSEEN_MINUTE_PRECISE

_GAP: Final = timedelta(minutes=45)
"""Readings further apart stand in lists of their own."""
_SCANNED_AT: Final = ("07:50", "13:20", "21:40")
_ZONES_APART: Final = timedelta(hours=26)

_PAGE: Final = """<!DOCTYPE html>
<html lang="en-US"><head><meta charset="utf-8"><title>Daily Log</title>
<script>window.ReportOptions = {{"print": false, "sections": ["header", "days"]}};</script>
<style>.day {{ break-inside: avoid; }} .hour {{ color: #555; }}</style>
</head><body data-report="5">
<div id="report"><noscript>Reports need JavaScript: window.Report is drawn by it.</noscript></div>
<script>
// The data of the report
window.Report = {report};
</script>
<script>if (window.Report) {{ document.body.dataset.ready = "true"; }}</script>
</body></html>"""


def html(world: World, order: ReportOrder) -> str:
    """The page of an order, with what the cloud has by now."""
    report = content(world, order)
    if world.edit_report is not None:
        report = world.edit_report(report)
    text = json.dumps(report, ensure_ascii=False, separators=(",", ":"))
    # What could end the script too early is escaped, as every careful server does.
    return _PAGE.format(report=text.replace("</", "<\\/").replace("<!--", "<\\u0021--"))


def content(world: World, order: ReportOrder) -> Json:
    """The report as JSON."""
    now, person = world.now(), order.person
    glucose = _by_day(_historic(order, now))
    scans = _by_day(_scans(order, now))
    spelling = order.account.spelling or world.spelling
    diary = _lines(order, now, exact=spelling in _PRECISE)
    days = []
    for day in _days(order, now):
        spoken = {
            "Glucose": _segments(glucose.get(day, []), order.uom),
            "SensorScans": _segments(scans.get(day, []), order.uom),
            **ALL_SPELLINGS[spelling](day, diary.get(day, [])),
        }
        days.append(spoken | (_unexpected(day) if world.unknown_keys else {}))
    return {
        "ReportId": 5,
        "Culture": "en-US",
        "Data": {
            "PatientId": person.patient_id,
            "GlucoseUnits": int(order.uom),
            "LowGlucoseThreshold": wire.glucose_value(70, order.uom),
            "TargetRangeHigh": wire.glucose_value(180, order.uom),
            "Days": days,
        },
    }


def _days(order: ReportOrder, now: datetime) -> Iterable[date]:
    last = min(order.last, order.person.wall(now)).date()
    return [order.first.date() + timedelta(n) for n in range((last - order.first.date()).days + 1)]


type _Walled = tuple[datetime, Reading, bool]
"""A reading with the phone's clock, and whether that clock was changed just before."""


def _historic(order: ReportOrder, now: datetime) -> list[_Walled]:
    since = order.first.replace(tzinfo=UTC) - _ZONES_APART
    walled: list[_Walled] = []
    offset = None
    for reading in readings.historic(order.person, since, now, now):
        wall = order.person.wall(reading.at)
        before, offset = offset, wall.replace(tzinfo=UTC) - reading.at
        if order.first <= wall <= order.last:
            walled.append((wall, reading, before not in (None, offset)))
    return walled


def _scans(order: ReportOrder, now: datetime) -> list[_Walled]:
    """Now and then the person looks; and whatever readings were added to the curve."""
    person = order.person
    looked = []
    for day in _days(order, now) if person.has_reading else ():
        for clock in _SCANNED_AT:
            at = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
            at -= person.wall(at).replace(tzinfo=UTC) - at
            uploaded = readings.uploaded_at(person, at, 0)
            if uploaded is not None and uploaded <= now:
                looked.append(readings.value(person, at))
    looked += [reading for reading in person.extra_readings if reading.at <= now]
    looked.sort(key=lambda reading: reading.at)
    walled = [(person.wall(reading.at), reading, False) for reading in looked]
    return [each for each in walled if order.first <= each[0] <= order.last]


def _by_day(walled: Iterable[_Walled]) -> dict[date, list[_Walled]]:
    days: dict[date, list[_Walled]] = {}
    for each in walled:
        days.setdefault(each[0].date(), []).append(each)
    return days


def _segments(walled: list[_Walled], uom: Uom) -> list[list[Json]]:
    """Lists without a gap or a change of the clock inside."""
    segments: list[list[Json]] = []
    last: datetime | None = None
    for wall, reading, is_change in walled:
        if last is None or is_change or wall - last > _GAP:
            segments.append([])
        last = wall
        segments[-1].append(
            {
                "Timestamp": int(wall.replace(tzinfo=UTC).timestamp()),
                "Value": wire.glucose_value(reading.mg_dl, uom),
                "IsTimeChange": is_change,
            }
        )
    return segments


def _lines(order: ReportOrder, now: datetime, *, exact: bool) -> dict[date, list[Line]]:
    """The diary's entries by day, at the beginning of their hour unless the spelling is exact."""
    shown = [
        entry
        for entry in order.person.diary
        if entry.uploaded <= now and order.first <= entry.wall <= order.last
    ]
    lines = sorted((_line(entry, exact=exact) for entry in shown), key=lambda line: line.wall)
    return {day: list(those) for day, those in groupby(lines, key=lambda line: line.wall.date())}


def _line(entry: DiaryEntry, *, exact: bool) -> Line:
    wall = entry.wall.replace(microsecond=0, second=0)
    return Line(entry.kind, wall if exact else wall.replace(minute=0), entry.amount, entry.text)


def _unexpected(day: date) -> dict[str, Any]:
    """Keys that nobody has thought of, among them some that look like what is looked for."""
    return {
        "Hydration": [{"Timestamp": f"{day}T09:00:00", "Millilitres": 250}],
        "StepCount": 6120,
        "KetoneReadings": [{"Timestamp": f"{day}T10:00:00", "Value": 0.4}],
        "MoodLog": {"morning": "calm", "evening": None},
        "xQ7": [[1, 2, [3]]],
    }
