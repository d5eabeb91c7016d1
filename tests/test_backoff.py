"""How long we wait after trouble."""

from math import inf, nan
from random import Random
from typing import override

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.backoff import Backoff, FailureKind

FAILURE, REFUSAL = FailureKind.FAILURE, FailureKind.REFUSAL
DAY = 24 * 3600
troubles = st.sampled_from(FailureKind)


class Longest(Random):
    """Chance that takes nothing off."""

    @override
    def random(self) -> float:
        return 1.0


@pytest.fixture
def backoff() -> Backoff:
    return Backoff(Longest())


def failures(backoff: Backoff, trouble: FailureKind, times: int) -> list[float]:
    return [backoff.failed(trouble) for _ in range(times)]


def test_after_failures_a_request_a_minute_goes_on(backoff: Backoff) -> None:
    assert failures(backoff, FAILURE, 4) == [30, 60, 60, 60]


def test_the_wait_after_refusals_doubles_up_to_a_quarter_of_an_hour(backoff: Backoff) -> None:
    assert failures(backoff, REFUSAL, 6) == [120, 240, 480, 900, 900, 900]


def test_after_failures_the_first_success_ends_the_wait(backoff: Backoff) -> None:
    failures(backoff, FAILURE, 6)
    backoff.succeeded()

    assert backoff.failed(FAILURE) == 30


@pytest.mark.parametrize(("successes", "wait"), [(1, 900), (2, 450), (3, 225), (4, 120), (9, 120)])
def test_a_refusal_soon_after_a_success_is_waited_out_from_where_the_last_one_stood(
    backoff: Backoff, successes: int, wait: float
) -> None:
    failures(backoff, REFUSAL, 4)
    for _ in range(successes):
        backoff.succeeded()

    assert backoff.failed(REFUSAL) == wait


def test_a_failure_neither_ends_nor_prolongs_the_wait_after_a_refusal(backoff: Backoff) -> None:
    failures(backoff, REFUSAL, 3)

    assert failures(backoff, FAILURE, 3) == [480, 480, 480]


@pytest.mark.parametrize("trouble", FailureKind)
@pytest.mark.parametrize(("asked", "waits"), [(400.0, 400), (65620.0, 65620), (DAY + 1.0, DAY), (inf, DAY)])
def test_what_the_cloud_asks_for_is_waited_up_to_a_day(
    backoff: Backoff, trouble: FailureKind, asked: float, waits: float
) -> None:
    assert backoff.failed(trouble, asked) == waits


@pytest.mark.parametrize("asked", [None, 0.0, -5.0, nan, -inf, 1.0])
def test_what_the_cloud_asks_for_does_not_shorten_the_wait(backoff: Backoff, asked: float | None) -> None:
    assert backoff.failed(REFUSAL, asked) == 120


def test_a_long_wait_asked_for_does_not_grow_with_the_next_trouble(backoff: Backoff) -> None:
    backoff.failed(REFUSAL, 65620)

    assert backoff.failed(REFUSAL) == 240


def test_chance_takes_at_most_a_quarter_off() -> None:
    waits = [Backoff(Random(seed)).failed(REFUSAL) for seed in range(200)]

    assert 90 <= min(waits) < 95
    assert 115 < max(waits) <= 120


@given(st.lists(st.tuples(troubles, st.one_of(st.none(), st.floats()))), st.integers())
def test_every_wait_is_positive_and_at_most_a_day(
    happened: list[tuple[FailureKind, float | None]], seed: int
) -> None:
    backoff = Backoff(Random(seed))

    assert all(0 < backoff.failed(trouble, asked) <= DAY for trouble, asked in happened)
