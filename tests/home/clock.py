"""A clock that a test moves: for the process of a Home Assistant, and for the cloud in this one.

libfaketime tells the process another time, also the one that timers run by. A leap forward is to it what the
sleep of a computer is.
"""

from datetime import UTC, datetime, timedelta
import os
from pathlib import Path

HOW_TO_GET_ONE = (
    "libfaketime was not found. Install it (Debian: apt-get install faketime), or name the library by "
    "LIBREVIEW_FAKETIME."
)
_PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")


class MovedClock:
    """A clock that is behind the true one. `file` is where the process looks how far."""

    def __init__(self, file: Path, behind: timedelta) -> None:
        """Begin so far in the past."""
        self._file = file
        self._behind = behind
        self._tell()

    def now(self) -> datetime:
        """The time it tells."""
        return datetime.now(UTC) - self._behind

    def leap(self, span: timedelta) -> None:
        """So much time goes by at once."""
        self._behind -= span
        self._tell()

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process go by this clock. Raises AssertionError that says how to get what it takes."""
        library = _library()
        assert library is not None, HOW_TO_GET_ONE
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
        }

    def _tell(self) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(f"{-self._behind.total_seconds():+.3f}\n", encoding="ascii")
        new.replace(self._file)


def _library() -> Path | None:
    if named := os.environ.get("LIBREVIEW_FAKETIME"):
        return Path(named)
    for place in map(Path, _PLACES):
        for pattern in ("libfaketime.so.1", "faketime/libfaketime.so.1", "*/faketime/libfaketime.so.1"):
            if found := next(place.glob(pattern), None):
                return found
    return None
