"""The phones that upload every quarter of an hour, by when their newest readings change: pure.

For these the next reading is always a little older than a limit of a quarter of an hour: by the delay of the
upload, and by the time until the next poll.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from ..models import Reading
from ..person.settings import SLOW_RHYTHM

_KEPT: Final = 3
"""The uploads that show a rhythm: two pauses between them."""
_TOLERANCE: Final = timedelta(minutes=2)
_SHORTEST_DELAY: Final = timedelta(minutes=5)
"""Allowed for the upload and the polls, of which one may fail."""


def add_upload(uploads: tuple[datetime, ...], reading: Reading | None) -> tuple[datetime, ...]:
    """Return the uploads with the newest reading of a poll, where it is a newer one."""
    if reading is None or (uploads and reading.at <= uploads[-1]):
        return uploads
    return (*uploads, reading.at)[-_KEPT:]


def are_slow(uploads: tuple[datetime, ...], *, otherwise: bool) -> bool:
    """Return True if the uploads come every quarter of an hour; `otherwise` while too few are known.

    Of those, one may have been missed.
    """
    if len(uploads) < _KEPT:
        return otherwise
    return abs(min(later - earlier for earlier, later in pairwise(uploads)) - SLOW_RHYTHM) <= _TOLERANCE


def next_upload(interval: float) -> timedelta:
    """Return the age at which the next upload of a slow phone is seen, at polls every `interval` seconds."""
    return SLOW_RHYTHM + max(_SHORTEST_DELAY, timedelta(seconds=1.5 * interval))
