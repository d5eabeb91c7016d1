"""A server that is away, refuses, or answers with something else: what it costs, and what people are told."""

import logging
import sqlite3
from typing import Any

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.libreview.history.store import Store
from custom_components.libreview.send.destination import hash_secret
from custom_components.libreview.send.server import NightscoutServer
from tests.cloud_double import CloudDouble
from tests.conftest import NOON
from tests.nightscout_double import SECRET
from tests.nightscout_double.double import Fault
from tests.support.stored_history import readings_before

from .conftest import SINCE, Scene

TOKEN = "uploader-0123456789abcdef"
SAVED_AFTER = 16
"""Minutes."""


async def test_an_outage_costs_little_and_is_made_up_for(
    scene: Scene, cloud: CloudDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await scene.connect()
    scene.person.has_reading = True
    await scene.pass_time(minutes=2)
    scene.nightscout.is_away = True
    scene.nightscout.requests.clear()
    polls = len(cloud.requests())

    await scene.pass_time(hours=3)

    # 30 s and more, doubled up to 15 min, of which a quarter may be taken off.
    waits, total = 0, 0.0
    while total < 3 * 3600:
        total += 0.75 * min(30 * 2**waits, 900)
        waits += 1
    # A question that was broken off is asked once more at once, by the HTTP library.
    assert len(scene.nightscout.requests) <= 2 * (waits + 1)
    assert len(cloud.requests()) - polls >= 170  # Nothing waits for it.
    ours = [record for record in caplog.records if ".send" in record.name]
    assert [record.levelname for record in ours] == ["WARNING"]
    assert scene.issues() == []

    scene.nightscout.is_away = False
    await scene.pass_time(minutes=16)

    history = scene.entry.runtime_data.history
    kept = await history.async_run(Store.readings, scene.person.patient_id, SINCE, 2**40)
    assert len(kept) >= 170
    assert list(scene.nightscout.sgvs()) == [each.reading.at.timestamp() for each in kept]
    ours = [record for record in caplog.records if ".send" in record.name]
    assert [record.levelname for record in ours] == ["WARNING", "INFO"]


async def test_a_server_may_say_how_long_to_wait(scene: Scene) -> None:
    await scene.keep(readings_before(NOON, [100]))
    scene.nightscout.faults.append(Fault(status=503, headers={"Retry-After": "3600"}))
    await scene.connect()
    asked = len(scene.nightscout.requests)
    await scene.pass_time(minutes=59)
    assert len(scene.nightscout.requests) == asked
    await scene.pass_time(minutes=2)
    assert scene.glucose() == [100]


async def test_a_server_that_wants_a_day_is_an_issue_after_hours_too(scene: Scene) -> None:
    await scene.keep(readings_before(NOON, [100]))
    scene.nightscout.faults += [Fault(status=503, headers={"Retry-After": "86400"})] * 2
    await scene.connect()
    await scene.pass_time(hours=6, minutes=1)
    assert scene.issues() == ["send_failing"]
    await scene.pass_time(hours=6)
    assert scene.issues() == []


async def test_hours_without_success_are_an_issue_until_it_works(scene: Scene) -> None:
    await scene.keep(readings_before(NOON, [100]))
    scene.nightscout.is_away = True
    await scene.connect()
    await scene.pass_time(hours=5, minutes=44)
    assert scene.issues() == []
    await scene.pass_time(minutes=32)
    assert scene.issues() == ["send_failing"]
    (issue,) = [each for each in ir.async_get(scene.hass).issues.values() if each.domain == "libreview"]
    assert issue.is_persistent  # Each restart would hide it for six hours.
    scene.nightscout.is_away = False
    await scene.pass_time(minutes=16)
    assert scene.issues() == []
    assert scene.glucose() == [100]


async def test_what_nobody_foresaw_is_an_issue_too_and_is_tried_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.keep(readings_before(NOON, [100]))
    with monkeypatch.context() as patched:
        patched.setattr(NightscoutServer, "async_put", _fail_unforeseen)
        await scene.connect()
        await scene.pass_time(hours=6, minutes=16)
        assert scene.issues() == ["send_failing"]
    await scene.pass_time(minutes=16)
    assert scene.issues() == []
    assert scene.glucose() == [100]
    assert "glucose 100" not in caplog.text


async def _fail_unforeseen(*_: Any) -> None:
    raise RuntimeError("glucose 100")


async def test_a_refused_token_is_an_issue_and_is_tried_no_more_than_four_times_a_day(scene: Scene) -> None:
    await scene.keep(readings_before(NOON, [100]))
    await scene.connect(secret=TOKEN)
    assert scene.issues() == []  # It may be a proxy's mistake.
    await scene.pass_time(minutes=6)
    assert scene.issues() == ["send_refused"]
    asked = len(scene.nightscout.requests)
    scene.person.has_reading = True
    await scene.pass_time(hours=5)
    assert len(scene.nightscout.requests) == asked
    scene.nightscout.tokens[TOKEN] = {"api:*:*"}  # Somebody gave it its rights.
    await scene.pass_time(hours=1, minutes=1)
    assert scene.issues() == []
    assert scene.nightscout.sgvs()


async def test_one_refusal_costs_no_more_than_minutes(scene: Scene) -> None:
    await scene.keep(readings_before(NOON, [100]))
    scene.nightscout.faults.append(Fault(status=403))
    await scene.connect()
    await scene.pass_time(minutes=6)
    assert scene.glucose() == [100]
    assert scene.issues() == []


async def test_while_the_history_cannot_be_read_nothing_is_sent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise sqlite3.OperationalError

    await scene.keep(readings_before(NOON, [100]))
    with monkeypatch.context() as patched:
        patched.setattr(Store, "changes", fail)
        await scene.connect()
        assert scene.nightscout.requests == []
    await scene.pass_time(minutes=6)
    assert scene.glucose() == [100]


async def test_nothing_secret_is_logged(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await scene.keep(readings_before(NOON, [137]))
    scene.nightscout.faults += [
        Fault(body="137"),
        Fault(status=302, headers={"Location": "http://elsewhere.example/137"}),
        Fault(status=200, body="<html>137</html>"),
        Fault(status=200, body="x" * (5 * 1024 * 1024)),
    ]
    await scene.connect()
    scene.nightscout.is_away = True
    await scene.pass_time(minutes=30)
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("custom_components")
    )
    for secret in (
        SECRET,
        hash_secret(SECRET),
        scene.nightscout.url,
        "137",
        "elsewhere",
        scene.person.patient_id,
    ):
        assert secret not in ours
