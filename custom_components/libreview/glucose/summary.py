"""The metrics of a person over a day and over two weeks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from .columns import Trace
from .metrics import Metrics, metrics
from .ranges import Thresholds

_DAY: Final = timedelta(days=1)
FORTNIGHT: Final = timedelta(days=14)
"""The window that the international consensus on time in range asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The metrics of the day and of the fortnight before one moment."""

    day: Metrics
    fortnight: Metrics


def summarize(trace: Trace, end: int, thresholds: Thresholds) -> Summary:
    """Return the metrics of the day and of the fortnight before `end` (epoch seconds).

    `trace` covers the fortnight, best with the readings that hold into it. Slow: to be run in the executor.
    """

    def before(span: timedelta) -> Metrics:
        return metrics(trace, start=end - int(span.total_seconds()), end=end, thresholds=thresholds)

    return Summary(day=before(_DAY), fortnight=before(FORTNIGHT))
