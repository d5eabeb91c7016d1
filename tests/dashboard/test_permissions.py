"""Who may ask what the dashboard card asks, and for whom."""

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
from tests.support.card_client import AGP, GLUCOSE, METRICS, SUBSCRIBE, answer, silent
from tests.support.clock import PassTime

COMMANDS = pytest.mark.parametrize("command", [SUBSCRIBE, METRICS, AGP], ids=["subscribe", "metrics", "agp"])


@COMMANDS
async def test_a_user_who_may_only_read_gets_answers(
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
async def test_an_account_that_is_not_set_up_is_an_error_that_the_log_has_no_word_of(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    card: MockHAClientWebSocket,
    command: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await hass.config_entries.async_unload(quiet.entry_id)

    refused = await answer(card, command)

    assert refused["error"]["code"] == "home_assistant_error"
    assert refused["error"]["translation_key"] == "person_not_loaded"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@COMMANDS
async def test_a_history_that_cannot_be_read_is_an_error_and_leaves_no_subscription(
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
    entry.runtime_data.history.async_notify_changed(person.patient_id)
    await pass_time(seconds=2)

    assert refused["error"]["translation_key"] == "history_unwritable"
    assert await silent(card)
