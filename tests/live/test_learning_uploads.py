"""How soon the poll locks onto the uploads: at first, after a restart, and after a look in vain."""

from collections.abc import Mapping
from functools import partial
from random import Random
from statistics import fmean

import pytest

from custom_components.libreview.live.phase_lock import AGAIN, PhaseLock
from tests.support.simulated_uploader import START, Delay, Uploader, exponential, follow, gaussian, locked


def phone(seed: int, delay: Delay) -> Uploader:
    """Give a phone with a phase of its own."""
    return Uploader(delay=delay, phase=Random(seed).uniform(0, 60), seed=seed, hours=4)


def learn(lock: PhaseLock, now: float, newest: Mapping[str, float | None]) -> float:
    """Poll, as a polling that `follow` follows."""
    lock.learn(now, newest)
    return lock.next_poll(now)


@pytest.mark.parametrize(
    ("delay", "mean", "missed"),
    [
        (lambda _: 4.0, 8, 0.08),
        (gaussian(8, 1), 10, 0.1),
        (gaussian(8, 3), 14, 0.14),
        (gaussian(30, 3), 18, 0.18),
        (exponential(3, 6), 20, 0.18),
    ],
    ids=["constant", "narrow", "jitter", "slow", "tail"],
)
def test_from_the_first_minute_readings_wait_far_less_than_half_a_minute(
    delay: Delay, mean: float, missed: float
) -> None:
    starts = [follow({"one": phone(seed, delay)}, locked(), 0.2) for seed in range(30)]
    waits = [wait for start in starts for wait in start.waits]

    assert fmean(waits) <= mean
    assert sum(wait > 50 for wait in waits) <= missed * len(waits)


@pytest.mark.parametrize("delay", [gaussian(4, 0.1), gaussian(30, 1)], ids=["short", "long"])
@pytest.mark.parametrize("seed", range(3))
def test_what_was_learnt_is_known_after_a_restart(seed: int, delay: Delay) -> None:
    lock = PhaseLock()
    follow({"one": phone(seed, delay)}, partial(learn, lock), 2)
    again = PhaseLock(known=lock.known())
    waits = follow({"one": phone(seed + 1, delay)}, partial(learn, again), 0.25).waits

    # The first one may have appeared just before the poll of the start.
    assert fmean(waits[1:]) <= 5


def test_a_second_look_is_taken_once_after_one_in_vain_and_does_not_move_the_next() -> None:
    lock = PhaseLock()
    polls = [START]
    for minute in range(40):
        stamp = START - 20 + 60 * (minute - (minute == 39))
        lock.learn(polls[-1], {"one": stamp})
        polls.append(lock.next_poll(polls[-1]))
    vain = polls[-2]
    assert lock.next_poll(vain, looks_again=True) == vain + AGAIN
    lock.learn(vain + AGAIN, {"one": START - 20 + 60 * 39})
    assert 30 <= lock.next_poll(vain + AGAIN, looks_again=True) - vain <= 90
