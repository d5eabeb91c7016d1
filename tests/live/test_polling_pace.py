"""The pace of the polls: never more than one in each interval, and the next one never far."""

from itertools import pairwise
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.live.phase_lock import MIN_GAP, REPAYMENT, PhaseLock
from tests.support.followed_phones import keep_the_pace
from tests.support.simulated_uploader import DAY, START, Uploader, exponential, follow, locked

stamps = st.one_of(st.none(), st.floats(-1e5, 1e5))
news = st.lists(st.dictionaries(st.sampled_from("abc"), stamps, max_size=3), min_size=2, max_size=40)
intervals = st.sampled_from([60.0, 75.0, 300.0, 600.0])


def test_a_person_who_never_had_a_reading_is_polled_at_the_plain_interval() -> None:
    lock = PhaseLock(90)
    lock.learn(START, {"one": None})

    assert lock.next_poll(START) == START + 90


def test_an_account_without_persons_is_polled_at_the_plain_interval() -> None:
    lock = PhaseLock(60)
    lock.learn(START, {})

    assert lock.next_poll(START) == START + 60


def test_before_the_first_request_nothing_is_waited_for() -> None:
    assert PhaseLock().next_poll(START) == START + 1


def test_a_person_who_is_gone_is_forgotten() -> None:
    lock = PhaseLock()
    for minute in range(5):
        lock.learn(START + minute * 60, {"one": START + minute * 60 - 20})
    lock.learn(START + 300, {})

    assert lock.next_poll(START + 300) == START + 360


def test_a_poll_out_of_turn_puts_the_next_ones_off_a_little() -> None:
    lock = PhaseLock()
    for _ in range(3):
        lock.learn(START, {"one": None})

    assert lock.next_poll(START) == START + 60 + REPAYMENT

    polls = [START]
    for _ in range(6):
        polls.append(lock.next_poll(polls[-1]))
        lock.learn(polls[-1], {"one": None})

    assert polls[-1] == START + 7 * 60


@pytest.mark.parametrize("age", [3, 20, 45, 59])
def test_a_clock_of_ours_that_is_put_back_does_not_stop_the_polls(age: float) -> None:
    lock = PhaseLock()
    lock.learn(START, {"one": START - age})

    polls = [START - DAY]
    for _ in range(10):
        lock.learn(polls[-1], {"one": None})
        polls.append(lock.next_poll(polls[-1]))

    # The pace allows one after a minute, and within another there is every phase.
    assert polls[1] <= START - DAY + 2 * 60
    assert polls[-1] - polls[-2] == 60


@given(news, intervals)
def test_requests_never_exceed_one_per_interval_whatever_is_told(
    told: list[dict[str, float | None]], interval: float
) -> None:
    lock = PhaseLock(interval)
    polls = [START]
    for newest in told:
        lock.learn(polls[-1], {person: stamp and polls[-1] + stamp for person, stamp in newest.items()})
        polls.append(lock.next_poll(polls[-1]))

    assert keep_the_pace(polls, interval)
    assert all(later - earlier >= MIN_GAP for earlier, later in pairwise(polls))


@given(st.integers(0, 10**6), st.sampled_from([60, 300]), intervals, st.integers(1, 4))
def test_requests_never_exceed_one_per_interval_however_phones_upload(
    seed: int, cadence: float, interval: float, persons: int
) -> None:
    random = Random(seed)
    phones = {
        str(number): Uploader(
            delay=exponential(1, random.uniform(0.5, 40)),
            cadence=cadence,
            phase=random.uniform(0, 300),
            seed=seed + number,
            hours=4,
        )
        for number in range(persons)
    }

    assert keep_the_pace(follow(phones, locked(interval), 3).polls, interval)


@given(news, intervals, st.floats(0, 1e5))
def test_the_next_poll_lies_ahead_but_not_far(
    told: list[dict[str, float | None]], interval: float, late: float
) -> None:
    lock = PhaseLock(interval)
    now = START
    for newest in told:
        lock.learn(now, {person: stamp and now + stamp for person, stamp in newest.items()})
        now = lock.next_poll(now)

    assert now + late < lock.next_poll(now + late) <= now + late + interval + 315
