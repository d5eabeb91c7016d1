"""The UTC offsets of a person's phone, as live readings showed them: pure, without I/O."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Final

from ..cloud.floating_time import SeenOffset

KEPT_FOR: Final = timedelta(days=100)
"""Older observations are dropped; reports reach back 90 days."""
_TRUSTED_FOR: Final = timedelta(hours=24)
"""After this without a live reading the phone is taken to be in the person's time zone again."""


def have_same_offsets(one: tzinfo, other: tzinfo, now: datetime) -> bool:
    """Return True if two time zones were equally far from UTC for as long as reports reach back."""
    if one == other:
        return True
    hours = range(int(KEPT_FOR / timedelta(hours=1)))
    instants = (now - timedelta(hours=hour) for hour in hours)
    return all(at.astimezone(one).utcoffset() == at.astimezone(other).utcoffset() for at in instants)


class SeenUtcOffsets:
    """The observed offsets of one person's phone: of equal ones in a row the first and the last."""

    def __init__(self, seen: Iterable[SeenOffset] = ()) -> None:
        """Continue from these observations, which are sorted by time."""
        self._seen = list(seen)

    @property
    def seen(self) -> tuple[SeenOffset, ...]:
        """The observations, oldest first."""
        return tuple(self._seen)

    def observe(self, at: datetime, offset: timedelta) -> bool:
        """Add an observation unless a newer one is known. Return True if the offset changed."""
        seen = self._seen
        if seen and at <= seen[-1].at:
            return False
        is_change = not seen or seen[-1].offset != offset
        if not is_change and len(seen) > 1 and seen[-2].offset == offset:
            seen.pop()
        seen.append(SeenOffset(at, offset))
        if seen[0].at < at - KEPT_FOR:
            self._prune(at - KEPT_FOR)
        return is_change

    def _prune(self, oldest: datetime) -> None:
        """Drop what is older, but let an offset that lasted over `oldest` begin there."""
        dropped = [observation for observation in self._seen if observation.at <= oldest]
        later = self._seen[len(dropped) :]
        has_lasted = later and dropped and dropped[-1].offset == later[0].offset
        self._seen = [SeenOffset(oldest, later[0].offset), *later] if has_lasted else later

    def is_known(self, now: datetime) -> bool:
        """Return True if the offset was observed so recently that it is taken for that of now."""
        return bool(self._seen) and now - self._seen[-1].at <= _TRUSTED_FOR

    def offset_when_away(self, time_zone: tzinfo, now: datetime) -> timedelta | None:
        """Return the phone's UTC offset if it is not that of the person's time zone, else None."""
        if not self.is_known(now):
            return None
        last = self._seen[-1]
        return None if last.at.astimezone(time_zone).utcoffset() == last.offset else last.offset
