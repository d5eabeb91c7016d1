"""The actions: what automations, scripts and people can ask of a person's history."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .asked import END, PERSON, START, UNIT, UNITS, span_of, unit_of
from .const import DOMAIN
from .file_services import EXPORT, IMPORT, async_export, async_import_csv
from .followed_person import async_refresh_now
from .history.store import Store
from .lookup import all_persons, person_of
from .models import EntryKind
from .responses import diary_response, readings_response, statistics_response

KIND: Final = "kind"
_DAY: Final = timedelta(days=1)
_FORTNIGHT: Final = timedelta(days=14)

_SPAN: Final = {
    vol.Required(PERSON): cv.string,
    vol.Optional(START): cv.datetime,
    vol.Optional(END): cv.datetime,
}
_UNIT: Final = {vol.Optional(UNIT): vol.In(UNITS)}
_KINDS: Final = vol.All(cv.ensure_list, [vol.Coerce(EntryKind)])

type Action = Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]


@callback
def async_register(hass: HomeAssistant) -> None:
    """Make the actions known. They say themselves when no account is set up."""
    for name, action, schema, response in (
        ("get_readings", _get_readings, _SPAN | _UNIT, SupportsResponse.ONLY),
        ("get_diary", _get_diary, _SPAN | _UNIT | {vol.Optional(KIND): _KINDS}, SupportsResponse.ONLY),
        ("get_statistics", _get_statistics, _SPAN | _UNIT, SupportsResponse.ONLY),
        ("refresh", _refresh, {vol.Optional(PERSON): cv.string}, SupportsResponse.NONE),
        ("import_csv", async_import_csv, IMPORT, SupportsResponse.OPTIONAL),
        ("export", async_export, EXPORT, SupportsResponse.OPTIONAL),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema=vol.Schema(schema), supports_response=response
        )


async def _get_readings(call: ServiceCall) -> ServiceResponse:
    person, span = person_of(call.hass, call.data[PERSON]), span_of(call, _DAY)
    readings = await person.history.async_ask(Store.readings, person.patient_id, *span)
    return await call.hass.async_add_executor_job(readings_response, readings, unit_of(call, person))


async def _get_diary(call: ServiceCall) -> ServiceResponse:
    person, span = person_of(call.hass, call.data[PERSON]), span_of(call, _DAY)
    entries = await person.history.async_ask(Store.entries, person.patient_id, *span)
    kinds, clock = call.data.get(KIND, list(EntryKind)), person.snapshot().clock
    return await call.hass.async_add_executor_job(
        diary_response, entries, kinds, clock, unit_of(call, person)
    )


async def _get_statistics(call: ServiceCall) -> ServiceResponse:
    person, span = person_of(call.hass, call.data[PERSON]), span_of(call, _FORTNIGHT)
    return await person.history.async_ask(
        statistics_response,
        person.patient_id,
        *span,
        thresholds=person.snapshot().thresholds,
        unit=unit_of(call, person),
    )


async def _refresh(call: ServiceCall) -> None:
    chosen = call.data.get(PERSON)
    await async_refresh_now(all_persons(call.hass) if chosen is None else [person_of(call.hass, chosen)])
