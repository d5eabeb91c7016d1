"""Lows and highs that last."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.columns import Trace
from custom_components.libreview.glucose.episodes import EPISODE_RANGES, MIN_DURATION, Episode, episodes
from custom_components.libreview.glucose.ranges import CONSENSUS, Thresholds
from custom_components.libreview.models import Range
from tests.support.traces import (
    DAY,
    HOUR,
    MINUTE,
    START,
    at_minutes,
    evenly,
    shifted,
    traces,
    usual_intervals,
)

LOW, VERY_LOW, HIGH, VERY_HIGH = Range.LOW, Range.VERY_LOW, Range.HIGH, Range.VERY_HIGH
levels = st.sampled_from([50, 65, 120, 200, 300])
swinging = st.lists(st.tuples(levels, st.integers(1, 8)), max_size=12).map(
    lambda runs: evenly(mg_dl + number for mg_dl, length in runs for number in range(length))
)
any_swings = swinging | traces(usual_intervals | st.integers(1, 2 * HOUR))


def found(trace: Trace, *, start: int = START, end: int = START + 14 * DAY) -> list[Episode]:
    return episodes(trace, start=start, end=end, thresholds=CONSENSUS)


def episodes_in_minutes(trace: Trace) -> list[tuple[Range, float, float, int]]:
    """Give kind, start and end in minutes, and extreme."""
    return [
        (each.kind, (each.start - START) / MINUTE, (each.end - START) / MINUTE, each.extreme)
        for each in found(trace)
    ]


def runs(*lengths: tuple[int, int]) -> Trace:
    """Lay out so many readings of a value each, 5 min apart."""
    return evenly(mg_dl for mg_dl, length in lengths for _ in range(length))


def test_a_quarter_of_an_hour_beyond_the_border_is_an_episode() -> None:
    assert episodes_in_minutes(runs((100, 3), (65, 3), (100, 3))) == [(LOW, 15, 30, 65)]
    assert episodes_in_minutes(runs((100, 3), (200, 3), (100, 3))) == [(HIGH, 15, 30, 200)]


def test_less_than_a_quarter_of_an_hour_is_no_episode() -> None:
    assert episodes_in_minutes(runs((100, 3), (65, 2), (100, 1), (65, 2), (100, 3))) == []
    assert episodes_in_minutes(runs((100, 3), (200, 2), (65, 2), (100, 3))) == []


def test_the_borders_themselves_are_in_range() -> None:
    assert episodes_in_minutes(runs((70, 6), (180, 6))) == []
    assert episodes_in_minutes(runs((100, 3), (54, 3), (100, 3), (250, 3), (100, 3))) == [
        (LOW, 15, 30, 54),
        (HIGH, 45, 60, 250),
    ]


def test_an_episode_lasts_until_a_quarter_of_an_hour_on_the_other_side() -> None:
    assert episodes_in_minutes(runs((65, 3), (75, 2), (62, 1), (80, 3), (65, 3))) == [
        (LOW, 0, 30, 62),
        (LOW, 45, 60, 65),
    ]


def test_a_low_that_turns_into_a_high_ends_there() -> None:
    assert episodes_in_minutes(runs((60, 3), (200, 4), (100, 3))) == [(LOW, 0, 15, 60), (HIGH, 15, 35, 200)]


def test_level_two_is_found_beside_the_level_one_that_holds_it() -> None:
    trace = runs(
        (100, 3), (65, 2), (50, 3), (60, 3), (45, 3), (65, 1), (100, 3), (260, 4), (190, 1), (100, 3)
    )

    assert episodes_in_minutes(trace) == [
        (LOW, 15, 75, 45),
        (VERY_LOW, 25, 40, 50),
        (VERY_LOW, 55, 70, 45),
        (HIGH, 90, 115, 260),
        (VERY_HIGH, 90, 110, 260),
    ]


def test_a_short_very_low_makes_the_low_no_very_low_episode() -> None:
    assert episodes_in_minutes(runs((65, 2), (50, 2), (65, 2), (100, 3))) == [(LOW, 0, 30, 50)]


def test_a_gap_ends_an_episode() -> None:
    trace = at_minutes(
        (0, 65), (5, 64), (10, 63), (40, 62), (45, 61), (50, 60), (55, 100), (80, 65), (85, 65)
    )

    assert episodes_in_minutes(trace) == [(LOW, 0, 15, 63), (LOW, 40, 55, 60)]


def test_a_lost_reading_does_not_end_an_episode() -> None:
    assert episodes_in_minutes(at_minutes((0, 65), (5, 64), (15, 63), (20, 100), (25, 100), (30, 100))) == [
        (LOW, 0, 20, 63)
    ]


def test_readings_that_come_seconds_early_make_an_episode_nonetheless() -> None:
    on_time = at_minutes((0, 65), (5, 64), (10, 63), (14.9, 100), (20, 100))
    short = at_minutes((0, 65), (5, 64), (10, 63), (14.4, 100), (20, 100))

    assert [each.kind for each in found(on_time)] == [LOW]
    assert found(short) == []


def test_one_reading_of_a_libre_2_stands_for_a_quarter_of_an_hour() -> None:
    trace = evenly([100, 65, 100, 100], every=15 * MINUTE)

    assert episodes_in_minutes(trace) == [(LOW, 15, 30, 65)]


def test_an_episode_that_is_under_way_ends_with_the_window() -> None:
    trace = runs((100, 3), (65, 6), (100, 1))

    assert [each.end for each in found(trace, end=START + 32 * MINUTE)] == [START + 32 * MINUTE]
    assert found(trace, end=START + 25 * MINUTE) == []
    assert episodes_in_minutes(trace) == [(LOW, 15, 45, 65)]


def test_what_comes_after_the_window_makes_no_episode_worse() -> None:
    (episode,) = found(runs((65, 4), (45, 1)), end=START + 20 * MINUTE)

    assert (episode.end, episode.extreme) == (START + 20 * MINUTE, 65)


def test_an_episode_that_began_before_the_window_is_left_out() -> None:
    trace = runs((65, 6), (100, 3), (65, 3), (100, 3))

    assert [each.start for each in found(trace, start=START + 5 * MINUTE)] == [START + 45 * MINUTE]
    assert [each.start for each in found(trace, start=START + 45 * MINUTE)] == [START + 45 * MINUTE]


def test_no_readings_no_episodes() -> None:
    assert found(Trace()) == []


@given(any_swings)
def test_episodes_are_long_enough_in_order_and_reach_as_far_as_they_say(trace: Trace) -> None:
    all_found = found(trace)

    assert [each.start for each in all_found] == sorted(each.start for each in all_found)
    for each in all_found:
        assert each.end - each.start >= MIN_DURATION
        values = [
            mg_dl for at, mg_dl in zip(trace.at, trace.mg_dl, strict=True) if each.start <= at < each.end
        ]
        is_low = each.kind in {LOW, VERY_LOW}
        assert each.extreme == (min(values) if is_low else max(values))


@given(any_swings)
def test_episodes_of_a_kind_never_touch(trace: Trace) -> None:
    for kind in EPISODE_RANGES:
        of_kind = [each for each in found(trace) if each.kind is kind]
        assert all(later.start > each.end for each, later in pairwise(of_kind))


@given(any_swings)
def test_every_level_two_lies_within_a_level_one(trace: Trace) -> None:
    all_found = found(trace)

    for inner, outer in ((VERY_LOW, LOW), (VERY_HIGH, HIGH)):
        for each in (each for each in all_found if each.kind is inner):
            around = [
                other
                for other in all_found
                if other.kind is outer and other.start <= each.start and each.end <= other.end
            ]
            assert len(around) == 1


@given(any_swings)
def test_highs_of_a_mirrored_curve_are_its_lows(trace: Trace) -> None:
    mirror = Trace.from_pairs((at, 600 - mg_dl) for at, mg_dl in zip(trace.at, trace.mg_dl, strict=True))
    mirrored = Thresholds(very_low=350, low=420, high=530, very_high=546)
    other = {LOW: HIGH, HIGH: LOW, VERY_LOW: VERY_HIGH, VERY_HIGH: VERY_LOW}

    seen = episodes(mirror, start=START, end=START + 14 * DAY, thresholds=mirrored)

    assert {(other[each.kind], each.start, each.end, 600 - each.extreme) for each in seen} == {
        (each.kind, each.start, each.end, each.extreme) for each in found(trace)
    }


@given(any_swings, st.integers(-(10**8), 10**8))
def test_moving_the_readings_in_time_moves_the_episodes_and_changes_nothing_else(
    trace: Trace, seconds: int
) -> None:
    moved = found(shifted(trace, seconds), start=START + seconds, end=START + seconds + 14 * DAY)

    assert [(each.kind, each.start - seconds, each.end - seconds, each.extreme) for each in moved] == [
        (each.kind, each.start, each.end, each.extreme) for each in found(trace)
    ]


@pytest.mark.parametrize("kind", EPISODE_RANGES)
def test_the_borders_are_the_persons_own(kind: Range) -> None:
    own = Thresholds(very_low=95, low=100, high=110, very_high=115)
    inside = {LOW: 97, VERY_LOW: 90, HIGH: 112, VERY_HIGH: 120}[kind]

    seen = episodes(runs((105, 3), (inside, 3), (105, 3)), start=START, end=START + DAY, thresholds=own)

    assert kind in {each.kind for each in seen}
