"""What is stored of a person, also what no dialog would accept today."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.libreview.const import THRESHOLDS
from custom_components.libreview.glucose.ranges import CONSENSUS, Thresholds
from custom_components.libreview.models import Connection
from custom_components.libreview.person.interval_and_age import effective_interval
from custom_components.libreview.person.settings import PersonSettings

TARGETS = Connection(patient_id="somebody", target_low=80, target_high=160)


@pytest.mark.parametrize(
    ("stored", "minutes"),
    [
        (None, 15),
        (10, 10),
        ("12", 12),
        (3, 5),
        (-1, 5),
        (600, 60),
        ("soon", 15),
        (float("nan"), 15),
        ([], 15),
    ],
)
def test_a_maximum_age_is_moved_into_its_limits_or_counts_as_not_chosen(stored: Any, minutes: int) -> None:
    assert PersonSettings.parse({"max_age": stored}).max_age == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("stored", "thresholds"),
    [
        ({}, (54, 80, 160, 250)),
        ({"low": 90}, (54, 90, 160, 250)),
        ({"low": "?"}, (54, 80, 160, 250)),
        ({"low": 10}, (38, 39, 160, 250)),
        ({"very_high": 9000}, (54, 80, 160, 400)),
        ({"low": 170}, (54, 170, 171, 250)),  # The chosen one stays, the target makes way.
        ({"very_low": 90, "low": 70}, (54, 70, 180, 250)),  # What was chosen contradicts itself.
    ],
)
def test_thresholds_always_rise(stored: dict[str, Any], thresholds: tuple[int, ...]) -> None:
    found = PersonSettings.parse(stored).thresholds_for(TARGETS)
    assert found == Thresholds(**dict(zip(THRESHOLDS, thresholds, strict=True)))


def test_thresholds_that_were_chosen_against_each_other_are_those_of_the_consensus() -> None:
    assert PersonSettings.parse({"low": 200, "high": 100}).thresholds_for(TARGETS) == CONSENSUS


@pytest.mark.parametrize(
    ("stored", "minutes", "seconds"),
    [
        (60, (15,), 60),
        (300, (15,), 300),
        (600, (15,), 300),
        (600, (60, 5), 100),
        (600, (), 600),
        (None, (15,), 60),
        (5, (15,), 60),
        (100_000, (60,), 600),
        ("often", (15,), 60),
    ],
)
def test_the_cloud_is_asked_at_least_three_times_while_a_reading_counts_and_never_more_than_once_a_minute(
    stored: Any, minutes: tuple[int, ...], seconds: int
) -> None:
    ages = [timedelta(minutes=each) for each in minutes]
    assert effective_interval(stored, ages) == seconds
