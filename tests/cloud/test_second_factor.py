"""The second factor: reading the step, having a code sent, entering it, rightly and wrongly."""

import contextlib
import logging
import traceback
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.libreview.cloud.errors import (
    CloudError,
    CodeRejectedError,
    InvalidAnswerError,
    LockedError,
    NotSentError,
    PasswordExpiredError,
    RateLimitedError,
    RequestRejectedError,
    SecondFactorRequiredError,
    StepRequiredError,
    TicketRejectedError,
)
from custom_components.libreview.cloud.services import LIBREVIEW
from custom_components.libreview.cloud.session import Session
from custom_components.libreview.cloud.session_state import (
    CodeTarget,
    Credentials,
    SessionState,
    Step,
    Ticket,
)
from custom_components.libreview.cloud.transport import Transport
from tests.cloud_double import Account, CloudDouble, SecondFactor, faults
from tests.cloud_double.second_factor import CODE_REFUSALS, EXHAUSTED, STEP_AGAIN
from tests.support.examples import times
from tests.support.json_values import ANYTHING
from tests.support.web_faults import FAULTS, Failure

from .conftest import Owner, bodies_sent

CODE, WRONG = "123456", "654321"
SOMEWHERE = CodeTarget(is_primary=True, method="", masked="")


@pytest.fixture
def second_factor(own_account: Account) -> SecondFactor:
    """What the account is asked for besides the password."""
    own_account.second_factor = SecondFactor(code=CODE)
    return own_account.second_factor


@pytest.fixture
async def step(owner: Owner, second_factor: SecondFactor) -> Step:
    """What a sign-in stops at."""
    with pytest.raises(SecondFactorRequiredError) as raised:
        await owner.session.sign_in()
    return raised.value.step


@pytest.fixture
async def sent(owner: Owner, step: Step) -> Step:
    """The same, when a code has been sent."""
    return await owner.session.send_code(step, step.targets[0])


async def enter(owner: Owner, step: Step, code: str) -> None:
    await owner.session.verify(step, step.targets[0], code)


# The step.


async def test_a_sign_in_stops_at_the_step_with_masked_addresses(step: Step) -> None:
    assert [(target.is_primary, target.method, target.masked) for target in step.targets] == [
        (True, "phone", "+******0042"),
        (False, "email", "********@example.com"),
    ]


async def test_the_account_is_not_signed_in_and_not_asked_again_by_itself(
    owner: Owner, step: Step, cloud: CloudDouble
) -> None:
    assert owner.state.ticket is None
    assert owner.state.region == "eu"
    cloud.log.clear()
    with pytest.raises(NotSentError):
        await owner.read()
    assert not cloud.log


# Having a code sent.


@pytest.mark.parametrize("is_primary", [True, False])
async def test_the_code_goes_where_the_person_wants_it(
    owner: Owner, step: Step, cloud: CloudDouble, own_account: Account, is_primary: bool
) -> None:
    bodies = bodies_sent(cloud, "code_result")
    target = step.targets[0 if is_primary else 1]
    sent = await owner.session.send_code(step, target)
    assert [code.is_primary for code in own_account.codes_sent] == [is_primary]
    await owner.session.verify(sent, target, CODE)
    assert bodies == [{"code": CODE, "isPrimaryMethod": is_primary}]
    assert await owner.read() == 1


async def test_sending_a_code_renews_the_ticket_and_the_old_one_is_void(
    owner: Owner, step: Step, sent: Step
) -> None:
    assert sent.ticket not in (None, step.ticket)
    assert sent.targets == step.targets
    with pytest.raises(TicketRejectedError):
        await enter(owner, step, CODE)
    await enter(owner, sent, CODE)


async def test_a_code_can_be_sent_again(
    owner: Owner, sent: Step, own_account: Account, second_factor: SecondFactor
) -> None:
    second_factor.code = "000111"
    again = await owner.session.send_code(sent, sent.targets[1])
    with pytest.raises(TicketRejectedError):
        await enter(owner, sent, "000111")
    await owner.session.verify(again, sent.targets[1], "000111")
    assert len(own_account.codes_sent) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 0, "ticket": {"token": "new"}},
        {"ticket": {"token": "new"}},
        {"status": 0, "data": {"authTicket": {"token": "new"}}},
        {"status": 0, "data": {"ticket": {"token": "new"}}},
        {"status": 4, "data": {"step": {"type": "2faVerify"}, "authTicket": {"token": "new"}}},
    ],
    ids=repr,
)
async def test_the_new_ticket_is_found_wherever_answers_have_theirs(
    owner: Owner, step: Step, cloud: CloudDouble, answer: dict[str, Any]
) -> None:
    cloud.fail_next("sendcode", faults.answer(answer))
    assert (await owner.session.send_code(step, step.targets[0])).ticket == Ticket(token="new")


@pytest.mark.parametrize("answer", [{}, {"status": 0}, {"status": 0, "ticket": None}], ids=repr)
async def test_an_answer_without_a_new_ticket_leaves_the_old_one(
    owner: Owner, step: Step, cloud: CloudDouble, answer: dict[str, Any]
) -> None:
    cloud.fail_next("sendcode", faults.answer(answer))
    assert await owner.session.send_code(step, step.targets[0]) == step


