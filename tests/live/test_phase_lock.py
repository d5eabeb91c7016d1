"""The poll that locks onto the uploads, against simulated phones."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from random import Random
from statistics import fmean, median

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.live.phase_lock import CREDIT, MIN_GAP, REPAYMENT, PhaseLock
from tests.support.simulated_uploader import (
    DAY,
    HOUR,
    START,
    Changing,
    Delay,
    Following,
    Uploader,
    exponential,
    fixed,
    follow,
    gaussian,
    locked,
    percentile,
    uniform,
)

HOURS = 12
PAUSES = ((2 * HOUR, 2.2 * HOUR),)
STEADY = gaussian(8, 2)

seeds = pytest.mark.parametrize("seed", range(3))
stamps = st.one_of(st.none(), st.floats(-1e5, 1e5))
news = st.lists(st.dictionaries(st.sampled_from("abc"), stamps, max_size=3), min_size=2, max_size=40)
intervals = st.sampled_from([60.0, 75.0, 300.0, 600.0])


def phone(
    seed: int = 0,
    delay: Delay = STEADY,
    *,
    cadence: float = 60,
    skew: float = 0,
    pauses: Sequence[tuple[float, float]] = (),
) -> Uploader:
    """Give a phone with a phase of its own."""
    phase = Random(seed).uniform(0, 300)
    return Uploader(delay=delay, cadence=cadence, phase=phase, skew=skew, pauses=pauses, seed=seed)


def followed(uploader: Uploader | Changing, interval: float = 60, hours: float = HOURS) -> Following:
    return follow({"one": uploader}, locked(interval), hours)


def most_in_an_hour(polls: Sequence[float]) -> int:
    """Say how many requests there are in the hour that has the most."""
    return max(bisect_left(polls, start + HOUR) - place for place, start in enumerate(polls))


def keep_the_pace(polls: Sequence[float], interval: float) -> bool:
    """Say whether every window of requests is as long as it must be, but for the credit of one."""
    ahead = 0.0
    for earlier, later in pairwise(polls):
        # How far the window that is hardest to bear is short of one interval per request.
        ahead = max(ahead, 0.0) + interval - (later - earlier)
        if ahead > CREDIT + 1e-3:
            return False
    return True


@seeds
@pytest.mark.parametrize(
    ("delay", "mean_wait"),
    [
        (gaussian(8, 1), 4.5),
        (gaussian(8, 3), 11),
        (gaussian(40, 3), 10),
        (uniform(2, 12), 7.5),
        (uniform(2, 20), 12.5),
        (exponential(3, 3), 11),
    ],
    ids=["narrow", "jitter", "slow", "uniform", "wide", "tail"],
)
def test_readings_of_a_minute_sensor_are_met_seconds_after_their_upload(
    seed: int, delay: Delay, mean_wait: float
) -> None:
    following = followed(phone(seed, delay, pauses=PAUSES))

    assert fmean(following.waits) <= mean_wait
    assert sum(wait > 40 for wait in following.waits) < 0.1 * len(following.waits)
    assert most_in_an_hour(following.polls) <= 60


@seeds
def test_a_locked_poll_waits_less_than_a_third_of_what_a_fixed_one_does(seed: int) -> None:
    # Phases all around the minute, so that the fixed poll is neither lucky nor unlucky.
    phones = [Uploader(delay=STEADY, phase=7.5 * number, seed=seed) for number in range(8)]

    ours = fmean(wait for one in phones for wait in followed(one, hours=6).waits)
    theirs = fmean(wait for one in phones for wait in follow({"one": one}, fixed(), 6).waits)

    assert ours < theirs / 3


@seeds
@pytest.mark.parametrize(
    "delay", [gaussian(8, 1), gaussian(8, 3), uniform(2, 12)], ids=["narrow", "jitter", "uniform"]
)
def test_a_five_minute_sensor_is_met_as_soon_with_fewer_than_half_the_requests(
    seed: int, delay: Delay
) -> None:
    following = followed(phone(seed, delay, cadence=300, pauses=PAUSES))

    assert median(following.waits) <= 9
    assert percentile(following.waits, 95) <= 25
    assert len(following.polls) < HOURS * HOUR / 100


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("cadence", "hours"), [(60, 0.25), (300, 0.5)])
def test_it_locks_soon(seed: int, cadence: float, hours: float) -> None:
    following = followed(phone(seed, cadence=cadence), hours=2).since(START + hours * HOUR)

    assert median(following.waits) <= 10


@seeds
def test_the_clock_of_the_phone_need_not_be_right(seed: int) -> None:
    for skew in (-3600, -45, 200, 7200):
        assert median(followed(phone(seed, skew=skew), hours=3).since(START + HOUR).waits) <= 12


@seeds
@pytest.mark.parametrize("cadence", [59.98, 60.02, 60.3])
def test_a_sensor_that_runs_slow_or_fast_is_followed(seed: int, cadence: float) -> None:
    following = followed(phone(seed, cadence=cadence))

    assert median(following.waits) <= 8
    assert keep_the_pace(following.polls, 60)


@seeds
def test_a_pause_of_the_phone_does_not_spoil_what_was_learnt(seed: int) -> None:
    back = 6 * HOUR
    following = followed(phone(seed, pauses=[(3 * HOUR, back)]), hours=8)

    assert median(following.since(START + back + 180).waits[:20]) <= 8


@seeds
def test_an_upload_that_takes_longer_from_now_on_is_followed(seed: int) -> None:
    slower = Changing(
        first=phone(seed, gaussian(8, 2)), then=phone(seed, gaussian(40, 2)), at=START + 3 * HOUR
    )

    waits = followed(slower, hours=4).since(START + 3.25 * HOUR).waits

    assert median(waits) <= 10


@seeds
def test_an_upload_that_takes_less_long_from_now_on_is_followed_in_time(seed: int) -> None:
    faster = Changing(
        first=phone(seed, gaussian(40, 2)), then=phone(seed, gaussian(8, 2)), at=START + 3 * HOUR
    )

    waits = followed(faster, hours=8).since(START + 6 * HOUR).waits

    assert median(waits) <= 8


@seeds
def test_a_sensor_that_becomes_a_minute_one_is_noticed(seed: int) -> None:
    quicker = Changing(first=phone(seed, cadence=300), then=phone(seed), at=START + 3 * HOUR)

    following = followed(quicker, hours=4).since(START + 3.25 * HOUR)

    assert median(following.waits) <= 8


@seeds
def test_a_sensor_that_becomes_a_five_minute_one_is_asked_less_often(seed: int) -> None:
    slower = Changing(first=phone(seed), then=phone(seed, cadence=300), at=START + 3 * HOUR)

    following = followed(slower, hours=6).since(START + 4 * HOUR)

    assert median(following.waits) <= 10
    assert len(following.polls) < 2 * HOUR / 120


@seeds
@pytest.mark.parametrize("skew", [-1830, 1830, 3590])
def test_a_clock_put_right_is_followed(seed: int, skew: float) -> None:
    clock = Changing(first=phone(seed, skew=skew), then=phone(seed), at=START + 2 * HOUR)

    assert median(followed(clock, hours=3).since(START + 2.5 * HOUR).waits) <= 12


@seeds
def test_one_old_answer_out_of_a_cache_changes_nothing(seed: int) -> None:
    uploader, plain, confused = phone(seed), PhaseLock(), PhaseLock()
    now = START
    for number in range(60):
        stamp = uploader.newest(now)
        plain.learn(now, {"one": stamp})
        confused.learn(now, {"one": stamp - 60 if stamp and number == 40 else stamp})
        now = plain.next_poll(now)

    assert confused.next_poll(now) == pytest.approx(plain.next_poll(now), abs=5)


@pytest.mark.parametrize("cadence", [60, 300])
@pytest.mark.parametrize("interval", [90, 120, 300, 600])
def test_a_longer_interval_still_meets_an_upload(interval: float, cadence: float) -> None:
    uploader = phone(3, cadence=cadence)
    following = followed(uploader, interval, hours=24)
    ages = [poll - (uploader.newest(poll) or 0) for poll in following.since(START + 6 * HOUR).polls]

    assert len(following.polls) <= DAY / interval + 1
    # Half of the polls see a reading that is just the upload's delay old, or a moment more. A phone of minutes that is asked every
    # five looks like one of five minutes, whose readings are worth a longer margin.
    assert percentile(ages, 50 if interval >= cadence else 40) <= (30 if interval > 120 > cadence else 25)


@pytest.mark.parametrize("persons", [2, 3, 5])
@seeds
def test_with_several_persons_the_phase_is_nearly_the_best_there_is(seed: int, persons: int) -> None:
    phones = {str(number): phone(10 * seed + number) for number in range(persons)}

    def waits_at(phase: float) -> float:
        polls = iter([START + phase + 60])
        return fmean(follow(phones, lambda now, newest: next(polls, now + 60), 6).waits)

    following = follow(phones, locked(), 8).since(START + 2 * HOUR)

    assert fmean(following.waits) <= min(waits_at(phase) for phase in range(0, 60, 4)) + 3


@seeds
def test_five_minute_sensors_out_of_phase_are_each_met(seed: int) -> None:
    phones = {str(number): phone(10 * seed + number, cadence=300) for number in range(3)}

    following = follow(phones, locked(), 12)

    assert median(following.waits) <= 10
    assert keep_the_pace(following.polls, 60)


@seeds
def test_persons_whose_phones_are_silent_do_not_count(seed: int) -> None:
    silent = {
        str(number): Uploader(delay=STEADY, phase=40, pauses=[(2 * HOUR, DAY)], seed=seed + number)
        for number in range(3)
    }
    heard = Uploader(delay=STEADY, phase=10, seed=seed)

    following = follow({"heard": heard, **silent}, locked(), 4)

    assert median(following.since(START + 2.25 * HOUR).waits) <= 8


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


def test_a_clock_of_ours_that_is_put_back_does_not_stop_the_polls() -> None:
    lock = PhaseLock()
    lock.learn(START, {"one": START - 20})

    polls = [START - DAY]
    for _ in range(10):
        lock.learn(polls[-1], {"one": None})
        polls.append(lock.next_poll(polls[-1]))

    assert polls[1] <= START - DAY + 2 * 60 + REPAYMENT
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
