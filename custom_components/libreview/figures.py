"""The figures of a person over a day and over two weeks, worked out of the store."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from .glucose.metrics import Metrics, metrics
from .glucose.ranges import Thresholds
from .glucose.weights import LONGEST_HOLD
from .history.store import Store

_DAY: Final = timedelta(days=1)
_FORTNIGHT: Final = timedelta(days=14)
"""What the international consensus on time in range speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What can be said of the time before one moment."""

    day: Metrics
    fortnight: Metrics


def figures(store: Store, patient_id: str, now: datetime, thresholds: Thresholds) -> Figures:
    """Work them out, which takes its time."""
    end = int(now.timestamp())
    trace = store.trace(patient_id, end - int(_FORTNIGHT.total_seconds()) - LONGEST_HOLD, end)

    def of(span: timedelta) -> Metrics:
        return metrics(trace, start=end - int(span.total_seconds()), end=end, thresholds=thresholds)

    return Figures(day=of(_DAY), fortnight=of(_FORTNIGHT))
