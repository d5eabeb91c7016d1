"""A person's readings and diary entries in Tidepool's shape, page by page. To be run in the executor."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Final

from ..history.change_triggers import REACH
from ..history.store import Store
from ..history.tidepool import events, samples
from ..models import GlucoseUnit, JsonObjectType, KeptReading

TYPES: Final = frozenset({"cbg", "smbg", "bolus", "insulin", "food", "bloodKetone", "note"})
MOST_ITEMS: Final = 10_000
"""Items on a page: some 4 MB."""
_DAY: Final = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person as one reader sees them."""

    patient_id: str = field(repr=False)
    public_id: str
    time_zone: tzinfo
    unit: GlucoseUnit
    diary: bool
    serials: bool
    types: frozenset[str] = TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The first items of a time."""

    items: list[JsonObjectType] = field(repr=False)
    next_start: int | None = None
    """The epoch second with which the next page begins, None on the last one."""


def items_between(store: Store, view: PersonView, start: int, end: int) -> list[JsonObjectType]:
    """Return the items of [start, end) (epoch seconds) in the order of time."""
    items = [*_samples(store, view, start, end), *_events(store, view, start, end)]
    return sorted(items, key=_time)


def first_page(store: Store, view: PersonView, start: int, end: int) -> Page:
    """Return as many whole days of [start, end) as fit onto a page, one at least."""
    items: list[JsonObjectType] = []
    while start < end:
        until = min(end, start + _DAY)
        of_day = items_between(store, view, start, until)
        if items and len(items) + len(of_day) > MOST_ITEMS:
            return Page(items=items, next_start=start)
        items += of_day
        start = until
    return Page(items=items)


def newest_items(store: Store, view: PersonView, start: int, end: int) -> list[JsonObjectType]:
    """Return the newest item of each type in [start, end) (epoch seconds), in the order of time."""
    newest = {item["type"]: item for item in _events(store, view, start, end)}
    until = end
    while until > start and "cbg" in view.types and "cbg" not in newest:
        since = max(start, until - _DAY)
        newest |= {item["type"]: item for item in _samples(store, view, since, until)}
        until = since
    return sorted(newest.values(), key=_time)


def _samples(store: Store, view: PersonView, start: int, end: int) -> Iterator[JsonObjectType]:
    if "cbg" not in view.types:
        return
    readings = store.readings(view.patient_id, start - REACH, end)
    before = sum(kept.reading.at.timestamp() < start for kept in readings)
    told = readings if view.serials else map(_without_serial, readings)
    items = samples(told, time_zone=view.time_zone, unit=view.unit, salt=view.public_id)
    yield from islice(items, before, None)


def _events(store: Store, view: PersonView, start: int, end: int) -> Iterator[JsonObjectType]:
    if view.diary:
        diary = store.entries(view.patient_id, start, end)
        for item in events(diary, time_zone=view.time_zone, unit=view.unit, salt=view.public_id):
            if item["type"] in view.types:
                yield item


def to_iso(second: int) -> str:
    """Return an epoch second in ISO 8601, UTC."""
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None).isoformat() + "Z"


def _without_serial(kept: KeptReading) -> KeptReading:
    return replace(kept, device=kept.device and replace(kept.device, serial=None))


def _time(item: JsonObjectType) -> str:
    return str(item["time"])
