"""A reader that applies what changed has exactly what there is, whatever happens between."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
import shutil
import sqlite3
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from hypothesis import given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.history.schema import MIGRATIONS
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind, GlucoseUnit, Source
from custom_components.libreview.read_api.changes import changes_page
from custom_components.libreview.read_api.items import PersonView, items_between
from tests.cloud_double import Person
from tests.history.store_rows import (
    LIBRE,
    MINUTE,
    NOON,
    START,
    entry,
    exact,
    keep_file,
    keep_live,
    keep_report,
    reading,
)
from tests.support.examples import times
from tests.support.readers import read
from tests.support.stored_history import keep, readings_before, written

VIEW: Final = PersonView(
    patient_id="anna",
    public_id="p_anna",
    time_zone=ZoneInfo("Europe/Berlin"),
    unit=GlucoseUnit.MG_DL,
    diary=True,
    serials=True,
)
EVER: Final = (START - 10**7, START + 10**7)


class Reader:
    """Somebody who keeps what they are told."""

    def __init__(self) -> None:
        self.cursor = ""
        self.hours: dict[str, list[Any]] = {}
        self.resets = 0

    def ask(self, store: Store, view: PersonView = VIEW, most_items: int = 10_000) -> bool:
        """Apply one page. Return whether there are more."""
        page = changes_page(store, view, self.cursor, most_items)
        if page["reset"]:
            self.hours.clear()
            self.resets += 1
        self.hours |= {hour["start"]: hour["items"] for hour in page["hours"]}
        self.cursor = page["cursor"]
        return bool(page["more"])

    def catch_up(self, store: Store, view: PersonView = VIEW) -> list[Any]:
        while self.ask(store, view):
            pass
        return [item for hour in sorted(self.hours) for item in self.hours[hour]]


@contextmanager
def a_store() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "history.db")
        try:
            yield store
        finally:
            store.close()


@pytest.fixture
def store() -> Iterator[Store]:
    with a_store() as opened:
        yield opened


def all_of(store: Store, view: PersonView = VIEW) -> list[Any]:
    return items_between(store, view, *EVER)


minutes = st.integers(0, 400)
values = st.integers(60, 90)
kinds = st.sampled_from(EntryKind)
days = st.sampled_from([date(2026, 6, 1), date(2026, 6, 2)])


def reported(minute: int, kind: EntryKind, amount: int) -> Any:
    at = (NOON + minute * MINUTE).replace(minute=0)
    return entry(kind, at=at, amount=amount, text="x" if kind is EntryKind.NOTE else "")


def live(store: Store, minute: int, mg_dl: int) -> None:
    keep_live(store, reading(minute, mg_dl))


def graph(store: Store, minute: int, mg_dl: int) -> None:
    readings = [reading(minute + 5 * number, mg_dl) for number in range(12)]
    store.keep([("anna", Source.GRAPH, LIBRE, readings)])


def report(store: Store, minute: int, mg_dl: int) -> None:
    entries = [reported(minute, kind, mg_dl % 7 + 1) for kind in list(EntryKind)[: mg_dl % 5]]
    readings = [reading(minute + 15 * number, mg_dl) for number in range(4)]
    keep_report(store, readings, entries, [(NOON + minute * MINUTE).date()], VIEW.time_zone)


def file(store: Store, minute: int, mg_dl: int) -> None:
    at = NOON + minute * MINUTE
    entries = [exact(at=at, amount=mg_dl % 7 + 1), exact(EntryKind.NOTE, at=at, amount=None, text=str(mg_dl))]
    keep_file(store, *entries, at=[START + 60 * minute + 900 * number for number in range(4)])


def thin(store: Store, minute: int, mg_dl: int) -> None:
    store.thin(START + 60 * minute)


def lose_the_diary(store: Store, minute: int, mg_dl: int) -> None:
    store.keep_only({"anna"}, with_diary=set())


def be_deleted(store: Store, minute: int, mg_dl: int) -> None:
    store.keep_only(set(), with_diary=set())
    store.date_removed(START, 0)
    store.delete_removed("anna")


def another_person(store: Store, minute: int, mg_dl: int) -> None:
    store.keep([("ben", Source.LIVE, LIBRE, [reading(minute, mg_dl)])])


EVENTS: Final = (live, graph, report, file, thin, lose_the_diary, be_deleted, another_person)


@settings(max_examples=times(2))
@given(
    st.lists(
        st.tuples(st.sampled_from(EVENTS), minutes, values, st.sampled_from([None, 1, 5, 10_000])),
        max_size=12,
    )
)
def test_whoever_applies_the_changes_has_what_there_is(happened: list[Any]) -> None:
    reader = Reader()
    with a_store() as store:
        for event, minute, mg_dl, most_items in happened:
            event(store, minute, mg_dl)
            if most_items is not None:
                reader.ask(store, most_items=most_items)
        assert reader.catch_up(store) == all_of(store)
        before = reader.cursor
        assert reader.catch_up(store) == all_of(store)
        assert reader.cursor == before


def test_only_what_is_new_is_told(store: Store) -> None:
    reader = Reader()
    keep_live(store, *(reading(minute) for minute in range(0, 300, 5)))
    reader.catch_up(store)

    keep_live(store, reading(301, 123))

    page = changes_page(store, VIEW, reader.cursor)
    assert (page["reset"], [hour["start"] for hour in page["hours"]]) == (False, ["2026-06-01T17:00:00Z"])
    reader.catch_up(store)
    assert changes_page(store, VIEW, reader.cursor)["hours"] == []
    assert reader.resets == 1


def test_over_a_restart_nothing_is_told_again(store: Store) -> None:
    reader = Reader()
    keep_live(store, reading(0))
    reader.catch_up(store)
    store.close()
    again = Store(store.path)
    assert changes_page(again, VIEW, reader.cursor)["hours"] == []
    keep_live(again, reading(200))
    assert reader.catch_up(again) == all_of(again)
    assert reader.resets == 1
    again.close()


@pytest.mark.parametrize("written_since", [0, 1, 10])
def test_an_older_copy_of_the_file_that_is_brought_back_is_noticed(
    store: Store, tmp_path: Path, written_since: int
) -> None:
    reader = Reader()
    keep_live(store, reading(0))
    store.bring_together()
    copy = tmp_path / "copy.db"
    shutil.copy(store.path, copy)
    keep_live(store, *(reading(minute) for minute in range(60, 120, 10)))
    reader.catch_up(store)

    restored = Store(copy)
    for minute in range(written_since):
        keep_live(restored, reading(300 + 10 * minute, 99))

    assert reader.catch_up(restored) == all_of(restored)
    assert reader.resets == 2
    restored.close()


def test_a_copy_that_is_brought_back_between_two_pages_is_noticed(store: Store, tmp_path: Path) -> None:
    reader = Reader()
    keep_live(store, *(reading(minute) for minute in (0, 60, 120)))
    store.bring_together()
    copy = tmp_path / "copy.db"
    shutil.copy(store.path, copy)
    keep_live(store, reading(1, 99))  # The first hour is now told last.
    assert reader.ask(store, most_items=1)

    restored = Store(copy)
    assert reader.catch_up(restored) == all_of(restored)
    restored.close()


@pytest.mark.parametrize(
    "change",
    [
        {"unit": GlucoseUnit.MMOL_L},
        {"time_zone": ZoneInfo("Asia/Kolkata")},
        {"diary": False},
        {"serials": False},
        {"types": frozenset({"cbg"})},
        {"public_id": "p_other"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_who_sees_the_person_otherwise_begins_anew(store: Store, change: dict[str, Any]) -> None:
    reader = Reader()
    keep_live(store, reading(0))
    keep_report(store, [], [entry()], [date(2026, 6, 1)], VIEW.time_zone)
    reader.catch_up(store)
    other = replace(VIEW, **change)
    assert reader.catch_up(store, other) == all_of(store, other)
    assert reader.resets == 2


def test_another_file_of_the_version_before_is_noticed(tmp_path: Path) -> None:
    reader = Reader()
    for number, minutes_kept in enumerate(([0, 1], [0])):
        path = tmp_path / f"{number}.db"
        with sqlite3.connect(path) as connection:
            connection.executescript(";".join([*MIGRATIONS[:4], "PRAGMA user_version = 4"]))
            connection.execute("INSERT INTO person (id, patient_id) VALUES (1, 'anna')")
            connection.executemany(
                "INSERT INTO reading (person, at, mg_dl, source, measuring_range) VALUES (1, ?, 100, 0, 0)",
                [(START + 60 * minute,) for minute in minutes_kept],
            )
        connection.close()
        store = Store(path)
        assert reader.catch_up(store) == all_of(store)
        store.close()


def test_a_person_of_an_older_file_is_not_told_from_where_another_one_was_left(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(";".join([*MIGRATIONS[:4], "PRAGMA user_version = 4"]))
        connection.execute("INSERT INTO person (id, patient_id) VALUES (1, 'anna'), (2, 'ben')")
        connection.executemany(
            "INSERT INTO reading (person, at, mg_dl, source, measuring_range) VALUES (?, ?, 100, 0, 0)",
            [(1, START), (2, START)],
        )
    connection.close()
    store = Store(path)
    reader, ben = Reader(), replace(VIEW, patient_id="ben", public_id="p_ben")
    reader.catch_up(store)
    assert reader.catch_up(store, ben) == all_of(store, ben)
    store.close()


def test_hours_without_anything_to_tell_fill_a_page_too(store: Store) -> None:
    keep_live(store, *(reading(60 * hour) for hour in range(40)))
    notes = replace(VIEW, types=frozenset({"note"}))
    page = changes_page(store, notes, "", most_items=10)
    assert (len(page["hours"]), page["more"]) == (10, True)


@pytest.mark.parametrize("cursor", ["", "x", "0.0.0", "a.b.c", "....", "ab.cd.-1"])
def test_a_cursor_that_is_none_begins_anew(store: Store, cursor: str) -> None:
    keep_live(store, reading(0))
    page = changes_page(store, VIEW, cursor)
    assert (page["reset"], len(page["hours"][0]["items"])) == (True, 1)


def test_a_file_of_the_version_before_is_told_whole(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(";".join([*MIGRATIONS[:4], "PRAGMA user_version = 4"]))
        connection.execute("INSERT INTO person (id, patient_id) VALUES (1, 'anna')")
        connection.executemany(
            "INSERT INTO reading (person, at, mg_dl, source, measuring_range) VALUES (1, ?, 100, 0, 0)",
            [(START + 600 * number,) for number in range(100)],
        )
    connection.close()
    store = Store(path)
    reader = Reader()
    assert len(reader.catch_up(store)) == 100
    assert reader.catch_up(store) == all_of(store)
    store.close()


async def test_a_reader_asks_for_what_changed(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100, 101]))
    (told,) = await read(app, "/api/libreview/persons")
    changes = f"/api/libreview/changes/{told['id']}"
    first = await read(app, changes)
    assert (first["reset"], first["more"]) == (True, False)
    assert [item["value"] for hour in first["hours"] for item in hour["items"]] == [100, 101]

    # The diary is not told, and a late reading is.
    await keep(hass, quiet, person, entries=[written(EntryKind.CARBOHYDRATES, amount=45)])
    await keep(hass, quiet, person, readings_before(NOON - timedelta(days=3), [90]))

    second = await read(app, f"{changes}?cursor={first['cursor']}")
    items = [item for hour in second["hours"] for item in hour["items"]]
    assert {item["type"] for item in items} == {"cbg"}
    assert 90 in [item["value"] for item in items]
    third = await read(app, f"{changes}?cursor={second['cursor']}")
    assert (third["hours"], third["reset"]) == ([], False)
