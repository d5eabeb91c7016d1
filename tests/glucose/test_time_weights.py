"""How much time a reading stands for."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.columns import Trace
from custom_components.libreview.glucose.time_weights import LONGEST_HOLD, hold_seconds, weights
from tests.support.traces import HOUR, MINUTE, START, any_trace, at_minutes, evenly, shifted

windows = st.tuples(st.integers(-HOUR, 50 * HOUR), st.integers(0, 50 * HOUR)).map(
    lambda drawn: (START + drawn[0], START + drawn[0] + drawn[1])
)


def minutes_held(*minutes: float) -> list[float]:
    return [seconds / MINUTE for seconds in hold_seconds(at_minutes(*((minute, 100) for minute in minutes)))]


def weighed(trace: Trace, start: float, end: float) -> list[float]:
    """Give the minutes in a window that is given in minutes too."""
    window = {"start": START + round(start * MINUTE), "end": START + round(end * MINUTE)}
    return [seconds / MINUTE for seconds in weights(trace, **window)]


def test_without_readings_there_are_no_weights() -> None:
    assert not hold_seconds(Trace())
    assert not weights(Trace(), start=START, end=START + HOUR)


def test_a_reading_holds_until_the_next_one() -> None:
    assert minutes_held(0, 5, 11, 15)[:-1] == [5, 6, 4]


def test_a_reading_alone_stands_for_five_minutes() -> None:
    assert minutes_held(0) == [5]


@pytest.mark.parametrize(
    ("every", "longest", "stands_for"), [(1, 15, 5), (5, 15, 5), (10, 30, 10), (15, 45, 15), (30, 45, 15)]
)
def test_a_gap_of_more_than_three_intervals_counts_for_no_reading(
    every: int, longest: int, stands_for: int
) -> None:
    before = (0, every, 2 * every)
    after = (0, every, 2 * every)
    reached, missed = 2 * every + longest, 2 * every + longest + 0.5

    held = minutes_held(*before, *(reached + minute for minute in after))
    gone = minutes_held(*before, *(missed + minute for minute in after))

    assert held[2] == longest
    assert gone[2] == stands_for


def test_live_readings_and_the_memories_of_both_sensors_are_each_judged_by_their_own_pace() -> None:
    libre_2 = (0, 15, 30, 75, 90, 105)  # 30 to 75: two readings lost
    libre_3 = (120, 125, 130, 150, 155, 160)  # 130 to 150: three readings lost
    live = (165, 166, 167, 168, 184, 185, 186)  # 168 to 184: the phone was away

    assert minutes_held(*libre_2, *libre_3, *live) == [
        *(15, 15, 45, 15, 15, 15),
        *(5, 5, 5, 5, 5, 5),
        *(1, 1, 1, 5, 1, 1, 5),
    ]


def test_two_readings_hours_apart_are_not_taken_for_a_pace() -> None:
    assert minutes_held(0, 180) == [15, 15]
    assert minutes_held(0, 5, 180) == [5, 5, 5]


def test_the_last_reading_stands_for_one_interval_and_never_beyond_the_window() -> None:
    trace = evenly([100] * 4, every=15 * MINUTE)

    assert weighed(trace, 0, 120) == [15, 15, 15, 15]
    assert weighed(trace, 0, 47) == [15, 15, 15, 2]


def test_a_window_cuts_on_both_sides() -> None:
    trace = evenly([100] * 6)

    assert weighed(trace, 7, 18) == [0, 3, 5, 3, 0, 0]
    assert weighed(trace, 6, 9) == [0, 3, 0, 0, 0, 0]
    assert weighed(trace, 5, 10) == [0, 5, 0, 0, 0, 0]


def test_a_reading_before_the_window_holds_into_it_no_longer_than_it_stands_for() -> None:
    trace = at_minutes((0, 100), (15, 100), (30, 100), (75, 100))

    assert weighed(trace, 60, 80) == [0, 0, 15, 5]
    assert weighed(at_minutes((0, 100), (1, 100), (2, 100)), 5, 60) == [0, 0, 2]
    assert weighed(at_minutes((0, 100), (1, 100), (2, 100)), 7, 60) == [0, 0, 0]


def test_a_window_without_extent_or_turned_round_holds_nothing() -> None:
    trace = evenly([100] * 3)

    assert weighed(trace, 5, 5) == [0, 0, 0]
    assert weighed(trace, 7, 7) == [0, 0, 0]
    assert weighed(trace, 12, 3) == [0, 0, 0]
    assert weighed(trace, 4, 3) == [0, 0, 0]


@given(any_trace)
def test_no_reading_holds_beyond_the_next_one_nor_longer_than_the_longest_hold(trace: Trace) -> None:
    held = hold_seconds(trace)

    assert len(held) == len(trace)
    assert all(0 < seconds <= LONGEST_HOLD for seconds in held)
    assert all(
        at + seconds <= later for (at, later), seconds in zip(pairwise(trace.at), held[:-1], strict=True)
    )


@given(any_trace, windows, st.floats(0, 1))
def test_two_windows_side_by_side_weigh_as_much_as_one(
    trace: Trace, window: tuple[int, int], where: float
) -> None:
    start, end = window
    middle = start + round(where * (end - start))

    halves = zip(weights(trace, start=start, end=middle), weights(trace, start=middle, end=end), strict=True)

    assert [one + other for one, other in halves] == list(weights(trace, start=start, end=end))


@given(any_trace, windows)
def test_readings_weigh_no_more_than_the_window(trace: Trace, window: tuple[int, int]) -> None:
    start, end = window
    weighty = weights(trace, start=start, end=end)

    assert sum(weighty) <= end - start
    assert min(weighty, default=0) >= 0
    assert not any(
        seconds for at, seconds in zip(trace.at, weighty, strict=True) if not start - LONGEST_HOLD < at < end
    )


@given(any_trace, windows, st.integers(-(10**8), 10**8))
def test_moving_the_readings_in_time_changes_no_weight(
    trace: Trace, window: tuple[int, int], seconds: int
) -> None:
    start, end = window

    moved = weights(shifted(trace, seconds), start=start + seconds, end=end + seconds)

    assert moved == weights(trace, start=start, end=end)
