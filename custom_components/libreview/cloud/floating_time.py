"""Floating times, wall clocks without their zone, as the instants they were.

A clock hour that happens twice is told apart by the order of the series, one that does not exist moves
forward, and what live readings showed of the phone's clock tells when it was not in the person's zone.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final

_QUARTER: Final = timedelta(minutes=15)
"""Every zone in use today is a whole number of quarter hours from UTC."""
_SLACK: Final = timedelta(minutes=2)
"""How far a phone and a sensor may disagree before their difference means nothing."""
_WIDEST: Final = timedelta(hours=26)
"""The zones of the world reach from -12 h to +14 h."""
_TRUSTED: Final = timedelta(hours=24)
"""How long the last observed offset holds. A live feed that works shows a new one every few minutes; when it
has been silent for a day, that the person is back home is as likely as that they are still away."""
_ZERO: Final = timedelta()
_DAY: Final = timedelta(days=1)
_DAY_SECONDS: Final = 24 * 3600
_AROUND: Final = timedelta(days=2)
"""Farther than any offset reaches."""
_EPOCH: Final = datetime.fromisoformat("1970-01-01")
_OPEN: Final = -(2**63)
"""Stands for an instant that is still to be found."""
_NEIGHBOUR: Final = timedelta(hours=6)
"""What is farther away says nothing about where a reading belongs."""
_SHORT: Final = timedelta(hours=3)
"""Between two observations that lie no farther apart, the phone may have had the offset of either; how long a
phone on a journey stays offline is anybody's guess, so that in longer ones the nearer observation counts."""


@dataclass(frozen=True, slots=True)
class SeenOffset:
    """How far the phone's clock was from UTC (`offset`) at an instant (`at`, UTC)."""

    at: datetime
    offset: timedelta


def observed_offset(utc: datetime, wall: datetime) -> timedelta | None:
    """How far this wall clock is from UTC, in quarter hours; None for what no zone of the world can be."""
    difference = wall.replace(tzinfo=None) - utc.astimezone(UTC).replace(tzinfo=None)
    offset = round(difference / _QUARTER) * _QUARTER
    return offset if abs(difference - offset) <= _SLACK and abs(offset) <= _WIDEST else None


def resolve(
    walls: Sequence[datetime],
    zone: tzinfo,
    *,
    seen: Sequence[SeenOffset] = (),
    not_after: datetime | None = None,
) -> tuple[datetime, ...]:
    """The instants (UTC) of naive wall clocks that stand in the order in which the device wrote them down.

    `zone` is the person's, `seen` what was observed of the phone, sorted by time, and `not_after` (usually
    now) an instant that none of them can be later than, as long as a wall clock leaves a choice.
    """
    backwards = sum(later < earlier for earlier, later in pairwise(walls))
    if backwards * 2 > len(walls):
        # The newest stands first.
        return resolve(walls[::-1], zone, seen=seen, not_after=not_after)[::-1]
    return _resolve_in_order(walls, _PhoneClock(zone, seen), not_after)


def _resolve_in_order(
    walls: Sequence[datetime], clock: _PhoneClock, not_after: datetime | None
) -> tuple[datetime, ...]:
    choices = [clock.instants(wall) for wall in walls]
    resolved = [choice[0] for choice in choices]
    for start, end in _doubled(walls, choices):
        second = _second_pass(walls, start, end)
        for index in range(second, end):
            late = choices[index][-1]
            if not_after is None or late <= not_after:
                resolved[index] = late
    return tuple(resolved)


def instants(
    walls: Sequence[int],
    zone: tzinfo,
    seen: Sequence[SeenOffset] = (),
    *,
    not_after: datetime | None = None,
) -> array[int]:
    """The same as `resolve` for very many wall clocks, in seconds since 1970 as if the clock were UTC.

    The instants are seconds since 1970 too. Whole days on which nothing happens to the clock take one offset,
    and only the others are looked at one by one.
    """
    backwards = sum(later < earlier for earlier, later in pairwise(walls))
    if backwards * 2 > len(walls):
        return instants(walls[::-1], zone, seen, not_after=not_after)[::-1]
    clock = _PhoneClock(zone, seen)
    offsets: dict[int, int | None] = {}
    found = array("q")
    for wall in walls:
        day = wall // _DAY_SECONDS
        if day not in offsets:
            offset = clock.plain_offset(_EPOCH + day * _DAY)
            offsets[day] = None if offset is None else round(offset.total_seconds())
        found.append(_OPEN if (shift := offsets[day]) is None else wall - shift)
    for start, end in _runs(found):
        # What stands beside such a stretch is days away, so that nothing in it joins that.
        part = [_EPOCH + timedelta(seconds=wall) for wall in walls[start:end]]
        for index, at in enumerate(_resolve_in_order(part, clock, not_after), start):
            found[index] = round(at.timestamp())
    return found


