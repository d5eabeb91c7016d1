"""The store of an account as threads of the executor use it: opened when needed, replaced when damaged."""

from collections.abc import Callable
from pathlib import Path
import sqlite3
from threading import Lock

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .database_file import UnreadableStoreError, is_damage, is_read_only, set_aside
from .store import Store


class StoreFile:
    """The store in one file, which is opened at its first use.

    A file that cannot be read, or turns out to be damaged, is set aside, and the next use begins a new one.
    One that a later version has written is left alone, and every use raises NewerFileError.
    """

    def __init__(self, path: Path, on_set_aside: Callable[[str], None]) -> None:
        """Prepare. `on_set_aside` is called in the executor with the name that an unreadable file now has."""
        self.store: Store | None = None
        self.is_closed = False
        self.is_paused = False
        """True while whoever writes gets PausedError. Any thread may set it, at any time."""
        self._path = path
        self._on_set_aside = on_set_aside
        self._lock = Lock()
        """Held while `store` or the names of files change, by one thread after the other."""

    def run[R](self, func: Callable[[Store], R]) -> R:
        """Return what `func` makes of the open store.

        Raises OSError, sqlite3.Error, PausedError or what `func` raises.
        """
        store = self.open()
        try:
            return func(store)
        except sqlite3.Error as err:
            if is_damage(err):
                self._replace(store)
            elif is_read_only(err):  # It stays so as long as it is open, whatever becomes of the file.
                self._close(store)
            raise

    def bring_together(self) -> None:
        """Bring everything into the one file. Raises OSError or sqlite3.Error."""
        self.run(Store.bring_together)

    def close(self) -> None:
        """Close the file for good. Whoever uses it afterwards gets sqlite3.ProgrammingError."""
        self.is_closed = True
        self.close_store()

    def open(self) -> Store:
        """Return the open store. Raises OSError or sqlite3.Error."""
        with self._lock:
            if self.is_closed:
                raise sqlite3.ProgrammingError("The account is not set up any more.")
            if self.store is None:
                try:
                    self.store = self._open_store()
                except UnreadableStoreError:
                    self._set_aside()
                    self.store = self._open_store()
            return self.store

    def close_store(self) -> None:
        """Close the file until its next use."""
        with self._lock:
            store, self.store = self.store, None
        if store is not None:
            store.close()

    def _open_store(self) -> Store:
        return Store(self._path, lambda: self.is_paused)

    def _replace(self, damaged: Store) -> None:
        """Set the file aside in which damage was met, unless another thread has done so already."""
        self._close(damaged, self._set_aside)

    def _close(self, store: Store, then: Callable[[], None] = lambda: None) -> None:
        """Close a store until the next use, and do something then, unless another thread has done so."""
        with self._lock:
            if self.store is not store:
                return
            self.store = None
            store.close()
            then()

    def _set_aside(self) -> None:
        aside = set_aside(self._path, dt_util.utcnow().strftime("unreadable-%Y%m%d-%H%M%S"))
        self._on_set_aside(aside.name)


def history_path(hass: HomeAssistant, entry_id: str) -> Path:
    """Return the path of an account's history."""
    return Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry_id}.history.db"))
