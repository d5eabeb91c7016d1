"""A small fuzz of all parsers, and proof that it would notice."""

from collections.abc import Callable

import pytest

from .parsers import PARSERS, Absurd
from .run import fuzz, table

COUNT = 400


def test_no_mutated_answer_does_harm() -> None:
    tallies = fuzz(COUNT, seed=1)
    assert set(tallies) == set(PARSERS)
    assert sum(tally.inputs for tally in tallies.values()) == COUNT
    assert all(tally.is_good for tally in tallies.values()), table(tallies)


def _absurd() -> Absurd:
    yield "a value of 1000"


def _broken() -> Absurd:
    raise KeyError
    yield


@pytest.mark.parametrize(("read", "counts"), [(_absurd, (0, 5)), (_broken, (5, 0))])
def test_what_a_parser_does_wrong_is_counted(
    read: Callable[[], Absurd], counts: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, parser in tuple(PARSERS.items()):
        monkeypatch.setitem(PARSERS, name, parser._replace(make=lambda _: (), read=read))
    tallies = fuzz(5, seed=1).values()
    assert (sum(tally.errors for tally in tallies), sum(tally.absurd for tally in tallies)) == counts
    assert not any(tally.is_good for tally in tallies)
