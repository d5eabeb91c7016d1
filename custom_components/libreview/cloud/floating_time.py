"""Turning floating times, which are wall clocks without a time zone, into instants.

A clock hour that happens twice is resolved by the order of the series, and one that does not exist moves
forward. Live readings show which UTC offset the phone had, also where it was not in the person's time zone.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final

_QUARTER: Final = timedelta(minutes=15)
"""Offsets are rounded to this, for every time zone in use is a whole number of quarter hours from UTC."""
_SLACK: Final = timedelta(minutes=2)
"""A difference between phone and sensor is an offset if it is this close to whole quarter hours."""
WIDEST_OFFSET: Final = timedelta(hours=26)
"""The greatest difference of two wall clocks: time zones reach from UTC-12 to UTC+14."""
OFFSET_TRUSTED_FOR: Final = timedelta(hours=24)
"""The last observed offset holds so long. A working live feed shows a new one every few minutes; after a day
of silence the person is as likely back home as still away."""
_ZERO: Final = timedelta()
_DAY: Final = timedelta(days=1)
_DAY_SECONDS: Final = 24 * 3600
_AROUND: Final = timedelta(days=2)
"""The margin around a day in which its offset must not change; greater than any offset."""
_EPOCH: Final = datetime.fromisoformat("1970-01-01")
_UNRESOLVED: Final = -(2**63)
"""Stands for an instant that is still to be found."""
_NEIGHBOUR_RANGE: Final = timedelta(hours=6)
"""A reading farther away says nothing about which pass through a doubled hour another belongs to."""
_SHORT_GAP: Final = timedelta(hours=3)
"""Between two observations that lie no farther apart, the phone may have had the offset of either. In longer
gaps the nearer observation counts, for nobody knows how long a phone on a journey stays offline."""


@dataclass(frozen=True, slots=True)
class SeenOffset:
    """An observed difference of the phone's clock from UTC (`offset`) at an instant (`at`, UTC)."""

    at: datetime
    offset: timedelta


def observed_offset(utc: datetime, wall: datetime) -> timedelta | None:
    """Return how far this wall clock is from UTC, in quarter hours; None where no time zone is so far."""
    difference = wall.replace(tzinfo=None) - utc.astimezone(UTC).replace(tzinfo=None)
    offset = round(difference / _QUARTER) * _QUARTER
    return offset if abs(difference - offset) <= _SLACK and abs(offset) <= WIDEST_OFFSET else None


def resolve(
    walls: Sequence[datetime],
    time_zone: tzinfo,
    *,
    seen: Sequence[SeenOffset] = (),
    not_after: datetime | None = None,
) -> tuple[datetime, ...]:
    """Return the instants (UTC) of naive wall clocks that stand in the order in which the device wrote them.

    `time_zone` is the person's, `seen` the observed offsets of the phone, sorted by time, and `not_after`
    (usually now) an instant that none of them can be later than, as long as a wall clock leaves a choice.
    """
    backwards = sum(later < earlier for earlier, later in pairwise(walls))
    if backwards * 2 > len(walls):
        # The newest stands first.
        return resolve(walls[::-1], time_zone, seen=seen, not_after=not_after)[::-1]
    return _resolve_in_order(walls, _PhoneClock(time_zone, seen), not_after)


def _resolve_in_order(
    walls: Sequence[datetime], clock: _PhoneClock, not_after: datetime | None
) -> tuple[datetime, ...]:
    choices = [clock.instants(wall) for wall in walls]
    resolved = [choice[0] for choice in choices]
    for start, end in _doubled_hours(walls, choices):
        second = _second_pass(walls, start, end)
        for index in range(second, end):
            late = choices[index][-1]
            if not_after is None or late <= not_after:
                resolved[index] = late
    return tuple(resolved)


def resolve_seconds(
    walls: Sequence[int],
    time_zone: tzinfo,
    seen: Sequence[SeenOffset] = (),
    *,
    not_after: datetime | None = None,
) -> array[int]:
    """Return the instants (seconds since 1970) of very many wall clocks, as `resolve` finds them.

    `walls` are seconds since 1970 as if the clock were UTC. All of a day on which the clock does not change
    takes one offset; only the other days are resolved one by one.
    """
    backwards = sum(later < earlier for earlier, later in pairwise(walls))
    if backwards * 2 > len(walls):
        return resolve_seconds(walls[::-1], time_zone, seen, not_after=not_after)[::-1]
    clock = _PhoneClock(time_zone, seen)
    offsets: dict[int, int | None] = {}
    found = array("q")
    for wall in walls:
        day = wall // _DAY_SECONDS
        if day not in offsets:
            offset = clock.plain_offset(_EPOCH + day * _DAY)
            offsets[day] = None if offset is None else round(offset.total_seconds())
        found.append(_UNRESOLVED if (shift := offsets[day]) is None else wall - shift)
    for start, end in _unresolved_stretches(found):
        # What stands beside such a stretch is days away, so that nothing in it joins that.
        part = [_EPOCH + timedelta(seconds=wall) for wall in walls[start:end]]
        for index, at in enumerate(_resolve_in_order(part, clock, not_after), start):
            found[index] = round(at.timestamp())
    return found


