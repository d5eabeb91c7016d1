"""When to poll so that readings are met right after their upload: pure, without a clock and without I/O.

A phone uploads about once a minute (or every five) at a phase of its own. Polling at that phase, plus a
margin for the upload's delay, sees a reading seconds after its upload instead of half a minute, with as many
requests.

All instants and spans are seconds; instants are epoch seconds of our clock, stamps those of the phone's.
"""

from collections import deque
from collections.abc import Mapping
from math import ceil

MINUTE_CADENCE = 60.0
FIVE_MINUTE_CADENCE = 300.0
CADENCE_PLAY = 20.0
"""How far stamps may be off a whole cadence: a recording of nightscout-librelink-up has steps of 288 s."""

CREDIT = 60.0
"""How much time saved by waiting longer may be spent by waiting less: one request of the fastest pace."""
REPAYMENT = 15.0
"""By how much a poll is put off to repay a debt, which refresh presses or the graphs at the start made."""
SHORTEST_GAP = 15.0
"""Two requests are never closer than this, and two stamps closer than this are one reading's."""

NARROW = 4.0
"""Halving the span the margin lies in ends here; jitter makes more of it worthless."""
GROWTH = 2.0
SHRINKAGE = 0.03
EAGERNESS = 10
"""Steps of the margin: up for a reading missed, down for one met, the more the longer none was missed. Found
by simulation: whatever the jitter, they let about one reading in twenty be missed."""
SLACK = 6.0
"""A reading met this much later than planned still counts as met on time."""
QUIET_AFTER = 3
"""So many polls in vain in a row mean that the phone is away; its person does not count until it returns."""
ROUNDS = 10
"""Coming round to a better phase delays once and pays with every round: it must pay within so many."""


class PhaseLock:
    """Says when to poll next.

    It is told of every request, keeps the average at one per `interval` or less whatever happens (but for a
    credit of one request), and learns the rhythm of each person.
    """

    def __init__(self, interval: float = 60.0) -> None:
        """Start without knowledge; `interval` is the least average time between requests."""
        self.interval = interval
        self._budget = _Budget(interval)
        self._rhythms: dict[str, _Rhythm] = {}
        self._last: float | None = None

    def asked(self, instant: float) -> None:
        """Count a request that told nothing about newest readings: a failed poll, a graph."""
        self._budget.spend(instant)

    def polled(self, instant: float, newest: Mapping[str, float | None]) -> None:
        """Learn from a poll: when it was sent, and the stamp of each person's newest reading, if any.

        The instant is that of sending: counted from answers, each poll would come later by the latency.
        """
        self._budget.spend(instant)
        before = instant if self._last is None else self._last
        rhythms = {person: self._rhythms.get(person) for person in newest}
        self._rhythms = {
            person: _Rhythm() if rhythm is None or rhythm.set_back(newest[person]) else rhythm
            for person, rhythm in rhythms.items()
        }
        for person, stamp in newest.items():
            self._rhythms[person].hear(instant, stamp, before)
        self._last = instant

    def next_poll(self, now: float) -> float:
        """Give the instant of the next poll: after `now`, but not more than the interval and 315 s.

        How long to wait after trouble is another matter (`Backoff`): take the later of the two.
        """
        soonest = self._budget.soonest(now)
        rhythms = self._leading()
        if not rhythms or self._last is None:
            return soonest
        last = self._last
        cadence = min(rhythm.cadence for rhythm in rhythms)
        spare = cadence >= 2 * self.interval

        def cost(instant: float) -> float:
            # Seconds that readings wait in each round, and the delay of coming round to it.
            waits = sum(rhythm.wait(instant, last, self.interval, retry=spare) for rhythm in rhythms)
            return waits + len(rhythms) * (instant - soonest) / ROUNDS

        instants = [rhythm.due(soonest) for rhythm in rhythms]
        if any(rhythm.overdue(soonest, last, retry=spare) is not None for rhythm in rhythms):
            instants.append(soonest)
        best = min(instants, key=cost)
        # A probe midway notices when five minutes have become one.
        probe = best - cadence / 2
        return probe if spare and probe >= soonest else best

    def _leading(self) -> list[_Rhythm]:
        """Give the rhythms to go by: of one person while it is being found out, else of all who are heard."""
        known = [rhythm for rhythm in self._rhythms.values() if rhythm.known]
        heard = [rhythm for rhythm in known if not rhythm.quiet] or known
        searching = next((rhythm for rhythm in heard if rhythm.searching), None)
        return [searching] if searching else heard


