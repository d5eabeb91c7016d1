"""Steering the double from outside, and the double as a process of its own."""

import asyncio
from collections.abc import AsyncIterator
import signal
import sys
from typing import Any

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, Person, Practice, SecondFactor, faults, professional
from tests.cloud_double.control import FAULTS
from tests.cloud_double.demo import EMAIL, PASSWORD, demo_world

from .conftest import Clock
from .follower import Follower
from .patient import Patient


class Steering:
    """The control endpoints."""

    def __init__(self, session: ClientSession, base_url: str) -> None:
        self._session, self._base_url = session, base_url

    async def do(self, action: str, **words: Any) -> int:
        """Order something; gives the status."""
        async with self._session.post(f"{self._base_url}/_double/{action}", json=words) as response:
            return response.status

    async def get(self, path: str) -> Any:
        """Text or JSON."""
        async with self._session.get(self._base_url + path) as response:
            return await (response.json() if response.content_type == "application/json" else response.text())


@pytest.fixture
def steering(session: ClientSession, cloud: CloudDouble) -> Steering:
    return Steering(session, cloud.base_url)


async def test_faults_can_be_ordered_and_healed(steering: Steering, follower: Follower) -> None:
    await steering.do("fail", endpoint="connections", fault="answer", args={"body": 1, "code": 500}, times=1)
    await steering.do("fail", endpoint="connections", fault="maintenance")
    answers = [await follower.connections() for _ in range(3)]
    assert [answer.status for answer in answers] == [500, 200, 200]
    assert answers[2].json == {"status": 911}
    await steering.do("heal")
    assert (await follower.connections()).json["status"] == 0


async def test_the_world_can_be_changed(
    steering: Steering, follower: Follower, account: Account, person: Person
) -> None:
    await steering.do("value", person=person.name, mg_dl=55)
    assert (await follower.latest())["ValueInMgPerDl"] == 55
    await steering.do("minimum_version", version="4.18.0")
    assert (await follower.connections()).status == 403
    await steering.do("minimum_version", version=None)
    await steering.do("forget", email=account.email)
    assert (await follower.connections()).json == {"message": "MissingCachedUser"}
    await steering.do("password", email=account.email, password="Another-1")
    assert (await follower.connections()).status == 401
    await steering.do("steps", email=account.email, steps=["tou"])
    assert (await follower.login()).json["status"] == 4


async def test_sharing_and_phone_can_be_switched(
    steering: Steering, follower: Follower, account: Account, person: Person, clock: Clock
) -> None:
    await steering.do("pause", person=person.patient_id, on=True)
    assert [until for _, until in person.pauses] == [None]
    await steering.do("pause", person=person.patient_id, on=False)
    assert [until for _, until in person.pauses] == [clock.now]
    await steering.do("sharing", email=account.email, person=person.name, on=False)
    assert (await follower.connections()).json["data"] == []
    await steering.do("sharing", email=account.email, person=person.name, on=True)
    assert len((await follower.connections()).json["data"]) == 1
    await steering.do("revoke", email=account.email)
    assert (await follower.connections()).status == 401


@pytest.mark.parametrize(
    ("action", "words", "status"),
    [
        ("explode", {}, 404),
        ("fail", {"endpoint": "login", "fault": "refusal"}, 400),
        ("fail", {"endpoint": "login", "fault": "status", "args": {"colour": 1}}, 400),
        ("password", {"email": "no@example.com", "password": "x"}, 400),
        ("value", {"person": "Nobody", "mg_dl": 55}, 400),
        ("value", {}, 400),
        ("entry", {"person": "Alex Example", "kind": "exercise"}, 400),
        ("expire_password", {"email": "follower@example.com", "spelling": "gone"}, 400),
        ("code", {"email": "follower@example.com", "code": "1"}, 400),
        ("reports", {"spelling": "runes"}, 400),
        ("reports", {"spelling": []}, 400),
        ("reports", {"clock": 1}, 400),
    ],
)
async def test_what_cannot_be_done_is_refused(
    *, steering: Steering, account: Account, action: str, words: dict[str, Any], status: int
) -> None:
    assert await steering.do(action, **words) == status


async def test_the_diary_can_be_written(
    steering: Steering, own_account: Account, person: Person, clock: Clock
) -> None:
    await steering.do("entry", person=person.name, kind="carbohydrates", amount=45)
    await steering.do("entry", person=person.name, kind="note", text="x", wall="2026-03-09T07:20")
    carbohydrates, note = person.diary
    assert (carbohydrates.wall, carbohydrates.amount) == (person.wall(clock.now), 45)
    assert (note.wall.isoformat(), note.text, note.uploaded) == ("2026-03-09T07:20:00", "x", clock.now)


