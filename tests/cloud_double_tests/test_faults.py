"""Faults on order, and the log of what was asked."""

import asyncio
from datetime import timedelta
import logging
from typing import Any

from aiohttp import ClientError, ClientPayloadError, ClientSession, ClientTimeout
import pytest

from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.faults import Fault

from .conftest import Clock
from .follower import Follower


class Reader:
    """Reads connections and takes whatever comes."""

    def __init__(self, session: ClientSession, follower: Follower, cloud: CloudDouble) -> None:
        self.session, self.headers = session, follower.headers
        self.url = cloud.url_template.format(region="eu") + "/llu/connections"

    async def read(self, **options: Any) -> tuple[int, dict[str, str], bytes]:
        """Status, headers with lower-case names, and body."""
        async with self.session.get(
            self.url, headers=self.headers, allow_redirects=False, **options
        ) as response:
            named = {name.lower(): value for name, value in response.headers.items()}
            return response.status, named, await response.read()


@pytest.fixture
def reader(session: ClientSession, follower: Follower, cloud: CloudDouble) -> Reader:
    return Reader(session, follower, cloud)


@pytest.mark.parametrize(
    ("fault", "status", "headers", "body"),
    [
        (faults.status(500), 500, {}, b""),
        (
            faults.status(502, "<html>", content_type="text/html"),
            502,
            {"content-type": "text/html"},
            b"<html>",
        ),
        (faults.status(400, {"message": "No"}), 400, {"content-type": "application/json"}, b'"No"'),
        (faults.rate_limited(), 429, {}, b""),
        (faults.rate_limited(120), 429, {"retry-after": "120"}, b""),
        (faults.rate_limited(code=430), 430, {}, b""),
        (faults.locked(), 429, {}, b'"lockout": 300'),
        (faults.cloudflare_block(), 403, {"server": "cloudflare"}, b"Attention Required"),
        (faults.cloudflare_ban(), 476, {"retry-after": "65620"}, b"<html>"),
        (faults.cloudflare_ban(None), 476, {}, b"<html>"),
        (faults.maintenance(), 200, {}, b'{"status": 911}'),
        (faults.version_refused("5.0.0"), 403, {}, b'{"status": 920, "data": {"minimumVersion": "5.0.0"}}'),
        (faults.version_refused(None), 403, {}, b'{"status": 920, "data": {}}'),
        (faults.ticket_invalid(), 401, {}, b"invalid or expired jwt"),
        (faults.missing_cached_user(), 401, {}, b"MissingCachedUser"),
        (faults.redirect("evil.example/"), 200, {}, b'"region": "evil.example/"'),
        (faults.redirect_loop(), 200, {}, b'"region": "us"'),
        (faults.redirect_loop("de", "fr"), 200, {}, b'"region": "de"'),
        (faults.http_redirect("https://evil.example/"), 302, {"location": "https://evil.example/"}, b""),
        (faults.html(), 200, {"content-type": "text/html"}, b"<html>"),
        (faults.empty(), 200, {"content-length": "0"}, b""),
        (faults.answer([1]), 200, {"content-type": "application/json"}, b"[1]"),
    ],
)
async def test_a_fault_is_answered_instead_of_the_truth(
    *, cloud: CloudDouble, reader: Reader, fault: Fault, status: int, headers: dict[str, str], body: bytes
) -> None:
    cloud.fail_next("connections", fault)
    answered, named, text = await reader.read()
    assert answered == status
    assert body in text
    assert all(named[name].startswith(value) for name, value in headers.items())
    assert ("retry-after" in named) == ("retry-after" in headers)
    assert (await reader.read())[2].startswith(b'{"status": 0')


async def test_a_truncated_answer_is_half_of_the_true_one(cloud: CloudDouble, reader: Reader) -> None:
    whole = (await reader.read())[2]
    cloud.fail_next("connections", faults.truncated())
    half = (await reader.read())[2]
    assert len(half) == len(whole) // 2
    assert half.startswith(b'{"status": 0, "data": [{')


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_huge_answer_is_as_long_as_ordered(
    cloud: CloudDouble, reader: Reader, compressed: bool
) -> None:
    cloud.fail_next("connections", faults.huge(1_000_000, compressed=compressed))
    _, headers, body = await reader.read()
    assert len(body) == 1_000_000
    assert ("content-encoding" in headers) == compressed


