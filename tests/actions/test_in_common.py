"""What all actions that give something out of a person's history have in common."""

from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.components.websocket_api.messages import message_to_json_bytes, result_message
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.helpers.template import Template
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.models import EntryKind, Reading, Source, Trend
from tests.cloud_double import Account, Person
from tests.conftest import NOON, set_up
from tests.support.entries import own_entry_of
from tests.support.stored_history import (
    DAY,
    HOUR,
    MINUTE,
    ask,
    device_id_of,
    keep,
    readings_before,
    refusal,
    written,
)

ACTIONS = ["get_readings", "get_diary", "get_statistics"]


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_time_without_length_is_empty_and_no_error(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person, action: str
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100] * 100))
    answer = await ask(hass, action, person=alex, start=NOON - HOUR, end=NOON - HOUR)

    assert answer.get("readings", []) in ([], 0)
    assert answer.get("average_glucose") is None
    assert answer.get("data_completeness", 0) == 0


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_an_end_before_the_start_is_refused(hass: HomeAssistant, alex: str, action: str) -> None:
    error = await refusal(hass, action, person=alex, start=NOON, end=NOON - timedelta(seconds=1))

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "end_before_start"


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_person_without_data_gets_an_empty_answer(
    hass: HomeAssistant, alex: str, action: str
) -> None:
    answer = await ask(hass, action, person=alex)

    assert answer.get("readings", []) in ([], 0)
    assert answer.get("entries", []) == []
    assert answer.get("episodes", []) == []
    assert answer.get("time_in_ranges") is None


async def test_a_person_without_a_live_feed_has_a_history_too(
    hass: HomeAssistant, own_account: Account, patient: Person
) -> None:
    entry = await set_up(hass, own_entry_of(own_account))
    await keep(hass, entry, patient, readings_before(NOON, [100, 110]))
    jamie = device_id_of(hass, entry, patient)

    assert [each["value"] for each in (await ask(hass, "get_readings", person=jamie))["readings"]][-1] == 110
    assert (await ask(hass, "get_statistics", person=jamie))["readings"] >= 2
    assert (await ask(hass, "export", person=jamie))["readings"] >= 2


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_answer_is_plain_data_for_templates(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person, action: str
) -> None:
    entries = [
        written(kind, NOON - number * MINUTE, amount=4.5, text="text")
        for number, kind in enumerate(EntryKind, start=1)
    ]
    readings = [Reading(at=NOON - HOUR, mg_dl=113, trend=Trend.FALLING)]
    await keep(hass, quiet, person, readings, entries, source=Source.LIVE)
    await keep(hass, quiet, person, readings_before(NOON, [50, 60, 300] * 1000))

    answer = await ask(hass, action, person=alex)

    assert kinds_of_data(answer) <= {dict, list, str, int, float, bool, type(None)}
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert json.loads(message_to_json_bytes(result_message(1, answer)))["result"] == answer
    rendered = Template("{{ answer }}", hass).async_render({"answer": answer})
    assert rendered == answer


def kinds_of_data(value: Any) -> set[type]:
    inner: list[Any] = []
    if isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list):
        inner = value
    return {type(value)}.union(*map(kinds_of_data, inner))


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_a_device_that_does_not_exist_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, action: str
) -> None:
    error = await refusal(hass, action, person="0badcafe")

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "person_unknown"


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_a_device_of_something_else_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, action: str, device_registry: dr.DeviceRegistry
) -> None:
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    lamp = device_registry.async_get_or_create(
        config_entry_id=other.entry_id, identifiers={("other", "lamp")}
    )

    assert (await refusal(hass, action, person=lamp.id)).translation_key == "person_unknown"


async def test_a_device_of_nobody_who_is_followed_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    former = device_registry.async_get_or_create(
        config_entry_id=quiet.entry_id, identifiers={(DOMAIN, "somebody")}
    )

    assert (await refusal(hass, "get_readings", person=former.id)).translation_key == "person_unknown"


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_a_person_of_an_account_that_is_not_set_up_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, action: str
) -> None:
    await hass.config_entries.async_unload(quiet.entry_id)

    error = await refusal(hass, action, person=alex)

    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "person_not_loaded"


@pytest.mark.parametrize("action", [*ACTIONS, "export"])
async def test_a_history_that_cannot_be_read_is_an_error(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, action: str
) -> None:
    Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry.entry_id}.history.db")).mkdir()
    await set_up(hass, entry)

    error = await refusal(hass, action, person=device_id_of(hass, entry, person))

    assert error.translation_key == "history_unwritable"


async def test_no_error_contains_anything_of_the_person(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, person: Person, account: Account
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [137] * 10))
    errors = [
        await refusal(hass, "get_readings", person=alex, start=NOON, end=NOON - DAY),
        await refusal(hass, "get_readings", person="0badcafe"),
    ]
    await hass.config_entries.async_unload(quiet.entry_id)
    errors.append(await refusal(hass, "get_statistics", person=alex))

    secrets = [person.first_name, person.patient_id, account.email, account.user_id, alex, "0badcafe", "137"]
    texts = [f"{error} {error!r} {error.translation_placeholders}" for error in errors]
    assert not [(text, secret) for text in texts for secret in secrets if secret in text]
