"""Staying signed in: tickets, client versions, and waiting when told to."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.libreview.cloud.errors import (
    BlockedError,
    ClientOutdatedError,
    NotSentError,
    PersonNotLoadableError,
    ProtocolEndedError,
    RateLimitedError,
    ServerTroubleError,
    TicketRejectedError,
    UnreachableError,
)
from custom_components.libreview.cloud.librelinkup import LibreLinkUp
from custom_components.libreview.cloud.session_state import Ticket
from tests.cloud_double import Account, CloudDouble, Person, faults

from .conftest import Client, ClientFactory

DAY = 24 * 3600


def bearers(cloud: CloudDouble) -> list[str]:
    return [request.headers["authorization"] for request in cloud.requests("connections")]


# Tickets.


async def test_every_answer_renews_the_ticket_which_is_kept_and_used_next(
    signed_in: Client, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    tickets = [signed_in.state.ticket]
    for _ in range(2):
        await signed_in.read()
        tickets.append(signed_in.state.ticket)
        assert signed_in.kept[-1] == signed_in.state
        freezer.tick(60)
    assert len(set(tickets)) == 3
    assert bearers(cloud) == [f"Bearer {ticket.token}" for ticket in tickets[:2] if ticket]


async def test_a_ticket_beside_the_user_renews_as_well(signed_in: Client) -> None:
    before = signed_in.state.ticket
    await signed_in.session.get("/user", name="user")
    assert signed_in.state.ticket not in (None, before)


@pytest.mark.parametrize(
    "ticket", [None, {}, {"token": ""}, {"token": "a b"}, {"token": "ä"}, {"token": 5}, "token"], ids=repr
)
async def test_an_odd_new_ticket_leaves_the_old_one(
    signed_in: Client, cloud: CloudDouble, ticket: object
) -> None:
    before = signed_in.state.ticket
    cloud.fail_next("connections", faults.answer({"status": 0, "data": [], "ticket": ticket}))
    await signed_in.read()
    assert signed_in.state.ticket == before
    assert await signed_in.read() == 1


@pytest.mark.parametrize("expires", [None, 0, "0", "never", True, []], ids=repr)
def test_a_ticket_without_an_end_is_good_until_it_is_refused(expires: object) -> None:
    ticket = Ticket.parse({"token": "abc", "expires": expires})
    assert ticket == Ticket(token="abc")
    assert not ticket.is_expired()


async def test_an_account_is_remembered_without_another_sign_in(
    signed_in: Client, new_client: ClientFactory, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(100 * DAY)
    restarted = new_client(signed_in.state)
    assert await restarted.read() == 1
    assert [request.endpoint for request in cloud.log] == ["connections"]


async def test_a_ticket_past_its_own_end_is_not_sent(
    signed_in: Client, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(180 * DAY)
    assert await signed_in.read() == 1
    assert [request.endpoint for request in cloud.log] == ["login", "connections"]


@pytest.mark.parametrize("http", [401, 200])
async def test_a_user_whom_the_cloud_forgot_is_signed_in_once(
    signed_in: Client, cloud: CloudDouble, account: Account, http: int
) -> None:
    cloud.missing_cached_user_status = http
    cloud.forget_user(account)
    assert await signed_in.read() == 1
    assert [request.endpoint for request in cloud.log] == ["connections", "login", "connections"]


async def test_a_ticket_refused_once_is_replaced_by_one_sign_in(
    signed_in: Client, cloud: CloudDouble
) -> None:
    cloud.fail_next("connections", faults.ticket_invalid())
    assert await signed_in.read() == 1
    assert [request.endpoint for request in cloud.log] == ["connections", "login", "connections"]


async def test_a_fresh_ticket_that_is_refused_too_ends_the_call(
    signed_in: Client, cloud: CloudDouble
) -> None:
    cloud.fail_always("connections", faults.ticket_invalid())
    with pytest.raises(TicketRejectedError):
        await signed_in.read()
    assert len(cloud.logins) == 1


async def test_a_first_ticket_that_is_refused_ends_the_call(client: Client, cloud: CloudDouble) -> None:
    cloud.fail_always("connections", faults.ticket_invalid())
    with pytest.raises(TicketRejectedError):
        await client.read()
    assert len(cloud.requests("connections")) == 1


async def test_a_refused_ticket_is_not_sent_again(
    client: Client, cloud: CloudDouble, account: Account
) -> None:
    await client.read()
    cloud.revoke_tickets(account)
    cloud.log.clear()
    for _ in range(3):
        with pytest.raises(NotSentError):
            await client.read()
    assert len(cloud.log) == 1
    assert client.kept[-1].ticket is None


async def test_a_ticket_renewed_in_the_meantime_outlives_the_refusal_of_the_old_one(
    signed_in: Client, cloud: CloudDouble
) -> None:
    release = asyncio.Event()

    async def refuse_later(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        await release.wait()
        return await faults.ticket_invalid()(request, truth)

    cloud.fail_next("connections", refuse_later)
    slow = asyncio.ensure_future(signed_in.read())
    while not cloud.log:
        await asyncio.sleep(0)
    assert await signed_in.read() == 1
    release.set()
    assert await slow == 1
    assert not cloud.logins


async def test_the_account_id_is_the_hash_of_the_remembered_user_id(
    signed_in: Client, new_client: ClientFactory, cloud: CloudDouble
) -> None:
    await new_client(replace(signed_in.state, user_id="Someone-Else")).session.get(
        "/llu/config/country?country=DE", name="x"
    )
    assert cloud.log[0].headers["account-id"] == sha256(b"Someone-Else").hexdigest()


# Client versions.


async def test_a_version_the_cloud_demands_is_adopted_once_and_kept(
    signed_in: Client, cloud: CloudDouble
) -> None:
    cloud.minimum_version = "4.17.0"
    assert await signed_in.read() == 1
    assert await signed_in.read() == 1
    assert [request.headers["version"] for request in cloud.log] == ["4.16.0", "4.17.0", "4.17.0"]
    assert signed_in.kept[-1].version == "4.17.0"
    assert "4.17.0" in cloud.log[-1].headers["user-agent"]


async def test_a_version_is_adopted_while_signing_in_too(client: Client, cloud: CloudDouble) -> None:
    cloud.fail_next("login", faults.version_refused("4.17.0"))
    await client.session.sign_in()
    assert client.state.version == "4.17.0"
    assert [login.headers["version"] for login in cloud.logins] == ["4.16.0", "4.17.0", "4.17.0"]


@pytest.mark.parametrize("minimum", [None, "", "newest", "4.16.0", "4.15.9", "3", "4.16"], ids=repr)
async def test_a_refusal_that_names_no_newer_version_is_not_answered_with_another_request(
    signed_in: Client, cloud: CloudDouble, minimum: str | None
) -> None:
    cloud.fail_always("connections", faults.version_refused(minimum))
    with pytest.raises(ClientOutdatedError):
        await signed_in.read()
    assert len(cloud.log) == 1
    assert signed_in.state.version == "4.16.0"


@pytest.mark.parametrize("minimum", ["5", "5.0.0", "12.1"])
async def test_version_five_is_never_pretended(signed_in: Client, cloud: CloudDouble, minimum: str) -> None:
    cloud.fail_always("connections", faults.version_refused(minimum))
    with pytest.raises(ProtocolEndedError) as raised:
        await signed_in.read()
    assert raised.value.minimum == minimum
    assert len(cloud.log) == 1
    assert signed_in.state.version == "4.16.0"


async def test_a_cloud_that_refuses_every_version_is_asked_twice_only(
    signed_in: Client, cloud: CloudDouble
) -> None:
    cloud.fail_next("connections", faults.version_refused("4.17.0"))
    cloud.fail_next("connections", faults.version_refused("4.18.0"))
    with pytest.raises(ClientOutdatedError):
        await signed_in.read()
    assert len(cloud.log) == 2


async def test_requests_at_the_same_time_adopt_a_version_together(
    signed_in: Client, cloud: CloudDouble
) -> None:
    cloud.minimum_version = "4.17.0"
    assert await asyncio.gather(signed_in.read(), signed_in.read()) == [1, 1]


# Waiting.


@pytest.mark.parametrize(
    ("fault", "error", "seconds"),
    [
        (faults.rate_limited(120), RateLimitedError, 120),
        (faults.rate_limited("Mon, 01 Jun 2026 13:30:00 GMT"), RateLimitedError, 1800),
        (faults.rate_limited(900, code=430), RateLimitedError, 900),
        (faults.cloudflare_ban(), BlockedError, 65620),
        (faults.cloudflare_ban(10 * DAY), BlockedError, DAY),
    ],
    ids=["429", "429 until a time", "430", "476", "more than a day"],
)
async def test_nothing_is_asked_before_the_cloud_allows_it_not_even_after_a_restart(
    signed_in: Client,
    new_client: ClientFactory,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    fault: faults.Fault,
    error: type[RateLimitedError],
    seconds: int,
) -> None:
    cloud.fail_next("connections", fault)
    with pytest.raises(error):
        await signed_in.read()
    freezer.tick(seconds - 1)
    for client in (signed_in, new_client(signed_in.kept[-1])):
        for attempt in (client.read, client.session.sign_in):
            with pytest.raises(NotSentError) as waiting:
                await attempt()
            assert waiting.value.retry_after == pytest.approx(1)
        assert await client.session.region_of_country("GB") == "eu2"
    assert len(cloud.log) == 1
    freezer.tick(1)
    assert await new_client(signed_in.kept[-1]).read() == 1


@pytest.mark.parametrize("retry_after", [None, "soon", 0])
async def test_without_a_time_to_wait_when_to_ask_again_is_up_to_the_caller(
    signed_in: Client, cloud: CloudDouble, retry_after: str | int | None
) -> None:
    cloud.fail_next("connections", faults.rate_limited(retry_after))
    with pytest.raises(RateLimitedError):
        await signed_in.read()
    assert await signed_in.read() == 1


async def test_a_wait_noted_by_a_clock_that_was_wrong_is_not_waited_for(
    signed_in: Client, new_client: ClientFactory
) -> None:
    years_ahead = datetime(2036, 1, 1, tzinfo=UTC).timestamp()
    state = replace(signed_in.state, ticket=None, wait_until=years_ahead, sign_in_after=years_ahead)
    assert await new_client(state).read() == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [(faults.status(500), ServerTroubleError), (faults.dropped(), UnreachableError)],
    ids=["500", "dropped"],
)
async def test_trouble_while_reading_costs_no_ticket(
    signed_in: Client, cloud: CloudDouble, fault: faults.Fault, error: type[Exception]
) -> None:
    cloud.fail_always("connections", fault)
    with pytest.raises(error):
        await signed_in.read()
    cloud.heal()
    assert await signed_in.read() == 1
    assert not cloud.logins


# Persons.


async def test_the_graph_and_the_logbook_of_a_person_are_read(signed_in: Client, person: Person) -> None:
    cloud = LibreLinkUp(signed_in.session)
    graph = await cloud.graph(person.patient_id)
    assert graph.person is not None
    assert graph.person.name == "Alex Example"
    assert {reading.mg_dl for reading in graph.readings} == {120}
    assert await cloud.logbook(person.patient_id) == ()


@pytest.mark.parametrize("patient_id", ["somebody", "../../user", "a/b?c#d", "%2e%2e", "ä ö"])
async def test_a_person_who_cannot_be_loaded_is_their_own_error(
    signed_in: Client, cloud: CloudDouble, patient_id: str
) -> None:
    cloud.fail_next("*", faults.answer({"status": 4, "error": {"message": "couldNotLoadPatient"}}))
    with pytest.raises(PersonNotLoadableError):
        await LibreLinkUp(signed_in.session).graph(patient_id)
    assert cloud.log[0].path == f"/eu/llu/connections/{patient_id}/graph"
