"""Registers the actions, and answers those that read a person's history."""

from datetime import timedelta
from typing import Final

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .account.followed_person import async_refresh_now
from .actions.bounds import read_entries, read_readings
from .actions.fields import (
    ATTR_END,
    ATTR_KIND,
    ATTR_PERSON,
    ATTR_START,
    ATTR_UNIT,
    GLUCOSE_UNITS,
    get_time_span,
    get_unit,
)
from .actions.file_actions import EXPORT_SCHEMA, IMPORT_CSV_SCHEMA, async_export, async_import_csv
from .actions.permissions import async_find_controlled_persons, async_find_person
from .actions.responses import diary_response, readings_response, statistics_response
from .const import DOMAIN
from .models import EntryKind

SERVICE_EXPORT: Final = "export"
SERVICE_GET_DIARY: Final = "get_diary"
SERVICE_GET_READINGS: Final = "get_readings"
SERVICE_GET_STATISTICS: Final = "get_statistics"
SERVICE_IMPORT_CSV: Final = "import_csv"
SERVICE_REFRESH: Final = "refresh"

_DAY: Final = timedelta(days=1)
_FORTNIGHT: Final = timedelta(days=14)

_HISTORY_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_PERSON): cv.string,
        vol.Optional(ATTR_START): cv.datetime,
        vol.Optional(ATTR_END): cv.datetime,
        vol.Optional(ATTR_UNIT): vol.In(GLUCOSE_UNITS),
    }
)
_DIARY_SCHEMA: Final = _HISTORY_SCHEMA.extend(
    {vol.Optional(ATTR_KIND): vol.All(cv.ensure_list, [vol.Coerce(EntryKind)])}
)
_REFRESH_SCHEMA: Final = vol.Schema({vol.Optional(ATTR_PERSON): cv.string})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions. Without an account that is loaded they raise ServiceValidationError."""
    for name, action, schema, response in (
        (SERVICE_GET_READINGS, _async_get_readings, _HISTORY_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_GET_DIARY, _async_get_diary, _DIARY_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_GET_STATISTICS, _async_get_statistics, _HISTORY_SCHEMA, SupportsResponse.ONLY),
        (SERVICE_REFRESH, _async_refresh, _REFRESH_SCHEMA, SupportsResponse.NONE),
        (SERVICE_IMPORT_CSV, async_import_csv, IMPORT_CSV_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_EXPORT, async_export, EXPORT_SCHEMA, SupportsResponse.OPTIONAL),
    ):
        hass.services.async_register(DOMAIN, name, action, schema=schema, supports_response=response)


async def _async_get_readings(call: ServiceCall) -> ServiceResponse:
    person = await async_find_person(call, call.data[ATTR_PERSON], POLICY_READ)
    span = get_time_span(call, _DAY)
    readings = await person.history.async_run(read_readings, person.patient_id, *span)
    return await call.hass.async_add_executor_job(readings_response, readings, get_unit(call, person))


async def _async_get_diary(call: ServiceCall) -> ServiceResponse:
    person = await async_find_person(call, call.data[ATTR_PERSON], POLICY_READ)
    span = get_time_span(call, _DAY)
    entries = await person.history.async_run(read_entries, person.patient_id, *span)
    kinds, time_zone = call.data.get(ATTR_KIND, list(EntryKind)), person.snapshot().current_time_zone
    return await call.hass.async_add_executor_job(
        diary_response, entries, kinds, time_zone, get_unit(call, person)
    )


async def _async_get_statistics(call: ServiceCall) -> ServiceResponse:
    person = await async_find_person(call, call.data[ATTR_PERSON], POLICY_READ)
    span = get_time_span(call, _FORTNIGHT)
    return await person.history.async_compute(
        statistics_response,
        person.patient_id,
        *span,
        thresholds=person.snapshot().thresholds,
        unit=get_unit(call, person),
    )


async def _async_refresh(call: ServiceCall) -> None:
    if ATTR_PERSON in call.data:
        persons = [await async_find_person(call, call.data[ATTR_PERSON], POLICY_CONTROL)]
    else:
        persons = await async_find_controlled_persons(call)
    await async_refresh_now(persons)
