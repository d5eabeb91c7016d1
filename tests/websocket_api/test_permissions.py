"""Who may ask what the dashboard card asks, and for whom."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions import PolicyPermissions
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Person
from tests.conftest import set_up
from tests.websocket_api.spoken import AGP, GLUCOSE, METRICS, SUBSCRIBE, answer, silent

type PassTime = Callable[..., Awaitable[None]]

COMMANDS = pytest.mark.parametrize("command", [SUBSCRIBE, METRICS, AGP], ids=["subscribe", "metrics", "agp"])


@COMMANDS
async def test_whoever_may_only_look_may_look(
    quiet: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    hass: HomeAssistant,
    command: dict[str, Any],
) -> None:
    card = await hass_ws_client(hass, hass_read_only_access_token)
    assert (await answer(card, command))["success"]


@COMMANDS
@pytest.mark.parametrize(
    ("policy", "may"),
    [
        ({}, False),
        ({"entities": {"entity_ids": {"sensor.something_else": True}}}, False),
        ({"entities": {"entity_ids": {GLUCOSE: {"control": True}}}}, False),
        ({"entities": {"entity_ids": {GLUCOSE: {"read": True}}}}, True),
    ],
    ids=["nothing", "something else", "only to control it", "to read it"],
)
async def test_only_those_who_may_see_the_sensor_are_answered(
    card: MockHAClientWebSocket,
    hass_admin_user: User,
    command: dict[str, Any],
    policy: Any,
    may: bool,
) -> None:
    hass_admin_user.groups = []
    hass_admin_user.permissions = PolicyPermissions(policy, hass_admin_user.perm_lookup)

    found = await answer(card, command)

    assert found["success"] is may
    if not may:
        assert found["error"]["code"] == "unauthorized"
        assert await silent(card)


@COMMANDS
@pytest.mark.parametrize(
    "entity_id", ["sensor.nothing", "sun.sun", "sensor.alex_example_trend", "binary_sensor.alex_example_low"]
)
async def test_what_is_no_glucose_sensor_of_ours_is_refused(
    card: MockHAClientWebSocket, command: dict[str, Any], entity_id: str
) -> None:
    refused = await answer(card, command, entity_id=entity_id)

    assert not refused["success"]
    assert refused["error"]["translation_key"] == "person_unknown"


@COMMANDS
async def test_an_account_that_is_not_set_up_is_said(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, command: dict[str, Any]
) -> None:
    await hass.config_entries.async_unload(quiet.entry_id)

    refused = await answer(card, command)

    assert refused["error"]["translation_key"] == "person_not_loaded"


@COMMANDS
async def test_a_history_that_cannot_be_read_is_said_and_nothing_stays_behind(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    hass_ws_client: WebSocketGenerator,
    command: dict[str, Any],
    pass_time: PassTime,
) -> None:
    Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry.entry_id}.history.db")).mkdir()
    await set_up(hass, entry)
    card = await hass_ws_client()

    refused = await answer(card, command)
    entry.runtime_data.history.changed(person.patient_id)
    await pass_time(seconds=2, step=1)

    assert refused["error"]["translation_key"] == "history_unwritable"
    assert await silent(card)