class _Budget:
    """One request per interval on average, with a credit of one that has been saved."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._last: float | None = None
        self._saved = 0.0

    def spend(self, instant: float) -> None:
        if self._last is not None:
            elapsed = max(instant - self._last, 0.0)
            self._saved = min(self._saved + elapsed - self._interval, CREDIT)
        self._last = instant

    def soonest(self, now: float) -> float:
        """Give the first instant after `now` at which a request is in order."""
        least, most = now + 1, now + self._interval + REPAYMENT
        if self._last is None:
            return least
        pause = self._interval - max(self._saved, -REPAYMENT)
        return min(max(self._last + max(pause, SHORTEST_GAP), least), most)


class _Rhythm:
    """When one person's readings appear: `newest` + k * `cadence` + `margin`.

    The margin covers most upload delays, not all: a poll that comes too early costs a round, one that comes
    late costs its lateness. It is found by halving the span it must lie in, and then follows in small steps,
    up when a reading was missed, down (far less) when it was met. A clock wrong by a constant makes no
    difference, and a pause teaches nothing: only readings that flow do.
    """

    def __init__(self) -> None:
        self._newest: float | None = None
        self._steps: deque[float] = deque(maxlen=3)
        self._cadence: float | None = None
        self._margin = 0.0
        self._span: tuple[float, float] | None = None
        self._silence = 0
        self._met = 0

    @property
    def known(self) -> bool:
        return self._cadence is not None

    @property
    def searching(self) -> bool:
        return self._span is not None

    @property
    def quiet(self) -> bool:
        return self._silence >= QUIET_AFTER

    @property
    def cadence(self) -> float:
        return self._cadence or MINUTE_CADENCE

    def due(self, instant: float) -> float:
        """Give the first instant from `instant` on at which a reading should have appeared."""
        first = (self._newest or 0.0) + self._margin
        return first + ceil((instant - first) / self.cadence) * self.cadence

    def overdue(self, instant: float, last: float, *, retry: bool) -> float | None:
        """Give since when a reading should be there at `instant` that the poll at `last` did not look for.

        With `retry` also one that it looked for in vain.
        """
        since = self.due(instant)
        if since > instant:
            since -= self.cadence
        is_new = since - self._margin - (self._newest or 0.0) > self.cadence / 2
        return since if is_new and (since > last or (retry and not self.quiet)) else None

    def wait(self, instant: float, last: float, interval: float, *, retry: bool) -> float:
        """Give how long a reading waits for us if we poll at `instant` and then after `interval`."""
        since = self.overdue(instant, last, retry=retry)
        if since is not None:
            return instant - since
        return max(0.0, instant + interval - self.due(instant + 1e-6))

    def set_back(self, stamp: float | None) -> bool:
        """Say whether the phone's clock was set back: its readings are older, and not in one odd answer."""
        return stamp is not None and self._newest is not None and stamp < self._newest and self.quiet

    def hear(self, instant: float, stamp: float | None, before: float) -> None:
        """Learn from the poll at `instant`, the one before it having been at `before`."""
        if self._newest is None:
            self._newest = stamp
            return
        if stamp is None or stamp - self._newest < SHORTEST_GAP:
            self._silence += self._cadence is None or instant >= self._newest + self.cadence + self._margin
            return
        age = instant - stamp
        step = stamp - self._newest
        # So old a reading was not to be seen: the one after the last, a poll ago; the one after this, now.
        unseen = max(before - self._newest - self.cadence, age - self.cadence)
        flowing = step <= instant - before + 2 * self.cadence
        self._newest = stamp
        self._silence = 0
        self._steps.append(step)
        cadence = _cadence(self._steps)
        if cadence != self._cadence:
            self._cadence = cadence
            self._search(age, before - stamp)
        elif flowing:
            (self._halve if self._span else self._follow)(age, unseen)

    def _search(self, age: float, unseen: float) -> None:
        self._narrow(max(unseen, age - self.cadence), age)

    def _halve(self, age: float, unseen: float) -> None:
        low, high = self._span or (unseen, age)
        if unseen >= high:
            self._settle(unseen + GROWTH)
        elif age <= low:
            self._settle(low)
        else:
            self._narrow(max(low, unseen), min(high, age))

    def _narrow(self, low: float, high: float) -> None:
        if high - low <= NARROW:
            self._settle(high)
        else:
            self._span = low, high
            self._margin = (low + high) / 2

    def _settle(self, margin: float) -> None:
        self._span = None
        self._margin = margin
        self._met = 0

    def _follow(self, age: float, unseen: float) -> None:
        if age < self._margin - self.cadence / 2:
            self._search(age, unseen)
        elif unseen > self._margin - 1:
            self._met = 0
            self._margin += GROWTH
        elif age <= self._margin + SLACK:
            self._met += 1
            self._margin -= SHRINKAGE * (1 + self._met / EAGERNESS)


def _cadence(steps: deque[float]) -> float:
    """Tell the class of a cadence: five minutes only if the last steps all are whole five minutes."""
    whole = all(
        step > FIVE_MINUTE_CADENCE / 2
        and abs(step - round(step / FIVE_MINUTE_CADENCE) * FIVE_MINUTE_CADENCE) <= CADENCE_PLAY
        for step in steps
    )
    return FIVE_MINUTE_CADENCE if whole else MINUTE_CADENCE
