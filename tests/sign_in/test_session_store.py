"""Tickets outlive restarts, without wearing out the disk."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import stat
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.services import LIBRELINKUP
from custom_components.libreview.cloud.session_state import SessionState, Ticket
from custom_components.libreview.const import DOMAIN
from custom_components.libreview.sign_in.session_store import SessionStore
from tests.cloud_double import Account, CloudDouble, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.restart import restarted
from tests.support.states import state

# The test kit keeps files in memory; these are the functions it replaces.
_REAL_LOAD, _REAL_WRITE = Store._async_load, Store._async_write_data


def stored(hass_storage: dict[str, Any], entry: MockConfigEntry) -> dict[str, Any]:
    """What is on disk of the account's session."""
    kept: dict[str, Any] = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["librelinkup"]
    return kept


def issued(token: str) -> datetime:
    """When the double issued a ticket."""
    payload = token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return datetime.fromtimestamp(claims["iat"], UTC)


async def test_renewed_tickets_are_written_once_an_hour_while_every_minute_brings_one(
    hass: HomeAssistant, hass_storage: dict[str, Any], loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    written, ages = set(), []
    for _ in range(24):
        await pass_time(minutes=10)
        token = stored(hass_storage, loaded)["ticket"]["token"]
        written.add(token)
        ages.append((datetime.now(UTC) - issued(token)).total_seconds())
    assert len(written) <= 5
    assert max(ages) <= 3600 + 120


async def test_a_new_sign_in_is_written_at_once(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=10)
    cloud.revoke_tickets(account)
    cloud.log.clear()
    while not cloud.logins:
        await pass_time(seconds=10)
    await pass_time(seconds=10)
    assert issued(stored(hass_storage, loaded)["ticket"]["token"]) >= cloud.logins[0].at.replace(
        microsecond=0
    )


async def test_the_newest_ticket_is_written_when_home_assistant_stops(
    hass: HomeAssistant, hass_storage: dict[str, Any], loaded: MockConfigEntry, pass_time: PassTime
) -> None:
    await pass_time(minutes=30)
    newest = loaded.runtime_data.live.client.session.state.ticket.token
    assert stored(hass_storage, loaded)["ticket"]["token"] != newest
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert stored(hass_storage, loaded)["ticket"]["token"] == newest


async def test_after_a_restart_nobody_signs_in(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=90)
    await hass.config_entries.async_unload(loaded.entry_id)
    cloud.log.clear()
    entry = await set_up(hass, restarted(hass, loaded))
    assert entry.state is ConfigEntryState.LOADED
    assert [request.endpoint for request in cloud.requests()] == ["connections"]


@pytest.mark.parametrize(
    ("kept", "named"),
    [("4.12.0", LIBRELINKUP.version), (LIBRELINKUP.version, LIBRELINKUP.version), ("4.99.0", "4.99.0")],
)
async def test_an_update_raises_the_client_version_but_never_lowers_it(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    pass_time: PassTime,
    kept: str,
    named: str,
) -> None:
    await pass_time(seconds=1)
    await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    entry = restarted(hass, loaded)
    stored(hass_storage, loaded)["version"] = kept
    await set_up(hass, entry)
    assert cloud.requests("connections")[-1].headers["version"] == named


async def test_a_wait_that_the_cloud_asked_for_outlives_a_restart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    loaded: MockConfigEntry,
    pass_time: PassTime,
) -> None:
    cloud.fail_next("connections", faults.rate_limited(7200))
    await pass_time(minutes=2)
    await hass.config_entries.async_unload(loaded.entry_id)
    cloud.log.clear()
    for issue in ir.async_get(hass).issues.copy():
        ir.async_delete_issue(hass, *issue)
    await set_up(hass, restarted(hass, loaded))
    assert [issue.translation_key for issue in ir.async_get(hass).issues.values()] == ["refused"]
    await pass_time(minutes=110)
    assert not cloud.log
    await pass_time(minutes=22)
    assert state(hass, "sensor.alex_example_glucose") == "120"


