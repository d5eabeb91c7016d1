"""The file of a history, as others see it: looked at while Home Assistant is at work, and after its death."""

from contextlib import closing, suppress
from pathlib import Path
import shutil
import sqlite3

from custom_components.libreview.glucose.series import SAME_READING
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.models import Source

_CSV = SOURCE_CODE[Source.CSV]
_READINGS = "SELECT patient_id, at, source FROM reading JOIN person ON person.id = reading.person"
_TOLERANCE = int(SAME_READING.total_seconds())

type Seen = tuple[str, int]
"""Whose reading, and of when."""


class HistoryFile:
    """The file, and what was seen in it, which must never go away again."""

    def __init__(self, path: Path, folder: Path) -> None:
        """Look at `path`, and put copies into `folder`."""
        self.path = path
        self.seen: set[Seen] = set()
        self._copy = folder / "copy.db"

    def look(self) -> None:
        """Remember what is safe now."""
        with (
            suppress(sqlite3.OperationalError),  # It may be just being opened.
            closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection,
        ):
            self.seen |= {(who, at) for who, at, source in connection.execute(_READINGS) if source != _CSV}

    def compare(self) -> None:
        """After a death: the file is whole, and all that was seen is there, once.

        Looks at a copy: it is Home Assistant that has to get along with what it left.
        """
        for ending in ("", "-wal"):
            source = self.path.with_name(self.path.name + ending)
            target = self._copy.with_name(self._copy.name + ending)
            target.unlink(missing_ok=True)
            if source.exists():
                shutil.copy(source, target)
        with closing(sqlite3.connect(self._copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            rows = connection.execute(f"{_READINGS} WHERE source <> ?", (_CSV,)).fetchall()
        there = [(who, at) for who, at, _ in rows]
        assert len(there) == len(set(there))
        before, self.seen = self.seen, set(there)
        assert not [each for each in before if not self.has(*each)]

    def has(self, patient_id: str, at: int) -> bool:
        """Whether a reading is there, or a better copy of it."""
        return any((patient_id, at + later) in self.seen for later in range(-_TOLERANCE, _TOLERANCE + 1))

    def imported(self, patient_id: str) -> int:
        """How many readings of a CSV file were there at the last comparison."""
        with closing(sqlite3.connect(self._copy)) as connection:
            return sum(
                who == patient_id and source == _CSV for who, _, source in connection.execute(_READINGS)
            )

    def forget_import(self) -> None:
        """Make room for the next one, while nobody has the file open."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("DELETE FROM reading WHERE source = ?", (_CSV,))
            connection.commit()
