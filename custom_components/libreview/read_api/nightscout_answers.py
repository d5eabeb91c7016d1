"""What each of Nightscout's addresses is answered, for the person of one reader."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..entity import entry_kind_names
from ..history.store import Store
from ..models import Device, DiaryEntry, JsonObjectType, KeptReading, Reading, Source
from ..nightscout.current import pebble, properties
from ..nightscout.entries import SENSOR, STRIP, sensor_entries, strip_entries
from ..nightscout.fields import device_name
from ..nightscout.query import MAX_COUNT, InvalidQueryError, Query, parse_count, parse_query
from ..nightscout.status import UNITS, status, verified
from ..nightscout.told_entries import HALF_AN_HOUR, told_at
from ..nightscout.treatments import treatments
from ..person.snapshot import Snapshot
from .access import Grant
from .answers import Answer, RefusedError, to_answer, to_tag

_FIRST_SPAN: Final = 2 * 3600
"""Seconds. The newest objects are looked for in a short time first, then in longer ones before it."""
_ENTRIES: Final = 10
_TREATMENTS, _TREATMENTS_FOUND = 100, 1000
"""The counts that Nightscout has where none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that was admitted."""

    hass: HomeAssistant
    grant: Grant
    parameters: Sequence[tuple[str, str]]
    now: datetime
    known: frozenset[str] = frozenset()
    """The entity tags of the answers that the app has already."""
    names: str = ""
    """The names at the end of the address."""


async def async_entries(request: Request, kinds: frozenset[str] = frozenset({SENSOR, STRIP})) -> Answer:
    """Return the newest readings of the sensor, and those of test strips where the diary may be read."""
    query = _parse(request, kind_field="type", default_count=_ENTRIES)
    told = {SENSOR, STRIP} if request.grant.diary else {SENSOR}
    wanted = {kind for kind in kinds & told if query.wants(kind)}
    grant = request.grant

    def find(store: Store) -> Answer:
        def between(start: int, end: int) -> list[JsonObjectType]:
            found: list[JsonObjectType] = []
            if SENSOR in wanted:
                readings = store.readings(grant.person.patient_id, start, end)
                found += sensor_entries(readings, time_zone=grant.person.time_zone, salt=grant.salt)
            if STRIP in wanted:
                diary = _told_between(store, grant, start, end)
                found += strip_entries(diary, time_zone=grant.person.time_zone, salt=grant.salt)
            return sorted(found, key=lambda item: item["date"])

        if wanted != {SENSOR}:  # Entries of an hour are told later, when nothing changes any more.
            return to_answer(_find_newest(query, between))
        # First the change: what changes meanwhile has another tag than its answer, and is asked for again.
        change = store.last_change(grant.person.patient_id)
        tag = to_tag(change, grant.salt, grant.person.time_zone, *sorted(request.parameters))
        return Answer(b"", tag) if tag in request.known else to_answer(_find_newest(query, between), tag=tag)

    return await grant.person.history.async_run(find)


async def async_treatments(request: Request) -> Answer:
    """Return the newest entries of the diary, none where it may not be read."""
    query = _parse(
        request,
        kind_field="eventType",
        default_count=_TREATMENTS,
        default_count_found=_TREATMENTS_FOUND,
    )
    grant, names = request.grant, entry_kind_names(request.hass)
    if not grant.diary:
        return to_answer([])

    def find(store: Store) -> Answer:
        def between(start: int, end: int) -> list[JsonObjectType]:
            diary = _told_between(store, grant, start, end)
            told = treatments(diary, time_zone=grant.person.time_zone, salt=grant.salt, names=names)
            found = (item for item in told if query.wants(item["eventType"]))
            return sorted(found, key=lambda item: str(item["created_at"]))

        return to_answer(_find_newest(query, between))

    return await grant.person.history.async_run(find)


async def async_current_entry(request: Request) -> Answer:
    """Return the current reading, none where it is too old to be current."""
    snapshot = request.grant.person.snapshot()
    if snapshot.current is None:
        return to_answer([])
    kept = KeptReading(reading=snapshot.current, source=Source.LIVE, device=_device(snapshot))
    zone = request.grant.person.time_zone
    return to_answer(list(sensor_entries([kept], time_zone=zone, salt=request.grant.salt)))


async def async_pebble(request: Request) -> Answer:
    """Return the current reading for watches, and those before it if more are asked for."""
    snapshot, parameters = request.grant.person.snapshot(), dict(request.parameters)
    count = parse_count(parameters.get("count", ""))
    asked = parameters.get("units")
    unit = next((unit for unit, word in UNITS.items() if word == asked), snapshot.unit)
    answer = pebble(
        _current_readings(snapshot),
        snapshot.change,
        unit=unit,
        count=min(count or 1, MAX_COUNT),
        now=request.now,
    )
    return to_answer(answer)


async def async_properties(request: Request) -> Answer:
    """Return the properties of the current reading: those that are named, with commas between, or all."""
    snapshot = request.grant.person.snapshot()
    found = properties(
        _current_readings(snapshot),
        snapshot.change,
        unit=snapshot.unit,
        device=device_name(_device(snapshot)),
    )
    wanted = request.names.split(",") if request.names else found
    return to_answer({name: found[name] for name in wanted if name in found})


async def async_status(request: Request) -> Answer:
    """Return the status of the site."""
    snapshot = request.grant.person.snapshot()
    return to_answer(status(unit=snapshot.unit, thresholds=snapshot.thresholds, now=request.now))


type Answering = Callable[[Request], Awaitable[Answer]]


def _constant(content: Any) -> Answering:
    """Return what answers the same to everybody who has a key."""

    async def async_answer(_: Request) -> Answer:
        return to_answer(content)

    return async_answer


ANSWERS: Final[dict[str, Answering]] = {
    "/api/v1/entries": async_entries,
    "/api/v1/entries/sgv": partial(async_entries, kinds=frozenset({SENSOR})),
    "/api/v1/entries/mbg": partial(async_entries, kinds=frozenset({STRIP})),
    "/api/v1/entries/current": async_current_entry,
    "/api/v1/treatments": async_treatments,
    "/api/v1/status": async_status,
    "/api/v1/verifyauth": _constant(verified()),
    "/api/v1/profile": _constant([]),
    "/api/v1/profile/current": _constant({}),
    "/api/v1/devicestatus": _constant([]),
    "/pebble": async_pebble,
    "/api/v2/properties": async_properties,
    "/api/v2/properties/{names}": async_properties,
}
"""What Nightscout's addresses are answered. Those of its first version may end with `.json`."""


