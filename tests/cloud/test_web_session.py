"""Staying signed in to LibreView, whose tickets live two hours unless answers renew them."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.libreview.cloud.errors import (
    CloudError,
    CredentialsRejectedError,
    NotSentError,
    RateLimitedError,
    RejectedBeforeError,
    SecondFactorRequiredError,
    SignInWaitError,
    TicketRejectedError,
)
from custom_components.libreview.cloud.libreview import LibreView
from custom_components.libreview.cloud.session_state import SessionState
from custom_components.libreview.cloud.sign_in_guard import SignInGuard
from tests.cloud_double import Account, CloudDouble, SecondFactor, faults

from .conftest import Owner, OwnerFactory, regions_asked

HOUR = 3600


def endpoints(cloud: CloudDouble) -> list[str]:
    return [request.endpoint for request in cloud.log]


async def test_a_data_call_carries_the_ticket_and_the_hash_of_the_user_id_and_nothing_else(
    owner_signed_in: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    ticket = owner_signed_in.state.ticket
    assert ticket is not None
    await owner_signed_in.read()
    headers = dict(cloud.log[0].headers)
    for name in ("user-agent", "host", "accept-encoding", "cache-control", "origin", "referer"):
        headers.pop(name)
    assert headers == {
        "accept": "application/json",
        "product": "lv",
        "newyu-lv-web-version": "3.25.3.0",
        "authorization": f"Bearer {ticket.token}",
        "account-id": sha256(own_account.user_id.encode()).hexdigest(),
    }


async def test_the_owner_of_the_account_is_known(owner: Owner, own_account: Account) -> None:
    person = await LibreView(owner.session).person()
    assert (person.patient_id, person.name) == (own_account.user_id, "Casey Follower")


# Tickets.


async def test_every_answer_renews_the_ticket_which_is_kept_and_used_next(
    owner_signed_in: Owner, cloud: CloudDouble
) -> None:
    tickets = [owner_signed_in.state.ticket]
    for _ in range(2):
        await owner_signed_in.read()
        tickets.append(owner_signed_in.state.ticket)
        assert owner_signed_in.kept[-1] == owner_signed_in.state
    assert len(set(tickets)) == 3
    sent = [request.headers["authorization"] for request in cloud.log]
    assert sent == [f"Bearer {ticket.token}" for ticket in tickets[:2] if ticket]


async def test_nobody_is_signed_in_a_second_time_in_a_day_whose_answers_renew_the_ticket(
    owner: Owner, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    await owner.read()
    cloud.log.clear()
    for _ in range(24):
        freezer.tick(timedelta(minutes=60))
        assert await owner.read() == 1
    assert set(endpoints(cloud)) == {"report_settings"}


async def test_two_hours_of_silence_are_followed_by_one_sign_in(
    owner_signed_in: Owner, new_owner: OwnerFactory, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(HOUR)
    assert await owner_signed_in.read() == 1
    assert endpoints(cloud) == ["web_login", "report_settings"]
    freezer.tick(2 * HOUR)
    cloud.log.clear()
    assert await new_owner(owner_signed_in.state).read() == 1
    assert endpoints(cloud) == ["web_login", "report_settings"]


async def test_a_session_that_the_cloud_ends_costs_one_sign_in(
    owner_signed_in: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    cloud.end_web_session(own_account)
    assert await owner_signed_in.read() == 1
    assert endpoints(cloud) == ["report_settings", "web_login", "report_settings"]


async def test_a_fresh_ticket_that_is_refused_too_ends_the_call(
    owner_signed_in: Owner, cloud: CloudDouble
) -> None:
    cloud.fail_always("report_settings", faults.ticket_invalid())
    with pytest.raises(TicketRejectedError):
        await owner_signed_in.read()
    assert len(cloud.web_logins) == 1
    for _ in range(3):
        with pytest.raises(NotSentError):
            await owner_signed_in.read()
    assert len(cloud.web_logins) == 1


async def test_a_second_factor_demanded_anew_stops_the_session_without_a_storm(
    owner_signed_in: Owner, cloud: CloudDouble, own_account: Account, freezer: FrozenDateTimeFactory
) -> None:
    own_account.second_factor = SecondFactor()
    cloud.demand_second_factor(own_account)
    with pytest.raises(SecondFactorRequiredError):
        await owner_signed_in.read()
    for _ in range(4):
        freezer.tick(60)
        with pytest.raises(NotSentError):
            await owner_signed_in.read()
    assert len(cloud.web_logins) == 1
    assert not own_account.codes_sent


# How often a sign-in is tried.


async def test_nobody_is_signed_in_twice_within_five_minutes(
    owner: Owner, cloud: CloudDouble, own_account: Account, freezer: FrozenDateTimeFactory
) -> None:
    await owner.read()
    cloud.end_web_session(own_account)
    cloud.log.clear()
    for _ in range(3):
        freezer.tick(99)
        with pytest.raises(NotSentError):
            await owner.read()
    assert not cloud.web_logins
    freezer.tick(3)
    assert await owner.read() == 1


async def test_a_rejected_password_is_never_sent_again_unasked(
    new_owner: OwnerFactory, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    owner = new_owner(password="wrong")
    for _ in range(5):
        with pytest.raises(CredentialsRejectedError):
            await owner.read()
        freezer.tick(24 * HOUR)
    with pytest.raises(CredentialsRejectedError):
        await new_owner(owner.state, password="wrong").read()
    assert regions_asked(cloud) == ["global", "eu"]


async def test_calls_at_the_same_time_sign_in_once(owner: Owner, cloud: CloudDouble) -> None:
    assert await asyncio.gather(owner.read(), owner.read(), owner.read()) == [1, 1, 1]
    assert regions_asked(cloud) == ["global", "eu"]


async def test_calls_refused_at_the_same_time_sign_in_once(
    owner_signed_in: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    cloud.end_web_session(own_account)
    reads = (owner_signed_in.read() for _ in range(3))
    assert await asyncio.gather(*reads) == [1, 1, 1]
    assert len(cloud.web_logins) == 1


async def test_a_code_that_is_entered_and_a_call_at_the_same_time_sign_in_once(
    owner: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    own_account.second_factor = SecondFactor()
    with pytest.raises(SecondFactorRequiredError) as raised:
        await owner.session.sign_in()
    [target, _] = raised.value.step.targets
    step = await owner.session.send_code(raised.value.step, target)
    cloud.log.clear()
    _, devices = await asyncio.gather(owner.session.verify(step, target, "123456"), owner.read())
    assert devices == 1
    assert endpoints(cloud) == ["code_result", "report_settings"]


# Several sessions with the same password.


async def test_sessions_with_the_same_password_sign_in_five_minutes_apart(
    new_owner: OwnerFactory, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    guard = SignInGuard()
    first, second = new_owner(guard=guard), new_owner(guard=guard)
    outcomes = await asyncio.gather(first.read(), second.read(), return_exceptions=True)
    assert outcomes[0] == 1
    assert isinstance(outcomes[1], SignInWaitError)
    assert regions_asked(cloud) == ["global", "eu"]
    freezer.tick(300)
    assert await second.read() == 1


async def test_a_password_refused_in_one_session_is_not_sent_by_another(
    new_owner: OwnerFactory, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    guard = SignInGuard()
    first, second = (new_owner(password="wrong", guard=guard) for _ in range(2))
    with pytest.raises(CredentialsRejectedError):
        await first.read()
    cloud.log.clear()
    freezer.tick(24 * HOUR)
    with pytest.raises(RejectedBeforeError):
        await second.read()
    assert not cloud.log


async def test_a_session_with_a_ticket_does_not_wait_for_one_that_signs_in(
    owner_signed_in: Owner, new_owner: OwnerFactory, cloud: CloudDouble
) -> None:
    guard = SignInGuard()
    reader, other = new_owner(owner_signed_in.state, guard=guard), new_owner(guard=guard)
    answers = asyncio.Event()
    cloud.fail_always("web_login", faults.slow(answers))
    signing_in = asyncio.create_task(other.session.sign_in())
    while not cloud.web_logins:
        await asyncio.sleep(0)
    assert await asyncio.wait_for(reader.read(), timeout=5) == 1
    answers.set()
    await signing_in


@pytest.mark.parametrize(
    ("remembered", "error"),
    [({"rejected": True}, RejectedBeforeError), ({"sign_in_after": 9e9}, None), ({}, None)],
    ids=["rejected", "by a wrong clock", "nothing"],
)
async def test_what_one_session_remembers_holds_for_the_others(
    new_owner: OwnerFactory, remembered: dict[str, Any], error: type[CloudError] | None
) -> None:
    guard = SignInGuard()
    new_owner(SessionState(**remembered), guard=guard)
    with contextlib.nullcontext() if error is None else pytest.raises(error):
        assert await new_owner(guard=guard).read() == 1


async def test_a_wait_that_one_session_remembers_holds_for_the_others(
    owner_signed_in: Owner, new_owner: OwnerFactory, freezer: FrozenDateTimeFactory
) -> None:
    await owner_signed_in.session.sign_in()
    guard = SignInGuard()
    new_owner(owner_signed_in.state, guard=guard)
    freezer.tick(299)
    with pytest.raises(SignInWaitError) as waiting:
        await new_owner(guard=guard).read()
    assert waiting.value.retry_after == pytest.approx(1)
    freezer.tick(1)
    assert await new_owner(guard=guard).read() == 1


async def test_once_the_person_has_signed_in_all_sessions_may(
    new_owner: OwnerFactory, own_account: Account, freezer: FrozenDateTimeFactory
) -> None:
    guard = SignInGuard()
    unattended, dialog = (new_owner(password="Another-horse-2", guard=guard) for _ in range(2))
    with pytest.raises(CredentialsRejectedError):
        await unattended.read()
    own_account.password = "Another-horse-2"
    freezer.tick(300)
    with pytest.raises(RejectedBeforeError):
        await unattended.read()
    await dialog.session.sign_in()
    freezer.tick(300)
    assert await unattended.read() == 1


# Waiting, moving, versions.


@pytest.mark.parametrize("date", ["soon", "Mon, 99 Jun 2026 12:30:00 GMT"])
async def test_an_answer_with_an_odd_date_says_nothing_of_our_clock(
    owner_signed_in: Owner, cloud: CloudDouble, date: str
) -> None:
    before = owner_signed_in.session.clock.offset

    async def misdated(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Date": date})
        await response.prepare(request)
        await response.write(b'{"data": {"dataSources": {}}}')
        return response

    cloud.fail_next("report_settings", misdated)
    assert await owner_signed_in.read() == 0
    assert owner_signed_in.session.clock.offset == before


async def test_nothing_is_asked_before_the_cloud_allows_it_not_even_for_a_code(
    owner: Owner, new_owner: OwnerFactory, cloud: CloudDouble, own_account: Account
) -> None:
    own_account.second_factor = SecondFactor()
    with pytest.raises(SecondFactorRequiredError) as raised:
        await owner.session.sign_in()
    step = raised.value.step
    cloud.fail_next("sendcode", faults.rate_limited(120))
    with pytest.raises(RateLimitedError):
        await owner.session.send_code(step, step.targets[0])
    cloud.log.clear()
    for each in (owner, new_owner(owner.kept[-1])):
        with pytest.raises(NotSentError):
            await each.session.send_code(step, step.targets[0])
        with pytest.raises(NotSentError):
            await each.session.verify(step, step.targets[0], "123456")
        with pytest.raises(NotSentError):
            await each.session.sign_in()
    assert not cloud.log


async def test_an_account_that_moves_while_it_is_read_is_followed(
    owner_signed_in: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    cloud.fail_next("report_settings", faults.redirect("us"))
    own_account.region = "us"
    assert await owner_signed_in.read() == 1
    assert regions_asked(cloud) == ["us"]


async def test_a_version_the_cloud_demands_is_adopted_once_and_kept(
    owner_signed_in: Owner, cloud: CloudDouble
) -> None:
    cloud.fail_next("report_settings", faults.version_refused("3.26.0"))
    assert (await owner_signed_in.read(), await owner_signed_in.read()) == (1, 1)
    versions = [request.headers["newyu-lv-web-version"] for request in cloud.log]
    assert versions == ["3.25.3.0", "3.26.0", "3.26.0"]
    assert owner_signed_in.kept[-1].version == "3.26.0"
    assert "LibreView/3.26.0" in cloud.log[-1].headers["user-agent"]


async def test_a_remembered_version_is_the_one_named(
    owner_signed_in: Owner, new_owner: OwnerFactory, cloud: CloudDouble
) -> None:
    await new_owner(replace(owner_signed_in.state, version="3.99")).read()
    assert cloud.log[0].headers["newyu-lv-web-version"] == "3.99"
