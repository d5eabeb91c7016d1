"""The same troubles at set-up: the entities are there all the same, and the feed goes on as while running."""

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
from tests.support.clock import PassTime
from tests.support.fault_scene import act, data_requests, shown, sign_ins
from tests.support.fault_table import AWAY, REFUSED, RETURNED, Happening, Scene, connections, no_name, sign_in
from tests.support.prompts import REAUTH, prompts
from tests.support.secrets_planted import leaks, logged, planted_account, planted_entry, planted_person

AT_START = {entity: shown for entity, shown in AWAY.items() if "sensor_status" not in entity}
"""What is shown without any answer since the start; of the sensor nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What happens before the set-up, and how things stand an hour after it."""

    name: str
    happens: Happening
    prompts: frozenset[str] = frozenset()
    requests: tuple[int, int] = (0, 0)
    sign_ins: tuple[int, int] = (1, 1)
    person_cures: bool = False


CASES = (
    Case(
        name="wrong password",
        happens=lambda scene: scene.cloud.change_password(scene.account, "Planted-0ther-Word-!"),
        prompts=frozenset({REAUTH}),
        person_cures=True,
    ),
    Case(
        name="new terms",
        happens=lambda scene: scene.cloud.change_terms(scene.account, "tou"),
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
        requests=REFUSED,
    ),
    Case(
        name="476",
        happens=connections(faults.cloudflare_ban(3600)),
        prompts=frozenset({"blocked"}),
        requests=(1, 1),
    ),
    Case(name="locked", happens=sign_in(faults.locked()), sign_ins=(3, 4)),
    Case(name="network away", happens=no_name, sign_ins=(0, 0)),
    Case(name="500", happens=connections(faults.status(500)), requests=(40, 61)),
    Case(
        name="401 for ever",
        happens=connections(faults.ticket_invalid()),
        requests=(5, 14),
        sign_ins=(4, 7),
    ),
    Case(
        name="version 5",
        happens=connections(faults.version_refused("5.0.0")),
        prompts=frozenset({"protocol_ended"}),
        requests=(1, 1),
        person_cures=True,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_entities_prompts_and_requests_during_an_hour_of_a_fault_at_set_up_and_after_it(
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
    await pass_time(minutes=59)

    assert entry.state is ConfigEntryState.LOADED
    assert shown(hass, AT_START) == AT_START
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
    while shown(hass, RETURNED) != RETURNED and datetime.now(UTC) < deadline:
        await pass_time(minutes=1)
    await pass_time(minutes=2)
    assert shown(hass, RETURNED) == RETURNED
    assert not prompts(hass)

    assert all(later - earlier >= timedelta(minutes=5) for earlier, later in pairwise(sign_ins(cloud)))
    assert not leaks(logged(caplog))
    assert not leaks("".join(capfd.readouterr()))


async def test_a_ticket_that_ended_while_home_assistant_was_off_costs_one_sign_in(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    await pass_time(minutes=10)
    cloud.log.clear()
    cloud.revoke_tickets(cloud.accounts[0])
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED
    assert [request.endpoint for request in cloud.requests()] == [
        "connections",
        "login",
        "connections",
        "graph",
    ]
