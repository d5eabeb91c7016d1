"""The answers and events for the dashboard card: readings in columns, to keep a day of them short.

Windows and figures name the device of the person whose they are: an entity id may have become another
person's, and the frontend hears of that later than the card asks.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from ..actions.lookup import GlucoseSensor
from ..glucose.agp import agp
from ..glucose.columns import downsample
from ..glucose.episodes import EPISODE_RANGES, episodes
from ..glucose.metrics import MIN_COMPLETENESS, metrics
from ..glucose.time_weights import NEVER_A_GAP
from ..glucose.units import to_display
from ..history.store import Store
from ..models import GlucoseUnit, JsonObjectType, MeasuringRange, Reading
from ..person.display import display_average, display_metrics, display_thresholds, entry_as_json

_MAX_POINTS: Final = 1500
"""Points of a curve, more than a screen has columns for."""
_GAP_SLACK: Final = 60
"""Seconds that the card waits longer before it breaks the curve."""
_FULL_DAY: Final = timedelta(days=1)


def window_message(store: Store, sensor: GlucoseSensor, span: timedelta) -> JsonObjectType:
    """Return the readings, the diary and the new sensors of the time until now."""
    patient_id, snapshot, unit = sensor.person.patient_id, sensor.snapshot, sensor.unit
    start, end = _until_now(span)
    ahead = end + int(_FULL_DAY.total_seconds())  # An entry may lie in the hour that has just begun.
    trace = downsample(store.trace(patient_id, start, end + 1), _MAX_POINTS)
    return {
        "kind": "window",
        "device_id": sensor.device_id,
        "start": start,
        "end": end,
        "unit": unit,
        "zone": str(snapshot.time_zone),
        "thresholds": display_thresholds(snapshot.thresholds, unit),
        "gap": NEVER_A_GAP + _GAP_SLACK,
        "max_age": int(snapshot.max_age.total_seconds()),
        "t": trace.at.tolist(),
        "v": [to_display(mg_dl, unit) for mg_dl in trace.mg_dl],
        **_beyond_columns(store.beyond(patient_id, start, end + 1)),
        "diary": [
            entry_as_json(entry, unit, at=int(entry.at.timestamp()))
            for entry in store.entries(patient_id, start, ahead)
        ],
        "sensor_changes": store.sensors(patient_id, start, end + 1),
    }


def news_message(readings: Iterable[Reading], unit: GlucoseUnit) -> JsonObjectType:
    """Return readings that follow those of the window."""
    readings = tuple(readings)
    return {
        "kind": "news",
        "t": [int(reading.at.timestamp()) for reading in readings],
        "v": [to_display(reading.mg_dl, unit) for reading in readings],
        **_beyond_columns((int(reading.at.timestamp()), reading.measuring_range) for reading in readings),
        "diary": [],
    }


def metrics_message(store: Store, sensor: GlucoseSensor, span: timedelta) -> JsonObjectType:
    """Return the metrics of the time until now, by the person's own thresholds."""
    start, end = _until_now(span)
    trace = store.window(sensor.person.patient_id, start, end)
    thresholds = sensor.snapshot.thresholds
    found = metrics(trace, start=start, end=end, thresholds=thresholds)
    shown = display_metrics(found, sensor.unit)
    kinds = [episode.kind for episode in episodes(trace, start=start, end=end, thresholds=thresholds)]
    return {
        "device_id": sensor.device_id,
        "start": start,
        "end": end,
        "unit": sensor.unit,
        "completeness": round(found.completeness, 4),
        "enough": found.is_enough,
        "mean": shown.mean,
        "sd": shown.sd,
        "cv": shown.cv,
        "gmi": shown.gmi,
        "shares": found.shares and {range_: round(share, 4) for range_, share in found.shares.items()},
        "episodes": {kind: kinds.count(kind) for kind in EPISODE_RANGES},
    }


def agp_message(store: Store, sensor: GlucoseSensor, span: timedelta) -> JsonObjectType:
    """Return the ambulatory glucose profile of the time until now, by the person's own clock."""
    start, end = _until_now(span)
    snapshot = sensor.snapshot
    trace = store.window(sensor.person.patient_id, start, end)
    found = metrics(trace, start=start, end=end, thresholds=snapshot.thresholds)
    bins = agp(trace, start=start, end=end, time_zone=snapshot.time_zone)
    return {
        "device_id": sensor.device_id,
        "start": start,
        "end": end,
        "unit": sensor.unit,
        "zone": str(snapshot.time_zone),
        "thresholds": display_thresholds(snapshot.thresholds, sensor.unit),
        # Two weeks of 24 hours touch fifteen dates.
        "days": min(max((bin_.days for bin_ in bins), default=0), span.days),
        "enough": found.completeness >= MIN_COMPLETENESS,
        "bins": [
            {
                "minute": int(bin_.begins.total_seconds()) // 60,
                **{
                    name: display_average(getattr(bin_, name), sensor.unit)
                    for name in ("p5", "p25", "p50", "p75", "p95")
                },
            }
            for bin_ in bins
        ],
    }


def _beyond_columns(instants: Iterable[tuple[int, MeasuringRange]]) -> dict[str, list[int]]:
    """Return the instants (epoch seconds) of readings that are no numbers: below LO, above HI."""
    instants = tuple(instants)
    return {
        str(beyond): [at for at, measuring_range in instants if measuring_range is beyond]
        for beyond in (MeasuringRange.BELOW, MeasuringRange.ABOVE)
    }


def _until_now(span: timedelta) -> tuple[int, int]:
    """Return start and end (epoch seconds) of the time until now."""
    end = dt_util.utcnow()
    return int((end - span).timestamp()), int(end.timestamp())
