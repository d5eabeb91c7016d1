"""How often a sign-in is tried: rarely, never in vain, and not when locked out."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.libreview.cloud.errors import (
    CloudError,
    CredentialsRejectedError,
    InvalidAnswerError,
    LockedError,
    NotSentError,
    RateLimitedError,
    RejectedBeforeError,
    ServerTroubleError,
    StepRequiredError,
    UnreachableError,
)
from custom_components.libreview.cloud.session_state import SessionState
from tests.cloud_double import Account, CloudDouble, faults

from .conftest import Client, ClientFactory, regions_asked


async def test_a_rejected_password_is_never_sent_again_unasked(
    new_client: ClientFactory, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    client = new_client(password="wrong")
    for _ in range(5):
        with pytest.raises(CredentialsRejectedError):
            await client.read()
        freezer.tick(24 * 3600)
    with pytest.raises(CredentialsRejectedError):
        await new_client(client.state, password="wrong").read()
    assert regions_asked(cloud) == ["global", "eu"]


async def test_the_person_may_try_again_five_minutes_after_a_rejection(
    new_client: ClientFactory, account: Account, freezer: FrozenDateTimeFactory
) -> None:
    client = new_client(password="Other-horse-2")
    with pytest.raises(CredentialsRejectedError):
        await client.session.sign_in()
    account.password = "Other-horse-2"
    freezer.tick(299)
    with pytest.raises(RejectedBeforeError):
        await client.session.sign_in()
    freezer.tick(1)
    await client.session.sign_in()
    assert not client.state.rejected


async def test_a_locked_account_is_left_alone_as_long_as_it_is_locked(
    client: Client, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_next("login", faults.locked())
    with pytest.raises(LockedError) as raised:
        await client.read()
    assert raised.value.retry_after == 300
    freezer.tick(299)
    for attempt, error in ((client.read, NotSentError), (client.session.sign_in, LockedError)):
        with pytest.raises(error) as waiting:
            await attempt()
        assert waiting.value.retry_after == pytest.approx(1)
    assert len(cloud.log) == 1
    freezer.tick(1)
    assert await client.read() == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.status(500), ServerTroubleError),
        (faults.rate_limited(code=430), RateLimitedError),
        (faults.html(), InvalidAnswerError),
        (faults.answer({"status": 4, "data": {"step": {"type": "tou"}}}), StepRequiredError),
    ],
    ids=["500", "430", "page", "step"],
)
async def test_failed_sign_ins_come_ever_more_rarely_down_to_one_an_hour(
    client: Client,
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    fault: faults.Fault,
    error: type[CloudError],
) -> None:
    cloud.fail_always("login", fault)
    for pause in (300, 600, 1200, 2400, 3600, 3600, 3600):
        cloud.log.clear()
        with pytest.raises(error):
            await client.read()
        sent = len(cloud.log)
        freezer.tick(pause - 1)
        with pytest.raises(NotSentError) as waiting:
            await client.read()
        assert waiting.value.retry_after == pytest.approx(1)
        assert len(cloud.log) == sent
        freezer.tick(1)
    cloud.heal()
    assert await client.read() == 1
    assert client.state.failed_sign_ins == 0


async def test_while_nothing_answers_a_sign_in_is_tried_every_five_minutes(
    client: Client, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    cloud.fail_always("login", faults.dropped())
    for _ in range(4):
        with pytest.raises(UnreachableError):
            await client.read()
        freezer.tick(299)
        with pytest.raises(NotSentError):
            await client.read()
        freezer.tick(1)
    cloud.heal()
    assert await client.read() == 1


async def test_nobody_is_signed_in_twice_within_five_minutes(
    client: Client, cloud: CloudDouble, account: Account, freezer: FrozenDateTimeFactory
) -> None:
    assert await client.read() == 1
    cloud.revoke_tickets(account)
    cloud.log.clear()
    for _ in range(3):
        freezer.tick(99)
        with pytest.raises(NotSentError):
            await client.read()
    assert not cloud.logins
    freezer.tick(3)
    assert await client.read() == 1
    assert len(cloud.logins) == 1


async def test_a_sign_in_that_was_not_sent_does_not_count_as_failed(
    client: Client, cloud: CloudDouble, freezer: FrozenDateTimeFactory
) -> None:
    client.session.pause(600)
    for _ in range(5):
        with pytest.raises(NotSentError):
            await client.read()
    freezer.tick(600)
    assert await client.read() == 1


async def test_requests_at_the_same_time_sign_in_once(client: Client, cloud: CloudDouble) -> None:
    assert await asyncio.gather(client.read(), client.read(), client.read()) == [1, 1, 1]
    assert regions_asked(cloud) == ["global", "eu"]


async def test_requests_refused_at_the_same_time_sign_in_once(
    signed_in: Client, cloud: CloudDouble, account: Account
) -> None:
    cloud.revoke_tickets(account)
    assert await asyncio.gather(signed_in.read(), signed_in.read(), signed_in.read()) == [1, 1, 1]
    assert len(cloud.logins) == 1


async def test_requests_at_the_same_time_send_a_wrong_password_once(
    new_client: ClientFactory, cloud: CloudDouble
) -> None:
    client = new_client(SessionState(region="eu"), password="wrong")
    outcomes = await asyncio.gather(client.read(), client.read(), return_exceptions=True)
    assert all(isinstance(outcome, CredentialsRejectedError) for outcome in outcomes)
    assert len(cloud.logins) == 1
