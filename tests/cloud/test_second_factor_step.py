"""Reading what a sign-in stops at: the step of the second factor, and where a code can be sent."""

from typing import Any

from hypothesis import given
import pytest

from custom_components.libreview.cloud.session_state import CodeTarget, Step, Ticket
from tests.support.json_values import ANYTHING

from .conftest import recorded

PHONE = CodeTarget(is_primary=True, method="phone", masked="+******....")
MAIL = CodeTarget(is_primary=False, method="email", masked="********@......com")
SOMEWHERE = CodeTarget(is_primary=True, method="", masked="")


def recorded_step(**changes: Any) -> Step:
    """The recorded step with some of its fields changed, or left out (None)."""
    data = recorded("web_login_2fa_step.libreviewapi-issue5.partial.json")["data"]
    props = {key: value for key, value in (data["step"]["props"] | changes).items() if value is not None}
    return Step.parse(data | {"step": data["step"] | {"props": props}}, "eu")


def test_the_recorded_step_is_the_second_factor_also_without_its_type() -> None:
    step = recorded_step()
    assert (step.kind, step.component) == ("unknown", "TwoFactorVerify")
    assert step.is_second_factor
    assert step.targets == (PHONE, MAIL)
    assert step.ticket == Ticket(token="REDACTED", expires=1643000000)


@pytest.mark.parametrize("kind", ["2faVerify", "2FAVERIFY", "2faverify"])
def test_the_step_is_known_by_its_type_alone_too(kind: str) -> None:
    step = Step.parse({"step": {"type": kind}}, "eu")
    assert step.is_second_factor
    assert step.targets == (SOMEWHERE,)


@pytest.mark.parametrize("missing", [None, "", " "], ids=repr)
def test_a_code_target_that_is_not_set_up_is_not_offered(missing: str | None) -> None:
    assert recorded_step(secondaryMethod=missing, secondaryValue=missing).targets == (PHONE,)
    assert recorded_step(primaryMethod=missing, primaryValue=missing).targets == (MAIL,)


def test_a_step_without_code_targets_offers_the_primary_one() -> None:
    nothing = dict.fromkeys(("primaryMethod", "primaryValue", "secondaryMethod", "secondaryValue"))
    assert recorded_step(**nothing).targets == (SOMEWHERE,)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_any_step_can_be_parsed(kind: Any, component: Any, props: Any) -> None:
    told = {"type": kind, "componentName": component, "props": props}
    for data in ({"step": told}, {"step": kind}, {"step": told | {"type": "2faVerify"}, "authTicket": props}):
        step = Step.parse(data, "eu")
        assert bool(step.targets) is step.is_second_factor


def test_other_steps_have_nowhere_to_send_a_code() -> None:
    assert Step.parse({"step": {"type": "tou", "props": {"primaryMethod": "phone"}}}, "eu").targets == ()
