"""The file of a store as several threads use it."""

from pathlib import Path
import sqlite3
from threading import Thread
import time

from custom_components.libreview.history.store_file import StoreFile

SHORTLY = 0.3
"""Seconds."""


def test_a_file_closed_while_a_backup_is_about_to_pause_it_is_closed_soon(tmp_path: Path) -> None:
    file = StoreFile(tmp_path / "history.db", lambda _: None)
    file.run(lambda store: store.keep_sensor("person", 1))
    reader = sqlite3.connect(tmp_path / "history.db", isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM person").fetchone()
    file.run(lambda store: store.keep_sensor("person", 2))
    pausing = Thread(target=file.pause, daemon=True)  # It waits for that reader.
    pausing.start()
    time.sleep(SHORTLY)
    assert not file.is_paused
    closing = Thread(target=file.close, daemon=True)
    closing.start()
    time.sleep(SHORTLY)
    reader.close()
    for thread in (pausing, closing):
        thread.join(10)
        assert not thread.is_alive()
