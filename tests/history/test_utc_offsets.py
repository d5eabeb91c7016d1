"""Where a phone was, as far as live readings told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.libreview.cloud.floating_time import SeenOffset
from custom_components.libreview.history.utc_offsets import SeenUtcOffsets, have_same_offsets

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOME, AWAY = timedelta(hours=2), timedelta(hours=9)


def minutes(count: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(minutes=count)


def observed(*offsets: timedelta) -> SeenUtcOffsets:
    """One observation a minute."""
    log = SeenUtcOffsets()
    for number, offset in enumerate(offsets):
        log.observe(minutes(number), offset)
    return log


def test_of_equal_offsets_the_first_and_the_last_are_kept() -> None:
    log = observed(HOME, HOME, HOME, HOME, AWAY, AWAY, AWAY, HOME)
    assert [((each.at - NOON) // timedelta(minutes=1), each.offset) for each in log.seen] == [
        (0, HOME),
        (3, HOME),
        (4, AWAY),
        (6, AWAY),
        (7, HOME),
    ]


def test_an_observation_says_whether_the_offset_changed() -> None:
    log = SeenUtcOffsets()
    assert log.observe(minutes(0), HOME)
    assert not log.observe(minutes(1), HOME)
    assert log.observe(minutes(2), AWAY)
    assert not log.observe(minutes(2), HOME)
    assert not log.observe(minutes(1), HOME)
    assert log.seen[-1] == SeenOffset(minutes(2), AWAY)


def test_the_phone_is_away_when_its_offset_is_not_the_time_zones() -> None:
    assert observed(HOME).offset_when_away(BERLIN, NOON) is None
    assert observed(HOME, AWAY).offset_when_away(BERLIN, NOON) == AWAY
    assert observed(AWAY, HOME).offset_when_away(BERLIN, NOON) is None
    assert SeenUtcOffsets().offset_when_away(BERLIN, NOON) is None


def test_after_a_day_without_a_reading_nobody_is_taken_to_be_away() -> None:
    log = observed(AWAY)
    assert log.offset_when_away(BERLIN, NOON + timedelta(hours=24)) == AWAY
    assert log.offset_when_away(BERLIN, NOON + timedelta(hours=25)) is None


def test_summer_time_is_no_travel() -> None:
    log = SeenUtcOffsets()
    log.observe(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), timedelta(hours=1))
    assert log.offset_when_away(BERLIN, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) is None


def test_what_is_older_than_a_hundred_days_is_dropped() -> None:
    log = SeenUtcOffsets()
    for day in range(200):
        log.observe(NOON + timedelta(days=day), HOME if day % 2 else AWAY)
    assert [each.at for each in log.seen] == [NOON + timedelta(days=day) for day in range(100, 200)]


def test_a_long_stay_is_remembered_as_far_back_as_matters() -> None:
    log = SeenUtcOffsets()
    for day in range(200):
        log.observe(NOON + timedelta(days=day), HOME)
    assert [each.offset for each in log.seen] == [HOME, HOME]
    assert log.seen[0].at == NOON + timedelta(days=99)


@pytest.mark.parametrize(
    ("zone", "is_same"),
    [("Europe/Berlin", True), ("Europe/Paris", True), ("Africa/Lagos", False), ("Europe/London", False)],
)
def test_zones_are_the_same_that_were_as_far_from_utc_for_as_long_as_reports_reach_back(
    zone: str, *, is_same: bool
) -> None:
    assert have_same_offsets(BERLIN, ZoneInfo(zone), NOON) is is_same