async def test_the_sign_in_to_libreview_can_be_made_harder(steering: Steering, patient: Patient) -> None:
    account = patient.account
    await steering.do("web_session", email=account.email)
    assert (await patient.ask("GET", "/user")).status == 401
    await steering.do("expire_password", email=account.email, spelling="changePassword")
    assert (await patient.login()).json["data"]["step"]["type"] == "changePassword"
    await steering.do("password", email=account.email, password="Another-1")
    account.second_factor = SecondFactor()
    account.trusts_devices = True
    device = account.device_token
    assert (await patient.login(device=device)).json["status"] == 0
    await steering.do("second_factor", email=account.email)
    assert (await patient.login(device=device)).json["status"] == 4
    await steering.do("code", email=account.email, code="654321", refusal="http_400")
    assert (account.second_factor.code, account.second_factor.refusal) == ("654321", "http_400")


async def test_reports_can_be_changed(steering: Steering, cloud: CloudDouble) -> None:
    knobs = {
        "spelling": "hours",
        "unknown_keys": True,
        "report_polls": 2,
        "report_outcome": "never",
        "urls_as": "array",
    }
    assert await steering.do("reports", **knobs) == 200
    assert {name: getattr(cloud, name) for name in knobs} == knobs


def test_every_fault_that_can_be_ordered_exists() -> None:
    assert all(callable(getattr(faults, name)) for name in FAULTS)


async def test_the_log_can_be_read_without_tickets(steering: Steering, follower: Follower) -> None:
    await follower.connections()
    entries = await steering.get("/_double/log?endpoint=connections")
    assert [entry["status"] for entry in entries] == [200]
    assert "authorization" not in entries[0]["headers"]
    assert entries[0]["headers"]["product"] == "llu.android"
    assert len(await steering.get("/_double/log")) == 2


async def test_steering_is_not_logged(steering: Steering, cloud: CloudDouble) -> None:
    await steering.do("heal")
    await steering.get("/")
    assert not cloud.log


async def test_the_page_tells_accounts_and_persons(steering: Steering, cloud: CloudDouble) -> None:
    demo_world(cloud)
    page = await steering.get("/")
    for word in (
        *(EMAIL, PASSWORD, "terms@example.com", "tou, pp", "nobody@example.com", "eu2"),
        *("Alex Example", "Robin Sample (mmol/L)", "Sam Specimen (sensor ended)"),
        *("patient@example.com", "data of Pat Placeholder, code 123456", "data of Dana Dummy"),
    ):
        assert word in page


@pytest.fixture
async def process(socket_enabled: None) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The double as the demo starts it, and its address."""
    double = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.cloud_double", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert double.stdout is not None
    try:
        yield double, (await double.stdout.readline()).decode().split()[-1]
    finally:
        if double.returncode is None:
            double.kill()
        await double.wait()


async def test_as_a_process_it_serves_the_demo_until_told_to_end(
    process: tuple[asyncio.subprocess.Process, str], session: ClientSession
) -> None:
    double, base_url = process
    assert EMAIL in await Steering(session, base_url).get("/")
    double.send_signal(signal.SIGTERM)
    assert await double.wait() == 0


async def test_tickets_outlive_a_restart(session: ClientSession, socket_enabled: None) -> None:
    ticket: dict[str, str] = {}
    for _ in range(2):
        cloud = CloudDouble()
        demo_world(cloud)
        async with cloud.serving():
            account = cloud.account_with_email(EMAIL)
            assert account is not None
            follower = Follower(session, cloud, account)
            if not ticket:
                await follower.signed_in()
                ticket = follower.headers
            follower.headers = ticket
            assert (await follower.connections()).status == 200
            assert len((await follower.connections()).json["data"]) == 3


async def test_a_practice_can_be_steered(
    cloud: CloudDouble, steering: Steering, own_account: Account
) -> None:
    nurse = professional()
    practice = cloud.add_practice(Practice(members=[nurse]))
    asked = {"practice": "seaside01", "email": own_account.email}
    await steering.do("practice", act="invite", **asked)
    assert practice.patients[0].status == "Pending"
    await steering.do("practice", act="accept", **asked)
    assert practice.patients[0].status == "Connected"
    await steering.do("practice", act="remove", **asked)
    await steering.do("practice", act="link", **asked)
    assert practice.patients[0].status == "Connected"
    await steering.do("practice", practice="seaside01", act="remove_member", email=nurse.email)
    assert practice.members == []
    await steering.do("practice_forms", status="lower", needs_professional_id=True)
    assert (cloud.practice_forms.status, cloud.practice_forms.needs_professional_id) == ("lower", True)
    assert await steering.do("practice_forms", status="runes") == 400
    assert await steering.do("practice", practice="nowhere", act="link", email=nurse.email) == 400
    assert await steering.do("practice", act="accept", practice="seaside01", email=nurse.email) == 400
