"""How far a person's phone was from UTC, as live readings showed it: pure, without I/O."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any, Final, Self

from .cloud.floating_time import SeenOffset

_KEPT: Final = timedelta(days=100)
"""Longer than any report reaches back."""
_TRUSTED: Final = timedelta(hours=24)
"""After so long without a live reading the phone is taken to be at home again."""
_WIDEST: Final = timedelta(hours=26)


class OffsetLog:
    """The observations of one person, of equal ones in a row the first and the last."""

    def __init__(self, seen: Iterable[SeenOffset] = ()) -> None:
        """Continue from these, which are sorted by time."""
        self._seen = list(seen)

    @property
    def seen(self) -> tuple[SeenOffset, ...]:
        """What there is, oldest first."""
        return tuple(self._seen)

    def observe(self, at: datetime, offset: timedelta) -> bool:
        """Note an observation, unless a newer one is known. Says whether the offset changed."""
        seen = self._seen
        if seen and at <= seen[-1].at:
            return False
        is_change = not seen or seen[-1].offset != offset
        if not is_change and len(seen) > 1 and seen[-2].offset == offset:
            seen.pop()
        seen.append(SeenOffset(at, offset))
        if seen[0].at < at - _KEPT:
            self._prune(at - _KEPT)
        return is_change

    def _prune(self, oldest: datetime) -> None:
        """Drop what is older, and of what lasts from then until later only the part before."""
        begun = [each for each in self._seen if each.at <= oldest]
        later = self._seen[len(begun) :]
        lasts = later and begun and begun[-1].offset == later[0].offset
        self._seen = [SeenOffset(oldest, later[0].offset), *later] if lasts else later

    def away(self, zone: tzinfo, now: datetime) -> timedelta | None:
        """The offset of the phone now, where it is another than that of `zone`."""
        if not self._seen or now - self._seen[-1].at > _TRUSTED:
            return None
        last = self._seen[-1]
        return None if last.at.astimezone(zone).utcoffset() == last.offset else last.offset

    @property
    def data(self) -> list[list[Any]]:
        """All of it, to be written down."""
        return [[each.at.isoformat(), each.offset.total_seconds()] for each in self._seen]

    @classmethod
    def parse(cls, value: Any) -> Self:
        """What was written down; nothing in place of what makes no sense."""
        try:
            seen = [
                SeenOffset(datetime.fromisoformat(at).astimezone(UTC), timedelta(seconds=seconds))
                for at, seconds in value
            ]
        except ArithmeticError, TypeError, ValueError:
            return cls()
        is_sorted = all(earlier.at < later.at for earlier, later in pairwise(seen))
        return cls(seen if is_sorted and all(abs(each.offset) <= _WIDEST for each in seen) else ())
