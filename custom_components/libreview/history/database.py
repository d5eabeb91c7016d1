"""The open SQLite file of a store: one connection that writes, one that reads, and the pause for a backup."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
import sqlite3
from threading import Lock
from typing import Final

from . import change_table
from .database_file import UnreadableStoreError, connect, open_database

_WRITER_TIMEOUT: Final = 5.0
"""Seconds to wait for a writer to finish before a backup."""


class PausedError(Exception):
    """Nothing can be written now, because the file is being copied into a backup."""


class Database:
    """The open file. Every method may raise sqlite3.Error, such as for a full disk.

    What writes raises PausedError while `is_paused` says so. Nobody waits for the end of a pause in a thread.
    """

    def __init__(self, path: Path, is_paused: Callable[[], bool] = lambda: False) -> None:
        """Open the file, or make it.

        Raises UnreadableStoreError, OSError or sqlite3.Error, NewerFileError among the latter.
        """
        self.path = path
        self._is_paused = is_paused
        self._write_lock = Lock()
        self._read_lock = Lock()
        self._has_epoch = False
        if not path.exists():
            path.touch(mode=0o600)  # Other users of the machine must not read it.
        elif not path.stat().st_size:
            raise UnreadableStoreError  # It was a history: a new one has its tables at once.
        self._writer = open_database(path)
        self._reader = connect(path)

    def close(self) -> None:
        """Close the file, which then holds everything: SQLite leaves no log behind."""
        with self._write_lock, self._read_lock:
            self._reader.close()
            self._writer.close()

    def bring_together(self) -> None:
        """Bring everything into the one file, after whoever is writing.

        Raises sqlite3.OperationalError if that takes too long.
        """
        if not self._write_lock.acquire(timeout=_WRITER_TIMEOUT):
            raise sqlite3.OperationalError("The file is being written.")
        try:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self._write_lock.release()

    @contextmanager
    def _write_transaction(self) -> Iterator[sqlite3.Connection]:
        """Hand out the writing connection within a transaction, which is rolled back on any error."""
        with self._write_lock:
            if self._is_paused():
                raise PausedError
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                if not self._has_epoch:
                    change_table.begin_epoch(self._writer)
                yield self._writer
                self._writer.execute("COMMIT")
                self._has_epoch = True
            except BaseException:
                if self._writer.in_transaction:  # A full disk may have ended it.
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """Hand out the reading connection, which sees only what is committed."""
        with self._read_lock:
            yield self._reader
