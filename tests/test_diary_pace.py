"""How long to wait between two reports."""

from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.backoff import Backoff
from custom_components.libreview.cloud.errors import (
    BlockedError,
    CloudError,
    InvalidAnswerError,
    NoAnswerError,
    PersonNotLoadableError,
    RefusedError,
    ReportFailedError,
    ServerTroubleError,
    SignInWaitError,
    WaitError,
)
from custom_components.libreview.diary_pace import DiaryPace

MINUTE = 60.0


def pace(persons: int = 1, seed: int = 1) -> DiaryPace:
    return DiaryPace(Backoff(Random(seed)), persons, Random(seed))


@given(seed=st.integers(0, 10_000), persons=st.integers(1, 50))
def test_everyone_has_a_turn_in_45_to_75_minutes(seed: int, persons: int) -> None:
    here = pace(persons, seed)
    assert 45 * MINUTE <= sum(here.turn() for _ in range(persons)) <= 75 * MINUTE


def test_turns_are_not_evenly_spaced() -> None:
    here = pace()
    assert len({round(here.turn() / MINUTE) for _ in range(50)}) > 15


def test_the_first_report_comes_soon_but_not_in_the_same_second_for_all() -> None:
    waits = [pace(seed=seed).at_start(None) for seed in range(50)]
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
    assert least <= pace().at_start(since) <= most


@pytest.mark.parametrize("err", [NoAnswerError("x"), ServerTroubleError("x")], ids=repr)
def test_trouble_that_may_be_over_is_looked_at_every_five_minutes(err: CloudError) -> None:
    here = pace()
    assert [here.failed(err) for _ in range(6)] == [300] * 6


@pytest.mark.parametrize(
    "err",
    [
        RefusedError("x"),
        BlockedError("x"),
        ReportFailedError("x"),
        InvalidAnswerError("x"),
        PersonNotLoadableError("x"),
    ],
    ids=repr,
)
def test_what_hardly_is_over_soon_is_asked_for_less_and_less(err: CloudError) -> None:
    here = pace()
    waits = [here.failed(err) for _ in range(8)]
    assert waits[0] == 300
    assert waits == sorted(waits[:6]) + waits[6:]
    assert all(45 * MINUTE <= wait <= 60 * MINUTE for wait in waits[6:])


def test_success_ends_the_waiting() -> None:
    here = pace()
    for _ in range(8):
        here.failed(ReportFailedError("x"))
    for _ in range(8):
        here.succeeded()
    assert here.failed(ReportFailedError("x")) == 300


@pytest.mark.parametrize("kind", [WaitError, SignInWaitError])
def test_a_wait_is_waited_for_as_told(kind: type[CloudError]) -> None:
    assert pace().failed(kind("x", retry_after=17)) == 17
    assert pace().failed(kind("x")) == 300


def test_what_the_cloud_asks_for_is_obeyed() -> None:
    assert pace().failed(RefusedError("x", retry_after=7200)) == 7200


def test_a_persons_failing_report_does_not_bring_the_others_forward() -> None:
    for seed in range(50):
        assert pace(2, seed).failed(PersonNotLoadableError("x")) >= 45 * MINUTE / 2
