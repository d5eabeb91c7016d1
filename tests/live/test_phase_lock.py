"""The poll that locks onto the uploads sees readings soon after them, of simulated phones."""

from statistics import fmean, median

import pytest

from tests.support.followed_phones import STEADY, followed, keep_the_pace, most_in_an_hour, phone
from tests.support.simulated_uploader import (
    DAY,
    HOUR,
    START,
    Delay,
    Uploader,
    exponential,
    fixed,
    follow,
    gaussian,
    locked,
    percentile,
    uniform,
)

HOURS = 4
PAUSES = ((2 * HOUR, 2.2 * HOUR),)
LEARNT = START + HOUR / 5

seeds = pytest.mark.parametrize("seed", range(3))


@pytest.mark.parametrize(
    ("delay", "least"),
    [
        (gaussian(8, 1), 2.8),
        (gaussian(8, 3), 7.2),
        (gaussian(40, 3), 7.2),
        (uniform(2, 12), 5.0),
        (uniform(2, 20), 9.0),
        (exponential(3, 3), 8.0),
    ],
    ids=["narrow", "jitter", "slow", "uniform", "wide", "tail"],
)
def test_readings_of_a_minute_sensor_wait_little_longer_than_the_least_there_is(
    delay: Delay, least: float
) -> None:
    """The least mean wait (s) of one poll a minute is reckoned by `scripts/benchmark`."""
    runs = [followed(phone(seed, delay, pauses=PAUSES), hours=HOURS) for seed in range(3)]
    waits = [wait for run in runs for wait in run.since(LEARNT).waits]

    assert fmean(waits) <= least + 3
    assert sum(wait > 40 for wait in waits) < 0.07 * len(waits)
    assert all(most_in_an_hour(run.polls) <= 60 for run in runs)


@seeds
def test_a_locked_poll_waits_less_than_a_third_of_what_a_fixed_one_does(seed: int) -> None:
    # Phases all around the minute, so that the fixed poll is neither lucky nor unlucky.
    phones = [Uploader(delay=STEADY, phase=7.5 * number, seed=seed) for number in range(8)]

    ours = fmean(wait for one in phones for wait in followed(one, hours=2).since(LEARNT).waits)
    theirs = fmean(wait for one in phones for wait in follow({"one": one}, fixed(), 2).since(LEARNT).waits)

    assert ours < theirs / 3


@seeds
@pytest.mark.parametrize(
    "delay", [gaussian(8, 1), gaussian(8, 3), uniform(2, 12)], ids=["narrow", "jitter", "uniform"]
)
def test_a_five_minute_sensor_is_met_as_soon_with_fewer_than_half_the_requests(
    seed: int, delay: Delay
) -> None:
    following = followed(phone(seed, delay, cadence=300, pauses=PAUSES), hours=12)

    assert median(following.waits) <= 9
    assert percentile(following.waits, 95) <= 25
    assert len(following.polls) < 12 * HOUR / 100


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("cadence", "hours"), [(60, 0.25), (300, 0.5)])
def test_it_locks_soon(seed: int, cadence: float, hours: float) -> None:
    following = followed(phone(seed, cadence=cadence), hours=hours + 1).since(START + hours * HOUR)

    assert median(following.waits) <= 10


@pytest.mark.parametrize("cadence", [60, 300])
@pytest.mark.parametrize("interval", [90, 120, 300, 600])
def test_a_longer_interval_still_meets_an_upload(interval: float, cadence: float) -> None:
    uploader = phone(3, cadence=cadence)
    following = followed(uploader, interval, hours=24)
    ages = [poll - (uploader.newest(poll) or 0) for poll in following.since(START + 6 * HOUR).polls]

    assert len(following.polls) <= DAY / interval + 1
    # Half of the polls see a reading that is just the upload's delay old, or a moment more. A minute sensor
    # that is asked every five looks like one of five minutes, whose readings are worth a longer margin.
    assert percentile(ages, 50 if interval >= cadence else 40) <= (30 if interval > 120 > cadence else 25)


@pytest.mark.parametrize("persons", [2, 3, 5])
@seeds
def test_with_several_persons_the_phase_is_nearly_the_best_there_is(seed: int, persons: int) -> None:
    phones = {str(number): phone(10 * seed + number) for number in range(persons)}

    def waits_at(phase: float) -> float:
        polls = iter([START + phase + 60])
        return fmean(follow(phones, lambda now, newest: next(polls, now + 60), 2).waits)

    following = follow(phones, locked(), 3).since(START + HOUR)

    assert fmean(following.waits) <= min(waits_at(phase) for phase in range(0, 60, 4)) + 2


@seeds
def test_five_minute_sensors_out_of_phase_are_each_met(seed: int) -> None:
    phones = {str(number): phone(10 * seed + number, cadence=300) for number in range(3)}

    following = follow(phones, locked(), 12)

    assert median(following.waits) <= 10
    assert keep_the_pace(following.polls, 60)
