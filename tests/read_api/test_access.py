"""Who gets in: every address, for every way of asking, without a trace of a key, shutting nobody out."""

from collections.abc import Callable
import logging
import sqlite3
from typing import Any, Final

from aiohttp.test_utils import TestClient
from aiohttp.web import Request, Response
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.http.ban import KEY_BAN_MANAGER
from homeassistant.components.persistent_notification import _async_get_or_create_notifications
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.libreview.const import CONF_KEY_HASH, CONF_LOCAL_ONLY
from custom_components.libreview.history.store import Store
from custom_components.libreview.read_api import access, view
from custom_components.libreview.read_api.answers import RefusedError
from custom_components.libreview.read_api.nightscout_answers import ANSWERS
from custom_components.libreview.readers.keys import hash_key
from custom_components.libreview.readers.last_use import get_last_use
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON
from tests.support.clock import PassTime
from tests.support.readers import HEADER, KEY, PREFIX, SHA1, read, share, values
from tests.support.stored_history import keep, readings_before

WRONG: Final = "wrong-ffffffffffffffffffffffffffffffff"
OUTSIDE: Final = {"X-Forwarded-For": "203.0.113.7"}
NIGHTSCOUT: Final = [f"{root}{path}".replace("{names}", "delta") for root in ("", PREFIX) for path in ANSWERS]
DATA: Final = ["/api/libreview/persons"]
ASKING: Final[dict[str, tuple[dict[str, str], dict[str, str], int, int]]] = {
    # headers, parameters, and the answer at Nightscout's addresses and at ours
    "no key": ({}, {}, 401, 401),
    "a wrong key": ({"api-secret": WRONG}, {}, 401, 401),
    "a wrong key in the address": ({}, {"token": WRONG}, 401, 401),
    "a wrong bearer": ({"Authorization": f"Bearer {WRONG}"}, {}, 401, 401),
    "the stored hash": ({"api-secret": hash_key(KEY)}, {}, 401, 401),
    "the plain key": ({"API-SECRET": KEY}, {}, 200, 200),
    "its SHA-1": (HEADER, {}, 200, 200),
    "its SHA-1 in capital letters": ({"Api-Secret": SHA1.upper()}, {}, 200, 200),
    "the key in the address": ({}, {"token": KEY}, 200, 401),
    "its SHA-1 in the address": ({}, {"secret": SHA1}, 200, 401),
    "the key as a bearer": ({"Authorization": f"Bearer {KEY}"}, {}, 401, 200),
    "the key beside a wrong one": ({"api-secret": WRONG}, {"token": KEY}, 200, 401),
    "the key from outside": ({**HEADER, **OUTSIDE}, {}, 401, 401),
}


