"""What the actions answer: plain data for templates and scripts."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from .diary_day import amount_shown
from .glucose.episodes import Episode, episodes
from .glucose.metrics import Metrics, metrics
from .glucose.ranges import CONSENSUS, Thresholds
from .glucose.trace import Trace
from .glucose.units import MG_DL_PER_MMOL_L, shown
from .glucose.weights import LONGEST_HOLD
from .history.store import Store
from .models import DiaryEntry, EntryKind, GlucoseUnit, KeptReading

_BORDERS: Final = ("very_low", "low", "high", "very_high")

type Answer = dict[str, Any]


def readings_response(readings: Iterable[KeptReading], unit: GlucoseUnit) -> Answer:
    """The readings in the order of time, as the Libre app shows them in this unit."""
    return {
        "unit": unit.value,
        "readings": [
            {
                "at": each.reading.at.isoformat(),
                "value": shown(each.reading.mg_dl, unit),
                "trend": each.reading.trend.value if each.reading.trend else None,
                "measuring_range": each.reading.measuring_range.value,
                "source": each.source.value,
            }
            for each in readings
        ],
    }


def diary_response(
    entries: Iterable[DiaryEntry], kinds: Collection[EntryKind], clock: tzinfo, unit: GlucoseUnit
) -> Answer:
    """The entries in the order of time, with times by the person's own clock."""
    return {"entries": [_entry(each, clock, unit) for each in entries if each.kind in kinds]}


def _entry(entry: DiaryEntry, clock: tzinfo, unit: GlucoseUnit) -> Answer:
    amount, counted_in = amount_shown(entry, unit) or (None, None)
    return {
        "kind": entry.kind.value,
        "at": entry.at.astimezone(clock).isoformat(),
        "precision": entry.precision.value,
        "amount": amount,
        "unit": counted_in and str(counted_in),
        "text": entry.text,
    }


def statistics_response(
    store: Store, patient_id: str, start: int, end: int, *, thresholds: Thresholds, unit: GlucoseUnit
) -> Answer:
    """The figures of a time by the person's own thresholds, and time in ranges by those of the consensus."""
    trace = store.trace(patient_id, start - LONGEST_HOLD, end)
    own = _metrics(trace, start, end, thresholds)
    consensus = _metrics(trace, start, end, CONSENSUS)
    found = episodes(trace, start=start, end=end, thresholds=thresholds)
    return {
        "start": datetime.fromtimestamp(start, UTC).isoformat(),
        "end": datetime.fromtimestamp(end, UTC).isoformat(),
        "unit": unit.value,
        "readings": own.readings,
        "data_completeness": _percent(own.completeness),
        "enough_data": own.is_enough,
        "average_glucose": amount(own.mean, unit),
        "standard_deviation": amount(own.sd, unit),
        "coefficient_of_variation": _percent(own.cv),
        "gmi": None if own.gmi is None else round(own.gmi, 2),
        "time_in_ranges": _shares(own),
        "thresholds": borders(thresholds, unit),
        "time_in_consensus_ranges": _shares(consensus),
        "episodes": [_episode(each, unit) for each in found],
    }


def _metrics(trace: Trace, start: int, end: int, thresholds: Thresholds) -> Metrics:
    if start == end:
        trace, start = Trace(), start - 1  # No time, no figures.
    return metrics(trace, start=start, end=end, thresholds=thresholds)


def borders(thresholds: Thresholds, unit: GlucoseUnit) -> dict[str, float]:
    """The borders of the zones, as the Libre app shows them in this unit."""
    return {border: shown(getattr(thresholds, border), unit) for border in _BORDERS}


def amount(mg_dl: float | None, unit: GlucoseUnit) -> float | None:
    """A mean or a deviation in this unit, with one decimal more than readings have."""
    if mg_dl is None:
        return None
    return round(mg_dl / MG_DL_PER_MMOL_L, 2) if unit is GlucoseUnit.MMOL_L else round(mg_dl, 1)


def _shares(metrics: Metrics) -> Mapping[str, float | None] | None:
    if metrics.shares is None:
        return None
    return {zone.value: _percent(share) for zone, share in metrics.shares.items()}


def _episode(episode: Episode, unit: GlucoseUnit) -> Answer:
    return {
        "kind": episode.kind.value,
        "start": datetime.fromtimestamp(episode.start, UTC).isoformat(),
        "end": datetime.fromtimestamp(episode.end, UTC).isoformat(),
        "extreme": shown(episode.extreme, unit),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
