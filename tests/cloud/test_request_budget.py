"""The budget of requests: one a minute on average, whatever they are."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.request_budget import (
    FASTEST,
    MOST_OWED,
    REPAYMENT_INTERVAL,
    RequestBudget,
)

START = 1_700_000_000.0


def poll(budget: RequestBudget, last: float) -> float:
    """Poll a minute later, or when the budget allows it."""
    instant = last + 60
    while instant < budget.soonest(last):
        instant += 60
    budget.spend(instant)
    return instant


def test_a_request_out_of_turn_is_repaid_by_one_poll_that_is_left_out_later() -> None:
    budget = RequestBudget()
    budget.spend(START)
    budget.spend(START)
    polls = [START]
    while polls[-1] < START + 7200:
        polls.append(poll(budget, polls[-1]))
    left_out = [later for later, earlier in zip(polls[1:], polls, strict=False) if later - earlier > 60]
    assert len(left_out) == 1
    assert START + REPAYMENT_INTERVAL < left_out[0] < START + 2 * REPAYMENT_INTERVAL


def test_while_news_are_pressing_no_poll_is_left_out_for_a_single_request_out_of_turn() -> None:
    budget, now = RequestBudget(), START
    budget.spend(now)
    budget.spend(now)
    for _ in range(20):
        now += 60
        assert budget.soonest(now, is_pressing=True) <= now
        budget.spend(now)


def test_requests_out_of_turn_are_allowed_until_too_much_is_owed() -> None:
    budget = RequestBudget()
    sent = 0
    while budget.allows_extra(START):
        budget.spend(START)
        sent += 1
    assert sent == MOST_OWED / FASTEST + 1
    assert budget.allows_extra(START + 1)


@given(st.lists(st.booleans(), min_size=200, max_size=400))
def test_no_hour_has_more_requests_than_minutes(extras: list[bool]) -> None:
    budget, now, sent = RequestBudget(), START, [START]
    budget.spend(now)
    for is_extra in extras:
        if is_extra and budget.allows_extra(now):
            budget.spend(now)
        elif not is_extra:
            now = poll(budget, now)
        else:
            continue
        sent.append(now)
    for start in sent:
        within = [instant for instant in sent if start <= instant < start + 3600]
        assert len(within) <= 60


@pytest.mark.parametrize("extras", [1, 4, 8])
def test_what_was_sent_at_the_start_is_repaid_within_the_hour_without_a_long_pause(extras: int) -> None:
    budget, polls = RequestBudget(), [START]
    for _ in range(1 + extras):
        budget.spend(START)
    while polls[-1] < START + 3 * 3600:
        polls.append(poll(budget, polls[-1]))
    assert max(later - earlier for earlier, later in pairwise(polls)) <= 120


@pytest.mark.parametrize("wait", [0, 20, 40])
def test_what_is_pressing_again_and_again_keeps_no_alarm_from_sounding(wait: int) -> None:
    budget, polls = RequestBudget(), [START]
    budget.spend(START)
    for minute in range(180):
        if 70 <= minute < 100:
            while budget.allows_extra(polls[-1] + wait, is_pressing=True):
                budget.spend(polls[-1] + wait)
        polls.append(poll(budget, polls[-1]))
    assert max(later - earlier for earlier, later in pairwise(polls)) <= 180


@pytest.mark.parametrize("asleep", [0, 10, 30, 50])
def test_what_is_asked_at_each_minute_lets_no_poll_wait_for_the_end_of_the_hour(asleep: int) -> None:
    budget, polls = RequestBudget(), [START]
    budget.spend(START)
    for minute in range(300):
        if minute == 90:
            polls.append(polls[-1] + 60 * asleep)
        if budget.allows_extra(polls[-1]):
            budget.spend(polls[-1])
        polls.append(poll(budget, polls[-1]))
    pauses = [later - earlier for earlier, later in pairwise(polls)]
    pauses.remove(max(pauses)) if asleep else None
    assert max(pauses) <= 120


def test_where_few_requests_are_sent_some_are_to_spare() -> None:
    every_minute, every_two = RequestBudget(), RequestBudget()
    for minute in range(180):
        every_minute.spend(START + 60 * minute)
        every_two.spend(START + 120 * minute)
    assert not every_minute.has_spare(START + 60 * 179)
    assert every_two.has_spare(START + 120 * 179)


@pytest.mark.parametrize("minutes", [0, 1, 12, 47, 59])
def test_a_request_a_minute_leaves_none_to_spare_in_the_first_hour_either(minutes: int) -> None:
    budget = RequestBudget()
    for minute in range(minutes + 1):
        budget.spend(START + 60 * minute)
    assert not budget.has_spare(START + 60 * minutes + 1)


def test_a_slow_phone_leaves_some_to_spare_after_a_while_of_the_first_hour() -> None:
    budget = RequestBudget()
    for minute in range(0, 25, 5):
        budget.spend(START + 60 * minute)
    assert budget.has_spare(START + 60 * 20 + 1)


def test_a_clock_that_is_set_back_repays_nothing_and_stops_nothing() -> None:
    budget = RequestBudget()
    budget.spend(START)
    budget.spend(START - 86400)
    budget.spend(START - 86400)
    assert budget.soonest(START - 86400) <= START - 86400 + 90


def test_what_is_owed_is_repaid_also_after_a_clock_was_set_back() -> None:
    budget, now = RequestBudget(), START - 86400
    budget.spend(START)
    while budget.allows_extra(now):
        budget.spend(now)
    for _ in range(30):
        now = poll(budget, now)
    assert budget.allows_extra(now)
