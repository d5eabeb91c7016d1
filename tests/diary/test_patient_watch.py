"""How a patient stands to the practice, where a clock was wrong."""

from datetime import timedelta

import pytest

from custom_components.libreview.diary.patient_watch import PatientWatch
from custom_components.libreview.person.snapshot import Diary
from tests.history.store_rows import NOON, exact

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), 2 * DAY])
def test_an_entry_of_the_future_is_not_the_last_data(ahead: timedelta) -> None:
    watch = PatientWatch()
    watch.succeeded(Diary(entries=(exact(at=NOON - HOUR), exact(at=NOON + ahead))), NOON)
    assert watch.link.last_data == NOON - HOUR
    assert not watch.is_silent(NOON)
    assert watch.is_silent(NOON + 3 * DAY)


def test_a_clock_that_was_ahead_keeps_nobody_from_being_told_of_who_is_lost() -> None:
    watch = PatientWatch()
    for _ in range(3):
        watch.failed(NOON + 400 * DAY, None)
    assert not watch.is_lost(NOON)
    watch.failed(NOON, None)
    assert not watch.is_lost(NOON + 23 * HOUR)
    assert watch.is_lost(NOON + 24 * HOUR)
