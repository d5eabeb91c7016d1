"""A reading of a file stays one that the file has told, whatever else tells it, and by whatever time zone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.libreview.history.row_codec import ReadingRow, to_wall_seconds
from custom_components.libreview.history.schema import MIGRATIONS
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from tests.history.store_rows import ALL, LIBRE, keep_live, keep_report

BERLIN: Final = ZoneInfo("Europe/Berlin")
TOKYO: Final = ZoneInfo("Asia/Tokyo")
QUARTER: Final = timedelta(minutes=15)
WALL: Final = datetime.fromisoformat("2026-06-01 12:00")
WALLS: Final = [WALL + number * QUARTER for number in range(40)]
CLOCKS_GO_BACK: Final = datetime.fromisoformat("2025-10-26 01:45")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "history.db")
    yield opened
    opened.close()


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def keep_filed(store: Store, zone: ZoneInfo, walls: Sequence[datetime], mg_dl: int = 100) -> int:
    """Keep a file by a time zone, and return how many of its readings are new."""

    def rows(devices: Sequence[int | None]) -> list[ReadingRow]:
        return [
            ReadingRow(
                int(instant(wall, zone).timestamp()),
                mg_dl,
                SOURCE_CODE[Source.CSV],
                None,
                0,
                devices[0],
                to_wall_seconds(wall),
            )
            for wall in walls
        ]

    planned, _ = store.plan_file("anna", rows([None]), [], thin_before=0)
    kept, _ = store.keep_file("anna", [LIBRE], rows, [], thin_before=0)
    assert kept == planned
    return kept.new


def report(store: Store, zone: ZoneInfo, walls: Sequence[datetime], mg_dl: int = 100) -> None:
    seconds = timedelta(seconds=40)
    readings = [Reading(at=instant(wall, zone) + seconds, mg_dl=mg_dl) for wall in walls]
    keep_report(store, readings, time_zone=zone)


def lose_the_login(store: Store) -> None:
    store.keep_only(["anna"], with_diary=[])


def take_back(store: Store) -> None:
    last = store.last_file("anna")
    assert last is not None
    assert store.take_back_file("anna", last.number)


def stored(store: Store) -> list[tuple[datetime, int, Source]]:
    return [(kept.reading.at, kept.reading.mg_dl, kept.source) for kept in store.readings("anna", 0, 2**40)]


def filed(zone: ZoneInfo, walls: Sequence[datetime], mg_dl: int = 100) -> list[tuple[datetime, int, Source]]:
    return [(instant(wall, zone), mg_dl, Source.CSV) for wall in walls]


# A report tells it, too.


@pytest.fixture
def spared(store: Store) -> Store:
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


ORDERS: Final = [file_first, report_first]


@pytest.mark.parametrize("tell", ORDERS)
def test_readings_of_a_file_are_there_once_the_login_of_the_diary_is_gone(
    spared: Store, tell: Callable[[Store], None]
) -> None:
    tell(spared)
    assert {source for _, _, source in stored(spared)} == {Source.REPORT}

    lose_the_login(spared)

    assert stored(spared) == filed(BERLIN, WALLS, 101)
    assert {kept.device for kept in spared.readings("anna", *ALL)} == {LIBRE}


@pytest.mark.parametrize("tell", ORDERS)
def test_reports_that_were_of_somebody_else_take_no_reading_of_a_file_along(
    store: Store, tell: Callable[[Store], None]
) -> None:
    tell(store)

    store.expect_reports("anna", "ben", BERLIN, instant(WALL, BERLIN))

    assert stored(store) == filed(BERLIN, WALLS, 101)


def test_a_file_that_was_taken_back_does_not_come_with_the_login_gone(spared: Store) -> None:
    keep_filed(spared, BERLIN, [*WALLS, WALL - QUARTER])
    report(spared, BERLIN, WALLS)
    take_back(spared)
    lose_the_login(spared)

    assert stored(spared) == []


def test_a_file_is_taken_back_after_the_login_is_gone(spared: Store) -> None:
    keep_filed(spared, BERLIN, WALLS[:10], 90)
    keep_filed(spared, BERLIN, WALLS, 101)
    report(spared, BERLIN, WALLS)
    lose_the_login(spared)

    take_back(spared)

    assert stored(spared) == filed(BERLIN, WALLS[:10], 90)


def test_of_two_files_behind_a_report_the_later_one_counts(spared: Store) -> None:
    report(spared, BERLIN, WALLS)
    keep_filed(spared, BERLIN, WALLS, 90)
    keep_filed(spared, BERLIN, WALLS, 101)

    lose_the_login(spared)
    assert stored(spared) == filed(BERLIN, WALLS, 101)


def test_a_live_reading_stays_where_a_report_and_a_file_had_its_copies(spared: Store) -> None:
    file_first(spared)
    keep_live(spared, Reading(at=instant(WALL, BERLIN), mg_dl=99))
    lose_the_login(spared)

    assert stored(spared) == [(instant(WALL, BERLIN), 99, Source.LIVE), *filed(BERLIN, WALLS[1:], 101)]


def test_what_comes_back_is_told_as_a_change_and_nothing_else_is(spared: Store) -> None:
    keep_filed(spared, BERLIN, WALLS[:4])
    report(spared, BERLIN, WALLS)
    before = spared.changes("anna", None, 0).now
    keep_filed(spared, BERLIN, WALLS[:4])
    assert spared.changes("anna", before, before.number).hours == []

    lose_the_login(spared)

    hours = {change.hour for change in spared.changes("anna", before, before.number).hours}
    assert {int(instant(wall, BERLIN).timestamp()) // 3600 * 3600 for wall in WALLS} <= hours
    assert spared.due_hours("anna", 2**40).keys() >= {int(instant(WALL, BERLIN).timestamp())}


def test_old_readings_of_a_file_come_back_one_in_a_quarter_of_an_hour(spared: Store) -> None:
    walls = [WALL + number * QUARTER / 3 for number in range(12)]
    keep_filed(spared, BERLIN, walls)
    report(spared, BERLIN, walls)

    spared.thin(int(instant(walls[-1] + QUARTER, BERLIN).timestamp()))
    lose_the_login(spared)
    assert stored(spared) == filed(BERLIN, walls[::3])


def test_the_same_file_again_and_again_keeps_the_history_as_small_as_it_was(
    spared: Store, tmp_path: Path
) -> None:
    report(spared, BERLIN, WALLS)
    for number in range(6):  # In turns with the roundings of another unit, and a little more each time.
        keep_filed(spared, BERLIN, [*WALLS, WALL - (number + 1) * QUARTER], 100 + number % 2)

    connection = sqlite3.connect(tmp_path / "history.db")
    (count,) = connection.execute("SELECT count(*) FROM hidden_reading").fetchone()
    connection.close()
    assert count <= 2 * len(WALLS) + 6


# By another time zone.


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


def test_a_report_by_another_time_zone_is_of_the_same_readings(spared: Store) -> None:
    keep_filed(spared, BERLIN, WALLS)

    report(spared, TOKYO, WALLS)

    assert len(stored(spared)) == len(WALLS)
    assert {source for _, _, source in stored(spared)} == {Source.REPORT}
    lose_the_login(spared)
    assert stored(spared) == filed(BERLIN, WALLS)


def test_a_file_by_another_time_zone_is_of_the_readings_of_the_report(store: Store) -> None:
    report(store, BERLIN, WALLS)

    assert keep_filed(store, TOKYO, WALLS) == 0

    assert len(stored(store)) == len(WALLS)


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