async def test_a_step_that_has_waited_too_long_sends_no_code(
    owner: Owner, step: Step, own_account: Account, freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(3601)
    with pytest.raises(TicketRejectedError):
        await owner.session.send_code(step, step.targets[0])
    assert not own_account.codes_sent


SENDING_FAULTS: dict[str, Failure] = FAULTS | {
    "status 2": (faults.answer({"status": 2, "error": {"message": "no"}}), RequestRejectedError),
    "status 4": (faults.answer({"status": 4}), RequestRejectedError),
    "error alone": (faults.answer({"error": {"message": "no"}}), RequestRejectedError),
}


@pytest.mark.parametrize("fault", SENDING_FAULTS)
async def test_a_code_that_cannot_be_sent_is_its_own_error(
    owner: Owner, step: Step, cloud: CloudDouble, fault: str
) -> None:
    happens, error = SENDING_FAULTS[fault]
    cloud.fail_always("sendcode", happens)
    with pytest.raises(CloudError) as raised:
        await owner.session.send_code(step, step.targets[0])
    assert type(raised.value) is error


# Entering it.


async def test_the_right_code_signs_in(owner: Owner, sent: Step, cloud: CloudDouble) -> None:
    await enter(owner, sent, CODE)
    assert owner.kept[-1] == owner.state
    assert owner.state.failed_sign_ins == 0
    assert await owner.read() == 1
    assert len(cloud.web_logins) == 2, "the global host's and the region's, and none after the code"


async def test_a_device_becomes_trusted_by_the_code(owner: Owner, sent: Step, own_account: Account) -> None:
    own_account.trusts_devices = True
    await enter(owner, sent, CODE)
    assert owner.kept[-1].trusted_device == own_account.device_token
    await owner.session.sign_in()


TICKET_WORDS = "http_401_jwt"
"""The one form in which a wrong code cannot be told from a step that is over."""


@pytest.mark.parametrize("refusal", sorted({*CODE_REFUSALS, STEP_AGAIN} - {TICKET_WORDS}))
async def test_a_wrong_code_is_rejected_in_whatever_form_it_is_refused(
    owner: Owner, sent: Step, second_factor: SecondFactor, refusal: str
) -> None:
    second_factor.refusal = refusal
    with pytest.raises(CodeRejectedError):
        await enter(owner, sent, WRONG)
    assert not owner.state.rejected, "nothing is wrong with the password"


async def test_a_step_that_comes_again_without_its_details_keeps_them(
    owner: Owner, sent: Step, cloud: CloudDouble
) -> None:
    cloud.fail_next("code_result", faults.answer({"status": 4, "data": {"step": {"type": "2faVerify"}}}))
    with pytest.raises(CodeRejectedError) as raised:
        await enter(owner, sent, WRONG)
    assert raised.value.step == sent
    await enter(owner, sent, CODE)


@pytest.mark.parametrize("refusal", sorted(CODE_REFUSALS))
async def test_a_wrong_code_can_be_corrected(
    owner: Owner, sent: Step, second_factor: SecondFactor, refusal: str
) -> None:
    second_factor.refusal = refusal
    with pytest.raises((CodeRejectedError, TicketRejectedError)):
        await enter(owner, sent, WRONG)
    await enter(owner, sent, CODE)
    assert await owner.read() == 1


async def test_a_refusal_in_the_words_for_tickets_means_that_the_step_is_over(
    owner: Owner, sent: Step, second_factor: SecondFactor
) -> None:
    second_factor.refusal = TICKET_WORDS
    with pytest.raises(TicketRejectedError):
        await enter(owner, sent, WRONG)


async def test_a_code_that_is_too_old_is_refused_as_a_wrong_one(
    owner: Owner, sent: Step, freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(601)
    with pytest.raises(CodeRejectedError):
        await enter(owner, sent, CODE)


async def test_a_step_that_has_waited_too_long_takes_no_code(
    owner: Owner, sent: Step, freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(3601)
    with pytest.raises(TicketRejectedError):
        await enter(owner, sent, CODE)


@pytest.mark.parametrize(
    ("exhausted", "error"),
    [
        ("locked", LockedError),
        ("locked_200", LockedError),
        ("http_429", RateLimitedError),
        ("http_430", RateLimitedError),
        ("as_wrong_code", CodeRejectedError),
    ],
)
async def test_too_many_wrong_codes_end_the_step_in_whatever_form_they_are_refused(
    owner: Owner, sent: Step, second_factor: SecondFactor, exhausted: str, error: type[CloudError]
) -> None:
    assert exhausted in EXHAUSTED
    second_factor.exhausted = exhausted
    for _ in range(4):
        with pytest.raises(CodeRejectedError):
            await enter(owner, sent, WRONG)
    with pytest.raises(CloudError) as raised:
        await enter(owner, sent, WRONG)
    assert type(raised.value) is error


async def test_terms_may_follow_the_code(owner: Owner, sent: Step, own_account: Account) -> None:
    own_account.steps = ["tou", "pp"]
    with pytest.raises(StepRequiredError) as terms:
        await enter(owner, sent, CODE)
    with pytest.raises(StepRequiredError) as policy:
        await owner.session.accept(terms.value.step)
    await owner.session.accept(policy.value.step)
    assert (terms.value.step.kind, policy.value.step.kind) == ("tou", "pp")
    assert await owner.read() == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 4, "data": {"step": {"type": "changePassword"}}},
        {"status": 2, "error": {"message": "passwordExpired"}},
    ],
    ids=repr,
)
async def test_the_password_may_have_expired_although_the_code_is_right(
    owner: Owner, sent: Step, cloud: CloudDouble, answer: dict[str, Any]
) -> None:
    cloud.fail_next("code_result", faults.answer(answer))
    with pytest.raises(PasswordExpiredError):
        await enter(owner, sent, CODE)


