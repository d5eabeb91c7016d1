"""Each row of the fault table, through a running account, against the cloud on a real socket."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import CloudDouble
from tests.conftest import set_up
from tests.fault_table import CASES, REAUTH, RETURNED, WELL, Case, Scene, Shown
from tests.planted import complaints, leaks, logged, planted_account, planted_entry, planted_person

PassTime = Callable[..., Awaitable[None]]


def shown(hass: HomeAssistant, entities: Shown) -> Shown:
    """What is seen of these entities."""
    return {entity: state.state if (state := hass.states.get(entity)) else "missing" for entity in entities}


def everything(hass: HomeAssistant) -> dict[str, Any]:
    """All that can be seen."""
    return {state.entity_id: (state.state, dict(state.attributes)) for state in hass.states.async_all()}


def prompts(hass: HomeAssistant) -> frozenset[str]:
    """What the person is asked to do."""
    repairs = {
        issue.translation_key for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN
    }
    reauth = {REAUTH} if hass.config_entries.flow.async_progress_by_handler(DOMAIN) else set()
    return frozenset(key for key in repairs | reauth if key)


def sign_ins(cloud: CloudDouble, since: datetime | None = None) -> list[datetime]:
    """The instants of sign-ins; the hops from region to region are one."""
    return sorted({request.at for request in cloud.requests("login", since)})


def data_requests(cloud: CloudDouble, since: datetime) -> int:
    return sum(request.endpoint != "login" for request in cloud.requests(since=since))


async def act(hass: HomeAssistant, scene: Scene, entry: MockConfigEntry) -> None:
    """What the person is asked for is done: the password entered, or the account loaded anew."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert all(flow["context"]["source"] == SOURCE_REAUTH for flow in flows)
    for flow in flows:
        await hass.config_entries.flow.async_configure(
            flow["flow_id"], {CONF_PASSWORD: scene.account.password}
        )
    if not flows:
        hass.config_entries.async_schedule_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_an_hour_of_trouble_is_borne(
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
    entry = await set_up(hass, planted_entry(account))
    scene = Scene(hass=hass, cloud=cloud, account=account, freezer=freezer, monkeypatch=monkeypatch)
    await pass_time(minutes=10, step=20)
    assert shown(hass, WELL) == WELL
    assert not list(complaints(caplog))

    freezer.tick(1)
    since = datetime.now(UTC)
    before = everything(hass)
    case.happens(scene)
    await pass_time(seconds=80, step=20)
    if case.complaints:
        # A failed poll alone changes nothing that a person sees.
        assert everything(hass) == before
        at_once = case.person_cures or case.is_long
        assert prompts(hass) == (case.prompts if at_once else frozenset())
    await pass_time(minutes=60, seconds=-80, step=30)

    least, most = case.requests
    assert least <= data_requests(cloud, since) <= most
    least, most = case.sign_ins
    assert least <= len(sign_ins(cloud, since)) <= most
    assert shown(hass, case.shown) == case.shown
    assert prompts(hass) == case.prompts
    assert len(list(complaints(caplog))) == case.complaints, list(complaints(caplog))

    scene.heal()
    if case.person_cures:
        await pass_time(minutes=6, step=30)
        assert shown(hass, case.shown) == case.shown
        await act(hass, scene, entry)
    deadline = datetime.now(UTC) + timedelta(hours=case.hours)
    while shown(hass, RETURNED) != RETURNED and datetime.now(UTC) < deadline:
        await pass_time(minutes=1 if case.hours <= 1 else 10, step=600)
    await pass_time(minutes=2, step=30)
    assert shown(hass, RETURNED) == RETURNED
    assert not prompts(hass)

    assert len(list(complaints(caplog))) == case.complaints
    assert all(later - earlier >= timedelta(minutes=5) for earlier, later in pairwise(sign_ins(cloud)))
    assert not leaks(logged(caplog))
    assert not leaks("".join(capfd.readouterr()))
