"""An account's history, held or closed while a test does something."""

from collections.abc import Iterator
from contextlib import contextmanager

from custom_components.libreview.history.history import History


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
    writer.execute("PRAGMA query_only = ON")
    yield
    writer.execute("PRAGMA query_only = OFF")


def close_file(history: History) -> None:
    """Close the history's file; whoever needs it next opens it again."""
    history._file.close_store()
