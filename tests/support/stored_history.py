"""Histories to ask about: readings and entries that are simply there, and the actions that ask."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.entity import device_identifier
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import (
    Device,
    DiaryEntry,
    EntryKind,
    KeptReading,
    Precision,
    Reading,
    Source,
)
from tests.cloud_double import Person
from tests.conftest import NOON

LIBRE = Device(name="FreeStyle Libre 3", serial="0ETEST0010")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVER = (0, 2**40)


def readings_before(end: datetime, values: Sequence[int], every: timedelta = 5 * MINUTE) -> list[Reading]:
    """Readings with these values, so far apart, the last of which is one interval before the end."""
    start = end - len(values) * every
    return [Reading(at=start + number * every, mg_dl=mg_dl) for number, mg_dl in enumerate(values)]


def written(
    kind: EntryKind,
    at: datetime = NOON - HOUR,
    *,
    amount: float | None = None,
    text: str = "",
    wall: datetime | None = None,
    precision: Precision = Precision.MINUTE,
) -> DiaryEntry:
    """An entry, to the minute unless told otherwise."""
    return DiaryEntry(
        kind=kind,
        at=at,
        wall=wall or at.replace(tzinfo=None),
        amount=amount,
        text=text,
        precision=precision,
    )


async def keep(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    readings: Sequence[Reading] = (),
    entries: Iterable[DiaryEntry] = (),
    source: Source = Source.CSV,
) -> None:
    """Have these in a person's history, and everybody who listens told of it."""
    history = entry.runtime_data.history
    await history.async_run(Store.keep, [(person.patient_id, source, LIBRE, readings)])
    await history.async_run(
        Store.keep_file, person.patient_id, [], lambda _: (), list(entries), thin_before=0
    )
    history.async_notify_changed(person.patient_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def kept(entry: MockConfigEntry, person: Person) -> tuple[list[KeptReading], list[DiaryEntry]]:
    """All that is in a person's history."""
    history = entry.runtime_data.history
    return (
        await history.async_run(Store.readings, person.patient_id, *EVER),
        await history.async_run(Store.entries, person.patient_id, *EVER),
    )


def device_id_of(hass: HomeAssistant, entry: MockConfigEntry, person: Person) -> str:
    """The id of a person's device."""
    identifier = device_identifier(entry, person.patient_id)
    device = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
    assert device is not None
    return device.id


async def ask(hass: HomeAssistant, action: str, **fields: Any) -> Any:
    """What an action answers."""
    return await hass.services.async_call(DOMAIN, action, fields, blocking=True, return_response=True)


async def refusal(hass: HomeAssistant, action: str, **fields: Any) -> HomeAssistantError:
    """What an action is refused with."""
    with pytest.raises(HomeAssistantError) as refused:
        await ask(hass, action, **fields)
    assert refused.value.translation_domain == DOMAIN
    return refused.value
