"""What the store keeps, and what becomes of it when something is wrong with the file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, timedelta, timezone
import os
from pathlib import Path
import sqlite3
import stat
from zoneinfo import ZoneInfo

import pytest

from custom_components.libreview.history.database_file import UnreadableStoreError, remove, set_aside
from custom_components.libreview.history.row_codec import ReadingRow
from custom_components.libreview.history.schema import MIGRATIONS, NewerFileError
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import (
    EntryKind,
    MeasuringRange,
    Reading,
    Source,
    Trend,
)
from tests.history.store_rows import (
    ALL,
    LIBRE,
    NOON,
    START,
    TODAY,
    emptied,
    entry,
    exact,
    keep_file,
    keep_live,
    keep_report,
    reading,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return folder / "history.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store(path)
    yield opened
    opened.close()


# Readings.


def test_a_reading_comes_out_as_it_went_in(store: Store) -> None:
    given = Reading(at=NOON, mg_dl=400, trend=Trend.RISING, measuring_range=MeasuringRange.ABOVE)

    keep_live(store, given)

    (kept,) = store.readings("anna", *ALL)
    assert (kept.reading, kept.source, kept.device) == (given, Source.LIVE, LIBRE)
    assert store.devices("anna") == [LIBRE]


def test_a_window_includes_its_start_and_excludes_its_end(store: Store) -> None:
    keep_live(store, *(reading(minute) for minute in range(5)))

    assert store.trace("anna", START + 60, START + 180).at.tolist() == [START + 60, START + 120]


def test_persons_are_kept_apart(store: Store) -> None:
    store.keep([("anna", Source.LIVE, None, [reading(0)]), ("ben", Source.LIVE, None, [reading(0, 200)])])

    assert store.trace("anna", *ALL).mg_dl.tolist() == [100]
    assert store.trace("ben", *ALL).mg_dl.tolist() == [200]
    assert len(store.trace("nobody", *ALL)) == 0


def test_live_graph_report_and_file_of_one_instant_are_one_reading(store: Store) -> None:
    keep_report(store, [Reading(at=NOON - timedelta(seconds=30), mg_dl=101)])
    keep_file(store, at=[START - 60])
    store.keep([("anna", Source.GRAPH, None, [Reading(at=NOON + timedelta(seconds=2), mg_dl=101)])])
    keep_live(store, reading(0, trend=Trend.STABLE))

    (kept,) = store.readings("anna", *ALL)
    assert kept.reading == reading(0, trend=Trend.STABLE)


def test_a_report_leaves_what_it_does_not_tell_again(store: Store) -> None:
    keep_report(store, [reading(0), reading(5), reading(10)])
    keep_report(store, [reading(2), reading(10, 120)])

    assert store.trace("anna", *ALL).at.tolist() == [START, START + 120, START + 300, START + 600]
    assert store.trace("anna", *ALL).mg_dl.tolist() == [100, 100, 100, 120]


@pytest.mark.parametrize("hours", [-5, -1, 1, 5])
def test_a_reading_that_a_report_tells_again_moves_to_where_it_is_now_known_to_be(
    store: Store, hours: int
) -> None:
    before = [reading(15 * number, 100 + number % 3) for number in range(100)]
    keep_report(store, before, time_zone=timezone(timedelta(hours=hours)))

    keep_report(store, [replace(each, at=each.at + timedelta(hours=hours)) for each in before[20:]])

    found = [kept.reading for kept in store.readings("anna", *ALL)]
    moved = [replace(each, at=each.at + timedelta(hours=hours)) for each in before[20:]]
    assert [each for each in found if each in moved] == moved
    assert {each.at for each in found} - {each.at for each in moved} == {
        each.at for each in before[:20] if each.at not in {each.at for each in moved}
    }


def test_readings_in_a_file_of_a_version_before_are_told_again_too(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript(";".join([*MIGRATIONS[:3], "PRAGMA user_version = 3"]))
        connection.execute("INSERT INTO person (id, patient_id, zone) VALUES (1, 'anna', 'Europe/Helsinki')")
        connection.executemany(
            "INSERT INTO reading (person, at, mg_dl, source, measuring_range) VALUES (1, ?, 100, 2, 0)",
            [(START,), (START + 1800,)],
        )
    connection.close()

    store = Store(path)
    keep_report(store, [reading(60), reading(90)], time_zone=ZoneInfo("Europe/Berlin"))

    assert store.trace("anna", *ALL).at.tolist() == [START + 3600, START + 5400]
    store.close()


@pytest.mark.parametrize(
    ("name", "again"), [("Europe/Berlin", False), ("Europe/Vienna", False), ("America/New_York", True)]
)
def test_a_time_zone_of_other_offsets_has_reports_read_again(store: Store, name: str, again: bool) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert store.expect_reports("anna", "anna", berlin, NOON), "those of a file that was lost are, too"
    assert store.expect_reports("anna", "anna", berlin, NOON), "until one of them is kept"
    keep_report(store, [reading(0)], [entry()], [TODAY], berlin)

    assert store.expect_reports("anna", "anna", ZoneInfo(name), NOON) is again
    assert len(store.trace("anna", *ALL)) == 1
    assert store.entries("anna", *ALL)


def test_reports_of_somebody_else_replace_all_of_the_former_ones(store: Store) -> None:
    keep_report(store, [reading(0)], [entry()], [TODAY])

    assert store.expect_reports("anna", "ben", UTC, NOON)
    assert not store.entries("anna", *ALL)
    assert len(store.trace("anna", *ALL)) == 0
    assert store.expect_reports("anna", "ben", UTC, NOON), "until one of them is kept"


def test_old_readings_are_thinned_out_and_young_ones_stay(store: Store) -> None:
    keep_live(store, *(reading(minute) for minute in range(60)))

    assert store.thin(START + 1800) == 28
    assert store.thin(START + 1800) == 0

    assert len(store.trace("anna", START, START + 1800)) == 2
    assert len(store.trace("anna", START + 1800, START + 3600)) == 30


def test_planning_a_file_returns_its_counts_without_keeping_it(store: Store) -> None:
    keep_live(store, reading(0))
    rows = [ReadingRow(START + at, 100, SOURCE_CODE[Source.CSV], None, 0, None) for at in (0, 300, 600)]

    planned = store.plan_file("anna", rows, [entry(), entry()], thin_before=0)

    assert [(each.new, each.known) for each in planned] == [(2, 1), (2, 0)]
    assert len(store.trace("anna", *ALL)) == 1
    assert not store.entries("anna", *ALL)


# Hours for Home Assistant's statistics.


def test_hours_are_due_for_all_but_live_readings(store: Store) -> None:
    keep_live(store, reading(0))
    assert store.due_hours("anna", ALL[1]) == {}

    store.keep([("anna", Source.GRAPH, None, [reading(-30)])])

    assert list(store.due_hours("anna", ALL[1])) == [START - 3600, START]
    assert list(store.due_hours("anna", START)) == [START - 3600]


def test_an_hour_marked_again_while_it_is_written_stays_due(store: Store) -> None:
    store.keep([("anna", Source.GRAPH, None, [reading(0)])])
    due = store.due_hours("anna", ALL[1])
    store.keep([("anna", Source.GRAPH, None, [reading(5)])])
    store.settle_hours("anna", due, {})
    assert list(store.due_hours("anna", ALL[1])) == [START]

    store.settle_hours("anna", store.due_hours("anna", ALL[1]), {})
    assert store.due_hours("anna", ALL[1]) == {}


# The file.


def test_only_the_owner_can_read_the_file(store: Store, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_kept_is_there_after_a_restart(store: Store, path: Path) -> None:
    keep_live(store, reading(0))
    store.keep_sensor("anna", START - 86400)
    store.close()

    again = Store(path)

    assert len(again.trace("anna", *ALL)) == 1
    assert again.sensors("anna", *ALL) == [START - 86400]
    again.close()


def test_a_removed_person_is_kept_aside_and_back_with_everything(store: Store) -> None:
    store.keep([("ben", Source.GRAPH, LIBRE, [reading(0), reading(60 * 24)])])
    keep_report(store, [reading(30)], [entry()], [TODAY], person="ben")

    store.keep_only(["anna"], with_diary=[])
    assert [each[:3] for each in store.removed()] == [("ben", None, 2)]

    for with_diary in ([], [], ["ben"]):
        store.keep_only(["anna", "ben"], with_diary=with_diary)
        assert store.removed() == []
        assert store.entries("ben", *ALL) == [entry()]
        assert len(store.trace("ben", *ALL)) == 3
    assert store.expect_reports("ben", "ben", UTC, NOON), "those of meanwhile are to be read"
    keep_report(store, [reading(60 * 48)], person="ben")

    assert not store.expect_reports("ben", "ben", UTC, NOON)
    assert store.entries("ben", *ALL) == [entry()]
    assert len(store.trace("ben", *ALL)) == 4


def test_readings_that_reports_told_before_a_removal_are_told_again_after_it(store: Store) -> None:
    keep_report(store, [reading(0), reading(30)], time_zone=ZoneInfo("Europe/Helsinki"))
    store.keep_only([], with_diary=[])
    store.keep_only(["anna"], with_diary=[])

    keep_report(store, [reading(60), reading(90)], time_zone=ZoneInfo("Europe/Berlin"))

    assert store.trace("anna", *ALL).at.tolist() == [START + 3600, START + 5400]


def test_a_removed_person_leaves_nothing_in_the_file_in_the_end(store: Store, path: Path) -> None:
    store.keep([("anna", Source.LIVE, LIBRE, [reading(0)]), ("ben", Source.GRAPH, LIBRE, [reading(0)])])
    store.keep_only(["anna"], with_diary=[])

    store.date_removed(START, START - 1000)
    store.date_removed(START + 900, START - 100)
    assert [each[:3] for each in store.removed()] == [("ben", START, 1)]
    store.delete_removed("anna")
    store.date_removed(START + 1100, START + 100)

    assert len(store.trace("anna", *ALL)) == 1
    with sqlite3.connect(path) as connection:
        for table in ("person", "device", "reading"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM due_hour").fetchone() == (0,)
    connection.close()


def test_a_diary_that_is_removed_takes_its_reports_along(store: Store) -> None:
    keep_live(store, reading(0))
    keep_report(store, [], [entry()], [TODAY])

    store.keep_only(["anna"], with_diary=[])

    assert not store.entries("anna", *ALL)
    assert len(store.trace("anna", *ALL)) == 1


def test_a_copy_made_while_writes_are_paused_is_whole(store: Store, path: Path, tmp_path: Path) -> None:
    keep_live(store, *(reading(minute) for minute in range(500)))
    copy = tmp_path / "copy.db"
    store.bring_together()
    copy.write_bytes(path.read_bytes())
    assert len(store.trace("anna", *ALL)) == 500

    copied = Store(copy)

    assert len(copied.trace("anna", *ALL)) == 500
    copied.close()


@pytest.mark.parametrize("damage", ["not a database, not at all", "", "middle"])
def test_a_damaged_file_raises_and_can_be_set_aside(path: Path, damage: str) -> None:
    store = Store(path)
    keep_live(store, *(reading(minute) for minute in range(3000)))
    store.close()
    content = path.read_bytes()
    if damage == "middle":
        path.write_bytes(content[:4096] + b"\xff" * 8192 + content[12288:])
    elif damage:
        path.write_text(damage)
    else:
        path.write_bytes(content[: len(content) // 2])

    with pytest.raises(UnreadableStoreError):
        Store(path)
    aside = set_aside(path, "unreadable")
    fresh = Store(path)

    assert aside.exists()
    assert len(fresh.trace("anna", *ALL)) == 0
    fresh.close()
    remove(path)
    assert not list(path.parent.iterdir())


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_file_of_a_later_version_is_not_touched(path: Path, journal: str) -> None:
    Store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.close()
    os.utime(path, (START, START))
    before = path.read_bytes()

    with pytest.raises(NewerFileError):
        Store(path)

    assert path.read_bytes() == before
    assert path.stat().st_mtime == START
    for leftover in path.parent.glob(f"{path.name}-*"):  # SQLite's index of a log, and an empty log.
        assert leftover.suffix == ".db-shm" or not leftover.stat().st_size


def test_an_error_rolls_the_transaction_back(store: Store) -> None:
    def rows(_devices: Sequence[int | None]) -> Iterator[ReadingRow]:
        for at in range(6000):
            yield ReadingRow(START + at * 60, 100, SOURCE_CODE[Source.CSV], None, 0, None)
        raise ValueError("the file ends in the middle")

    with pytest.raises(ValueError, match="middle"):
        store.keep_file("anna", [LIBRE], rows, [entry()], thin_before=0)

    assert len(store.trace("anna", *ALL)) == 0
    assert keep_file(store, at=[START]) == (1, 0)


def test_an_import_that_is_taken_back_leaves_the_readings_of_before(store: Store) -> None:
    keep_file(store, at=[START, START + 3600])
    before = store.readings("anna", *ALL)
    keep_live(store, reading(120))
    store.keep_file(
        "anna",
        [LIBRE],
        lambda devices: [
            ReadingRow(at, 200, SOURCE_CODE[Source.CSV], None, 0, devices[0])
            for at in (START, START + 1800, START + 7200)
        ],
        [],
        thin_before=0,
    )
    assert store.trace("anna", *ALL).mg_dl.tolist() == [200, 200, 100, 100]
    keep_live(store, reading(30.1, 90))
    store.settle_hours("anna", store.due_hours("anna", 2**40), {})

    last = store.last_file("anna")
    assert last is not None
    assert (last.readings, last.entries) == (2, 0)
    assert store.take_back_file("anna", last.number)

    readings = store.readings("anna", *ALL)
    assert [each for each in readings if each.source is Source.CSV] == before
    assert [each.reading.mg_dl for each in readings if each.source is Source.LIVE] == [90, 100]
    assert START in store.due_hours("anna", 2**40)
    assert emptied(store) == {}, "each of them has another reading"
    assert store.last_file("anna") is None
    assert not store.take_back_file("anna", last.number)


def test_what_live_readings_have_replaced_meanwhile_does_not_come_back(store: Store) -> None:
    keep_file(store, at=[START])
    keep_live(store, reading(0.1, 90))
    last = store.last_file("anna")
    assert last is not None

    assert store.take_back_file("anna", last.number)

    assert store.trace("anna", *ALL).mg_dl.tolist() == [90]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_the_same_file_again_is_taken_back_with_the_one_before(store: Store, times: int) -> None:
    filed = [exact(EntryKind.KETONES, amount=0.3), exact(amount=4)]
    keep_file(store, *filed, at=[START])
    for _ in range(times):
        keep_file(store, *filed, exact(amount=2, at=NOON), at=[START, START + 3600])
    last = store.last_file("anna")
    assert last is not None
    assert (last.readings, last.entries) == (1, 1)

    assert store.take_back_file("anna", last.number)

    assert store.trace("anna", *ALL).at.tolist() == [START]
    assert sorted(store.entries("anna", *ALL), key=lambda each: each.kind) == filed


def test_a_file_that_brings_nothing_is_none_to_be_taken_back(store: Store) -> None:
    keep_live(store, reading(0))

    keep_file(store, at=[START])

    assert store.last_file("anna") is None


def test_hours_that_a_file_alone_had_are_told_once_it_is_taken_back(store: Store) -> None:
    keep_live(store, reading(0))
    keep_file(store, at=[START - 7200, START + 7200])
    last = store.last_file("anna")
    assert last is not None
    store.take_back_file("anna", last.number)

    left = emptied(store)

    assert list(left) == [START - 7200, START + 7200]
    assert (left[START - 7200].mean, left[START - 7200].low) == (100, 100)
    store.settle_hours("anna", {START - 7200: 0}, {})
    assert list(emptied(store)) == [START + 7200]


def test_an_import_is_taken_back_alone_after_one_before_was(store: Store) -> None:
    """Readings of the first file are no part of the third, which comes after the second was taken back."""
    keep_file(store, at=[START])
    keep_file(store, at=[START + 3600])
    second = store.last_file("anna")
    assert second is not None
    assert store.take_back_file("anna", second.number)
    keep_file(store, at=[START + 7200])
    third = store.last_file("anna")
    assert third is not None
    assert not store.take_back_file("anna", second.number), "that is what another dialog still shows"

    assert store.take_back_file("anna", third.number)

    assert store.trace("anna", *ALL).at.tolist() == [START]


def test_a_file_that_was_thinned_out_leaves_the_readings_of_before_when_it_is_taken_back(
    store: Store,
) -> None:
    keep_live(store, reading(5), reading(20))
    keep_file(store, at=[START, START + 1800, START + 2000])

    assert store.thin(START + 3600) == 2
    last = store.last_file("anna")
    assert last is not None
    assert store.take_back_file("anna", last.number)

    assert store.trace("anna", *ALL).at.tolist() == [START + 300, START + 1200]
