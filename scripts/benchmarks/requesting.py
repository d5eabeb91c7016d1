"""Simulated polls of the integration: the phase lock alone, and with all that an account requests."""

from collections.abc import Mapping, Sequence
from typing import Final, override

from custom_components.libreview.cloud.request_budget import RequestBudget
from custom_components.libreview.live.gap_filling import GRAPH_DELAY
from custom_components.libreview.live.phase_lock import PhaseLock
from custom_components.libreview.live.uploads import KnownUploads

GRAPHS_AT: Final = (0.0, GRAPH_DELAY.total_seconds())
"""Seconds from a set-up to the looks at everybody's graph: at once, and when it has reached its end."""


class Locked:
    """The phase-locked poll, with what it has learnt."""

    def __init__(self, known: Mapping[str, KnownUploads] | None = None) -> None:
        """Start with what was known before a restart."""
        self.lock = PhaseLock(known=known)

    def __call__(self, now: float, newest: Mapping[str, float | None]) -> float:
        """Learn from a poll and give the instant of the next."""
        self.lock.learn(now, newest)
        return self.lock.next_poll(now)


class Requesting(Locked):
    """The same within the budget of all requests, in which graphs are asked for as well.

    For each of them a poll is left out later.
    """

    def __init__(
        self, known: Mapping[str, KnownUploads] | None = None, graphs_at: Sequence[float] = GRAPHS_AT
    ) -> None:
        """Start as at a set-up, or at a restart with a hole in what is stored."""
        super().__init__(known)
        self._budget = RequestBudget()
        self._graphs_at = graphs_at
        self._begin: float | None = None
        self._graphs_due: list[float] = []

    @override
    def __call__(self, now: float, newest: Mapping[str, float | None]) -> float:
        if self._begin is None:
            self._begin = now
            self._graphs_due = [now + after for after in self._graphs_at for _ in newest]
        self._budget.spend(now)
        self.lock.learn(now, newest)
        while self._graphs_due and self._graphs_due[0] <= now and self._budget.allows_extra(now):
            self._budget.spend(now)
            del self._graphs_due[0]
        not_before = self._budget.soonest(now, is_pressing=self.lock.has_looked_in_vain)
        return self.lock.next_poll(now, not_before, looks_again=self._budget.has_spare(now))
