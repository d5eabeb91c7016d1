"""Readings of files and reports that are told again by another time zone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from tests.history.filed_readings import (
    BERLIN,
    QUARTER,
    TOKYO,
    WALL,
    WALLS,
    filed,
    instant,
    keep_filed,
    lose_the_login,
    report,
    stored,
    take_back,
)
from tests.history.store_rows import emptied, keep_live

CLOCKS_GO_BACK: Final = datetime.fromisoformat("2025-10-26 01:45")


def test_the_same_file_by_another_time_zone_moves_its_readings(store: Store) -> None:
    assert keep_filed(store, BERLIN, WALLS) == len(WALLS)

    assert keep_filed(store, TOKYO, WALLS) == len(WALLS)

    assert stored(store) == filed(TOKYO, WALLS)
    assert keep_filed(store, TOKYO, WALLS) == 0
    take_back(store)
    assert stored(store) == filed(BERLIN, WALLS)


@pytest.mark.parametrize("zones", [(BERLIN, TOKYO), (TOKYO, BERLIN)])
def test_a_later_file_moves_what_it_tells_again_and_leaves_the_rest(
    store: Store, zones: tuple[ZoneInfo, ZoneInfo]
) -> None:
    before, after = zones
    walls = [WALL + number * timedelta(minutes=37) for number in range(30)]
    keep_filed(store, before, walls[:20])

    keep_filed(store, after, walls[10:])

    assert stored(store) == sorted(filed(before, walls[:10]) + filed(after, walls[10:]))


def test_readings_that_a_file_moves_onto_live_ones_are_back_once_it_is_taken_back(store: Store) -> None:
    keep_filed(store, BERLIN, WALLS[:3])
    keep_live(store, *(Reading(at=instant(wall, TOKYO), mg_dl=99) for wall in WALLS[:2]))
    before = stored(store)

    assert keep_filed(store, TOKYO, WALLS[:4]) == 2
    assert len(stored(store)) == 4
    take_back(store)

    assert stored(store) == before


def test_a_report_by_another_time_zone_is_of_the_same_readings(store: Store) -> None:
    keep_filed(store, BERLIN, WALLS)

    report(store, TOKYO, WALLS)

    assert len(stored(store)) == len(WALLS)
    assert {source for _, _, source in stored(store)} == {Source.REPORT}
    lose_the_login(store)
    assert stored(store) == filed(BERLIN, WALLS)


def test_of_files_by_several_time_zones_behind_a_report_the_last_one_counts(store: Store) -> None:
    report(store, BERLIN, WALLS)
    for zone in (BERLIN, TOKYO, BERLIN):
        keep_filed(store, zone, WALLS)

    lose_the_login(store)

    assert stored(store) == filed(BERLIN, WALLS)


def test_a_file_by_another_time_zone_is_of_the_readings_of_the_report(store: Store) -> None:
    report(store, BERLIN, WALLS)

    assert keep_filed(store, TOKYO, WALLS) == 0

    assert len(stored(store)) == len(WALLS)


def test_a_reading_where_one_of_a_report_stood_is_there_once_that_has_moved(store: Store) -> None:
    report(store, TOKYO, WALLS[28:])  # Seven hours are 28 quarters.
    keep_filed(store, BERLIN, WALLS)

    report(store, BERLIN, WALLS[28:])

    assert [at.replace(second=0) for at, _, _ in stored(store)] == [instant(wall, BERLIN) for wall in WALLS]


@pytest.mark.parametrize("keep", [keep_filed, report])
def test_hours_that_readings_have_left_are_told(store: Store, keep: Callable[..., object]) -> None:
    keep(store, BERLIN, WALLS[:8])

    keep(store, TOKYO, WALLS[:8])

    noon = int(instant(WALL, BERLIN).timestamp())
    assert {noon, noon + 3600} <= emptied(store).keys() <= set(range(noon, noon + 7201, 3600))


@pytest.mark.parametrize("is_reported", [False, True])
def test_readings_of_an_hour_that_the_clock_shows_twice_stay_two(store: Store, is_reported: bool) -> None:
    first = [CLOCKS_GO_BACK + number * QUARTER for number in range(5)]  # To 02:45, in summer time.
    second = [wall.replace(fold=1) for wall in first[1:]]
    if is_reported:
        report(store, BERLIN, first)
    else:
        keep_filed(store, BERLIN, first)

    keep_filed(store, BERLIN, [*first, *second])

    assert len(stored(store)) == len(first) + len(second)
    keep_filed(store, BERLIN, first)
    assert len(stored(store)) == len(first) + len(second)


@pytest.mark.parametrize("minutes", [1, 5, 15])
@pytest.mark.parametrize("keep", [keep_filed, report])
def test_days_in_which_the_clock_goes_back_are_whole_however_many_readings_they_have(
    store: Store, keep: Callable[..., object], minutes: int
) -> None:
    begin = instant(CLOCKS_GO_BACK, BERLIN) - timedelta(hours=30)
    walls = [
        (begin + number * timedelta(minutes=minutes)).astimezone(BERLIN).replace(tzinfo=None)
        for number in range(60 * 60 // minutes)
    ]
    for zone in (BERLIN, BERLIN, TOKYO, BERLIN):
        keep(store, zone, sorted(walls, key=lambda wall: instant(wall, zone)))

        kept = [at.replace(second=0) for at, _, _ in stored(store)]
        assert kept == sorted({instant(wall, zone) for wall in walls})
