"""The file of a store as several threads use it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
import sqlite3
from threading import Barrier, Thread, get_ident
import time

import pytest

from custom_components.libreview.history.database import PausedError
from custom_components.libreview.history.database_file import set_aside
from custom_components.libreview.history.store import Store
from custom_components.libreview.history.store_file import StoreFile

SHORTLY = 0.3
"""Seconds."""


def keep_sensors(*activated_at: int) -> Callable[[Store], None]:
    def keep(store: Store) -> None:
        for each in activated_at:
            store.keep_sensor("person", each)

    return keep


def sensors(store: Store) -> list[int]:
    return store.sensors("person", 0, 100)


def meet_damage(store: Store) -> None:
    """What a page of nonsense says when it is read."""
    damaged = store.path.with_name(f"{get_ident()}.nonsense")
    damaged.write_bytes(b"nonsense" * 1000)
    with closing(sqlite3.connect(damaged)) as connection:
        connection.execute("SELECT * FROM reading")


def test_of_several_threads_that_meet_damage_at_once_one_sets_the_file_aside(tmp_path: Path) -> None:
    aside: list[str] = []
    path = tmp_path / "history.db"
    file = StoreFile(path, aside.append)
    file.run(keep_sensors(1, 2, 3))
    all_met_it = Barrier(8)

    def meet_it_together(store: Store) -> None:
        try:
            meet_damage(store)
        finally:
            all_met_it.wait(10)

    def meet_it() -> None:
        with suppress(sqlite3.Error):
            file.run(meet_it_together)
        file.run(keep_sensors(4))

    threads = [Thread(target=meet_it, daemon=True) for _ in range(all_met_it.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()

    assert len(aside) == 1
    assert file.run(sensors) == [4]
    file.close()
    kept = Store(tmp_path / aside[0])
    assert sensors(kept) == [1, 2, 3]
    kept.close()
    assert path.exists(), "the file in use has kept its name"


def test_a_file_is_never_set_aside_onto_another(tmp_path: Path) -> None:
    aside: list[str] = []
    file = StoreFile(tmp_path / "history.db", aside.append)
    for number in range(3):  # Within one second.
        file.run(keep_sensors(number))
        with pytest.raises(sqlite3.DatabaseError):
            file.run(meet_damage)

    assert len(set(aside)) == 3
    for number, name in enumerate(aside):
        kept = Store(tmp_path / name)
        assert sensors(kept) == [number]
        kept.close()


def test_a_file_that_can_be_set_aside_in_part_only_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.db"
    log = path.with_name("history.db-wal")
    path.write_bytes(b"nonsense" * 1000)
    log.write_bytes(b"a log")
    rename = Path.rename

    def refuse_the_log(source: Path, target: Path) -> Path:
        if source == log:
            raise PermissionError
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", refuse_the_log)
    with pytest.raises(PermissionError):
        set_aside(path, "unreadable")

    assert sorted(each.name for each in tmp_path.glob("history*")) == ["history.db", "history.db-wal"]


def test_damage_met_during_a_backup_leaves_the_new_file_paused_until_its_end(tmp_path: Path) -> None:
    file = StoreFile(tmp_path / "history.db", lambda _: None)
    file.run(keep_sensors(1))
    file.is_paused = True
    file.bring_together()
    with pytest.raises(sqlite3.DatabaseError):
        file.run(meet_damage)

    with pytest.raises(PausedError):
        file.run(keep_sensors(2))
    file.is_paused = False
    file.run(keep_sensors(2))

    assert file.run(sensors) == [2]
    file.close()


def test_a_pause_that_comes_into_effect_after_its_end_pauses_nothing(tmp_path: Path) -> None:
    file = StoreFile(tmp_path / "history.db", lambda _: None)
    file.run(keep_sensors(1))
    file.is_paused = True
    with reading(tmp_path / "history.db") as reader:
        pausing = Thread(target=file.bring_together, daemon=True)  # It waits for that reader.
        pausing.start()
        time.sleep(SHORTLY)
        file.is_paused = False
        reader.close()
    pausing.join(10)

    file.run(keep_sensors(2))

    assert file.run(sensors) == [1, 2]
    file.close()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who reads an older state of the file than it has by now."""
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM person").fetchone()
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("INSERT INTO person (patient_id) VALUES ('another')")
    yield reader


def test_a_file_closed_while_a_backup_is_about_to_pause_it_is_closed_soon(tmp_path: Path) -> None:
    file = StoreFile(tmp_path / "history.db", lambda _: None)
    file.run(keep_sensors(1))
    file.is_paused = True
    with reading(tmp_path / "history.db") as reader:
        pausing = Thread(target=file.bring_together, daemon=True)  # It waits for that reader.
        pausing.start()
        time.sleep(SHORTLY)
        assert pausing.is_alive()
        closing_it = Thread(target=file.close, daemon=True)
        closing_it.start()
        time.sleep(SHORTLY)
        reader.close()
    for thread in (pausing, closing_it):
        thread.join(10)
        assert not thread.is_alive()
