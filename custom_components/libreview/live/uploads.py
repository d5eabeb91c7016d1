"""What polls have shown of one phone's uploads: its newest reading, its cadence and its lag: pure.

Instants are epoch seconds of our clock, stamps those of the phone's, spans seconds. A clock that is wrong by
a constant makes no difference but to the first belief.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Final

from .upload_lag import EARLIEST, MARGINS, LagBelief, MarginCosts

MINUTE_CADENCE: Final = 60.0
FIVE_MINUTE_CADENCE: Final = 300.0
CADENCE_TOLERANCE: Final = 20.0
"""The most that steps are off a whole cadence: a recording of nightscout-librelink-up has steps of 288 s."""
LATEST_AGE: Final = FIVE_MINUTE_CADENCE + MINUTE_CADENCE
"""A newest reading that is older says nothing of the lag."""
SAME_READING: Final = 15.0
"""Two stamps that are closer are those of one reading."""
EXPECTED: Final = 0.3
"""The chance of a reading to be there from which on a poll looks for it, rather than for the one before."""
QUIET_AFTER: Final = 3
"""Polls in vain in a row after which a phone is taken to be away, and its person no longer counts."""


@dataclass(frozen=True, slots=True)
class KnownUploads:
    """What is worth to be remembered of a phone: nothing of anybody's health."""

    cadence: float = MINUTE_CADENCE
    earliest: float = EARLIEST
    chances: Mapping[int, float] = field(default_factory=dict)
    """Of the lag's distributions, by their places."""


class Uploads:
    """The uploads of one person's phone, as far as they are known."""

    def __init__(self, known: KnownUploads | None = None) -> None:
        """Start with nothing, or with what was known before a restart."""
        self._newest: float | None = None
        self._steps: deque[float] = deque(maxlen=3)
        self._is_known = known is not None
        self.cadence = known.cadence if known else MINUTE_CADENCE
        self._belief = LagBelief(known.earliest, known.chances) if known else LagBelief()
        self._unseen: list[float] = []
        """Ages at which the readings that are due since the newest were not there."""
        self._looked = 0
        """How many of these readings have been looked for."""

    @property
    def is_seen(self) -> bool:
        """True once there has been a reading."""
        return self._newest is not None

    @property
    def is_quiet(self) -> bool:
        """True while the phone seems to be away."""
        return len(self._unseen) >= QUIET_AFTER

    @property
    def is_overdue(self) -> bool:
        """True after a poll that looked for a reading in vain, unless the phone is away."""
        return 0 < len(self._unseen) < QUIET_AFTER

    def known(self) -> KnownUploads:
        """Return what is worth to be remembered."""
        return KnownUploads(self.cadence, self._belief.earliest, self._belief.known())

    def is_set_back(self, stamp: float | None) -> bool:
        """Return True if the phone's clock was set back: readings are older, not in one odd answer only."""
        return stamp is not None and self._newest is not None and stamp < self._newest and self.is_quiet

    def place(self, instant: float) -> tuple[int, float]:
        """Return which reading is looked for at `instant`, and the margin in seconds.

        Readings count from the newest, margins from the least lag on.
        """
        since = instant - (self._newest or 0.0) - self._belief.earliest
        number = floor(since / self.cadence)
        return number, since - number * self.cadence

    def due(self, margin: float, instant: float) -> float:
        """Return the first instant from `instant` on at which the next reading has this margin."""
        first = (self._newest or 0.0) + self._belief.earliest + margin
        number = -floor((first - instant) / self.cadence)
        # A newest reading that lies far ahead is one of before a clock was set.
        return first + (number if number < -1 else max(number, self.next_number)) * self.cadence

    @property
    def next_number(self) -> int:
        """The first reading, counted from the newest, that has not been looked for."""
        return self._looked + 1

    def margin_costs(self, again: float) -> MarginCosts:
        """Return what the margins cost, the looks after a vain one being `again` seconds apart."""
        return self._belief.margin_costs(again, () if self.is_quiet else self._unseen)

    def learn(self, instant: float, stamp: float | None, before: float) -> None:
        """Learn from the poll at `instant`, the one before it having been at `before`."""
        if self._newest is None:
            self._see_first(instant, stamp)
        elif stamp is None or stamp - self._newest < SAME_READING:
            self._note_unseen(instant)
        else:
            self._see(instant, stamp, before)

    def _see_first(self, instant: float, stamp: float | None) -> None:
        self._newest = stamp
        if stamp is None or self._is_known:
            return
        age = instant - stamp
        # Between a minute and five it may be a phone that uploads every five minutes.
        self._belief = LagBelief() if MARGINS < age <= LATEST_AGE else LagBelief.of_age(age)

    def _see(self, instant: float, stamp: float, before: float) -> None:
        newest, age = self._newest or stamp, instant - stamp
        step = stamp - newest
        self._newest, self._unseen, self._looked = stamp, [], 0
        self._steps.append(step)
        self.cadence = _cadence(self._steps)
        if age < self._belief.earliest:  # A clock was set.
            self._belief = LagBelief.of_age(age)
        # What comes after a pause teaches nothing of the lag.
        if step <= instant - before + 2 * self.cadence:
            earlier = (
                before - newest - number * self.cadence for number in range(1, round(step / self.cadence))
            )
            missed = [age for age in earlier if age > self._belief.earliest]
            unseen = max(before - stamp, age - self.cadence)
            if not self._belief.learn(unseen, age, missed) or self._belief.may_be_earlier_than(age):
                # The lag or the phone's clock has changed beyond what was thought of.
                self._belief = LagBelief.of_age(age)
        self._note_unseen(instant)

    def _note_unseen(self, instant: float) -> None:
        """Note that the reading which is due at `instant`, if any, is not there."""
        number, margin = self.place(instant)
        age = self._belief.earliest + margin
        if number > 0 and self._belief.chance(age) > EXPECTED:
            self._unseen.append(age)
            self._looked = number


def _cadence(steps: deque[float]) -> float:
    """Return the cadence of these steps: five minutes if all are whole five minutes, else one."""
    whole = all(
        step > FIVE_MINUTE_CADENCE / 2
        and abs(step - round(step / FIVE_MINUTE_CADENCE) * FIVE_MINUTE_CADENCE) <= CADENCE_TOLERANCE
        for step in steps
    )
    return FIVE_MINUTE_CADENCE if whole else MINUTE_CADENCE
