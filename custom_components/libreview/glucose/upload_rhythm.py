"""The phones that upload every quarter of an hour, by when their newest readings change: pure.

For these the next reading is always a little older than a limit of a quarter of an hour: by the delay of the
upload, and by the time until the next poll.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

SLOW_RHYTHM: Final = timedelta(minutes=15)
"""Between two uploads of the slowest phones; others upload every minute or every five."""
_TOLERANCE: Final = timedelta(minutes=2)
_KEPT: Final = 2
"""Pauses that show a rhythm; of the uploads between them, one may have been missed."""
_SHORTEST_DELAY: Final = timedelta(minutes=5)
"""Allowed for the upload and the polls, of which one may fail."""


@dataclass(frozen=True, slots=True)
class UploadRhythm:
    """The last pauses between a phone's uploads, as far as polls show them."""

    newest: datetime | None = None
    """The instant of the newest reading at the last poll."""
    was_seen_again: bool = False
    """True once a second poll has told the same: no newer one was uploaded until then."""
    pauses: tuple[timedelta, ...] = ()

    def after(self, newest: datetime) -> UploadRhythm:
        """Return the rhythm after a poll that told a newest reading of that instant."""
        if self.newest is None or newest < self.newest:
            return UploadRhythm(newest, pauses=self.pauses)
        if newest == self.newest:
            return UploadRhythm(newest, was_seen_again=True, pauses=self.pauses)
        pause = newest - self.newest
        # A long one between two polls is that of the polls.
        if pause >= SLOW_RHYTHM - _TOLERANCE and not self.was_seen_again:
            return UploadRhythm(newest, pauses=self.pauses)
        return UploadRhythm(newest, pauses=(*self.pauses, pause)[-_KEPT:])

    def is_slow(self, *, otherwise: bool) -> bool:
        """Return True if the uploads come every quarter of an hour; `otherwise` while too few are known."""
        if len(self.pauses) < _KEPT:
            return otherwise
        return abs(min(self.pauses) - SLOW_RHYTHM) <= _TOLERANCE


def next_upload(interval: float) -> timedelta:
    """Return the age at which the next upload of a slow phone is seen, at polls every `interval` seconds."""
    return SLOW_RHYTHM + max(_SHORTEST_DELAY, timedelta(seconds=1.5 * interval))