@pytest.mark.parametrize("endpoint", ["connections", "login"])
@pytest.mark.parametrize("comes_back", ["restart", "reload"])
async def test_a_wait_is_no_longer_than_it_was_though_the_clock_is_set_back(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    account: Account,
    loaded: MockConfigEntry,
    pass_time: PassTime,
    freezer: FrozenDateTimeFactory,
    endpoint: str,
    comes_back: str,
) -> None:
    cloud.fail_next(endpoint, faults.rate_limited(600))
    if endpoint == "login":
        cloud.revoke_tickets(account)
    await pass_time(minutes=10)
    while not any(each.status == 429 for each in cloud.requests(endpoint)):
        await pass_time(minutes=1)
    await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    ahead = timedelta(hours=5)
    freezer.move_to(datetime.now(UTC) - ahead)
    cloud.log.clear()
    entry = loaded if comes_back == "reload" else restarted(hass, loaded)
    if comes_back == "reload":
        await hass.config_entries.async_setup(entry.entry_id)
    else:
        await set_up(hass, entry)
    await pass_time(minutes=16)
    assert cloud.requests("connections")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"librelinkup": None},
        {"librelinkup": "text"},
        {"librelinkup": {"ticket": "text"}},
        {"librelinkup": {"ticket": {"token": "a", "colour": "blue"}}},
        {"librelinkup": {"of another version": True}},
        {"another service": {}},
        ["a list"],
    ],
    ids=str,
)
async def test_a_session_file_of_unknown_content_is_ignored(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    entry: MockConfigEntry,
    data: Any,
) -> None:
    key = f"{DOMAIN}.{entry.entry_id}"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert len(cloud.logins) == 1


async def test_a_session_whose_place_another_took_saves_nothing_any_more(hass: HomeAssistant) -> None:
    store = SessionStore(hass, "x")
    save = store.writer("libreview")
    save(SessionState(region="eu"))
    await store.async_replace({"libreview": SessionState(region="fr")})
    save(SessionState(region="eu2"))
    assert await store.async_load("libreview") == SessionState(region="fr")
    store.writer("libreview")(SessionState(region="jp"))
    assert await store.async_load("libreview") == SessionState(region="jp")


async def test_a_session_that_outlives_its_account_saves_nothing(hass: HomeAssistant) -> None:
    store = SessionStore(hass, "x")
    save = store.writer("libreview")
    save(SessionState(region="eu"))
    await store.async_remove()
    save(SessionState(region="eu", user_id="u"))
    assert await store.async_load("libreview") is None


class TestOnDisk:
    """With a real file in a folder of the test's own."""

    @pytest.fixture
    def hass_config_dir(self, hass_tmp_config_dir: str) -> str:
        return hass_tmp_config_dir

    @pytest.fixture
    def path(self, hass: HomeAssistant) -> Iterator[Path]:
        """Where the file of the entry `x` lies."""
        path = Path(hass.config.path(".storage", f"{DOMAIN}.x"))
        path.parent.mkdir(exist_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Store, "_async_load", _REAL_LOAD)
            patch.setattr(Store, "_async_write_data", _REAL_WRITE)
            yield path

    async def test_nobody_else_may_read_the_file(self, hass: HomeAssistant, path: Path) -> None:
        state = SessionState(region="eu", user_id="u", ticket=Ticket(token="t", expires=1.0))
        await SessionStore(hass, "x").async_replace({"librelinkup": state})
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert await SessionStore(hass, "x").async_load("librelinkup") == state

    async def test_a_flush_tells_whether_everything_is_on_disk(self, hass: HomeAssistant, path: Path) -> None:
        store = SessionStore(hass, "x")
        save = store.writer("librelinkup")
        save(
            SessionState(
                region="eu",
                user_id="u",
                ticket=Ticket(token="t", expires=1e9 / 7),
                failed_sign_ins=2,
                sign_in_after=1e9 / 3,
                wait_began=1780315200.123456,
            )
        )
        assert await store.async_flush()
        path.unlink()
        path.mkdir()  # Not even the owner of everything can write that as a file.
        assert not await store.async_flush()
        path.rmdir()
        assert await store.async_flush()

    async def test_a_session_file_cut_off_in_the_middle_is_ignored(
        self, hass: HomeAssistant, path: Path
    ) -> None:
        await SessionStore(hass, "x").async_replace({"librelinkup": SessionState(region="eu")})
        path.write_bytes(path.read_bytes()[:-20])
        assert await SessionStore(hass, "x").async_load("librelinkup") is None


async def test_a_session_that_outlives_its_account_brings_no_file_back(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    store = SessionStore(hass, "an-entry")
    save = store.writer("librelinkup")
    save(SessionState())
    await store.async_flush()
    await store.async_remove()
    save(SessionState())
    await store.async_flush()
    assert not hass_storage