# What else may be answered.

ENTERING_FAULTS: dict[str, Failure] = FAULTS | {
    "404": (faults.status(404, {"message": "NotFound"}), CodeRejectedError),
    "401 without words": (faults.status(401), CodeRejectedError),
    "no ticket": (faults.answer({"status": 0, "data": {"user": {"id": "someone"}}}), InvalidAnswerError),
}


@pytest.mark.parametrize("fault", ENTERING_FAULTS)
async def test_a_failure_while_a_code_is_entered_is_its_own_error(
    owner: Owner, sent: Step, cloud: CloudDouble, fault: str
) -> None:
    happens, error = ENTERING_FAULTS[fault]
    cloud.fail_always("code_result", happens)
    with pytest.raises(CloudError) as raised:
        await enter(owner, sent, CODE)
    assert type(raised.value) is error


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_failure_while_terms_are_accepted_is_its_own_error(
    owner: Owner, sent: Step, cloud: CloudDouble, own_account: Account, fault: str
) -> None:
    own_account.steps = ["tou"]
    with pytest.raises(StepRequiredError) as terms:
        await enter(owner, sent, CODE)
    happens, error = FAULTS[fault]
    cloud.fail_always("continue", happens)
    with pytest.raises(CloudError) as raised:
        await owner.session.accept(terms.value.step)
    assert type(raised.value) is error


async def try_code(hass: HomeAssistant) -> None:
    """Have a code sent and enter it."""
    http = async_get_clientsession(hass)
    session = Session(Transport(http, LIBREVIEW), Credentials(email="a", password="b"), SessionState())
    step = Step(kind="2faVerify", region="eu", ticket=Ticket(token="abc"), targets=(SOMEWHERE,))
    with contextlib.suppress(CloudError):
        step = await session.send_code(step, SOMEWHERE)
    with contextlib.suppress(CloudError):
        await session.verify(step, SOMEWHERE, CODE)
        assert session.state.ticket is not None


@settings(max_examples=times(0.4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([200, 200, 400, 401, 403, 429, 500]),
    ANYTHING
    | st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from([0, 2, 4]) | ANYTHING,
            "data": ANYTHING
            | st.fixed_dictionaries(
                {},
                optional={
                    "user": ANYTHING,
                    "authTicket": ANYTHING,
                    "step": ANYTHING,
                    "redirect": ANYTHING,
                    "trustedDeviceToken": ANYTHING,
                },
            ),
            "ticket": ANYTHING,
            "error": ANYTHING,
            "message": ANYTHING,
        },
    ),
)
def test_any_answer_raises_only_our_own_errors(
    hass: HomeAssistant, cloud: CloudDouble, http: int, answer: Any
) -> None:
    for endpoint in ("sendcode", "code_result", "user"):
        cloud.fail_always(endpoint, faults.answer(answer, http))
    try:
        hass.loop.run_until_complete(try_code(hass))
    finally:
        cloud.heal()


# Discretion.


async def test_codes_tickets_and_addresses_are_in_no_log_or_text(
    owner: Owner, sent: Step, step: Step, second_factor: SecondFactor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.libreview")
    told = repr(step) + str(sent) + repr(SecondFactorRequiredError(sent))
    with pytest.raises(CodeRejectedError) as raised:
        await enter(owner, sent, WRONG)
    told += "".join(traceback.format_exception(raised.value)) + repr(vars(raised.value))
    await enter(owner, sent, CODE)
    told += repr(owner.state) + caplog.text
    assert "code at eu: HTTP 200" in caplog.text
    assert step.ticket
    assert sent.ticket
    assert owner.state.ticket
    tickets = (step.ticket.token, sent.ticket.token, owner.state.ticket.token)
    for secret in (CODE, WRONG, "0042", "@example.com", *tickets):
        assert secret not in told


async def test_what_makes_a_device_trusted_is_in_no_log_or_text(
    owner: Owner, sent: Step, own_account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.libreview")
    own_account.trusts_devices = True
    await enter(owner, sent, CODE)
    assert own_account.device_token not in repr(owner.state) + caplog.text
