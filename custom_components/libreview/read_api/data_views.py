"""The addresses of persons, and of their data in Tidepool's shape."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from aiohttp import hdrs, web
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..entity import async_get_public_id
from ..glucose.freshness import CLOCK_TOLERANCE
from ..history.store import Store
from ..models import GlucoseUnit, JsonObjectType
from .access import Access, Grant
from .answers import Answer, RefusedError, not_ready, to_answer
from .changes import changes_page
from .items import TYPES, PersonView, first_page, newest_items, to_iso
from .view import ReadView, Turns

_URL: Final = f"/api/{DOMAIN}"
_MAX_SPAN: Final = timedelta(days=31)


class DataViews:
    """The views of persons and their data."""

    def __init__(self, hass: HomeAssistant, access: Access, turns: Turns) -> None:
        """Prepare the views."""
        self._hass = hass
        self._access = access
        self._turns = turns

    @callback
    def async_serve(self) -> None:
        """Serve the addresses."""
        for path, respond in (
            ("persons", self._async_persons),
            ("data/{person_id}", self._async_data),
            ("changes/{person_id}", self._async_changes),
        ):
            name = f"api:{DOMAIN}:{path.partition('/')[0]}"
            self._hass.http.register_view(ReadView(name, [f"{_URL}/{path}"], respond))

    async def _async_persons(self, request: web.Request) -> Answer:
        """Return whom the reader may read."""
        grants = {await self._async_public_id(grant): grant for grant in self._access.admit(request).grants}
        return to_answer([_describe(public_id, grant) for public_id, grant in grants.items()])

    async def _async_data(self, request: web.Request, person_id: str) -> Answer:
        """Return a time of a person's data, in pages, or the newest of each type."""
        view, grant = await self._async_find(request, person_id)
        query = request.query
        end = _parse_end(query)
        start = _parse_start(query, end)

        def page(store: Store) -> Answer:
            if "latest" in query:
                return to_answer(newest_items(store, view, start, end))
            found = first_page(store, view, start, end)
            if found.next_start is None:
                return to_answer(found.items)
            following = {key: query[key] for key in ("endDate", "type", "units") if key in query}
            following["startDate"] = to_iso(found.next_start)
            link = f'<{_URL}/data/{person_id}?{urlencode(following)}>; rel="next"'
            return to_answer(found.items, {hdrs.LINK: link})

        async with self._turns.async_turn():
            return await grant.person.history.async_run(page)

    async def _async_changes(self, request: web.Request, person_id: str) -> Answer:
        """Return the hours that changed since the last time."""
        view, grant = await self._async_find(request, person_id)
        cursor = request.query.get("cursor", "")
        async with self._turns.async_turn():
            return await grant.person.history.async_run(
                lambda store: to_answer(changes_page(store, view, cursor))
            )

    async def _async_find(self, request: web.Request, person_id: str) -> tuple[PersonView, Grant]:
        """Return the person of that id. Somebody who may not be read is nobody."""
        admission = self._access.admit(request)
        for grant in admission.grants:
            if person_id == (public_id := await self._async_public_id(grant)):
                return _view(public_id, grant, request.query), grant
        if not admission.is_whole:  # It may be somebody whose account is not loaded.
            raise not_ready()
        raise RefusedError(HTTPStatus.NOT_FOUND)

    async def _async_public_id(self, grant: Grant) -> str:
        return await async_get_public_id(self._hass, grant.entry_id, grant.person.patient_id)


def _describe(public_id: str, grant: Grant) -> JsonObjectType:
    snapshot = grant.person.snapshot()
    latest = snapshot.last_reading
    return {
        "id": public_id,
        "name": grant.person.subentry.title,
        "units": snapshot.unit.value,
        "timezone": str(snapshot.time_zone),
        "diary": grant.diary,
        "latest": to_iso(int(latest.timestamp())) if latest else None,
    }


def _view(public_id: str, grant: Grant, query: Mapping[str, str]) -> PersonView:
    unit = query.get("units", grant.person.snapshot().unit)
    types = frozenset(query["type"].split(",")) if "type" in query else TYPES
    if unit not in list(GlucoseUnit):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "units has to be mg/dL or mmol/L.")
    if not types <= TYPES:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"type has to be of {', '.join(sorted(TYPES))}.")
    return PersonView(
        patient_id=grant.person.patient_id,
        public_id=public_id,
        time_zone=grant.person.time_zone,
        unit=GlucoseUnit(unit),
        diary=grant.diary,
        serials=grant.serials,
        types=types,
    )


def _parse_end(query: Mapping[str, str]) -> int:
    """Return the epoch second that follows the last one asked for."""
    latest = int((dt_util.utcnow() + CLOCK_TOLERANCE).timestamp())
    return min(latest, _parse_date(query, "endDate") + 1) if "endDate" in query else latest


def _parse_start(query: Mapping[str, str], end: int) -> int:
    """Return the first epoch second asked for."""
    if "latest" in query:
        return end - int(_MAX_SPAN.total_seconds())
    if "startDate" not in query:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "startDate is needed, or latest.")
    start = _parse_date(query, "startDate")
    if end - start > _MAX_SPAN.total_seconds() + 1:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"At most {_MAX_SPAN.days} days can be asked for at once.")
    return start


def _parse_date(query: Mapping[str, str], name: str) -> int:
    try:
        at = datetime.fromisoformat(query[name].replace(" ", "+"))
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    except ValueError, OverflowError:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name} has to be a time in ISO 8601.") from None
