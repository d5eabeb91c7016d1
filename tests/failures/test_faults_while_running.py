"""Each row of the fault table, through a running account, against the cloud on a real socket."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.cloud_double import CloudDouble
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.fault_scene import act, data_requests, everything, shown, sign_ins
from tests.support.fault_table import CASES, RETURNED, WELL, Case, Scene
from tests.support.prompts import prompts
from tests.support.secrets_planted import (
    complaints,
    leaks,
    logged,
    planted_account,
    planted_entry,
    planted_person,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_entities_prompts_and_requests_during_an_hour_of_a_fault_and_after_it(
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
    await pass_time(minutes=10)
    assert shown(hass, WELL) == WELL
    assert not list(complaints(caplog))

    freezer.tick(1)
    since = datetime.now(UTC)
    before = everything(hass)
    case.happens(scene)
    await pass_time(seconds=80)
    if case.complaints:
        # A failed poll alone changes nothing that a person sees.
        assert everything(hass) == before
        at_once = case.person_cures or case.is_long
        assert prompts(hass) == (case.prompts if at_once else frozenset())
    await pass_time(minutes=60, seconds=-80)

    least, most = case.requests
    assert least <= data_requests(cloud, since) <= most
    least, most = case.sign_ins
    assert least <= len(sign_ins(cloud, since)) <= most
    assert shown(hass, case.shown) == case.shown
    assert prompts(hass) == case.prompts
    assert len(list(complaints(caplog))) == case.complaints, list(complaints(caplog))

    scene.heal()
    if case.person_cures and not case.looks_again:
        await pass_time(minutes=6)
        assert shown(hass, case.shown) == case.shown
        await act(hass, scene, entry)
    deadline = datetime.now(UTC) + timedelta(hours=case.hours)
    while shown(hass, RETURNED) != RETURNED and datetime.now(UTC) < deadline:
        await pass_time(minutes=1 if case.hours <= 1 else 10)
    await pass_time(minutes=2)
    assert shown(hass, RETURNED) == RETURNED
    assert not prompts(hass)

    assert len(list(complaints(caplog))) == case.complaints
    assert all(later - earlier >= timedelta(minutes=5) for earlier, later in pairwise(sign_ins(cloud)))
    assert not leaks(logged(caplog))
    assert not leaks("".join(capfd.readouterr()))
