"""What becomes of the times of a report."""

from datetime import UTC, datetime, timedelta
import json
from zoneinfo import ZoneInfo

import pytest

from custom_components.libreview.diary.report import read_report

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
WALL = NOW.astimezone(LONDON).replace(tzinfo=None)


def page(newest_wall: datetime, count: int = 40, stray: datetime | None = None) -> bytes:
    """A report of a reading every quarter of an hour until the phone's clock showed `newest_wall`."""
    walls = [newest_wall - timedelta(minutes=15 * number) for number in reversed(range(count))]
    glucose = [
        {"Timestamp": int(wall.replace(tzinfo=UTC).timestamp()), "Value": 120, "IsTimeChange": False}
        for wall in (*walls, *([stray] if stray else []))
    ]
    days = [{"Date": str(newest_wall.date()), "Glucose": [glucose]}]
    return f"<script>window.Report = {json.dumps({'Data': {'Days': days}})};</script>".encode()


def test_the_newest_reading_is_that_of_the_persons_clock() -> None:
    report = read_report(page(WALL), LONDON, (), NOW)
    assert report.readings[-1].at == NOW


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(hours=2), timedelta(hours=14)], ids=str)
def test_an_old_reading_is_not_taken_for_the_newest_when_the_phone_is_ahead(ahead: timedelta) -> None:
    report = read_report(page(WALL + ahead, count=120), LONDON, (), NOW)
    assert report.readings == ()


def test_a_stray_reading_of_next_year_hides_nothing() -> None:
    report = read_report(page(WALL, stray=WALL + timedelta(days=365)), LONDON, (), NOW)
    assert report.readings[-1].at == NOW
