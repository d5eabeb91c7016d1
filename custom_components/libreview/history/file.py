"""The file of the store: opening it whole, setting it aside when it is not, and deleting it."""

from pathlib import Path
import sqlite3
from typing import Final

from .schema import NewerFileError, migrate

_COMPANIONS: Final = ("", "-wal", "-shm")
"""What SQLite appends to the name of the file."""
_PAGE: Final = 1024
"""Bytes. One reading changes one page, which is written whole: small ones spare an SD card."""
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class UnreadableStoreError(Exception):
    """The file is damaged, is none of ours, or was written by a later version."""


def opened(path: Path) -> sqlite3.Connection:
    """A connection to a file that is whole and of today's version.

    Raises UnreadableStoreError or sqlite3.Error.
    """
    try:
        return _whole(path)
    except NewerFileError as err:
        raise UnreadableStoreError from err
    except sqlite3.Error as err:
        if is_damage(err):
            raise UnreadableStoreError from err
        raise


def connect(path: Path) -> sqlite3.Connection:
    """A connection that any thread may use, one at a time. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        # In this mode a commit is one append to a log, and no wait for the disk.
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _whole(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    try:
        _check(connection)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise UnreadableStoreError


def is_damage(err: sqlite3.Error) -> bool:
    """Whether an error speaks of the file's content. A full or a busy disk is another matter."""
    return getattr(err, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def set_aside(path: Path, mark: str) -> Path:
    """Give a file that cannot be read another name, so that a new one can begin. Says which."""
    aside = path.with_name(f"{path.name}.{mark}")
    for companion in _COMPANIONS:
        source = path.with_name(path.name + companion)
        if source.exists():
            source.rename(aside.with_name(aside.name + companion))
    return aside


def remove(path: Path) -> None:
    """Delete the file of a store that is closed, and those that were set aside in its place."""
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink(missing_ok=True)
