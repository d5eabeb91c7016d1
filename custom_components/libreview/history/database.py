"""The open SQLite file of a store: one connection that writes, one that reads, and the pause for a backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import sqlite3
from threading import Lock
from typing import Final

from .database_file import connect, open_database

_PAUSE_TIMEOUT: Final = 5.0
"""Seconds that a pause waits for a writer to finish."""


class Database:
    """The open file. Every method may raise sqlite3.Error, such as for a full disk."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises UnreadableStoreError, OSError or sqlite3.Error."""
        self.path = path
        self._write_lock = Lock()
        self._read_lock = Lock()
        path.touch(mode=0o600, exist_ok=True)  # Other users of the machine must not read it.
        self._writer = open_database(path)
        self._reader = connect(path)

    def close(self) -> None:
        """Close the file, which then holds everything: SQLite leaves no log behind."""
        with self._write_lock, self._read_lock:
            self._reader.close()
            self._writer.close()

    def pause(self) -> None:
        """Bring everything into the one file, for somebody to copy it, and have writers wait until `resume`.

        Readers go on. `resume` may be called in another thread. Raises sqlite3.OperationalError if a writer
        takes too long.
        """
        if not self._write_lock.acquire(timeout=_PAUSE_TIMEOUT):
            raise sqlite3.OperationalError("The file is being written.")
        try:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except BaseException:
            self._write_lock.release()
            raise

    def resume(self) -> None:
        """Let writers go on after `pause`."""
        self._write_lock.release()

    @contextmanager
    def _write_transaction(self) -> Iterator[sqlite3.Connection]:
        """Hand out the writing connection within a transaction, which is rolled back on any error."""
        with self._write_lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """Hand out the reading connection, which sees only what is committed."""
        with self._read_lock:
            yield self._reader
