"""The times of polls that see readings right after their upload: pure, without a clock and without I/O.

A phone uploads about once a minute (or every five) at a phase of its own. Polling at that phase, plus a
margin for the upload's lag, sees a reading seconds after its upload instead of half a minute, with as many
requests. Of all the instants to poll at the one is taken that costs the readings of all persons the least:

    cost now + ROUNDS * cost of each round thereafter

The cost now is what the margins cost (`upload_lag.py`), and a minute for each reading that is let pass. The
cost thereafter is that of the best phase, less what the answer teaches; where requests must be left out to
get back there, that costs a minute more.

All instants and spans are seconds; instants are epoch seconds of our clock, stamps those of the phone's.
`scripts/benchmark` has simulated phones upload, and shows how long readings wait beside the least there is.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from .upload_lag import MARGINS, MarginCosts
from .uploads import KnownUploads, Uploads

CREDIT: Final = 60.0
"""The most that longer pauses may save for shorter ones: one request of the fastest pace."""
REPAYMENT: Final = 15.0
"""The most that a poll is put off to repay a debt, which requests out of turn have made."""
MIN_GAP: Final = 15.0
"""Between two requests at least."""
HOUR: Final = 3600.0
LONGEST_WAIT: Final = 315.0
"""Beyond the interval, whatever has been learnt: one round of a slow phone, and a little more."""
AGAIN: Final = 20.0
"""After a look in vain until the next one, where there are requests to spare."""
ROUNDS: Final = 10
"""Readings that have to profit from what is learnt, and from coming round to a better phase."""


class PhaseLock:
    """The time of the next poll, learnt from each person's uploads.

    It keeps the average of the polls at one per `interval` or less whatever happens (but for a credit of one
    request). Graphs, logbooks and second looks count in the budget of all requests (`RequestBudget`).
    """

    def __init__(self, interval: float = 60.0, known: Mapping[str, KnownUploads] | None = None) -> None:
        """Start with what is `known` of the uploads; `interval` is the least average time between polls."""
        self.interval = interval
        self._pace = _Pace(interval)
        self._known = dict(known or {})
        self._uploads: dict[str, Uploads] = {}
        self._last: float | None = None
        self._second_look: float | None = None
        """The instant of the next poll where it is one out of turn."""

    def recall(self, known: Mapping[str, KnownUploads]) -> None:
        """Start with this for persons of whom no poll has told yet."""
        self._known = dict(known)

    def known(self) -> dict[str, KnownUploads]:
        """Return what is worth to be remembered of the persons' uploads."""
        return {person: uploads.known() for person, uploads in self._uploads.items() if uploads.is_seen}

    @property
    def has_looked_in_vain(self) -> bool:
        """True after a poll that did not find the reading it looked for, unless the phone is away."""
        return any(uploads.is_overdue for uploads in self._uploads.values() if uploads.is_seen)

    def learn(self, instant: float, newest: Mapping[str, float | None]) -> None:
        """Count a poll and learn from it: the stamp of each person's newest reading, if any.

        `instant` is that of sending: counted from answers, each poll would come later by the latency.
        """
        if self._second_look is None or instant < self._second_look - 1:
            self._pace.spend(instant)
        self._second_look = None
        before = instant if self._last is None else self._last
        self._uploads = {person: self._uploads_of(person, stamp) for person, stamp in newest.items()}
        for person, stamp in newest.items():
            self._uploads[person].learn(instant, stamp, before)
        self._last = instant

    def _uploads_of(self, person: str, stamp: float | None) -> Uploads:
        uploads = self._uploads.get(person)
        if uploads is None:
            return Uploads(self._known.get(person))
        return Uploads() if uploads.is_set_back(stamp) else uploads

    def next_poll(self, now: float, not_before: float = 0.0, *, looks_again: bool = False) -> float:
        """Return the instant of the next poll: after `now`, but not more than the interval and 315 s.

        `not_before` is the instant that the budget of all requests names. With `looks_again` it allows a poll
        out of turn after one in vain. How long to wait after a failure is another matter (`Backoff`): take
        the later of the two.
        """
        seen = [uploads for uploads in self._uploads.values() if uploads.is_seen]
        active = [uploads for uploads in seen if not uploads.is_quiet] or seen
        self._second_look = None
        self._pace.leave_out_before(not_before)
        soonest = max(self._pace.soonest(now), min(not_before, now + HOUR))
        if self._last is None:
            return soonest
        if not active:
            return max(soonest, min(self._last, now) + self.interval)
        if looks_again and (again := self._look_again(now, active)) is not None:
            self._second_look = again
            return again
        is_slow = min(uploads.cadence for uploads in active) >= 2 * self.interval
        due = (self._next_of_slow if is_slow else self._next_of_all)(soonest, active)
        return min(due, max(soonest, now + self.interval + LONGEST_WAIT))

    def _look_again(self, now: float, active: Sequence[Uploads]) -> float | None:
        """Return the instant of a second look for a reading that was just looked for in vain."""
        again = (self._last or now) + AGAIN
        is_second = any(uploads.is_overdue for uploads in active) and self._pace.is_last(self._last)
        return again if is_second and again > now else None

    def _next_of_slow(self, soonest: float, active: Sequence[Uploads]) -> float:
        """Return when to look next at phones so slow that each is met, and looked for again after a miss."""
        due = []
        for uploads in active:
            due.append(uploads.due(uploads.margin_costs(AGAIN).best_expected(), soonest))
            if uploads.is_overdue:
                due.append(max(soonest, (self._last or soonest) + AGAIN))
        best = min(due)
        # A probe midway notices when five minutes have become one.
        probe = best - min(uploads.cadence for uploads in active) / 2
        return probe if probe >= soonest else best

    def _next_of_all(self, soonest: float, active: Sequence[Uploads]) -> float:
        """Return when to look next at phones of which no more than one may be met in each round."""
        period = min(uploads.cadence for uploads in active)
        persons = [_Person(uploads, uploads.margin_costs(period)) for uploads in active]
        choices = [_choice(instant, persons, period) for instant in _instants(soonest, persons)]
        best = min(choices, key=lambda choice: choice.cost)
        readings = max(self.interval / period, 1.0)

        def cost(choice: _Choice) -> float:
            back = _first(best.instant, period, self._pace.soonest_after(choice.instant))
            delay = max(back - choice.instant - self.interval, 0.0) * len(persons)
            after = min(choice.cost, best.cost + delay / ROUNDS)
            return readings * (choice.cost + ROUNDS * (after - choice.gain)) + choice.let_pass

        return min(choices, key=cost).instant


