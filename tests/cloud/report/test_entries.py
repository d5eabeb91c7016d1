"""Merging the candidates of a report, however many there are of one hour."""

from datetime import datetime, timedelta
from time import process_time

import pytest

from custom_components.libreview.cloud.report.entries import Candidate, Evidence, find_entries
from custom_components.libreview.models import EntryKind

AT = datetime.fromisoformat("2026-06-01 07:00")


def dose(place: int, minute: int = 0) -> Candidate:
    return Candidate(
        kind=EntryKind.RAPID_ACTING_INSULIN,
        wall=AT + timedelta(minutes=minute),
        whole_hour=not minute,
        amount=2.0,
        evidence=Evidence.STATED,
        text="",
        place=("0", str(place)),
        cell=0,
    )


@pytest.mark.parametrize("minute", [0, 20])
def test_thousands_of_places_with_the_same_doses_take_no_longer_each(minute: int) -> None:
    candidates = [dose(place, minute) for place in range(10_000) for _ in range(2)]
    began = process_time()
    entries = find_entries(candidates)
    assert process_time() - began < 2
    assert [entry.amount for entry in entries] == [2.0, 2.0]


def test_a_dose_at_its_minute_here_and_at_the_beginning_of_the_hour_there_is_one() -> None:
    assert len(find_entries([dose(1, 20), dose(2)])) == 1
    assert len(find_entries([dose(1, 20), dose(2), dose(2)])) == 2
    assert len(find_entries([dose(1, 20), dose(1, 30), dose(2)])) == 2
