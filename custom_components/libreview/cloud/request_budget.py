"""The budget of one login's requests: pure, without a clock. All in seconds, instants since 1970."""

from typing import Final

FASTEST: Final = 60.0
"""Between two requests on average at least, whatever they are."""
MOST_OWED: Final = 6 * FASTEST
"""With this debt nothing is sent out of turn: six requests."""
MOST_OWED_IF_PRESSING: Final = 12 * FASTEST
"""With this debt nothing is, not even for a new alarm or because a person wants it now: twelve requests. In a
low, when no poll is left out, debts add up."""
REPAYMENT_INTERVAL: Final = 600.0
"""Between two polls that are left out to repay a debt, at least."""


class RequestBudget:
    """One request a minute on average, however they come about.

    A request out of turn (a graph, a logbook, somebody who wants news now) makes a debt. Whole polls are left
    out to repay it, one at a time: coming a little later each time would cost the readings more.
    """

    def __init__(self) -> None:
        """Start with nothing owed."""
        self._last: float | None = None
        self._owed = 0.0
        self._repaid_at = 0.0

    def spend(self, instant: float) -> None:
        """Count a request that is sent at `instant`."""
        if self._last is None:
            self._repaid_at = instant
        else:
            self._owed = self._owed_at(instant) + FASTEST
            if instant - self._last >= 1.5 * FASTEST:
                self._repaid_at = instant
            self._repaid_at = min(self._repaid_at, instant)  # The clock may have been set back.
        self._last = instant

    def allows_extra(self, now: float, *, is_pressing: bool = False) -> bool:
        """Return whether a request out of turn may be sent now."""
        return self._owed_at(now) < (MOST_OWED_IF_PRESSING if is_pressing else MOST_OWED)

    def soonest(self) -> float:
        """Return the instant before which no poll should be sent, to leave one out that is owed."""
        if self._last is None or self._owed < FASTEST or self._last - self._repaid_at < REPAYMENT_INTERVAL:
            return 0.0
        return self._last + 1.5 * FASTEST

    def _owed_at(self, now: float) -> float:
        """Return the debt. Nothing is saved for later, and a clock that is set back repays nothing."""
        elapsed = 0.0 if self._last is None else max(now - self._last, 0.0)
        return max(self._owed - elapsed, -FASTEST)
