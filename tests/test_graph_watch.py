"""When the graph is worth a request."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.graph_watch import HOLE, LAG, GraphWatch

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def watched(interval: timedelta = MINUTE) -> GraphWatch:
    """A watch whose first two looks are over."""
    watch = GraphWatch(interval)
    for at in (NOW - 2 * LAG, NOW - LAG):
        assert watch.is_due("p", at, before=None, newest=at)
        watch.answered("p")
    assert not watch.is_due("p", NOW, before=NOW - MINUTE, newest=NOW)
    return watch


def test_somebody_new_is_looked_at_at_once_and_when_the_graph_has_reached_that_moment() -> None:
    watch = GraphWatch(MINUTE)

    assert watch.is_due("p", NOW, before=None, newest=NOW)
    watch.answered("p")

    assert not watch.is_due("p", NOW + LAG - MINUTE, before=NOW, newest=NOW)
    assert watch.is_due("p", NOW + LAG, before=NOW, newest=NOW)


def test_a_short_hole_is_filled_later_for_the_graph_has_not_reached_it_yet() -> None:
    watch = watched()

    assert not watch.is_due("p", NOW, before=NOW - HOLE - MINUTE, newest=NOW)
    assert watch.is_due("p", NOW + LAG, before=NOW + LAG - MINUTE, newest=NOW + LAG)


def test_a_long_hole_is_filled_at_once_and_its_end_later() -> None:
    watch = watched()

    assert watch.is_due("p", NOW, before=NOW - 9 * LAG, newest=NOW)
    watch.answered("p")
    assert not watch.is_due("p", NOW + MINUTE, before=NOW, newest=NOW + MINUTE)
    assert watch.is_due("p", NOW + LAG, before=NOW, newest=NOW + MINUTE)


@pytest.mark.parametrize("missed", [MINUTE, HOLE])
def test_what_is_no_hole_asks_for_nothing(missed: timedelta) -> None:
    watch = watched()

    assert not watch.is_due("p", NOW, before=NOW - missed, newest=NOW)
    assert not watch.is_due("p", NOW + 2 * LAG, before=NOW, newest=NOW)


def test_whoever_asks_every_ten_minutes_has_no_hole_at_each_of_them() -> None:
    watch = watched(10 * MINUTE)

    assert not watch.is_due("p", NOW, before=NOW - 19 * MINUTE, newest=NOW)
    assert not watch.is_due("p", NOW + 2 * LAG, before=NOW, newest=NOW)


def test_a_person_is_not_asked_for_because_of_another() -> None:
    watch = watched()
    watch.is_due("q", NOW, before=None, newest=NOW)

    assert not watch.is_due("p", NOW, before=NOW - MINUTE, newest=NOW)


@given(st.lists(st.booleans(), max_size=40))
def test_a_graph_is_never_asked_more_than_three_times_for_each_look(answers: list[bool]) -> None:
    watch = GraphWatch(MINUTE)
    asked = 0
    for index, answer in enumerate(answers):
        at = NOW + index * 10 * MINUTE
        if watch.is_due("p", at, before=NOW, newest=NOW):
            asked += 1
            (watch.answered if answer else watch.failed)("p")
    assert asked <= 6


def test_holes_that_follow_each_other_are_not_put_off_for_ever() -> None:
    watch = watched()
    step = HOLE + MINUTE
    polls = [NOW + number * step for number in range(20)]

    looks = []
    for poll in polls:
        if watch.is_due("p", poll, before=poll - step, newest=poll):
            watch.answered("p")
            looks.append(poll)

    assert all(later - earlier < 2 * LAG for earlier, later in pairwise([NOW, *looks, polls[-1]]))