async def test_a_client_may_hang_up_on_a_huge_answer(
    cloud: CloudDouble, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.fail_next("connections", faults.huge())
    async with reader.session.get(reader.url, headers=reader.headers) as response:
        assert len(await response.content.readexactly(1000)) == 1000
        response.close()
    assert (await reader.read())[0] == 200
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_dropped_connection_has_no_answer(cloud: CloudDouble, reader: Reader) -> None:
    cloud.fail_always("connections", faults.dropped())
    with pytest.raises(ClientError):
        await reader.read()
    assert cloud.log[-1].status is None


async def test_a_connection_can_break_in_the_middle(cloud: CloudDouble, reader: Reader) -> None:
    cloud.fail_next("connections", faults.dropped(after=100))
    with pytest.raises(ClientPayloadError):
        await reader.read()


async def test_a_slow_answer_waits_for_its_event(cloud: CloudDouble, reader: Reader) -> None:
    go = asyncio.Event()
    cloud.fail_next("connections", faults.slow(go))
    asking = asyncio.create_task(reader.read())
    while not cloud.requests("connections"):
        await asyncio.sleep(0)
    assert not asking.done()
    go.set()
    assert (await asking)[0] == 200


async def test_a_client_may_give_up_on_a_slow_answer(cloud: CloudDouble, reader: Reader) -> None:
    cloud.fail_next("connections", faults.slow())
    with pytest.raises(TimeoutError):
        await reader.read(timeout=ClientTimeout(total=0.05))
    assert cloud.log[-1].status is None
    assert (await reader.read())[0] == 200


async def test_the_double_stops_although_somebody_waits(cloud: CloudDouble, reader: Reader) -> None:
    cloud.fail_always("connections", faults.slow())
    asking = asyncio.create_task(reader.read())
    while not cloud.requests("connections"):
        await asyncio.sleep(0)
    await asyncio.wait_for(cloud.stop(), timeout=1)
    with pytest.raises(ClientError):
        await asking


async def test_faults_last_as_often_as_ordered(cloud: CloudDouble, reader: Reader) -> None:
    cloud.fail_next("connections", faults.status(500), times=2)
    cloud.fail_next("connections", faults.status(502))
    assert [(await reader.read())[0] for _ in range(4)] == [500, 500, 502, 200]


async def test_faults_last_until_healed(cloud: CloudDouble, reader: Reader) -> None:
    cloud.fail_always("*", faults.status(500))
    assert [(await reader.read())[0] for _ in range(3)] == [500, 500, 500]
    cloud.heal("login")
    assert (await reader.read())[0] == 500
    cloud.heal()
    assert (await reader.read())[0] == 200


async def test_a_fault_can_be_kept_to_an_endpoint_or_a_region(
    cloud: CloudDouble, reader: Reader, follower: Follower
) -> None:
    cloud.fail_always("graph", faults.status(500))
    cloud.fail_always("global:login", faults.answer({"status": 911}))
    assert (await reader.read())[0] == 200
    assert (await follower.login("global")).json == {"status": 911}
    assert (await follower.login("eu")).json["status"] == 0


@pytest.mark.parametrize("data", [None, {}, "text", [None], [{"patientId": 5}]])
async def test_connections_can_be_anything(cloud: CloudDouble, follower: Follower, data: Any) -> None:
    cloud.edit_connections = lambda _: data
    answer = (await follower.connections()).json
    assert answer["data"] == data
    assert answer["ticket"]["token"]
    cloud.heal()
    assert len((await follower.connections()).json["data"]) == 1


async def test_a_connection_can_be_edited(cloud: CloudDouble, follower: Follower) -> None:
    cloud.edit_connections = lambda persons: [each | {"glucoseMeasurement": None} for each in persons]
    assert await follower.latest() is None


async def test_graph_and_logbook_can_be_edited(
    cloud: CloudDouble, follower: Follower, person: Person
) -> None:
    cloud.edit_graph = cloud.edit_logbook = lambda _: 7
    for what in ("graph", "logbook"):
        assert (await follower.get(f"/llu/connections/{person.patient_id}/{what}")).json["data"] == 7


async def test_requests_are_logged_without_what_the_body_said(
    cloud: CloudDouble, follower: Follower, account: Account, clock: Clock
) -> None:
    start = clock.now
    clock.move(minutes=1)
    await follower.connections()
    login, connections = cloud.log
    assert cloud.logins == [login]
    assert (login.method, login.region, login.endpoint, login.status) == ("POST", "eu", "login", 200)
    assert login.body_fields == ("email", "password")
    assert account.password not in repr(login)
    assert connections.at == start + timedelta(minutes=1)
    assert connections.headers["account-id"] == account.account_id
    assert cloud.requests("connections") == [connections] == cloud.requests(since=clock.now)


async def test_requests_for_nothing_are_logged_as_unknown(cloud: CloudDouble, follower: Follower) -> None:
    assert (await follower.get("/llu/secrets")).status == 404
    assert [each.path for each in cloud.requests("unknown")] == ["/eu/llu/secrets"]
