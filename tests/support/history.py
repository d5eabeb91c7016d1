"""An account's history, held or closed while a test does something."""

from collections.abc import Iterator
from contextlib import contextmanager
import sqlite3
from typing import Final

from custom_components.libreview.history.history import History

_WRITES: Final = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)


@contextmanager
def holding(history: History, *, writers: bool = False) -> Iterator[None]:
    """Hold up whoever asks the history something, or with `writers` whoever brings something in."""
    store = history._file.open()
    with store._write_lock if writers else store._read_lock:
        yield


@contextmanager
def read_only(history: History) -> Iterator[None]:
    """Let nobody write to the history, as when the disk is full."""
    writer = history._file.open()._writer
    writer.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action in _WRITES else sqlite3.SQLITE_OK)
    yield
    writer.set_authorizer(None)


def close_file(history: History) -> None:
    """Close the history's file; whoever needs it next opens it again."""
    history._file.close_store()
