"""The same troubles at set-up, which Home Assistant tries again after 5 s, 10 s, 20 s … 10 min."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import CloudDouble, faults
from tests.conftest import set_up
from tests.fault_table import REAUTH, RETURNED, Happening, Scene, connections, no_name, sign_in
from tests.planted import leaks, logged, planted_account, planted_entry, planted_person
from tests.test_faults import act, data_requests, prompts, shown, sign_ins

PassTime = Callable[..., Awaitable[None]]

RETRY, ERROR, LOADED = ConfigEntryState.SETUP_RETRY, ConfigEntryState.SETUP_ERROR, ConfigEntryState.LOADED


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What happens before the set-up, and how things stand an hour after it."""

    name: str
    happens: Happening
    state: ConfigEntryState = RETRY
    prompts: frozenset[str] = frozenset()
    requests: tuple[int, int] = (0, 0)
    sign_ins: tuple[int, int] = (1, 1)
    person_cures: bool = False


CASES = (
    Case(
        name="wrong password",
        happens=lambda scene: scene.cloud.change_password(scene.account, "Planted-0ther-Word-!"),
        state=ERROR,
        prompts=frozenset({REAUTH}),
        person_cures=True,
    ),
    Case(
        name="new terms",
        happens=lambda scene: scene.cloud.change_terms(scene.account, "tou"),
        state=ERROR,
        prompts=frozenset({"terms"}),
        person_cures=True,
    ),
    Case(
        name="429 with Retry-After",
        happens=connections(faults.rate_limited(3600)),
        prompts=frozenset({"refused"}),
        requests=(1, 1),
    ),
    Case(
        name="429 at sign-in with Retry-After",
        happens=sign_in(faults.rate_limited(3600)),
        prompts=frozenset({"refused"}),
    ),
    Case(
        name="429",
        happens=connections(faults.rate_limited()),
        prompts=frozenset({"refused"}),
        requests=(4, 7),
    ),
    Case(
        name="476",
        happens=connections(faults.cloudflare_ban(3600)),
        prompts=frozenset({"blocked"}),
        requests=(1, 1),
    ),
    Case(name="locked", happens=sign_in(faults.locked()), sign_ins=(3, 4)),
    Case(name="network away", happens=no_name, sign_ins=(0, 0)),
    Case(name="500", happens=connections(faults.status(500)), requests=(10, 18)),
    Case(
        name="401 for ever",
        happens=connections(faults.ticket_invalid()),
        state=ERROR,
        prompts=frozenset({REAUTH}),
        requests=(1, 1),
        person_cures=True,
    ),
    Case(
        name="version 5",
        happens=connections(faults.version_refused("5.0.0")),
        state=ERROR,
        prompts=frozenset({"protocol_ended"}),
        requests=(1, 1),
        person_cures=True,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_an_hour_of_trouble_at_set_up_is_borne(
    case: Case,
    hass: HomeAssistant,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    account = planted_account(cloud, planted_person())
    scene = Scene(hass=hass, cloud=cloud, account=account, freezer=freezer, monkeypatch=monkeypatch)
    entry = planted_entry(account)
    case.happens(scene)
    since = datetime.now(UTC)
    await set_up(hass, entry)
    await pass_time(hours=1, step=20)

    assert entry.state is case.state
    least, most = case.requests
    assert least <= data_requests(cloud, since) <= most
    least, most = case.sign_ins
    assert least <= len(sign_ins(cloud)) <= most
    assert prompts(hass) == case.prompts
    assert "Unexpected error" not in caplog.text

    scene.heal()
    if case.person_cures:
        await act(hass, scene, entry)
    deadline = datetime.now(UTC) + timedelta(hours=1)
    while entry.state is not LOADED and datetime.now(UTC) < deadline:
        await pass_time(minutes=1, step=60)
    await pass_time(minutes=2, step=20)
    assert shown(hass, RETURNED) == RETURNED
    assert not prompts(hass)

    assert all(later - earlier >= timedelta(minutes=5) for earlier, later in pairwise(sign_ins(cloud)))
    assert not leaks(logged(caplog))
    assert not leaks("".join(capfd.readouterr()))


async def test_a_ticket_that_ended_while_home_assistant_was_off_costs_one_sign_in(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    await pass_time(minutes=10, step=60)
    cloud.log.clear()
    cloud.revoke_tickets(cloud.accounts[0])
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is LOADED
    assert [request.endpoint for request in cloud.requests()] == [
        "connections",
        "login",
        "connections",
        "graph",
    ]
