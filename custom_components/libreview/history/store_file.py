"""The store of an account as threads of the executor use it: opened when needed, replaced when damaged."""

from collections.abc import Callable
from pathlib import Path
import sqlite3
from threading import Lock

from homeassistant.util import dt as dt_util

from .database_file import UnreadableStoreError, is_damage, set_aside
from .store import Store


class StoreFile:
    """The store in one file, which is opened at its first use.

    A file that cannot be read, or turns out to be damaged, is set aside, and the next use begins a new one.
    """

    def __init__(self, path: Path, on_set_aside: Callable[[str], None]) -> None:
        """Prepare. `on_set_aside` is called in the executor with the name that an unreadable file now has."""
        self.store: Store | None = None
        self.is_closed = False
        self.is_paused = False
        self._path = path
        self._on_set_aside = on_set_aside
        self._open_lock = Lock()
        self._resume_lock = Lock()

    def run[R](self, func: Callable[[Store], R]) -> R:
        """Return what `func` makes of the open store. Raises OSError, sqlite3.Error or what `func` raises."""
        store = self._open()
        try:
            return func(store)
        except sqlite3.Error as err:
            if is_damage(err):
                self._close_store()
                self._set_aside()
            raise

    def close(self) -> None:
        """Close the file for good. Whoever uses it afterwards gets sqlite3.ProgrammingError."""
        self.is_closed = True
        self._close_store()

    def pause(self) -> None:
        """Bring everything into the one file, and have writers wait until `resume`.

        Raises OSError or sqlite3.Error.
        """
        store = self._open()
        store.pause()
        with self._resume_lock:
            # Set in this thread: whoever waits for it may have given up meanwhile, yet has to find it paused.
            self.is_paused = store is self.store
        if not self.is_paused:
            store.resume()  # It is being closed, which nobody would end a pause of any more.

    def resume(self) -> bool:
        """End the pause. Return False where nothing was paused. Does not block."""
        with self._resume_lock:  # The end of a backup and a closing thread may both come to this.
            if not self.is_paused or self.store is None:
                return False
            self.is_paused = False
            self.store.resume()
            return True

    def _open(self) -> Store:
        with self._open_lock:
            if self.is_closed:
                raise sqlite3.ProgrammingError("The account is not set up any more.")
            if self.store is None:
                try:
                    self.store = Store(self._path)
                except UnreadableStoreError:
                    self._set_aside()
                    self.store = Store(self._path)
            return self.store

    def _close_store(self) -> None:
        with self._open_lock, self._resume_lock:
            store, self.store = self.store, None
            was_paused, self.is_paused = self.is_paused, False
        if store is not None:
            if was_paused:  # Closing would wait for the end of the pause, as a writer does.
                store.resume()
            store.close()

    def _set_aside(self) -> None:
        aside = set_aside(self._path, dt_util.utcnow().strftime("unreadable-%Y%m%d-%H%M%S"))
        self._on_set_aside(aside.name)
