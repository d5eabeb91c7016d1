"""What a sign-in can answer: a ticket, a rejection, or a step to take."""

from dataclasses import replace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.libreview.cloud.errors import (
    CloudError,
    CredentialsRejectedError,
    InvalidAnswerError,
    PasswordExpiredError,
    RejectedBeforeError,
    StepRequiredError,
    TicketRejectedError,
)
from custom_components.libreview.cloud.session_state import Step
from tests.cloud_double import Account, CloudDouble, faults

from .conftest import Client, ClientFactory, recorded, regions_asked


@pytest.mark.parametrize(
    "name",
    ["llu_login.nightscout-librelink-up.json", "llu_response_user_example_1.libreview-unofficial.json"],
)
async def test_a_recorded_success_gives_ticket_and_user(
    client: Client, cloud: CloudDouble, name: str
) -> None:
    wire = recorded(name)
    cloud.fail_next("login", faults.answer(wire))
    await client.session.sign_in()
    ticket = client.state.ticket
    assert ticket is not None
    assert ticket.token == wire["data"]["authTicket"]["token"]
    assert ticket.expires == wire["data"]["authTicket"]["expires"]
    assert client.state.user_id == wire["data"]["user"]["id"]


@pytest.mark.parametrize(
    "name", ["llu_login-failed.nightscout-librelink-up.json", "llu_login_bad_password_newer.json"]
)
async def test_a_recorded_rejection_raises_credentials_rejected(
    client: Client, cloud: CloudDouble, name: str
) -> None:
    cloud.fail_next("login", faults.answer(recorded(name)))
    with pytest.raises(CredentialsRejectedError):
        await client.session.sign_in()
    assert client.state.rejected


async def test_a_recorded_redirect_is_followed(client: Client, cloud: CloudDouble) -> None:
    cloud.fail_next(
        "login", faults.answer(recorded("llu_response_loginredirect_example_1.libreview-unofficial.json"))
    )
    await client.session.sign_in()
    assert regions_asked(cloud) == ["global", "eu"]


async def test_recorded_terms_are_a_step(client: Client, cloud: CloudDouble) -> None:
    cloud.fail_next(
        "login", faults.answer(recorded("llu_response_loginterms_example_1.libreview-unofficial.json"))
    )
    with pytest.raises(StepRequiredError) as raised:
        await client.session.sign_in()
    step = raised.value.step
    assert (step.kind, step.component, step.is_document) == ("tou", "AcceptDocument", True)
    assert step.ticket is not None
    assert step.ticket.token == "REDACTED"


@pytest.mark.parametrize(
    "odd",
    [
        {"status": 0},
        {"status": 0, "data": None},
        {"status": 0, "data": {"user": {"id": "someone"}}},
        {"status": 0, "data": {"authTicket": {"token": "abc"}}},
        {"status": 0, "data": {"user": {"id": ""}, "authTicket": {"token": "abc"}}},
        {"status": 0, "data": {"user": {"id": "someone"}, "authTicket": {"token": ""}}},
        {"status": 0, "data": {"user": {"id": "someone"}, "authTicket": {"token": 5}}},
        {"status": 0, "data": {"user": {"id": "someone"}, "authTicket": {"token": "two\r\nlines: 1"}}},
        {"status": 7, "data": {"user": {"id": "someone"}, "authTicket": {"token": "abc"}}},
        {"status": 4, "error": {"message": "couldNotLoadPatient"}},
    ],
    ids=repr,
)
async def test_a_success_without_a_usable_ticket_is_an_invalid_answer(
    client: Client, cloud: CloudDouble, odd: dict[str, Any]
) -> None:
    cloud.fail_next("login", faults.answer(odd))
    with pytest.raises(InvalidAnswerError):
        await client.session.sign_in()
    assert client.state.ticket is None


# Steps.


async def test_terms_and_privacy_policy_are_accepted_one_after_the_other(
    client: Client, cloud: CloudDouble, account: Account
) -> None:
    account.steps = ["tou", "pp"]
    with pytest.raises(StepRequiredError) as terms:
        await client.session.sign_in()
    assert terms.value.step.kind == "tou"
    with pytest.raises(StepRequiredError) as policy:
        await client.session.accept(terms.value.step)
    assert policy.value.step.kind == "pp"
    await client.session.accept(policy.value.step)
    assert [request.path for request in cloud.requests("continue")] == [
        "/eu/auth/continue/tou",
        "/eu/auth/continue/pp",
    ]
    assert client.state.failed_sign_ins == 0
    assert await client.read() == 1


