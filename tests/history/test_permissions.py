"""A history that nobody may read or write is left alone, and goes on by itself once that is allowed again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import sqlite3
import tempfile

import pytest

from custom_components.libreview.history.store import Store
from custom_components.libreview.history.store_file import StoreFile

NOBODY = 65534
ALLOWED = 0o700


@contextmanager
def without_privileges() -> Iterator[None]:
    """Permissions bind, as they do not for root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of somebody without privileges."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(ALLOWED)
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)


def keep(at: int) -> Callable[[Store], None]:
    return lambda store: store.keep_sensor("anna", at)


def kept(store: Store) -> list[int]:
    return store.sensors("anna", 0, 100)


@pytest.mark.parametrize(
    ("is_folder", "mode"),
    [(False, 0o000), (False, 0o400), (True, 0o000), (True, 0o500)],
    ids=["file", "file read-only", "folder", "folder read-only"],
)
def test_it_is_neither_set_aside_nor_replaced(folder: Path, is_folder: bool, mode: int) -> None:
    aside: list[str] = []
    path = folder / "history.db"
    with without_privileges():
        before = StoreFile(path, aside.append)
        before.run(keep(1))
        before.close()
        denied = folder if is_folder else path
        denied.chmod(mode)
        file = StoreFile(path, aside.append)
        with pytest.raises((OSError, sqlite3.Error)):
            file.run(keep(2))
        denied.chmod(ALLOWED)
        for each in folder.iterdir():  # SQLite's log has the permissions of its file.
            each.chmod(ALLOWED)

        file.run(keep(3))

        assert file.run(kept) == [1, 3]
        assert [each.name for each in folder.glob("*unreadable*")] == aside == []
        file.close()


def test_a_file_that_has_lost_all_of_its_content_is_set_aside_and_that_is_said(folder: Path) -> None:
    aside: list[str] = []
    path = folder / "history.db"
    path.touch()
    file = StoreFile(path, aside.append)

    file.run(keep(1))

    assert file.run(kept) == [1]
    assert len(aside) == 1
    assert (folder / aside[0]).stat().st_size == 0
    file.close()