@pytest.fixture
def unharmed(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> Callable[[], None]:
    """Nobody is shut out or notified, and no key stands in the log."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)

    def check() -> None:
        assert hass.http.app[KEY_BAN_MANAGER].ip_bans_lookup == {}
        assert not _async_get_or_create_notifications(hass)
        assert not [record for record in caplog.records if "Login attempt" in record.getMessage()]
        for secret in (KEY, SHA1, SHA1.upper(), hash_key(KEY), WRONG):
            assert secret not in caplog.text

    return check


@pytest.mark.parametrize("how", ASKING)
async def test_every_address_is_answered_for_the_right_key_alone(
    app: TestClient[Any, Any], freezer: FrozenDateTimeFactory, unharmed: Callable[[], None], how: str
) -> None:
    headers, parameters, at_nightscout, at_ours = ASKING[how]
    answers = dict.fromkeys(NIGHTSCOUT, at_nightscout) | dict.fromkeys(DATA, at_ours)
    for path, status in answers.items():
        freezer.tick(61)  # However often somebody asks, neither limit is in the way.
        response = await app.get(path, headers=headers, params=parameters)
        assert (path, response.status) == (path, status)
        if status == 401:
            assert (await response.json())["message"] == "Unauthorized"
    unharmed()


async def test_the_answer_to_a_program_says_where_to_sign_in(app: TestClient[Any, Any]) -> None:
    refusal = await app.get("/api/libreview/persons")
    assert "/.well-known/oauth-protected-resource" in refusal.headers["WWW-Authenticate"]


async def test_who_may_read_from_anywhere_may_do_so_from_outside(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, reader: ConfigSubentry
) -> None:
    data = {**reader.data, CONF_LOCAL_ONLY: False}
    hass.config_entries.async_update_subentry(quiet, reader, data=data)
    assert await read(app, "/api/v1/entries.json", headers={**HEADER, **OUTSIDE}) == []


async def test_through_the_cloud_nobody_is_at_home(
    hass: HomeAssistant, app: TestClient[Any, Any], reader: ConfigSubentry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "is_cloud_connection", lambda _: True)
    assert (await app.get("/api/v1/entries.json", headers=HEADER)).status == 401
    use = get_last_use(hass).of(reader.subentry_id)
    assert (use.used_at, use.refused_from) == (None, "127.0.0.1")


async def test_a_new_key_ends_the_old_one_at_once(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, reader: ConfigSubentry
) -> None:
    data = {**reader.data, CONF_KEY_HASH: hash_key("new")}
    hass.config_entries.async_update_subentry(quiet, reader, data=data)
    assert (await app.get("/api/v1/entries.json", headers=HEADER)).status == 401
    assert await read(app, "/api/v1/entries.json", headers={"api-secret": "new"}) == []


async def test_whose_reader_is_removed_reads_nothing_any_more(
    hass: HomeAssistant,
    app: TestClient[Any, Any],
    quiet: MockConfigEntry,
    person: Person,
    reader: ConfigSubentry,
    unharmed: Callable[[], None],
) -> None:
    await share(hass, quiet, person, key="another")
    hass.config_entries.async_remove_subentry(quiet, reader.subentry_id)
    assert (await app.get("/api/v1/entries.json", headers=HEADER)).status == 401

    for each in [key for key, sub in quiet.subentries.items() if sub.subentry_type == "reader"]:
        hass.config_entries.async_remove_subentry(quiet, each)
    for path in NIGHTSCOUT:
        assert (await app.get(path, headers=HEADER)).status == 404
    assert (await app.get("/api/libreview/persons", headers=HEADER)).status == 401
    unharmed()


async def test_readers_come_change_and_go_without_a_reload(
    hass: HomeAssistant, cloud: CloudDouble, quiet: MockConfigEntry, person: Person
) -> None:
    account = quiet.runtime_data
    cloud.log.clear()

    reader = await share(hass, quiet, person)
    hass.config_entries.async_update_subentry(quiet, reader, title="Other watch")
    hass.config_entries.async_remove_subentry(quiet, reader.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert quiet.runtime_data is account
    assert cloud.requests() == []


async def test_a_reader_is_removed_with_the_last_of_its_persons(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, quiet: MockConfigEntry, person: Person
) -> None:
    await share(hass, quiet, person)
    hass.config_entries.async_remove_subentry(quiet, next(iter(quiet.subentries)))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not quiet.subentries


async def test_while_the_account_is_not_loaded_the_answer_is_to_wait(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(quiet.entry_id)
    for path in ("/api/v1/entries.json", "/api/libreview/persons"):
        response = await app.get(path, headers=HEADER)
        assert (response.status, response.headers["Retry-After"]) == (503, "30")


async def test_who_asks_too_often_is_told_when_to_come_back(app: TestClient[Any, Any]) -> None:
    statuses = [(await app.get("/api/v1/status", headers=HEADER)).status for _ in range(16)]
    assert statuses == [*[200] * 15, 429]
    refusal = await app.get("/api/v1/status", headers=HEADER)
    assert 0 < int(refusal.headers["Retry-After"]) <= 4


async def test_wrong_keys_do_not_keep_out_the_right_one(app: TestClient[Any, Any]) -> None:
    wrong = {"api-secret": WRONG}
    statuses = [(await app.get("/api/v1/status", headers=wrong)).status for _ in range(11)]
    assert statuses == [*[401] * 10, 429]
    assert (await app.get("/api/v1/status", headers=HEADER)).status == 200


async def test_the_last_use_is_known_after_a_restart(
    hass: HomeAssistant,
    app: TestClient[Any, Any],
    reader: ConfigSubentry,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    for _ in range(4):  # It goes on asking, and is noted all the same.
        await read(app, "/api/v1/status")
        await pass_time(minutes=4)
    stored = hass_storage["libreview.readers"]["data"][reader.subentry_id]
    assert (stored["used_at"], stored["used_from"]) == ("2026-06-01T12:12:00+00:00", "127.0.0.1")


async def test_addresses_that_somebody_else_serves_stay_theirs(
    hass: HomeAssistant,
    web: None,
    quiet: MockConfigEntry,
    person: Person,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    async def other(_request: Request) -> Response:
        return Response(text="other")

    hass.http.app.router.add_get("/api/v1/entries", other)
    await share(hass, quiet, person)
    app = await hass_client_no_auth()
    assert await (await app.get("/api/v1/entries")).text() == "other"
    assert await read(app, f"{PREFIX}/api/v1/entries") == []
    assert (await read(app, "/api/v1/status"))["status"] == "ok"


async def test_during_a_backup_readings_are_told_as_before(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    history = quiet.runtime_data.history
    await history.async_pause()
    try:
        assert values(await read(app, "/api/v1/entries.json")) == [100]
    finally:
        await history.async_resume()


async def test_while_the_history_cannot_be_read_the_answer_is_to_wait(
    app: TestClient[Any, Any], quiet: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise sqlite3.OperationalError

    monkeypatch.setattr(Store, "readings", fail)
    for path in ("/api/v1/entries.json", "/api/v1/entries/sgv"):
        response = await app.get(path, headers=HEADER)
        assert (response.status, response.headers["Retry-After"]) == (503, "30")
    assert (await app.get("/pebble", headers=HEADER)).status == 200


async def test_who_waits_too_long_for_a_turn_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_LONGEST_WAIT", 0.0)
    turns = view.Turns()
    async with turns.async_turn(), turns.async_turn():
        with pytest.raises(RefusedError) as refused:
            async with turns.async_turn():
                pass
    assert refused.value.status == 503
    async with turns.async_turn():
        pass