async def test_a_step_whose_ticket_is_over_is_rejected(
    client: Client, account: Account, freezer: FrozenDateTimeFactory
) -> None:
    account.steps = ["tou"]
    with pytest.raises(StepRequiredError) as terms:
        await client.session.sign_in()
    freezer.tick(3601)
    with pytest.raises(TicketRejectedError):
        await client.session.accept(terms.value.step)
    with pytest.raises(TicketRejectedError):
        await client.session.accept(replace(terms.value.step, ticket=None))


@pytest.mark.parametrize(("kind", "component"), [("verifyEmail", "VerifyEmail"), ("dance", "Dance")])
async def test_a_step_that_only_the_person_can_take_is_named(
    client: Client, account: Account, kind: str, component: str
) -> None:
    account.steps = [kind]
    with pytest.raises(StepRequiredError) as raised:
        await client.session.sign_in()
    step = raised.value.step
    assert (step.kind, step.component, step.is_document) == (kind, component, False)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"status": 4}, "unknown"),
        ({"status": 4, "data": {}}, "unknown"),
        ({"status": 4, "data": {"step": "dance"}}, "unknown"),
        ({"status": 0, "data": {"step": {"type": "dance"}}}, "dance"),
        ({"status": 4, "data": {"step": {"type": "<a href='x'>me@example.com</a>"}}}, "ahrefxmeexample.coma"),
        ({"status": 4, "data": {"step": {"type": "x" * 100}}}, "x" * 40),
    ],
    ids=repr,
)
async def test_an_unknown_step_raises_step_required(
    client: Client, cloud: CloudDouble, answer: dict[str, Any], kind: str
) -> None:
    cloud.fail_next("login", faults.answer(answer))
    with pytest.raises(StepRequiredError) as raised:
        await client.session.sign_in()
    assert raised.value.step == Step(kind=kind, region="global")


@pytest.mark.parametrize("kind", ["passwordExpired", "changePassword", "PASSWORD"])
async def test_a_step_about_the_password_means_that_it_has_expired(
    client: Client, account: Account, kind: str
) -> None:
    account.steps = [kind]
    with pytest.raises(PasswordExpiredError):
        await client.session.sign_in()


@pytest.mark.parametrize(
    ("kind", "error"), [("tou", StepRequiredError), ("passwordExpired", PasswordExpiredError)]
)
async def test_a_step_may_be_asked_for_in_the_middle_of_reading(
    signed_in: Client, cloud: CloudDouble, kind: str, error: type[CloudError]
) -> None:
    cloud.fail_next("connections", faults.answer({"status": 4, "data": {"step": {"type": kind}}}))
    with pytest.raises(error):
        await signed_in.read()


@pytest.mark.parametrize("code", [400, 403, 422])
async def test_a_refusal_counts_with_whatever_http_status_it_comes(
    cloud: CloudDouble, client: Client, code: int
) -> None:
    cloud.fail_always("login", faults.status(code, {"status": 2, "error": {"message": "notAuthenticated"}}))
    with pytest.raises(CredentialsRejectedError):
        await client.session.sign_in()
    assert client.state.rejected


@pytest.mark.parametrize(
    "body",
    [{"status": 2, "error": {"message": "notAuthenticated"}}, {"message": "incorrect username/password"}],
)
async def test_a_password_refused_by_http_401_is_not_sent_again_after_a_restart(
    new_client: ClientFactory, cloud: CloudDouble, freezer: FrozenDateTimeFactory, body: dict[str, object]
) -> None:
    cloud.fail_always("login", faults.answer(body, 401))
    client = new_client()
    with pytest.raises(CredentialsRejectedError):
        await client.read()
    cloud.log.clear()
    freezer.tick(24 * 3600)
    with pytest.raises(RejectedBeforeError):
        await new_client(client.state).read()
    assert not cloud.log
