"""Where a phone was, as far as live readings told."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.floating_time import SeenOffset
from custom_components.libreview.offset_log import OffsetLog

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOME, AWAY = timedelta(hours=2), timedelta(hours=9)


def minutes(count: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(minutes=count)


def observed(*offsets: timedelta) -> OffsetLog:
    """One observation a minute."""
    log = OffsetLog()
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
    log = OffsetLog()
    assert log.observe(minutes(0), HOME)
    assert not log.observe(minutes(1), HOME)
    assert log.observe(minutes(2), AWAY)
    assert not log.observe(minutes(2), HOME)
    assert not log.observe(minutes(1), HOME)
    assert log.seen[-1] == SeenOffset(minutes(2), AWAY)


def test_the_phone_is_away_when_its_clock_is_not_the_zones() -> None:
    assert observed(HOME).away(BERLIN, NOON) is None
    assert observed(HOME, AWAY).away(BERLIN, NOON) == AWAY
    assert observed(AWAY, HOME).away(BERLIN, NOON) is None
    assert OffsetLog().away(BERLIN, NOON) is None


def test_after_a_day_without_a_reading_nobody_is_taken_to_be_away() -> None:
    log = observed(AWAY)
    assert log.away(BERLIN, NOON + timedelta(hours=24)) == AWAY
    assert log.away(BERLIN, NOON + timedelta(hours=25)) is None


def test_summer_time_is_no_travel() -> None:
    log = OffsetLog()
    log.observe(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), timedelta(hours=1))
    assert log.away(BERLIN, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) is None


def test_what_is_older_than_a_hundred_days_is_dropped() -> None:
    log = OffsetLog()
    for day in range(200):
        log.observe(NOON + timedelta(days=day), HOME if day % 2 else AWAY)
    assert [each.at for each in log.seen] == [NOON + timedelta(days=day) for day in range(100, 200)]


def test_a_long_stay_is_remembered_as_far_back_as_matters() -> None:
    log = OffsetLog()
    for day in range(200):
        log.observe(NOON + timedelta(days=day), HOME)
    assert [each.offset for each in log.seen] == [HOME, HOME]
    assert log.seen[0].at == NOON + timedelta(days=99)
    assert OffsetLog.parse(log.data).seen == log.seen


_STEPS = st.lists(st.tuples(st.integers(1, 200_000), st.sampled_from([HOME, AWAY, timedelta()])), max_size=30)


@given(steps=_STEPS)
def test_a_log_is_the_same_after_a_restart(steps: list[tuple[int, timedelta]]) -> None:
    log, at = OffsetLog(), NOON
    for step, offset in steps:
        at += timedelta(minutes=step)
        log.observe(at, offset)
    kept = OffsetLog.parse(json.loads(json.dumps(log.data)))
    assert kept.seen == log.seen
    assert [each.at for each in kept.seen] == sorted({each.at for each in kept.seen})


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        "text",
        [1],
        [["soon", 0]],
        [["2026-06-01T12:00:00+00:00", "x"]],
        [["2026-06-01T12:00:00+00:00", 1e300]],
        [["2026-06-01T12:00:00+00:00", 360000]],
        [["2026-06-02T12:00:00+00:00", 0], ["2026-06-01T12:00:00+00:00", 0]],
    ],
    ids=str,
)
def test_what_makes_no_sense_is_as_good_as_nothing(value: Any) -> None:
    assert OffsetLog.parse(value).seen == ()
