"""Who may come in by which door: each action and each command of the card, for each kind of user."""

from pathlib import Path
from typing import Any, Final

from homeassistant.auth.models import User
from homeassistant.auth.permissions import PolicyPermissions
from homeassistant.auth.permissions.system_policies import READ_ONLY_POLICY, USER_POLICY
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Person
from tests.support.card_client import AGP, GLUCOSE, METRICS, SUBSCRIBE, answer
from tests.support.csv_files import export_of

ADMIN, HOUSEHOLD, READER = "administrator", "user", "read-only user"
STRANGER, AUTOMATION = "user without the entity", "nobody"
OTHER_ENTITY: Final = {"entities": {"entity_ids": {"sensor.something_else": True}}}
POLICIES: Final[dict[str, Any]] = {HOUSEHOLD: USER_POLICY, READER: READ_ONLY_POLICY, STRANGER: OTHER_ENTITY}

READERS: Final = {ADMIN, HOUSEHOLD, READER, AUTOMATION}
CONTROLLERS: Final = {ADMIN, HOUSEHOLD, AUTOMATION}
ADMINS: Final = {ADMIN, AUTOMATION}
ACTIONS: Final[dict[str, tuple[str, dict[str, str], set[str]]]] = {
    "readings": ("get_readings", {}, READERS),
    "diary": ("get_diary", {}, READERS),
    "statistics": ("get_statistics", {}, READERS),
    "export as a response": ("export", {}, READERS),
    "export to a file": ("export", {"path": "out.csv"}, ADMINS),
    "import": ("import_csv", {"path": "in.csv"}, ADMINS),
    "refresh": ("refresh", {}, CONTROLLERS),
}


def user_of(hass: HomeAssistant, kind: str) -> User:
    user: User = MockUser(is_owner=kind == ADMIN).add_to_hass(hass)
    if kind != ADMIN:
        user.permissions = PolicyPermissions(POLICIES[kind], user.perm_lookup)
    return user


def context_of(hass: HomeAssistant, kind: str) -> Context:
    return Context() if kind == AUTOMATION else Context(user_id=user_of(hass, kind).id)


async def may(hass: HomeAssistant, action: str, context: Context, **fields: Any) -> bool:
    """Whether an action is done for whoever this context is of."""
    try:
        await hass.services.async_call(
            DOMAIN,
            action,
            fields,
            blocking=True,
            context=context,
            return_response=action != "refresh",
        )
    except Unauthorized:
        return False
    return True


@pytest.mark.parametrize("who", [ADMIN, HOUSEHOLD, READER, STRANGER, AUTOMATION])
@pytest.mark.parametrize("door", ACTIONS)
async def test_an_action_is_done_only_for_those_who_may(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, tmp_path: Path, door: str, who: str
) -> None:
    action, fields, allowed = ACTIONS[door]
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    (tmp_path / "in.csv").write_bytes(export_of())
    fields = {key: str(tmp_path / name) for key, name in fields.items()}
    if action == "import_csv":
        fields |= {"accept_other_person": "true", "date_order": "day_first"}

    assert await may(hass, action, context_of(hass, who), person=alex, **fields) is (who in allowed)
    assert (tmp_path / "out.csv").exists() is (door == "export to a file" and who in allowed)


@pytest.mark.parametrize("who", [ADMIN, HOUSEHOLD, READER, STRANGER])
@pytest.mark.parametrize("command", [SUBSCRIBE, METRICS, AGP], ids=["subscribe", "metrics", "agp"])
async def test_the_card_is_answered_for_those_who_may_read(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: User,
    command: dict[str, Any],
    who: str,
) -> None:
    if who != ADMIN:
        hass_admin_user.groups = []
        hass_admin_user.permissions = PolicyPermissions(POLICIES[who], hass_admin_user.perm_lookup)
    card = await hass_ws_client()
    assert (await answer(card, command))["success"] is (who in READERS)


async def test_refreshing_everybody_is_for_those_who_may_control_somebody(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person
) -> None:
    for who in (ADMIN, HOUSEHOLD, READER, STRANGER, AUTOMATION):
        assert await may(hass, "refresh", context_of(hass, who)) is (who in CONTROLLERS)


@pytest.mark.parametrize("action", ["get_readings", "export", "refresh"])
async def test_a_user_who_was_removed_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str, action: str
) -> None:
    assert not await may(hass, action, Context(user_id="0badcafe"), person=alex)


async def test_a_permission_counts_for_the_person_of_that_entity_alone(
    hass: HomeAssistant, quiet: MockConfigEntry, alex: str
) -> None:
    user = user_of(hass, STRANGER)
    only_this = {"entities": {"entity_ids": {GLUCOSE: {"read": True}}}}
    user.permissions = PolicyPermissions(only_this, user.perm_lookup)
    context = Context(user_id=user.id)
    assert await may(hass, "get_readings", context, person=alex)
    assert not await may(hass, "refresh", context, person=alex)
