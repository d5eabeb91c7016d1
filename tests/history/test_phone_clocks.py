"""Which UTC offset a person's phone has, and when that is written."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.floating_time import SeenOffset
from custom_components.libreview.history.phone_clocks import PhoneClocks
from custom_components.libreview.history.schema import MIGRATIONS
from custom_components.libreview.history.store import Store

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOME, AWAY = timedelta(hours=2), timedelta(hours=9)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def observe(clocks: PhoneClocks, at: datetime, offset: timedelta, now: datetime | None = None) -> None:
    clocks.observe("anna", at, (at + offset).replace(tzinfo=None), now or at)


def written(clocks: PhoneClocks, store: Store) -> PhoneClocks:
    """Write what is due, and return what is read after a restart."""
    due = clocks.due()
    for patient_id, seen in due.items():
        store.keep_utc_offsets(patient_id, seen)
    clocks.written(due)
    again = PhoneClocks()
    again.load(store.utc_offsets())
    return again


@pytest.mark.parametrize(
    ("ahead", "offset"),
    [(HOUR, AWAY), (timedelta(), timedelta(hours=100)), (timedelta(), timedelta(seconds=400))],
    ids=["future", "nowhere", "no quarter"],
)
def test_an_impossible_wall_clock_leaves_the_offset_unknown(ahead: timedelta, offset: timedelta) -> None:
    clocks = PhoneClocks()
    observe(clocks, NOON + ahead, offset, now=NOON)
    assert clocks.seen("anna") == ()
    assert clocks.offset_when_away("anna", BERLIN, NOON) is None


def test_an_offset_is_written_when_it_changes_and_once_an_hour() -> None:
    clocks = PhoneClocks()
    times = []
    for minute in range(200):
        at = NOON + minute * MINUTE
        observe(clocks, at, HOME if minute < 130 else AWAY)
        if due := clocks.due():
            times.append(minute)
            clocks.written(due)
    assert times == [0, 60, 120, 130, 190]


def test_what_lasted_less_than_an_hour_is_written_at_the_end() -> None:
    clocks = PhoneClocks()
    observe(clocks, NOON, HOME)
    clocks.written(clocks.due())
    assert not clocks.due(interval=timedelta())
    observe(clocks, NOON + MINUTE, HOME)
    assert not clocks.due()
    assert clocks.due(interval=timedelta()) == {"anna": clocks.seen("anna")}


@given(
    steps=st.lists(
        st.tuples(st.integers(60, 12_000_000), st.sampled_from([HOME, AWAY, timedelta()])), max_size=30
    )
)
def test_observations_are_the_same_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, timedelta]]
) -> None:
    store = Store(tmp_path_factory.mktemp("store") / "history.db")
    clocks, at = PhoneClocks(), NOON
    for seconds, offset in steps:
        at += timedelta(seconds=seconds)
        observe(clocks, at, offset)
        written(clocks, store)
    for patient_id, seen in clocks.due(interval=timedelta()).items():
        store.keep_utc_offsets(patient_id, seen)
    assert written(clocks, store).seen("anna") == clocks.seen("anna")
    store.close()


def test_who_could_not_read_the_store_loses_nothing_of_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "history.db")
    before = (SeenOffset(NOON - HOUR, HOME),)
    store.keep_utc_offsets("anna", before)
    clocks = PhoneClocks()
    observe(clocks, NOON, AWAY)
    assert written(clocks, store).seen("anna") == (*before, SeenOffset(NOON, AWAY))
    store.close()


def test_only_what_is_older_than_all_that_is_known_is_added() -> None:
    clocks = PhoneClocks()
    observe(clocks, NOON, AWAY)
    clocks.add_older("anna", [SeenOffset(NOON - HOUR, HOME), SeenOffset(NOON, HOME)])
    assert clocks.seen("anna") == (SeenOffset(NOON - HOUR, HOME), SeenOffset(NOON, AWAY))


def test_a_person_who_is_gone_leaves_no_offsets(tmp_path: Path) -> None:
    store = Store(tmp_path / "history.db")
    store.keep_utc_offsets("anna", [SeenOffset(NOON, HOME)])
    store.keep_only([], with_diary=[])
    store.delete_removed("anna")
    assert store.utc_offsets() == {}
    store.close()


def test_a_file_of_the_first_version_gets_the_table(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    connection = sqlite3.connect(path)
    connection.executescript(
        f"{MIGRATIONS[0]} PRAGMA user_version = 1; INSERT INTO person VALUES (1, 'anna', NULL, NULL);"
    )
    connection.close()
    store = Store(path)
    store.keep_utc_offsets("anna", [SeenOffset(NOON, HOME)])
    assert store.utc_offsets() == {"anna": [SeenOffset(NOON, HOME)]}
    store.close()
