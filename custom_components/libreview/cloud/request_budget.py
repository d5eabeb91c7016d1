"""The budget of one login's requests: pure, without a clock. All in seconds, instants since 1970."""

from collections import deque
from typing import Final

FASTEST: Final = 60.0
"""Between two requests on average at least, whatever they are."""
HOUR: Final = 3600.0
PER_HOUR: Final = 60
"""Requests in any hour at most, but for what is pressing."""
MOST_OWED: Final = 5 * FASTEST
"""With this debt nothing is sent out of turn: five requests."""
MOST_OWED_IF_PRESSING: Final = 9 * FASTEST
"""With this debt nothing is, not even for a new alarm or because a person wants it now: nine requests. More
could not be repaid within the hour."""
OWED_IF_PRESSING: Final = 6 * FASTEST
"""As long as no more is owed, no poll is left out in a low, nor right after one in vain."""
REPAYMENT_INTERVAL: Final = 360.0
"""Between two polls that are left out to repay a debt, at least."""
LONGEST_PAUSE: Final = 3 * FASTEST
"""Between two requests at most, whatever is owed: no alarm waits longer because somebody wants news often."""
SPARE: Final = 12
"""Requests left in the hour from which on some are to spare: more than a minute sensor ever leaves."""


class RequestBudget:
    """Sixty requests in any hour, however they come about, and one a minute on average.

    A request out of turn (a graph, a logbook, a second look, somebody who wants news now) makes a debt. Whole
    polls are left out to repay it, one at a time: coming a little later each time would cost the readings
    more, and so would a pause at the end of the hour.
    """

    def __init__(self) -> None:
        """Start with nothing owed."""
        self._sent: deque[float] = deque(maxlen=PER_HOUR)
        self._owed = 0.0
        self._repaid_at = 0.0
        self._wants_room = False
        """True while a request out of turn waits for a poll to be left out."""

    def spend(self, instant: float) -> None:
        """Count a request that is sent at `instant`."""
        self._allow_for_clock(instant)
        if not self._sent:
            self._repaid_at = instant
        else:
            self._owed = self._owed_at(instant) + FASTEST
            if instant - self._sent[-1] >= 1.5 * FASTEST:
                self._repaid_at, self._wants_room = instant, False
        self._sent.append(instant)

    def allows_extra(self, now: float, *, is_pressing: bool = False) -> bool:
        """Return whether a request out of turn may be sent now.

        Where the hour's requests have been sent, a poll is left out first. What is pressing does not wait for
        that: a new alarm, or a person who wants news now.
        """
        self._allow_for_clock(now)
        if is_pressing:
            return self._owed_at(now) < MOST_OWED_IF_PRESSING
        self._wants_room = not self._leaves_room(now)
        return not self._wants_room and self._owed_at(now) < MOST_OWED

    def has_room(self, now: float) -> bool:
        """Return whether one of the hour's requests is left, and nothing owed."""
        self._allow_for_clock(now)
        return self._left(now) > 0 and self._owed_at(now) < FASTEST

    def has_spare(self, now: float) -> bool:
        """Return whether fewer requests are sent than may be, so that one out of turn makes no debt.

        Time before the first request saves none: a young hour is empty, and fills up all the same.
        """
        self._allow_for_clock(now)
        if not self._sent:
            return False
        before = max(self._sent[0] - (now - HOUR), 0.0) / FASTEST
        return self._left(now) - before >= SPARE and self._owed_at(now) < FASTEST

    def soonest(self, now: float, *, is_pressing: bool = False) -> float:
        """Return the instant before which no poll should be sent, to leave one out that is owed.

        Where the hour's requests have been sent, there is none before it, but after `LONGEST_PAUSE` there is
        one: only what was pressing takes as many out of turn.
        """
        self._allow_for_clock(now)
        if not self._sent:
            return 0.0
        least = self._sent[0] + HOUR if len(self._sent) == PER_HOUR else 0.0
        least = min(least, self._sent[-1] + LONGEST_PAUSE)
        is_owed = self._owed >= (OWED_IF_PRESSING if is_pressing else FASTEST)
        is_time = self._sent[-1] - self._repaid_at >= REPAYMENT_INTERVAL
        if self._wants_room or (is_owed and is_time):
            least = max(least, self._sent[-1] + 1.5 * FASTEST)
        return least

    def _left(self, now: float) -> int:
        """Return how many requests may be sent now, by those of the last hour."""
        return PER_HOUR - sum(instant > now - HOUR for instant in self._sent)

    def _leaves_room(self, now: float) -> bool:
        """Return whether the hour has room for one more request now, and for the polls that follow it.

        Those follow once a minute, but for the ones that are left out to repay.
        """
        recent = [instant for instant in self._sent if instant > now - HOUR]
        polls = (1 - FASTEST / REPAYMENT_INTERVAL) / FASTEST
        return all(
            len(recent) - gone + 1 + int((instant + HOUR - now) * polls) <= PER_HOUR
            for gone, instant in enumerate(recent)
        )

    def _owed_at(self, now: float) -> float:
        """Return the debt. Nothing is saved for later."""
        elapsed = now - self._sent[-1] if self._sent else 0.0
        return max(self._owed - elapsed, -FASTEST)

    def _allow_for_clock(self, now: float) -> None:
        """Have what was sent be no further away where the clock was set back: that repays nothing."""
        if self._sent and (ahead := self._sent[-1] - now) > 0:
            self._sent = deque((instant - ahead for instant in self._sent), maxlen=PER_HOUR)
            self._repaid_at -= ahead
