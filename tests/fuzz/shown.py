"""What people would be shown, and what of it is absurd."""

from collections.abc import Iterator
from datetime import datetime
import json
import math
from typing import Any, Final

from custom_components.libreview.binary_sensor import BINARY_SENSORS
from custom_components.libreview.glucose.freshness import CLOCK_TOLERANCE
from custom_components.libreview.models import MAX_AMOUNT, DiaryEntry, GlucoseUnit, MeasuringRange
from custom_components.libreview.person.snapshot import Snapshot
from custom_components.libreview.sensor import SENSORS

_LONGEST_STATE: Final = 255
_LOWEST, _HIGHEST = 40, 500


def absurdities(snapshot: Snapshot) -> Iterator[str]:
    """Yield what must never be shown: by all entities, in both units."""
    current = snapshot.current
    if current is not None:
        if not _LOWEST <= current.mg_dl <= _HIGHEST:
            yield f"a current value of {current.mg_dl} mg/dL"
        if current.measuring_range is MeasuringRange.BELOW and current.mg_dl != _LOWEST:
            yield "LO that is not low"
        if current.at > snapshot.now + CLOCK_TOLERANCE:
            yield "a current value of the future"
        if snapshot.now - current.at > snapshot.settings.max_age:
            yield "a current value that is too old"
    if snapshot.last_reading is not None and snapshot.last_reading > snapshot.now + CLOCK_TOLERANCE:
        yield "a last reading of the future"
    next_change = snapshot.next_change()
    if next_change is not None and next_change <= snapshot.now:
        yield "a change that was due before now"
    yield from _absurd_states(snapshot)


def _absurd_states(snapshot: Snapshot) -> Iterator[str]:
    states = {row.key: row.is_on_fn(snapshot) for row in BINARY_SENSORS}
    if states["stale"] is not (snapshot.current is None):
        yield "no current data, or not, against what is current"
    for row in SENSORS:
        for unit in GlucoseUnit:
            state = row.value_fn(snapshot, unit)
            if not _is_state(state, row.options):
                yield f"{row.key} is {state!r:.60}"
            if row.key == "glucose" and (state is None) is not (snapshot.current is None):
                yield "a value without anything current, or none with it"
        if row.attributes_fn is not None:
            json.dumps(row.attributes_fn(snapshot), allow_nan=False, default=str).encode()


def _is_state(state: Any, options: list[str] | None) -> bool:
    if isinstance(state, float):
        return math.isfinite(state)
    if isinstance(state, datetime):
        return state.tzinfo is not None
    if isinstance(state, str):
        state.encode()
        return len(state) <= _LONGEST_STATE and (options is None or state in options)
    return state is None or isinstance(state, int)


def absurd_entries(entries: tuple[DiaryEntry, ...]) -> Iterator[str]:
    """Yield what no entry of a diary can be."""
    for entry in entries:
        most = MAX_AMOUNT.get(entry.kind)
        if entry.amount is not None and not (0 < entry.amount <= most if most else entry.amount >= 0):
            yield f"{entry.kind} of {entry.amount}"
        json.dumps([entry.text, entry.amount], allow_nan=False, ensure_ascii=False).encode()
