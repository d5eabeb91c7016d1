"""A reading of a file stays one that the file has told, whatever else tells it."""

from collections.abc import Callable
from pathlib import Path
import sqlite3
from typing import Final

import pytest

from custom_components.libreview.glucose.hourly import Hour
from custom_components.libreview.history.schema import MIGRATIONS
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
from tests.history.store_rows import ALL, LIBRE, emptied, keep_live

# A report tells it, too.


@pytest.fixture
def diary(store: Store) -> Store:
    """A person whose diary login has come, so that its reports go with it."""
    report(store, BERLIN, WALLS[:1])
    store.keep_only(["anna"], with_diary=["anna"])
    return store


def file_first(store: Store) -> None:
    keep_filed(store, BERLIN, WALLS, 101)
    report(store, BERLIN, WALLS)


def report_first(store: Store) -> None:
    report(store, BERLIN, WALLS)
    keep_filed(store, BERLIN, WALLS, 101)


def were_of_somebody_else(store: Store) -> None:
    store.expect_reports("anna", "ben", BERLIN, instant(WALL, BERLIN))


ORDERS: Final = [file_first, report_first]


@pytest.mark.parametrize("tell", ORDERS)
def test_readings_of_a_file_are_there_once_the_login_of_the_diary_is_gone(
    diary: Store, tell: Callable[[Store], None]
) -> None:
    tell(diary)
    assert {source for _, _, source in stored(diary)} == {Source.REPORT}

    lose_the_login(diary)

    assert stored(diary) == filed(BERLIN, WALLS, 101)
    assert {kept.device for kept in diary.readings("anna", *ALL)} == {LIBRE}


@pytest.mark.parametrize("tell", ORDERS)
def test_reports_that_were_of_somebody_else_take_no_reading_of_a_file_along(
    store: Store, tell: Callable[[Store], None]
) -> None:
    tell(store)

    were_of_somebody_else(store)

    assert stored(store) == filed(BERLIN, WALLS, 101)


@pytest.mark.parametrize("go", [lose_the_login, were_of_somebody_else])
def test_the_statistics_learn_which_hours_are_empty_without_the_reports(
    diary: Store, go: Callable[[Store], None]
) -> None:
    keep_filed(diary, BERLIN, WALLS[:4])
    report(diary, BERLIN, WALLS[:12])

    go(diary)

    noon = int(instant(WALL, BERLIN).timestamp())
    assert noon not in (left := emptied(diary))
    assert (left[noon + 7200].low, left[noon + 7200].high) == (100, 100)


def test_an_emptied_hour_is_known_by_what_was_written_of_it_whatever_has_come_since(diary: Store) -> None:
    noon = int(instant(WALL, BERLIN).timestamp())
    written = Hour(mean=99.5, low=98, high=101, covered=1800)
    report(diary, BERLIN, WALLS[:2])
    diary.settle_hours("anna", diary.due_hours("anna", 2**40), {noon: written})
    report(diary, BERLIN, WALLS[:4], 120)

    lose_the_login(diary)

    assert emptied(diary)[noon] == written


def test_a_file_that_was_taken_back_does_not_come_with_the_login_gone(diary: Store) -> None:
    keep_filed(diary, BERLIN, [*WALLS, WALL - QUARTER])
    report(diary, BERLIN, WALLS)
    take_back(diary)
    lose_the_login(diary)

    assert stored(diary) == []


def test_a_file_is_taken_back_after_the_login_is_gone(diary: Store) -> None:
    keep_filed(diary, BERLIN, WALLS[:10], 90)
    keep_filed(diary, BERLIN, WALLS, 101)
    report(diary, BERLIN, WALLS)
    lose_the_login(diary)

    take_back(diary)

    assert stored(diary) == filed(BERLIN, WALLS[:10], 90)


def test_of_two_files_behind_a_report_the_later_one_counts(diary: Store) -> None:
    report(diary, BERLIN, WALLS)
    keep_filed(diary, BERLIN, WALLS, 90)
    keep_filed(diary, BERLIN, WALLS, 101)

    lose_the_login(diary)
    assert stored(diary) == filed(BERLIN, WALLS, 101)


def test_a_live_reading_stays_where_a_report_and_a_file_had_its_copies(diary: Store) -> None:
    file_first(diary)
    keep_live(diary, Reading(at=instant(WALL, BERLIN), mg_dl=99))
    lose_the_login(diary)

    assert stored(diary) == [(instant(WALL, BERLIN), 99, Source.LIVE), *filed(BERLIN, WALLS[1:], 101)]