def _parse(
    request: Request, *, kind_field: str, default_count: int, default_count_found: int | None = None
) -> Query:
    try:
        return parse_query(
            request.parameters,
            now=request.now,
            kind_field=kind_field,
            default_count=default_count,
            default_count_found=default_count_found,
        )
    except InvalidQueryError as err:
        raise RefusedError(HTTPStatus.BAD_REQUEST, str(err)) from err


def _find_newest(query: Query, between: Callable[[int, int], list[JsonObjectType]]) -> list[JsonObjectType]:
    """Return the newest objects, the newest first. `between` returns those of a time, the oldest first."""
    found: list[JsonObjectType] = []
    span, end = _FIRST_SPAN, query.end
    while end > query.start and len(found) < query.count:
        start = max(query.start, end - span)
        found += reversed(between(start, end))
        span, end = 2 * span, start
    return found[: query.count]


def _told_between(store: Store, grant: Grant, start: int, end: int) -> list[DiaryEntry]:
    """Return the entries that are told at a time of [start, end) (epoch seconds)."""
    reach = int(HALF_AN_HOUR.total_seconds())
    diary = store.entries(grant.person.patient_id, start - reach, end)
    return [entry for entry in diary if start <= told_at(entry).timestamp() < end]


def _current_readings(snapshot: Snapshot) -> Sequence[Reading]:
    """Return the current reading and those before it, nothing where there is no current one."""
    current = snapshot.current
    return () if current is None else [each for each in snapshot.readings if each.at <= current.at]


def _device(snapshot: Snapshot) -> Device | None:
    return snapshot.sensor.device if snapshot.sensor else None
