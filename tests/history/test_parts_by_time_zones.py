"""Parts of one export that are told one after another by several time zones: nothing told is lost."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from tests.history.filed_readings import (
    BERLIN,
    TOKYO,
    WALLS,
    filed,
    instant,
    keep_filed,
    lose_the_login,
    report,
    stored,
    take_back,
)
from tests.history.store_rows import keep_live

SHIFT: Final = 28
"""The quarters of an hour between both time zones."""
ZONES: Final = (BERLIN, TOKYO, ZoneInfo("Europe/London"))
TWICE: Final = datetime.fromisoformat("2025-10-26 02:15")

type Stored = list[tuple[datetime, int, Source]]
type Part = dict[datetime, tuple[datetime, int]]
"""Instants and values by wall clocks."""


def cover(store: Store) -> Stored:
    """Tell a part that lands on readings which only an earlier file has, and return what there is then."""
    keep_filed(store, BERLIN, WALLS[:10])
    keep_filed(store, TOKYO, WALLS[SHIFT : SHIFT + 10], 110)
    assert stored(store) == filed(BERLIN, WALLS[:10], 110)
    return stored(store)


def test_what_a_part_lands_on_is_there_again_once_another_one_moves_that_away(store: Store) -> None:
    cover(store)

    keep_filed(store, BERLIN, WALLS[SHIFT : SHIFT + 5], 110)

    moved, still_there = filed(BERLIN, WALLS[SHIFT : SHIFT + 5], 110), filed(BERLIN, WALLS[5:10], 110)
    assert stored(store) == [*filed(BERLIN, WALLS[:5]), *still_there, *moved]


def test_taking_back_a_part_brings_back_what_it_landed_on(store: Store) -> None:
    before = cover(store)
    keep_filed(store, BERLIN, WALLS[SHIFT : SHIFT + 10], 110)

    take_back(store)

    assert stored(store) == before


def test_a_part_is_taken_back_whose_readings_a_later_file_has_said_again(store: Store) -> None:
    cover(store)
    keep_filed(store, TOKYO, WALLS[SHIFT : SHIFT + 10], 110)  # The same import.

    take_back(store)

    assert stored(store) == filed(BERLIN, WALLS[:10])


def test_what_was_told_elsewhere_meanwhile_does_not_come_back(store: Store) -> None:
    cover(store)
    keep_filed(store, TOKYO, WALLS[:10])

    keep_filed(store, BERLIN, WALLS[SHIFT : SHIFT + 10], 110)

    assert stored(store) == filed(TOKYO, WALLS[:10]) + filed(BERLIN, WALLS[SHIFT : SHIFT + 10], 110)


def test_a_report_that_moves_a_part_away_lets_come_back_what_that_landed_on(store: Store) -> None:
    cover(store)

    report(store, BERLIN, WALLS[SHIFT : SHIFT + 10])

    assert stored(store)[:10] == filed(BERLIN, WALLS[:10])
    lose_the_login(store)
    assert len(stored(store)) == 10, "the later file's word on the instants counts again"


def test_a_reading_that_is_live_by_the_word_of_a_report_does_not_come_back_beside_it(store: Store) -> None:
    cover(store)
    keep_live(store, Reading(at=instant(WALLS[0], TOKYO), mg_dl=99))
    report(store, TOKYO, WALLS[:1])

    keep_filed(store, BERLIN, WALLS[SHIFT : SHIFT + 10], 110)

    assert stored(store)[1:10] == filed(BERLIN, WALLS[1:10])
    assert [mg_dl for _, mg_dl, _ in stored(store)].count(99) == 1
    assert len(stored(store)) == 20


@pytest.mark.parametrize("seed", range(40))
def test_each_reading_is_once_where_the_last_file_that_tells_it_has_it(seed: int, tmp_path: Path) -> None:
    random, store = Random(seed), Store(tmp_path / "history.db")
    told: list[Part] = []
    before: list[Part] = []
    for _ in range(14):
        step = random.random()
        if step < 0.2 and store.last_file("anna") is not None:
            take_back(store)
            told = list(before)
        elif step < 0.3:  # Each of the readings is behind a report's for a while.
            report(store, random.choice(ZONES), WALLS)
            assert len(stored(store)) == len(WALLS)
            store.keep_only(["anna"], with_diary=["anna"])
            lose_the_login(store)
        else:
            first, last = sorted(random.sample(range(len(WALLS) + 1), 2))
            walls = [wall for wall in WALLS[first:last] if random.random() < 0.9]
            zone, mg_dl = random.choice(ZONES), random.randrange(100, 103)
            if keep_filed(store, zone, walls, mg_dl):
                before = list(told)
            told.append({wall: (instant(wall, zone), mg_dl) for wall in walls})
        assert [(at, mg_dl) for at, mg_dl, _ in stored(store)] == expected(told)
    store.close()


def expected(told: Sequence[Part]) -> list[tuple[datetime, int]]:
    """Return each reading where it was told last; of several at one instant the one of the last file."""
    last: dict[datetime, tuple[int, datetime, int]] = {}
    for number, part in enumerate(told):
        last |= {wall: (number, at, mg_dl) for wall, (at, mg_dl) in part.items()}
    standing = {at: mg_dl for _, at, mg_dl in sorted(last.values())}
    return sorted(standing.items())


@pytest.mark.parametrize("seed", range(20))
def test_parts_of_reports_in_between_take_no_reading_of_a_file_along(seed: int, tmp_path: Path) -> None:
    random, store = Random(seed), Store(tmp_path / "history.db")
    told: list[Part] = []
    report(store, BERLIN, WALLS[:1])
    for _ in range(12):
        store.keep_only(["anna"], with_diary=["anna"])
        first, last = sorted(random.sample(range(len(WALLS) + 1), 2))
        walls, zone = WALLS[first:last], random.choice(ZONES)
        if random.random() < 0.4:
            report(store, zone, walls)
        else:
            keep_filed(store, zone, walls)
            told.append({wall: (instant(wall, zone), 100) for wall in walls})

    lose_the_login(store)

    assert [(at, mg_dl) for at, mg_dl, _ in stored(store)] == expected(told)
    store.close()


@pytest.mark.parametrize("fold", [0, 1])
def test_what_comes_back_of_an_hour_that_the_clock_shows_twice_leaves_the_other_one(
    store: Store, fold: int
) -> None:
    walls = [TWICE, TWICE.replace(fold=1)]
    keep_filed(store, BERLIN, walls)
    report(store, BERLIN, [TWICE.replace(fold=fold)])
    store.keep_only(["anna"], with_diary=["anna"])

    lose_the_login(store)

    assert stored(store) == filed(BERLIN, walls)
