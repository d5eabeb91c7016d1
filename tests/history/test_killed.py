"""Whenever the process is killed: what the store has taken is there, once, and the file is whole."""

from collections.abc import Iterator
from contextlib import closing
import os
from pathlib import Path
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from custom_components.libreview.history.store import Store
from tests.support.killable_writer import ALL, FILE_PERSON, LIVE_PERSONS, ROWS, START, live_value

CHECKOUT = Path(__file__).parents[2]
LIVES, IMPORTS = 35, 15
"""Together 50 deaths."""
LONGEST_LIFE = 0.08
"""Seconds, in which some hundred batches are kept."""

type Mother = subprocess.Popen[str]


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """There is no Home Assistant here, and the clock is the true one."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def mother(path: Path) -> Iterator[Mother]:
    """Who bears the processes that are killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.killable_writer", str(path)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert heard(process) == "ready"
        yield process
        assert process.stdin is not None
        process.stdin.close()


def heard(mother: Mother) -> str:
    assert mother.stdout is not None
    return mother.stdout.readline().strip()


def killed(mother: Mother, work: str, life: float) -> int:
    """Let a child work for so many seconds and kill it; how many readings it said were safe."""
    child = born(mother, work)
    time.sleep(life)
    os.kill(child, signal.SIGKILL)
    safe = 0
    while (said := heard(mother)) != "ended":
        safe = int(said.removeprefix("kept "))
    return safe


def born(mother: Mother, work: str) -> int:
    """The number of a new process that has just opened the store."""
    assert mother.stdin is not None
    mother.stdin.write(f"{work}\n")
    mother.stdin.flush()
    word, number = heard(mother).split()
    assert word == "born"
    return int(number)


def time_of_an_import(mother: Mother) -> float:
    child = born(mother, "import")
    begin = time.monotonic()
    assert heard(mother) == f"kept {ROWS}"
    took = time.monotonic() - begin
    os.kill(child, signal.SIGKILL)
    assert heard(mother) == "ended"
    return took


def is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        answer: list[tuple[str]] = connection.execute("PRAGMA integrity_check").fetchall()
    return answer == [("ok",)]


def there(path: Path, person: str) -> list[tuple[int, int]]:
    """Instants and values, in the order of time."""
    store = Store(path)
    trace = store.trace(person, *ALL)
    store.close()
    return list(zip(trace.at, trace.mg_dl, strict=True))


def test_nothing_that_was_kept_live_is_lost_when_the_process_is_killed(path: Path, mother: Mother) -> None:
    chance = random.Random(1)
    first: list[tuple[int, int]] = []
    for _ in range(LIVES):
        safe = max(len(first), killed(mother, "live", chance.uniform(0, LONGEST_LIFE)))
        first, second = (there(path, person) for person in LIVE_PERSONS)
        assert is_whole(path)
        assert len(first) >= safe
        assert first == [(START + 60 * number, live_value(number)) for number in range(len(first))]
        assert second == first, "what was kept together is there together"
    assert len(first) > 10 * LIVES


def test_an_import_that_is_killed_is_there_as_a_whole_or_not_at_all(path: Path, mother: Mother) -> None:
    longest = 1.2 * time_of_an_import(mother)
    path.unlink()
    chance = random.Random(2)
    for _ in range(IMPORTS):
        safe = killed(mother, "import", chance.uniform(0, longest))
        assert is_whole(path)
        readings = there(path, FILE_PERSON)
        assert len(readings) >= safe
        assert len(readings) in (0, ROWS)
        if readings:
            assert [at for at, _ in readings] == [START - 300 * number for number in range(ROWS, 0, -1)]
            path.unlink()
