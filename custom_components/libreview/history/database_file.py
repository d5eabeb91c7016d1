"""The SQLite file of the store: opening it checked, quarantining it when it is damaged, deleting it."""

from contextlib import closing
from itertools import chain, count
from pathlib import Path
import sqlite3
from typing import Final

from .schema import check_version, migrate

_SUFFIXES: Final = ("", "-wal", "-shm")
"""The endings that SQLite appends to the name of the file, for its log and the index of that."""
_PAGE_SIZE: Final = 1024
"""Bytes. One reading changes one page, which is written whole: small ones spare an SD card."""
_DAMAGE_CODES: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class UnreadableStoreError(Exception):
    """The file is damaged, or is none of ours."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open a file, check that it is whole, and bring it to today's schema.

    Raises UnreadableStoreError or sqlite3.Error; NewerFileError before anything of the file is touched.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            check_version(connection)
        return _open_checked(path)
    except sqlite3.Error as err:
        if is_damage(err):
            raise UnreadableStoreError from err
        raise


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that any thread may use, one at a time. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        # In this mode a commit is one append to a log, and no wait for the disk.
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _open_checked(path: Path) -> sqlite3.Connection:
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
    """Return True if an error means that the file's content is damaged, unlike a full or a busy disk."""
    return getattr(err, "sqlite_errorcode", 0) & 0xFF in _DAMAGE_CODES


def is_read_only(err: sqlite3.Error) -> bool:
    """Return True if an error means that the file was opened while nobody could write to it."""
    return getattr(err, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY


def set_aside(path: Path, mark: str) -> Path:
    """Rename a closed file that cannot be read, so that a new one can begin. Return its new path.

    It gets a name that no file has, or stays as it is: raises OSError.
    """
    names = (f"{path.name}.{mark}{number}" for number in chain([""], (f"-{n}" for n in count(2))))
    aside = next(path.with_name(name) for name in names if not _files(path.with_name(name)))
    move(path, aside)
    return aside


def move(path: Path, new: Path) -> None:
    """Rename a closed file, whole or not at all. Raises OSError, also where there is one of that name."""
    if _files(new):
        raise FileExistsError(new.name)
    renamed: list[tuple[Path, Path]] = []
    try:
        for source in _files(path):
            target = new.with_name(new.name + source.name.removeprefix(path.name))
            source.rename(target)
            renamed.append((source, target))
    except OSError:
        for source, target in renamed:
            target.rename(source)
        raise


def _files(path: Path) -> list[Path]:
    """Return the files that SQLite has made for a database, as far as they exist."""
    return [file for suffix in _SUFFIXES if (file := path.with_name(path.name + suffix)).exists()]


def remove(path: Path) -> None:
    """Delete the file of a store that is closed, and those that were set aside in its place."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink(missing_ok=True)
