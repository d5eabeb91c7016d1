"""The poll follows phones that change: their clock, their upload's lag, their cadence, a pause."""

from statistics import median

import pytest

from custom_components.libreview.live.phase_lock import PhaseLock
from tests.support.followed_phones import STEADY, followed, keep_the_pace, phone
from tests.support.simulated_uploader import DAY, HOUR, START, Changing, Uploader, follow, gaussian, locked

HOURS = 4
"""In which a cadence that is 0.3 s longer goes once around the minute."""

seeds = pytest.mark.parametrize("seed", range(3))


@seeds
def test_the_clock_of_the_phone_need_not_be_right(seed: int) -> None:
    for skew in (-3600, -45, 200, 7200):
        assert median(followed(phone(seed, skew=skew), hours=3).since(START + HOUR).waits) <= 12


@seeds
@pytest.mark.parametrize("cadence", [59.98, 60.02, 60.3])
def test_a_sensor_that_runs_slow_or_fast_is_followed(seed: int, cadence: float) -> None:
    following = followed(phone(seed, cadence=cadence), hours=HOURS)

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


@seeds
def test_persons_whose_phones_are_silent_do_not_count(seed: int) -> None:
    silent = {
        str(number): Uploader(delay=STEADY, phase=40, pauses=[(2 * HOUR, DAY)], seed=seed + number)
        for number in range(3)
    }
    heard = Uploader(delay=STEADY, phase=10, seed=seed)

    following = follow({"heard": heard, **silent}, locked(), 4)

    assert median(following.since(START + 2.25 * HOUR).waits) <= 8
