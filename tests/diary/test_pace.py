"""How long to wait between two reports."""

from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.backoff import Backoff
from custom_components.libreview.cloud.errors import (
    BlockedError,
    CloudError,
    InvalidAnswerError,
    NotSentError,
    PersonNotLoadableError,
    RateLimitedError,
    ReportFailedError,
    ServerTroubleError,
    SignInWaitError,
    UnreachableError,
)
from custom_components.libreview.diary.pace import DiaryPace
from custom_components.libreview.failures.problems import to_problem

MINUTE = 60.0


def pace(persons: int = 1, seed: int = 1) -> DiaryPace:
    return DiaryPace(Backoff(Random(seed)), persons, Random(seed))


@given(seed=st.integers(0, 10_000), persons=st.integers(1, 50))
def test_everyone_has_a_turn_in_45_to_75_minutes_or_five_minutes_apart(seed: int, persons: int) -> None:
    here = pace(persons, seed)
    delays = [here.delay_of_turn() for _ in range(persons)]
    assert min(delays) >= 5 * MINUTE
    assert 45 * MINUTE <= sum(delays) <= max(75 * MINUTE, persons * 5 * MINUTE + 25 * MINUTE)


def test_turns_are_not_evenly_spaced() -> None:
    here = pace()
    assert len({round(here.delay_of_turn() / MINUTE) for _ in range(50)}) > 15


def test_the_first_report_comes_soon_but_not_in_the_same_second_for_all() -> None:
    waits = [pace(seed=seed).delay_at_start(None) for seed in range(50)]
    assert min(waits) >= 5
    assert max(waits) <= 20
    assert len({round(wait) for wait in waits}) > 10


@pytest.mark.parametrize(
    ("since", "least", "most"),
    [(0, 300, 300), (200, 100, 100), (299, 5, 20), (3600, 5, 20), (-7200, 300, 300)],
)
def test_after_a_restart_five_minutes_lie_between_two_attempts(
    since: float, least: float, most: float
) -> None:
    assert least <= pace().delay_at_start(since) <= most


@pytest.mark.parametrize("err", [UnreachableError("x"), ServerTroubleError("x")], ids=repr)
def test_after_failures_that_may_be_over_there_is_an_attempt_every_five_minutes(err: CloudError) -> None:
    here = pace()
    assert [here.failed(to_problem(err)) for _ in range(6)] == [300] * 6


@pytest.mark.parametrize(
    "err",
    [
        RateLimitedError("x"),
        BlockedError("x"),
        ReportFailedError("x"),
        InvalidAnswerError("x"),
        PersonNotLoadableError("x"),
    ],
    ids=repr,
)
def test_failures_that_last_lead_to_fewer_and_fewer_attempts(err: CloudError) -> None:
    here = pace()
    waits = [here.failed(to_problem(err)) for _ in range(8)]
    assert waits[0] == 300
    assert waits == sorted(waits[:6]) + waits[6:]
    assert all(45 * MINUTE <= wait <= 60 * MINUTE for wait in waits[6:])


def test_success_ends_the_waiting() -> None:
    here = pace()
    for _ in range(8):
        here.failed(to_problem(ReportFailedError("x")))
    for _ in range(8):
        here.succeeded()
    assert here.failed(to_problem(ReportFailedError("x"))) == 300


@pytest.mark.parametrize("kind", [NotSentError, SignInWaitError])
def test_a_known_wait_is_waited_to_its_end(kind: type[CloudError]) -> None:
    assert pace().failed(to_problem(kind("x", retry_after=17))) == 17
    assert pace().failed(to_problem(kind("x"))) == 300


def test_the_wait_that_the_cloud_asks_for_is_kept() -> None:
    assert pace().failed(to_problem(RateLimitedError("x", retry_after=7200))) == 7200


def test_a_persons_failing_report_does_not_bring_the_others_forward() -> None:
    for seed in range(50):
        assert pace(2, seed).failed(to_problem(PersonNotLoadableError("x"))) >= 45 * MINUTE / 2
