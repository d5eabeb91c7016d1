"""The responses of the actions: plain data for templates and scripts."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from ..glucose.columns import Trace
from ..glucose.episodes import Episode, episodes
from ..glucose.metrics import Metrics, metrics
from ..glucose.ranges import CONSENSUS, Thresholds
from ..glucose.units import to_display
from ..history.store import Store
from ..models import DiaryEntry, EntryKind, GlucoseUnit, JsonObjectType, KeptReading
from ..person.display import display_metrics, display_thresholds, entry_as_json, to_percent


def readings_response(readings: Iterable[KeptReading], unit: GlucoseUnit) -> JsonObjectType:
    """Return readings in the order of time, as the Libre app shows them in that unit."""
    return {
        "unit": unit.value,
        "readings": [
            {
                "at": kept.reading.at.isoformat(),
                "value": to_display(kept.reading.mg_dl, unit),
                "trend": kept.reading.trend.value if kept.reading.trend else None,
                "measuring_range": kept.reading.measuring_range.value,
                "source": kept.source.value,
            }
            for kept in readings
        ],
    }


def diary_response(
    entries: Iterable[DiaryEntry], kinds: Collection[EntryKind], time_zone: tzinfo, unit: GlucoseUnit
) -> JsonObjectType:
    """Return the entries of these kinds in the order of time, with times by the person's own clock."""
    return {
        "entries": [
            entry_as_json(entry, unit, at=entry.at.astimezone(time_zone).isoformat())
            for entry in entries
            if entry.kind in kinds
        ]
    }


def statistics_response(
    store: Store, patient_id: str, start: int, end: int, *, thresholds: Thresholds, unit: GlucoseUnit
) -> JsonObjectType:
    """Return the metrics of a time by the person's thresholds, and time in ranges by the consensus too."""
    trace = store.window(patient_id, start, end)
    own = _compute_metrics(trace, start, end, thresholds)
    consensus = _compute_metrics(trace, start, end, CONSENSUS)
    shown = display_metrics(own, unit)
    found = episodes(trace, start=start, end=end, thresholds=thresholds)
    return {
        "start": datetime.fromtimestamp(start, UTC).isoformat(),
        "end": datetime.fromtimestamp(end, UTC).isoformat(),
        "unit": unit.value,
        "readings": own.readings,
        "data_completeness": to_percent(own.completeness),
        "enough_data": own.is_enough,
        "average_glucose": shown.mean,
        "standard_deviation": shown.sd,
        "coefficient_of_variation": shown.cv,
        "gmi": shown.gmi,
        "time_in_ranges": _time_in_ranges(own),
        "thresholds": display_thresholds(thresholds, unit),
        "time_in_consensus_ranges": _time_in_ranges(consensus),
        "episodes": [_episode_as_json(episode, unit) for episode in found],
    }


def _compute_metrics(trace: Trace, start: int, end: int, thresholds: Thresholds) -> Metrics:
    if start == end:
        trace, start = Trace(), start - 1  # A time without length has no readings, and no metrics.
    return metrics(trace, start=start, end=end, thresholds=thresholds)


def _time_in_ranges(metrics: Metrics) -> Mapping[str, float | None] | None:
    """Return the percentages of time by range, None where there are no readings."""
    if metrics.shares is None:
        return None
    return {range_.value: to_percent(share) for range_, share in metrics.shares.items()}


def _episode_as_json(episode: Episode, unit: GlucoseUnit) -> JsonObjectType:
    return {
        "kind": episode.kind.value,
        "start": datetime.fromtimestamp(episode.start, UTC).isoformat(),
        "end": datetime.fromtimestamp(episode.end, UTC).isoformat(),
        "extreme": to_display(episode.extreme, unit),
    }