@dataclass(frozen=True, slots=True)
class _Person:
    """A phone, and what the margins of its uploads cost."""

    uploads: Uploads
    costs: MarginCosts


@dataclass(frozen=True, slots=True)
class _Choice:
    """An instant to poll at, and what it costs the readings of all persons together."""

    instant: float
    cost: float
    let_pass: float
    gain: float


def _instants(soonest: float, persons: Sequence[_Person]) -> Iterable[float]:
    """Return the instants to choose from: those at which a reading has a whole margin, one a second."""
    dues = [person.uploads.due(float(margin), soonest) for person in persons for margin in range(MARGINS)]
    return {round(due): due for due in [*reversed(dues), soonest]}.values()


def _first(instant: float, period: float, soonest: float) -> float:
    """Return the first of the instants a period apart, of which `instant` is one, from `soonest` on."""
    return instant + ceil((soonest - instant) / period) * period


def _choice(instant: float, persons: Sequence[_Person], period: float) -> _Choice:
    cost = let_pass = gain = 0.0
    for person in persons:
        number, margin = person.uploads.place(instant)
        weight = period / person.uploads.cadence
        now, taught, uploaded = person.costs.at(margin % period)
        cost += weight * now
        gain += weight * taught / len(persons)
        # Each reading before the one that is looked for waits a period more than the next, but for what that
        # one costs itself where it is not there yet.
        passed = max(number - person.uploads.next_number, 0)
        let_pass += weight * period * passed * ((passed + 1) / 2 - (1 - uploaded))
    return _Choice(instant, cost, let_pass, gain)


class _Pace:
    """The pace of polls: one per interval on average over any hour, with a credit of one to change phase."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._last: float | None = None
        self._saved = CREDIT
        self._left_out = 0.0
        """What a poll that is left out would have taken: it is not saved for others."""
        self._hour: deque[float] = deque(maxlen=int(HOUR / interval))

    def spend(self, instant: float) -> None:
        if self._last is not None:
            elapsed = max(instant - self._last - self._left_out, 0.0)
            self._saved = min(self._saved + elapsed - self._interval, CREDIT)
        self._left_out = 0.0
        while self._hour and self._hour[-1] > instant:  # Our clock was set back.
            self._hour.pop()
        self._hour.append(instant)
        self._last = instant

    def leave_out_before(self, instant: float) -> None:
        """Leave a poll out if none may be sent before `instant`, which is much later than the next is due."""
        is_late = self._last is not None and instant >= self._last + 1.25 * self._interval
        self._left_out = self._interval if is_late else 0.0

    def is_last(self, instant: float | None) -> bool:
        """Return True if the last poll was at this instant, and no other one since."""
        return instant == self._last

    def soonest_after(self, instant: float) -> float:
        """Return the first instant at which the pace allows a poll after one at `instant`."""
        elapsed = instant - (self._last or instant) - self._left_out
        saved = min(self._saved + elapsed - self._interval, CREDIT)
        allowed = instant + max(self._interval - saved, MIN_GAP)
        full = (self._hour.maxlen or 0) - 1
        return max(allowed, self._hour[-full] + HOUR) if 0 < full <= len(self._hour) else allowed

    def soonest(self, now: float) -> float:
        """Return the first instant after `now` at which the pace allows a poll."""
        least, most = now + 1, now + self._interval + REPAYMENT
        if self._last is None:
            return least
        pause = self._interval - max(self._saved, -REPAYMENT)
        allowed = self._last + max(pause, MIN_GAP)
        if len(self._hour) == self._hour.maxlen:
            allowed, most = max(allowed, self._hour[0] + HOUR), most + CREDIT
        return min(max(allowed, least), most)
