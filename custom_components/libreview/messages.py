"""What the dashboard card is told: numbers in columns, for a day of readings is a lot of text."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from homeassistant.util import dt as dt_util

from .diary_day import amount_shown
from .glucose.agp import agp
from .glucose.episodes import BEYOND, episodes
from .glucose.metrics import ENOUGH, metrics
from .glucose.thinning import thinned
from .glucose.units import shown
from .glucose.weights import LONGEST_HOLD, NEVER_A_GAP
from .history.store import Store
from .lookup import GlucoseSensor
from .models import DiaryEntry, GlucoseUnit, Reading
from .responses import amount, borders

_MOST_POINTS: Final = 1500
"""More than a screen has columns for a curve."""
_SLACK: Final = 60
_FULL_DAY: Final = timedelta(days=1)

type Message = dict[str, Any]


def window_message(store: Store, sensor: GlucoseSensor, span: timedelta) -> Message:
    """The readings, the diary and the new sensors of the time until now."""
    patient_id, snapshot, unit = sensor.person.patient_id, sensor.snapshot, sensor.unit
    start, end = _until_now(span)
    ahead = end + int(_FULL_DAY.total_seconds())  # An entry may lie in the hour that is just going on.
    trace = thinned(store.trace(patient_id, start, end + 1), _MOST_POINTS)
    return {
        "kind": "window",
        "start": start,
        "end": end,
        "unit": unit,
        "zone": str(snapshot.zone),
        "thresholds": borders(snapshot.thresholds, unit),
        "gap": NEVER_A_GAP + _SLACK,
        "max_age": int(snapshot.settings.max_age.total_seconds()),
        "t": trace.at.tolist(),
        "v": [shown(mg_dl, unit) for mg_dl in trace.mg_dl],
        "diary": [_entry(each, unit) for each in store.entries(patient_id, start, ahead)],
        "sensor_changes": store.sensors(patient_id, start, end + 1),
    }


def news_message(readings: Iterable[Reading], unit: GlucoseUnit) -> Message:
    """Readings that follow those of the window."""
    told = [(int(each.at.timestamp()), shown(each.mg_dl, unit)) for each in readings]
    return {"kind": "news", "t": [at for at, _ in told], "v": [value for _, value in told], "diary": []}


def metrics_message(store: Store, sensor: GlucoseSensor, span: timedelta) -> Message:
    """The figures of the time until now, by the person's own thresholds."""
    start, end = _until_now(span)
    trace = store.trace(sensor.person.patient_id, start - LONGEST_HOLD, end)
    thresholds = sensor.snapshot.thresholds
    found = metrics(trace, start=start, end=end, thresholds=thresholds)
    kinds = [each.kind for each in episodes(trace, start=start, end=end, thresholds=thresholds)]
    return {
        "start": start,
        "end": end,
        "unit": sensor.unit,
        "completeness": round(found.completeness, 4),
        "enough": found.is_enough,
        "mean": amount(found.mean, sensor.unit),
        "sd": amount(found.sd, sensor.unit),
        "cv": None if found.cv is None else round(100 * found.cv, 1),
        "gmi": None if found.gmi is None else round(found.gmi, 2),
        "shares": found.shares and {zone: round(share, 4) for zone, share in found.shares.items()},
        "episodes": {kind: kinds.count(kind) for kind in BEYOND},
    }


def agp_message(store: Store, sensor: GlucoseSensor, span: timedelta) -> Message:
    """The usual day of the time until now, by the person's own clock."""
    start, end = _until_now(span)
    snapshot = sensor.snapshot
    trace = store.trace(sensor.person.patient_id, start - LONGEST_HOLD, end)
    found = metrics(trace, start=start, end=end, thresholds=snapshot.thresholds)
    bins = agp(trace, start=start, end=end, zone=snapshot.zone)
    return {
        "unit": sensor.unit,
        "zone": str(snapshot.zone),
        "thresholds": borders(snapshot.thresholds, sensor.unit),
        # Two weeks of 24 hours touch fifteen dates.
        "days": min(max((each.days for each in bins), default=0), span.days),
        "enough": found.completeness >= ENOUGH,
        "bins": [
            {
                "minute": int(each.begins.total_seconds()) // 60,
                **{
                    name: amount(getattr(each, name), sensor.unit)
                    for name in ("p5", "p25", "p50", "p75", "p95")
                },
            }
            for each in bins
        ],
    }


def _entry(entry: DiaryEntry, unit: GlucoseUnit) -> Message:
    amount, counted_in = amount_shown(entry, unit) or (None, None)
    return {
        "kind": entry.kind,
        "at": int(entry.at.timestamp()),
        "amount": amount,
        "unit": counted_in,
        "text": entry.text,
        "precision": entry.precision,
    }


def _until_now(span: timedelta) -> tuple[int, int]:
    end = dt_util.utcnow()
    return int((end - span).timestamp()), int(end.timestamp())
