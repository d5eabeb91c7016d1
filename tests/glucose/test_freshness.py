"""How old a reading may be."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.freshness import is_current, is_from_future
from custom_components.libreview.models import Reading

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAX_AGE = timedelta(minutes=15)


def reading_aged(age: timedelta) -> Reading:
    return Reading(at=NOW - age, mg_dl=100)


@pytest.mark.parametrize(
    ("age", "current"),
    [
        (timedelta(), True),
        (MAX_AGE, True),
        (MAX_AGE + timedelta(microseconds=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, microseconds=-1), False),
    ],
)
def test_a_reading_is_current_up_to_its_maximum_age_and_five_minutes_ahead(
    age: timedelta, *, current: bool
) -> None:
    assert is_current(reading_aged(age), NOW, MAX_AGE) is current


@pytest.mark.parametrize(
    ("mg_dl", "current"), [(14, False), (39, False), (40, True), (500, True), (501, False), (605, False)]
)
def test_what_no_sensor_can_measure_is_never_current(mg_dl: int, *, current: bool) -> None:
    assert is_current(Reading(at=NOW, mg_dl=mg_dl), NOW, MAX_AGE) is current


def test_no_reading_is_not_a_current_one() -> None:
    assert not is_current(None, NOW, MAX_AGE)


@given(st.timedeltas(timedelta(days=-1), timedelta(days=1)))
def test_a_reading_is_current_too_old_or_from_the_future_and_only_one_of_them(age: timedelta) -> None:
    reading = reading_aged(age)

    assert [is_current(reading, NOW, MAX_AGE), age > MAX_AGE, is_from_future(reading, NOW)].count(True) == 1