def _unresolved_stretches(found: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches (start, end) of instants that are still to be found."""
    start = None
    for index, instant in enumerate(found):
        if instant == _UNRESOLVED:
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(found)


def _doubled_hours(
    walls: Sequence[datetime], choices: Sequence[tuple[datetime, ...]]
) -> Iterator[tuple[int, int]]:
    """Yield the stretches (start, end) of the series that lie in one and the same doubled hour."""
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
    """Return where the second pass through a doubled hour begins, `end` if the series never got there.

    It begins where the clock goes back. Where it never does, the whole stretch belongs to the
    side it joins more closely.
    """
    back, at = min(((walls[at] - walls[at - 1], at) for at in range(start + 1, end)), default=(_ZERO, end))
    if back < _ZERO:
        return at
    before = walls[start] - walls[start - 1] if start else _NEIGHBOUR_RANGE
    after = walls[end] - walls[end - 1] if end < len(walls) else _NEIGHBOUR_RANGE
    if not _ZERO <= before <= _NEIGHBOUR_RANGE:
        before = _NEIGHBOUR_RANGE
    return start if _ZERO <= after < before else end


class _PhoneClock:
    """The offsets of a phone's clock: those of the time zone, or others where they were observed."""

    def __init__(self, time_zone: tzinfo, seen: Sequence[SeenOffset]) -> None:
        self._time_zone = time_zone
        # Of equal offsets in a row the first and the last are enough.
        self._seen = [
            observation
            for index, observation in enumerate(seen)
            if not 0 < index < len(seen) - 1
            or not seen[index - 1].offset == observation.offset == seen[index + 1].offset
        ]
        self._times = [observation.at for observation in self._seen]
        self._away = [observation.offset - self._zone_offset(observation.at) for observation in self._seen]
        self._was_away = any(self._away)

    def plain_offset(self, day: datetime) -> timedelta | None:
        """Return the offset that the phone had all day from `day` on, None if it may have had several.

        Where the time zone keeps one offset for days, and the phone was only seen at home, no wall clock
        leaves a choice.
        """
        first, last = day - _AROUND, day + _DAY + _AROUND
        offsets = {
            wall.replace(tzinfo=self._time_zone, fold=fold).utcoffset() or _ZERO
            for wall in (first, day, day + _DAY, last)
            for fold in (0, 1)
        }
        if len(offsets) > 1 or any(self._away[index] for index in self._observations_near(first, last)):
            return None
        return offsets.pop()

    def instants(self, wall: datetime) -> tuple[datetime, ...]:
        """Return the instants at which the phone showed this; a skipped clock moves forward to one."""
        utc = wall.replace(tzinfo=UTC)
        offsets = self._offsets_near(wall)
        if len(offsets) == 1:
            return (utc - offsets.pop(),)
        shown = sorted(utc - offset for offset in offsets if offset in self._possible_offsets(utc - offset))
        if shown:
            return (shown[0], shown[-1]) if len(shown) > 1 else (shown[0],)
        skipped = [utc - offset for offset in offsets if self._was_skipped(utc - offset, offset)]
        return (max(skipped, default=utc - min(offsets)),)

    def _was_skipped(self, at: datetime, offset: timedelta) -> bool:
        """Return whether the clock, had it kept this offset, would have reached `at` just after it jumped."""
        jump = self._likely_offset(at) - offset
        return jump > _ZERO and self._likely_offset(at - jump) == offset

    def _offsets_near(self, wall: datetime) -> set[timedelta]:
        """Return every offset that the phone's clock may have had around then."""
        offsets = {wall.replace(tzinfo=self._time_zone, fold=fold).utcoffset() or _ZERO for fold in (0, 1)}
        if not self._was_away:
            return offsets
        near = self._observations_near(wall, wall)
        shifted = {offset + self._away[index] for index in near for offset in offsets}
        return offsets | shifted | {self._seen[index].offset for index in near}

    def _observations_near(self, first: datetime, last: datetime) -> range:
        """Return the indices of the observations that matter to wall clocks from `first` to `last`."""
        start = bisect_right(self._times, first.replace(tzinfo=UTC) - WIDEST_OFFSET)
        end = bisect_right(self._times, last.replace(tzinfo=UTC) + WIDEST_OFFSET)
        return range(max(start - 1, 0), min(end + 1, len(self._seen)))

    def _zone_offset(self, at: datetime) -> timedelta:
        return at.astimezone(self._time_zone).utcoffset() or _ZERO

    def _likely_offset(self, at: datetime) -> timedelta:
        """Return how far the phone's clock most likely was from UTC at this instant."""
        return self._possible_offsets(at)[0]

    def _possible_offsets(self, at: datetime) -> tuple[timedelta, ...]:
        """Return how far the phone's clock may have been from UTC at this instant, the most likely first."""
        after = bisect_right(self._times, at)
        if after == 0:
            return (self._zone_offset(at),)
        before = after - 1
        if after == len(self._seen):
            trusted = at - self._times[before] <= OFFSET_TRUSTED_FOR
            return (self._zone_offset(at) + (self._away[before] if trusted else _ZERO),)
        if self._away[before] == self._away[after]:
            return (self._zone_offset(at) + self._away[before],)
        if self._seen[before].offset == self._seen[after].offset:
            return (self._seen[before].offset,)
        # The phone moved somewhere in between.
        since, until = at - self._times[before], self._times[after] - at
        nearer, other = (before, after) if since <= until else (after, before)
        likely = self._seen[nearer].offset
        return (likely, self._seen[other].offset) if since + until <= _SHORT_GAP else (likely,)
