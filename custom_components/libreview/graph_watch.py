"""When a person's graph is worth a request: pure, without a clock.

The graph reaches back 12 h but ends some 20 min before the newest reading (recordings of
nightscout-librelink-up and libreview-unofficial), so that a hole is filled in two steps: at once, and once
more when the graph has reached its end.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

HOLE: Final = timedelta(minutes=11)
"""Two readings of a five-minute sensor that were missed, and a minute of play."""
LAG: Final = timedelta(minutes=25)
"""After so long the graph has what was missed until now."""
_TRIES: Final = 3


@dataclass(slots=True)
class _Need:
    """What is still to be asked for one person."""

    due: list[datetime] = field(default_factory=list)
    tries: int = 0


class GraphWatch:
    """Remembers per person which looks at the graph are still due."""

    def __init__(self, interval: timedelta) -> None:
        """Watch readings that are asked for at this interval."""
        self._hole = max(HOLE, 2 * interval)
        self._needs: dict[str, _Need] = {}

    def is_due(
        self, patient_id: str, now: datetime, *, before: datetime | None, newest: datetime | None
    ) -> bool:
        """Whether to ask now. `before` and `newest` are the instants of the newest reading before and now."""
        need = self._needs.get(patient_id)
        if need is None:
            need = self._needs[patient_id] = _Need([now, now + LAG])
        elif before and newest and newest - before > self._hole:
            # A look that is due stays so, or holes that follow each other would put it off for ever.
            first = [now] if newest - before > LAG else need.due[:1]
            need.due, need.tries = [*first, now + LAG], 0
        return bool(need.due) and need.due[0] <= now

    def answered(self, patient_id: str) -> None:
        """The graph has come, or never will."""
        need = self._needs[patient_id]
        del need.due[0]
        need.tries = 0

    def failed(self, patient_id: str) -> None:
        """The cloud could not answer. It is asked again with the next polls, but not for ever."""
        need = self._needs[patient_id]
        need.tries += 1
        if need.tries >= _TRIES:
            self.answered(patient_id)
