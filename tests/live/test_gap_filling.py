"""When the graph is worth a request."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.live.gap_filling import GRAPH_DELAY, GRAPH_SPAN, SHORTEST_GAP, GapFilling

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def watched(interval: timedelta = MINUTE) -> GapFilling:
    """A watch whose first two looks are over."""
    watch = GapFilling(interval)
    first, second = NOW - 2 * GRAPH_DELAY, NOW - GRAPH_DELAY
    for at, before in ((first, None), (second, second)):
        assert watch.is_due("p", at, before=before, newest=at)
        watch.answered("p")
    assert not watch.is_due("p", NOW, before=NOW - MINUTE, newest=NOW)
    return watch


def test_the_graph_of_a_new_person_is_asked_for_at_once_and_after_its_delay() -> None:
    watch = GapFilling(MINUTE)

    assert watch.is_due("p", NOW, before=None, newest=NOW)
    watch.answered("p")

    later = NOW + GRAPH_DELAY - MINUTE
    assert not watch.is_due("p", later, before=later, newest=later)
    assert watch.is_due("p", NOW + GRAPH_DELAY, before=NOW, newest=NOW + GRAPH_DELAY)


def test_a_short_gap_is_filled_later_for_the_graph_has_not_reached_it_yet() -> None:
    watch = watched()

    assert not watch.is_due("p", NOW, before=NOW - SHORTEST_GAP - MINUTE, newest=NOW)
    assert watch.is_due("p", NOW + GRAPH_DELAY, before=NOW + GRAPH_DELAY - MINUTE, newest=NOW + GRAPH_DELAY)


def test_a_long_gap_is_filled_at_once_and_its_end_later() -> None:
    watch = watched()

    assert watch.is_due("p", NOW, before=NOW - 9 * GRAPH_DELAY, newest=NOW)
    watch.answered("p")
    assert not watch.is_due("p", NOW + MINUTE, before=NOW, newest=NOW + MINUTE)
    later = NOW + GRAPH_DELAY
    assert watch.is_due("p", later, before=later, newest=later)


@pytest.mark.parametrize("missed", [MINUTE, SHORTEST_GAP])
def test_a_pause_shorter_than_a_gap_asks_for_no_graph(missed: timedelta) -> None:
    watch = watched()

    assert not watch.is_due("p", NOW, before=NOW - missed, newest=NOW)
    later = NOW + 2 * GRAPH_DELAY
    assert not watch.is_due("p", later, before=later, newest=later)


def test_at_an_interval_of_ten_minutes_a_plain_poll_is_no_gap() -> None:
    watch = watched(10 * MINUTE)

    assert not watch.is_due("p", NOW, before=NOW - 19 * MINUTE, newest=NOW)
    later = NOW + 2 * GRAPH_DELAY
    assert not watch.is_due("p", later, before=later, newest=later)


def test_a_gap_of_one_person_asks_for_no_graph_of_another() -> None:
    watch = watched()
    watch.is_due("q", NOW, before=None, newest=NOW)

    assert not watch.is_due("p", NOW, before=NOW - MINUTE, newest=NOW)


@pytest.mark.parametrize("newest", [NOW, None], ids=["stands still", "missing"])
def test_while_no_newer_reading_comes_the_graph_is_asked_for_a_few_times_an_hour(
    newest: datetime | None,
) -> None:
    watch = watched()
    looks = []
    for minute in range(24 * 60):
        if watch.is_due("p", NOW + minute * MINUTE, before=newest, newest=newest):
            watch.answered("p")
            looks.append(minute)
    assert 24 * 2 <= len(looks) <= 24 * 3
    assert all(10 <= later - earlier <= 30 for earlier, later in pairwise(looks))


def test_a_graph_that_fails_during_a_standstill_is_asked_for_no_more_than_nine_times_an_hour() -> None:
    watch = watched()
    looks = []
    for minute in range(24 * 60):
        if watch.is_due("p", NOW + minute * MINUTE, before=NOW, newest=NOW):
            watch.failed("p", NOW + minute * MINUTE)
            looks.append(minute)
    assert max(sum(each - look < 60 for each in looks if each >= look) for look in looks) <= 9


def test_a_graph_that_fails_is_asked_for_as_long_as_it_has_what_is_missing() -> None:
    watch = watched()
    assert watch.is_due("p", NOW, before=NOW - 9 * GRAPH_DELAY, newest=NOW)
    looks = []
    for minute in range(24 * 60):
        at = NOW + minute * MINUTE
        if watch.is_due("p", at, before=at, newest=at):
            watch.failed("p", at)
            looks.append(at - NOW)
    assert max(later - earlier for earlier, later in pairwise(looks)) <= GRAPH_DELAY
    assert GRAPH_SPAN - GRAPH_DELAY < looks[-1] < GRAPH_SPAN + GRAPH_DELAY


def test_the_first_reading_after_a_long_time_without_any_is_the_end_of_a_gap() -> None:
    watch = GapFilling(MINUTE)
    for minute in range(180):
        if watch.is_due("p", NOW + minute * MINUTE, before=None, newest=None):
            watch.answered("p")
    back = NOW + 180 * MINUTE
    looks = []
    for minute in range(60):
        at = back + minute * MINUTE
        if watch.is_due("p", at, before=at - MINUTE if minute else None, newest=at):
            watch.answered("p")
            looks.append(minute)
    assert looks == [0, 25]


def test_a_clock_that_is_set_back_does_not_put_the_graph_off() -> None:
    watch = watched()
    assert watch.is_due("p", NOW + 30 * MINUTE, before=NOW, newest=NOW)
    watch.answered("p")
    earlier = NOW - 10 * MINUTE
    assert watch.is_due("p", earlier, before=None, newest=None)


def test_a_look_that_was_planned_by_a_clock_ahead_does_not_stand_before_others() -> None:
    watch = watched()
    ahead = NOW + 10 * GRAPH_DELAY
    watch.is_due("p", ahead, before=NOW, newest=ahead)
    watch.answered("p")
    missed = SHORTEST_GAP + MINUTE
    looks = []
    for minute in range(60):
        at = NOW + minute * MINUTE
        before, newest = (at - missed, at) if minute == 0 else (at, at)
        if watch.is_due("p", at, before=before, newest=newest):
            watch.answered("p")
            looks.append(at - NOW)
    assert looks
    assert looks[-1] <= GRAPH_DELAY


@given(st.lists(st.booleans(), max_size=40))
def test_a_graph_that_came_is_asked_for_once_more_at_most(answers: list[bool]) -> None:
    watch = GapFilling(MINUTE)
    asked = []
    for index, answer in enumerate(answers):
        at = NOW + index * 10 * MINUTE
        if watch.is_due("p", at, before=at, newest=at):
            asked.append(answer)
            if answer:
                watch.answered("p")
            else:
                watch.failed("p", at)
    assert sum(asked) <= 2


def test_gaps_that_follow_each_other_do_not_put_the_graph_off_for_ever() -> None:
    watch = watched()
    step = SHORTEST_GAP + MINUTE
    polls = [NOW + number * step for number in range(20)]

    looks = []
    for poll in polls:
        if watch.is_due("p", poll, before=poll - step, newest=poll):
            watch.answered("p")
            looks.append(poll)

    assert all(later - earlier < 2 * GRAPH_DELAY for earlier, later in pairwise([NOW, *looks, polls[-1]]))
