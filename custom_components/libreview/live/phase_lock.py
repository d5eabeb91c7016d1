"""The times of polls that see readings right after their upload: pure, without a clock and without I/O.

A phone uploads about once a minute (or every five) at a phase of its own. Polling at that phase, plus a
margin for the upload's delay, sees a reading seconds after its upload instead of half a minute, with as many
requests.

All instants and spans are seconds; instants are epoch seconds of our clock, stamps those of the phone's.

The constants were tuned in simulation: `tests/live/test_phase_lock.py` has phones upload for a day, as
`tests/support/simulated_uploader.py` makes them, with narrow, wide, slow and long-tailed delays and seeds 0
to 2 (0 to 7 for the time until the lock). After a change run that file: it limits how long readings wait
(median and 95th percentile), how many are missed, and how many requests are sent.
"""

from collections import deque
from collections.abc import Mapping
from math import ceil

MINUTE_CADENCE = 60.0
FIVE_MINUTE_CADENCE = 300.0
CADENCE_TOLERANCE = 20.0
"""The most that steps are off a whole cadence: a recording of nightscout-librelink-up has steps of 288 s."""

CREDIT = 60.0
"""The most that longer pauses may save for shorter ones: one request of the fastest pace."""
REPAYMENT = 15.0
"""The most that a poll is put off to repay a debt, which requests out of turn have made."""
MIN_GAP = 15.0
"""Between two requests at least; two stamps closer than this are those of one reading."""

SEARCH_END = 4.0
"""The search for the margin ends when its span is as narrow; jitter makes a narrower one worthless."""
STEP_UP = 2.0
"""Added to the margin for a missed reading."""
STEP_DOWN = 0.03
"""Taken off the margin for a reading seen on time. Together with `STEP_UP` and `STREAK` it lets about one
reading in twenty be missed, whatever the jitter."""
STREAK = 10
"""Readings seen on time in a row after which a step down has doubled (tripled after twice as many)."""
ON_TIME = 6.0
"""A reading seen so much later than planned still counts as seen on time."""
QUIET_AFTER = 3
"""Polls in vain in a row after which a phone is taken to be away, and its person no longer counts."""
PAYBACK_ROUNDS = 10
"""Rounds within which the delay of coming round to a better phase must have paid."""


class PhaseLock:
    """The time of the next poll, learnt from each person's rhythm of uploads.

    It keeps the average of the polls at one per `interval` or less whatever happens (but for a credit of one
    request). Graphs and logbooks, which follow a poll, count in the budget of all requests (`RequestBudget`).
    """

    def __init__(self, interval: float = 60.0) -> None:
        """Start without knowledge; `interval` is the least average time between requests."""
        self.interval = interval
        self._budget = _Budget(interval)
        self._rhythms: dict[str, _Rhythm] = {}
        self._last: float | None = None

    def learn(self, instant: float, newest: Mapping[str, float | None]) -> None:
        """Count a poll and learn from it: the stamp of each person's newest reading, if any.

        `instant` is that of sending: counted from answers, each poll would come later by the latency.
        """
        self._budget.spend(instant)
        before = instant if self._last is None else self._last
        rhythms = {person: self._rhythms.get(person) for person in newest}
        self._rhythms = {
            person: _Rhythm() if rhythm is None or rhythm.is_set_back(newest[person]) else rhythm
            for person, rhythm in rhythms.items()
        }
        for person, stamp in newest.items():
            self._rhythms[person].learn(instant, stamp, before)
        self._last = instant

    def next_poll(self, now: float, not_before: float = 0.0) -> float:
        """Return the instant of the next poll: after `now`, but not more than the interval and 315 s.

        `not_before` is the instant that the budget of all requests names. How long to wait after a failure is
        another matter (`Backoff`): take the later of the two.
        """
        soonest = max(self._budget.soonest(now), min(not_before, now + 2 * self.interval))
        rhythms = self._rhythms_to_follow()
        if not rhythms or self._last is None:
            return soonest
        last = self._last
        cadence = min(rhythm.cadence for rhythm in rhythms)
        spare = cadence >= 2 * self.interval

        def cost(instant: float) -> float:
            # The seconds that readings wait in each round, and the delay of coming round to that phase.
            waits = sum(rhythm.wait(instant, last, self.interval, retry=spare) for rhythm in rhythms)
            return waits + len(rhythms) * (instant - soonest) / PAYBACK_ROUNDS

        instants = [rhythm.due(soonest) for rhythm in rhythms]
        if any(rhythm.overdue(soonest, last, retry=spare) is not None for rhythm in rhythms):
            instants.append(soonest)
        best = min(instants, key=cost)
        # A probe midway notices when five minutes have become one.
        probe = best - cadence / 2
        return probe if spare and probe >= soonest else best

    def _rhythms_to_follow(self) -> list[_Rhythm]:
        """Return the rhythm that is being searched, else those of all whose phones upload."""
        known = [rhythm for rhythm in self._rhythms.values() if rhythm.is_known]
        active = [rhythm for rhythm in known if not rhythm.is_quiet] or known
        searched = next((rhythm for rhythm in active if rhythm.is_searched), None)
        return [searched] if searched else active