def _runs(found: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where instants are open: the stretches (start, end)."""
    start = None
    for index, each in enumerate(found):
        if each == _OPEN:
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(found)


def _doubled(walls: Sequence[datetime], choices: Sequence[tuple[datetime, ...]]) -> Iterator[tuple[int, int]]:
    """The stretches (start, end) of the series that lie in one and the same doubled hour."""
    start = 0
    for index in range(1, len(walls) + 1):
        if index < len(walls) and len(choices[start]) > 1 and len(choices[index]) > 1:
            shift = choices[start][-1] - choices[start][0]
            same = choices[index][-1] - choices[index][0] == shift
            if same and abs(walls[index] - walls[start]) < shift:
                continue
        if len(choices[start]) > 1:
            yield start, index
        start = index


def _second_pass(walls: Sequence[datetime], start: int, end: int) -> int:
    """Where the second pass through a doubled hour begins, `end` if the series never got there.

    A clock that goes back says so. Without that, the whole stretch belongs to the side it joins more closely.
    """
    back, at = min(((walls[at] - walls[at - 1], at) for at in range(start + 1, end)), default=(_ZERO, end))
    if back < _ZERO:
        return at
    before = walls[start] - walls[start - 1] if start else _NEIGHBOUR
    after = walls[end] - walls[end - 1] if end < len(walls) else _NEIGHBOUR
    if not _ZERO <= before <= _NEIGHBOUR:
        before = _NEIGHBOUR
    return start if _ZERO <= after < before else end


class _PhoneClock:
    """What a phone's clock showed when: the zone's time, or another one where it was seen to."""

    def __init__(self, zone: tzinfo, seen: Sequence[SeenOffset]) -> None:
        self._zone = zone
        # Only where an offset begins and ends says something new.
        self._seen = [
            each
            for index, each in enumerate(seen)
            if not 0 < index < len(seen) - 1
            or not seen[index - 1].offset == each.offset == seen[index + 1].offset
        ]
        self._times = [each.at for each in self._seen]
        self._away = [each.offset - self._zone_offset(each.at) for each in self._seen]
        self._abroad = any(self._away)

    def plain_offset(self, day: datetime) -> timedelta | None:
        """The offset in which the phone spent the day that begins then, None if it may have had several.

        Where the zone keeps one offset for days, and the phone was only seen at home, no wall clock leaves a
        choice.
        """
        first, last = day - _AROUND, day + _DAY + _AROUND
        offsets = {
            each.replace(tzinfo=self._zone, fold=fold).utcoffset() or _ZERO
            for each in (first, day, day + _DAY, last)
            for fold in (0, 1)
        }
        if len(offsets) > 1 or any(self._away[index] for index in self._near(first, last)):
            return None
        return offsets.pop()

    def instants(self, wall: datetime) -> tuple[datetime, ...]:
        """The instants at which the phone showed this, or the one to which a skipped clock moves forward."""
        utc = wall.replace(tzinfo=UTC)
        offsets = self._offsets_near(wall)
        if len(offsets) == 1:
            return (utc - offsets.pop(),)
        shown = sorted(utc - offset for offset in offsets if offset in self._possible(utc - offset))
        if shown:
            return (shown[0], shown[-1]) if len(shown) > 1 else (shown[0],)
        skipped = [utc - offset for offset in offsets if self._was_skipped(utc - offset, offset)]
        return (max(skipped, default=utc - min(offsets)),)

    def _was_skipped(self, at: datetime, offset: timedelta) -> bool:
        """Whether the clock, had it kept this offset, would have reached `at` just after it jumped."""
        jump = self._offset(at) - offset
        return jump > _ZERO and self._offset(at - jump) == offset

    def _offsets_near(self, wall: datetime) -> set[timedelta]:
        """Every offset that the phone's clock may have had around then."""
        offsets = {wall.replace(tzinfo=self._zone, fold=fold).utcoffset() or _ZERO for fold in (0, 1)}
        if not self._abroad:
            return offsets
        near = self._near(wall, wall)
        shifted = {offset + self._away[index] for index in near for offset in offsets}
        return offsets | shifted | {self._seen[index].offset for index in near}

    def _near(self, first: datetime, last: datetime) -> range:
        """The places of the observations that matter to wall clocks from `first` to `last`."""
        start = bisect_right(self._times, first.replace(tzinfo=UTC) - _WIDEST)
        end = bisect_right(self._times, last.replace(tzinfo=UTC) + _WIDEST)
        return range(max(start - 1, 0), min(end + 1, len(self._seen)))

    def _zone_offset(self, at: datetime) -> timedelta:
        return at.astimezone(self._zone).utcoffset() or _ZERO

    def _offset(self, at: datetime) -> timedelta:
        """How far the phone's clock most likely was from UTC at this instant."""
        return self._possible(at)[0]

    def _possible(self, at: datetime) -> tuple[timedelta, ...]:
        """How far the phone's clock may have been from UTC at this instant, the most likely first."""
        after = bisect_right(self._times, at)
        if after == 0:
            return (self._zone_offset(at),)
        before = after - 1
        if after == len(self._seen):
            trusted = at - self._times[before] <= _TRUSTED
            return (self._zone_offset(at) + (self._away[before] if trusted else _ZERO),)
        if self._away[before] == self._away[after]:
            return (self._zone_offset(at) + self._away[before],)
        if self._seen[before].offset == self._seen[after].offset:
            return (self._seen[before].offset,)
        # The phone moved somewhere in between.
        since, until = at - self._times[before], self._times[after] - at
        nearer, other = (before, after) if since <= until else (after, before)
        likely = self._seen[nearer].offset
        return (likely, self._seen[other].offset) if since + until <= _SHORT else (likely,)