@pytest.mark.parametrize("is_behind", [False, True])
def test_a_reading_that_is_live_by_the_word_of_a_report_waits_for_the_login_to_go(
    diary: Store, is_behind: bool
) -> None:
    wall = WALLS[8]
    live = Reading(at=instant(wall, TOKYO), mg_dl=99)
    keep_filed(diary, BERLIN, [wall, wall + 9 * QUARTER], 101)
    if is_behind:
        report(diary, BERLIN, [wall])
    keep_live(diary, live)

    report(diary, TOKYO, [wall, wall + QUARTER])
    assert [mg_dl for _, mg_dl, _ in stored(diary)] == [99, 100, 100, 101]
    report(diary, BERLIN, [wall, wall + QUARTER])
    assert [mg_dl for _, mg_dl, _ in stored(diary)] == [99, 100, 100, 100, 101]
    lose_the_login(diary)

    assert stored(diary) == [(live.at, 99, Source.LIVE), *filed(BERLIN, [wall, wall + 9 * QUARTER], 101)]


def test_what_comes_back_is_told_as_a_change_and_nothing_else_is(diary: Store) -> None:
    keep_filed(diary, BERLIN, WALLS[:4])
    report(diary, BERLIN, WALLS)
    before = diary.changes("anna", None, 0).now
    keep_filed(diary, BERLIN, WALLS[:4])
    assert diary.changes("anna", before, before.number).hours == []

    lose_the_login(diary)

    hours = {change.hour for change in diary.changes("anna", before, before.number).hours}
    assert {int(instant(wall, BERLIN).timestamp()) // 3600 * 3600 for wall in WALLS} <= hours
    assert diary.due_hours("anna", 2**40).keys() >= {int(instant(WALL, BERLIN).timestamp())}


def test_old_readings_of_a_file_come_back_one_in_a_quarter_of_an_hour(diary: Store) -> None:
    walls = [WALL + number * QUARTER / 3 for number in range(12)]
    keep_filed(diary, BERLIN, walls)
    report(diary, BERLIN, walls)

    diary.thin(int(instant(walls[-1] + QUARTER, BERLIN).timestamp()))
    lose_the_login(diary)
    assert stored(diary) == filed(BERLIN, walls[::3])


def test_the_same_file_again_and_again_keeps_the_history_as_small_as_it_was(
    diary: Store, tmp_path: Path
) -> None:
    report(diary, BERLIN, WALLS)
    for number in range(6):  # In turns with the roundings of another unit, and a little more each time.
        keep_filed(diary, BERLIN, [*WALLS, WALL - (number + 1) * QUARTER], 100 + number % 2)

    connection = sqlite3.connect(tmp_path / "history.db")
    (count,) = connection.execute("SELECT count(*) FROM hidden_reading").fetchone()
    connection.close()
    assert count <= 2 * len(WALLS) + 6


# A file of the history before.


def test_a_history_of_the_version_before_loses_nothing_and_learns_the_wall_clocks(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(";".join([*MIGRATIONS[:6], "PRAGMA user_version = 6"]))
        connection.execute("INSERT INTO person (id, patient_id) VALUES (1, 'anna')")
        connection.execute("INSERT INTO import VALUES (1, 2, 0, 1, 0, 0)")
        connection.executemany(
            "INSERT INTO reading (person, at, mg_dl, source, measuring_range, file)"
            " VALUES (1, ?, ?, 3, 0, ?)",
            [
                (int(instant(WALLS[0], BERLIN).timestamp()), 100, None),
                (int(instant(WALLS[1], BERLIN).timestamp()), 101, 2),
            ],
        )
        connection.execute(
            "INSERT INTO replaced_reading (person, file, at, mg_dl, source, measuring_range)"
            " VALUES (1, 2, ?, 90, 3, 0)",
            (int(instant(WALLS[1], BERLIN).timestamp()),),
        )
    connection.close()

    store = Store(path)

    take_back(store)
    assert stored(store) == [*filed(BERLIN, WALLS[:1]), *filed(BERLIN, WALLS[1:2], 90)]
    assert keep_filed(store, BERLIN, WALLS[:1]) == 0
    keep_filed(store, TOKYO, WALLS[:1])
    assert stored(store) == sorted([*filed(TOKYO, WALLS[:1]), *filed(BERLIN, WALLS[1:2], 90)])
    store.close()