class _Budget:
    """The budget of requests: one per interval on average, with a credit of one that has been saved."""

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
        """Return the first instant after `now` at which the budget allows a request."""
        least, most = now + 1, now + self._interval + REPAYMENT
        if self._last is None:
            return least
        pause = self._interval - max(self._saved, -REPAYMENT)
        return min(max(self._last + max(pause, MIN_GAP), least), most)


class _Rhythm:
    """The times at which one person's readings appear: `newest` + k * `cadence` + `margin`.

    The margin covers most upload delays, not all: a poll that comes too early costs a round, one that comes
    late costs its lateness. It is found by halving the span it must lie in, and then follows in small steps,
    up when a reading was missed, down (far less) when one was seen on time. A clock wrong by a constant makes
    no difference, and a pause teaches nothing: only readings that flow do.
    """

    def __init__(self) -> None:
        self._newest: float | None = None
        self._steps: deque[float] = deque(maxlen=3)
        self._cadence: float | None = None
        self._margin = 0.0
        self._span: tuple[float, float] | None = None
        self._silence = 0
        self._streak = 0

    @property
    def is_known(self) -> bool:
        return self._cadence is not None

    @property
    def is_searched(self) -> bool:
        return self._span is not None

    @property
    def is_quiet(self) -> bool:
        return self._silence >= QUIET_AFTER

    @property
    def cadence(self) -> float:
        return self._cadence or MINUTE_CADENCE

    def due(self, instant: float) -> float:
        """Return the first instant from `instant` on at which a reading should have appeared."""
        first = (self._newest or 0.0) + self._margin
        return first + ceil((instant - first) / self.cadence) * self.cadence

    def overdue(self, instant: float, last: float, *, retry: bool) -> float | None:
        """Return since when a reading has been there at `instant` that the poll at `last` was too early for.

        With `retry` also one that this poll looked for in vain. None if there is no such reading.
        """
        since = self.due(instant)
        if since > instant:
            since -= self.cadence
        is_new = since - self._margin - (self._newest or 0.0) > self.cadence / 2
        return since if is_new and (since > last or (retry and not self.is_quiet)) else None

    def wait(self, instant: float, last: float, interval: float, *, retry: bool) -> float:
        """Return how long a reading waits if the polls are at `instant` and then after `interval`."""
        since = self.overdue(instant, last, retry=retry)
        if since is not None:
            return instant - since
        return max(0.0, instant + interval - self.due(instant + 1e-6))

    def is_set_back(self, stamp: float | None) -> bool:
        """Return True if the phone's clock was set back: readings are older, not in one odd answer only."""
        return stamp is not None and self._newest is not None and stamp < self._newest and self.is_quiet

    def learn(self, instant: float, stamp: float | None, before: float) -> None:
        """Learn from the poll at `instant`, the one before it having been at `before`."""
        if self._newest is None:
            self._newest = stamp
            return
        if stamp is None or stamp - self._newest < MIN_GAP:
            self._silence += self._cadence is None or instant >= self._newest + self.cadence + self._margin
            return
        age = instant - stamp
        step = stamp - self._newest
        # At this age readings were not there yet: the one after the last at the last poll, the next one now.
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

    # In what follows readings appear at an age (seconds since their stamp) above `unseen` and up to `age`.

    def _search(self, age: float, unseen: float) -> None:
        self._narrow(max(unseen, age - self.cadence), age)

    def _halve(self, age: float, unseen: float) -> None:
        low, high = self._span or (unseen, age)
        if unseen >= high:
            self._settle(unseen + STEP_UP)
        elif age <= low:
            self._settle(low)
        else:
            self._narrow(max(low, unseen), min(high, age))

    def _narrow(self, low: float, high: float) -> None:
        if high - low <= SEARCH_END:
            self._settle(high)
        else:
            self._span = low, high
            self._margin = (low + high) / 2

    def _settle(self, margin: float) -> None:
        self._span = None
        self._margin = margin
        self._streak = 0

    def _follow(self, age: float, unseen: float) -> None:
        if age < self._margin - self.cadence / 2:
            self._search(age, unseen)
        elif unseen > self._margin - 1:
            self._streak = 0
            self._margin += STEP_UP
        elif age <= self._margin + ON_TIME:
            self._streak += 1
            self._margin -= STEP_DOWN * (1 + self._streak / STREAK)


def _cadence(steps: deque[float]) -> float:
    """Return the cadence of these steps: five minutes if all are whole five minutes, else one."""
    whole = all(
        step > FIVE_MINUTE_CADENCE / 2
        and abs(step - round(step / FIVE_MINUTE_CADENCE) * FIVE_MINUTE_CADENCE) <= CADENCE_TOLERANCE
        for step in steps
    )
    return FIVE_MINUTE_CADENCE if whole else MINUTE_CADENCE
