"""The requests for graphs that fill gaps between readings: pure, without a clock.

The graph reaches back 12 h but ends some 20 min before the newest reading (recordings of
nightscout-librelink-up and libreview-unofficial), so that a gap is filled in two steps: at once, and once
more when the graph has reached its end. While the newest reading stands still, or is missing, the graph is
asked for a few times an hour: what a phone uploads late may stand there alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

SHORTEST_GAP: Final = timedelta(minutes=11)
"""A longer pause between two readings is a gap: two readings of a five-minute sensor, and a minute more."""
GRAPH_DELAY: Final = timedelta(minutes=25)
"""After this the graph has everything that was missed until now."""
STANDSTILL_INTERVAL: Final = timedelta(minutes=20)
"""Between two requests while no newer reading comes, and before a look that failed is taken up again."""
GRAPH_SPAN: Final = timedelta(hours=12)
"""What is older does not stand in the graph any more."""
_MAX_TRIES: Final = 3
"""Requests per look; after so many failures it is put off."""


@dataclass(slots=True)
class _PendingLooks:
    """The looks at one person's graph that are still to come."""

    due: list[datetime]
    until: datetime
    """When the graph has nothing more of what is missing."""
    tries: int = 0
    """Failed requests for the first of them."""
    is_put_off: bool = False
    """True while the only one that is due is taken up again after failures."""
    looked: datetime | None = None
    """When the last look was due."""

    def plan(self, now: datetime, *, is_long: bool) -> None:
        """Look when the graph has reached the end of a gap, and also at once at one that is long.

        A look that is due stays so, or gaps that follow each other would put it off for ever.
        """
        self.due = sorted({*([now] if is_long else self.due[:1]), now + GRAPH_DELAY})
        self.tries, self.is_put_off = 0, False
        self.until = now + GRAPH_SPAN

    def put_right(self, now: datetime) -> None:
        """Have nothing further away than it ever is: by a clock that was set back since, it would be."""
        self.due = sorted({min(due, now + GRAPH_DELAY) for due in self.due})
        self.until = min(self.until, now + GRAPH_SPAN)

    def is_standstill_due(self, now: datetime) -> bool:
        """Return True if the last look is so long ago that there may be news, and none was put off."""
        if self.is_put_off or any(due <= now for due in self.due):
            return False
        return self.looked is None or not timedelta() <= now - self.looked < STANDSTILL_INTERVAL


class GapFilling:
    """The looks at the graph that are still due, by patient id.

    Each `is_due` that is True is followed by `answered` or `failed`.
    """

    def __init__(self, interval: timedelta) -> None:
        """Start with nobody. `interval` is that of the polls: a pause of two of them is no gap."""
        self._shortest_gap = max(SHORTEST_GAP, 2 * interval)
        self._pending: dict[str, _PendingLooks] = {}

    def recall(self, patient_id: str, now: datetime, stored: Sequence[datetime]) -> None:
        """Begin with the readings that are stored, by their instants in order, rather than with nothing.

        Where they leave no gap, nothing has to be looked for.
        """
        since = now - GRAPH_SPAN
        ends = [
            later
            for earlier, later in pairwise([since, *(at for at in stored if at > since)])
            if later - earlier > self._shortest_gap
        ]
        if stored and stored[-1] > since:
            due = ([now] if ends else []) + (
                [now + GRAPH_DELAY] if ends and now - ends[-1] < GRAPH_DELAY else []
            )
            self._pending[patient_id] = _PendingLooks(due, now + GRAPH_SPAN)

    def is_due(
        self, patient_id: str, now: datetime, *, before: datetime | None, newest: datetime | None
    ) -> bool:
        """Return True if the graph is to be asked for now.

        `before` is the instant of the newest reading that polls have told before this one, however long ago,
        and `newest` that of the newest one now. None is for nothing.
        """
        pending = self._pending.get(patient_id)
        if pending is None:
            pending = self._pending[patient_id] = _PendingLooks([now, now + GRAPH_DELAY], now + GRAPH_SPAN)
        else:
            pending.put_right(now)
            if newest and (before is None or newest - before > self._shortest_gap):
                pending.plan(now, is_long=before is None or newest - before > GRAPH_DELAY)
        stands_still = newest is None or now - newest > self._shortest_gap
        if stands_still and pending.is_standstill_due(now):
            pending.due.insert(0, now)
        is_due = bool(pending.due) and pending.due[0] <= now
        if is_due and not pending.tries:
            pending.looked = now
        return is_due

    def answered(self, patient_id: str) -> None:
        """End the look that was due: the graph has come, or never will."""
        pending = self._pending[patient_id]
        del pending.due[0]
        pending.tries, pending.is_put_off = 0, False

    def failed(self, patient_id: str, now: datetime) -> None:
        """Keep the look that was due for the next polls; after the third failure for a later time.

        The last one is put off for as long as the graph may tell what is missing; one before it is given up,
        since the graph then tells the same and more.
        """
        pending = self._pending[patient_id]
        pending.tries += 1
        if pending.tries >= _MAX_TRIES:
            self.answered(patient_id)
            if not pending.due and now < pending.until:
                pending.due.append(now + STANDSTILL_INTERVAL)
                pending.is_put_off = True
