"""The second factor in a dialog: where the code goes, entering it, and every way it can go wrong."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.cloud_double import Account, CloudDouble, SecondFactor, faults
from tests.cloud_double.faults import Fault
from tests.cloud_double.second_factor import CODE_REFUSALS, EXHAUSTED
from tests.support.dialogs import default_of, give, is_form, said, selector_of, signed_in_own, the_entry
from tests.support.forms import fill


@pytest.fixture
def factor(own_account: Account) -> SecondFactor:
    """The second factor of the account: to the telephone or by e-mail."""
    own_account.second_factor = SecondFactor()
    return own_account.second_factor


async def where_to(hass: HomeAssistant, account: Account) -> Any:
    """The form that follows upon the right password."""
    form = await signed_in_own(hass, account)
    assert is_form(form, "second_factor")
    return form


async def sent(hass: HomeAssistant, account: Account) -> Any:
    """The form for the code, which was sent the first way."""
    form = await fill(hass, await where_to(hass, account), target="primary")
    assert is_form(form, "code")
    return form


async def enter(hass: HomeAssistant, form: Any, code: str) -> Any:
    return await fill(hass, form, code=code, resend=False)


def is_done(result: Any) -> bool:
    return bool(result["type"] is FlowResultType.CREATE_ENTRY)


# Where to.


async def test_the_person_chooses_among_masked_places(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, factor: SecondFactor
) -> None:
    form = await where_to(hass, own_account)
    assert selector_of(form, "target").config["options"] == [
        {"value": "primary", "label": "+******0042"},
        {"value": "secondary", "label": "********@example.com"},
    ]
    assert default_of(form, "target") == "primary"
    assert said(form, "targets") == "+******0042, ********@example.com"
    assert not own_account.codes_sent  # Nothing is sent before the person says so.


@pytest.mark.parametrize(
    ("target", "is_primary", "place"),
    [("primary", True, "+******0042"), ("secondary", False, "********@example.com")],
)
async def test_the_code_goes_where_the_person_chose(
    hass: HomeAssistant,
    own_account: Account,
    factor: SecondFactor,
    target: str,
    is_primary: bool,
    place: str,
) -> None:
    form = await fill(hass, await where_to(hass, own_account), target=target)
    assert is_form(form, "code")
    assert said(form, "target") == place
    assert [each.is_primary for each in own_account.codes_sent] == [is_primary]
    assert is_done(await enter(hass, form, factor.code))


async def test_with_one_place_there_is_nothing_to_choose(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor
) -> None:
    factor.secondary_method = ""
    form = await where_to(hass, own_account)
    assert not form["data_schema"].schema
    assert is_done(await enter(hass, await fill(hass, form), factor.code))


@pytest.mark.parametrize(
    ("method", "place"), [("phone", "phone"), ("", "…")], ids=["method alone", "nothing"]
)
async def test_a_place_that_is_not_told_is_named_as_far_as_it_is(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor, method: str, place: str
) -> None:
    factor.primary_method, factor.primary_value, factor.secondary_method = method, "", ""
    form = await where_to(hass, own_account)
    assert said(form, "targets") == place
    form = await fill(hass, form)
    assert said(form, "target") == place
    assert is_done(await enter(hass, form, factor.code))


# Entering the code.


async def test_the_right_code_connects_the_account(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, factor: SecondFactor
) -> None:
    assert is_done(await enter(hass, await sent(hass, own_account), factor.code))
    assert the_entry(hass).unique_id == own_account.user_id
    assert len(cloud.web_logins) == 2  # The start host, and the region it led to.


@pytest.mark.parametrize("typed", [" 123456", "123 456", "123-456", "123 456 "])
async def test_spaces_and_dashes_in_a_code_do_not_matter(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor, typed: str
) -> None:
    assert is_done(await enter(hass, await sent(hass, own_account), typed))


@pytest.mark.parametrize("typed", ["", " ", "abcdef", "12345a", "123", "12345678901", "١٢٣٤٥٦"])
async def test_input_that_is_no_code_is_refused_without_sending_it(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, factor: SecondFactor, typed: str
) -> None:
    form = await sent(hass, own_account)
    cloud.log.clear()
    form = await enter(hass, form, typed)
    assert is_form(form, "code", "code_format")
    assert not cloud.log
    assert is_done(await enter(hass, form, factor.code))


async def test_a_code_field_left_empty_is_refused_as_well(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor
) -> None:
    assert is_form(await fill(hass, await sent(hass, own_account), resend=False), "code", "code_format")


@pytest.mark.parametrize("refusal", [each for each in CODE_REFUSALS if each != "http_401_jwt"])
async def test_a_wrong_code_can_be_corrected_on_the_form(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, factor: SecondFactor, refusal: str
) -> None:
    factor.refusal = refusal
    form = await enter(hass, await sent(hass, own_account), "000000")
    assert is_form(form, "code", "code_rejected")
    assert said(form, "target") == "+******0042"
    assert is_done(await enter(hass, form, factor.code))
    assert len(own_account.codes_sent) == 1
    assert len(cloud.web_logins) == 2


async def test_a_wrong_code_refused_as_an_expired_step_is_leads_back_to_the_password(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor
) -> None:
    factor.refusal = "http_401_jwt"  # Nobody can tell the two apart.
    form = await enter(hass, await sent(hass, own_account), "000000")
    assert is_form(form, "own", "step_expired")
    form = await fill(hass, await give(hass, form, own_account), target="primary")
    assert is_done(await enter(hass, form, factor.code))


async def test_a_wrong_code_that_abbott_just_asks_for_again_is_called_wrong(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor
) -> None:
    factor.refusal = "step_again"
    form = await enter(hass, await sent(hass, own_account), "000000")
    assert is_form(form, "code", "code_rejected")
    form = await fill(hass, await fill(hass, form, resend=True), target="primary")
    while not is_form(form, "code"):  # The ticket that came with the refusal may be the one that counts.
        form = await fill(hass, await give(hass, form, own_account), target="primary")
    assert is_done(await enter(hass, form, factor.code))


async def test_after_two_wrong_codes_a_new_one_has_to_be_sent(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, factor: SecondFactor
) -> None:
    factor.fresh_codes = True
    form = await sent(hass, own_account)
    for wrong in ("000000", "000001"):
        form = await enter(hass, form, wrong)
    assert is_form(form, "second_factor", "too_many_codes")
    assert len(cloud.requests("code_result")) == 2
    form = await fill(hass, form, target="secondary")
    assert is_form(form, "code")
    form = await enter(hass, form, "000002")  # One more may be mistyped now.
    assert is_form(form, "code", "code_rejected")
    assert is_done(await enter(hass, form, factor.code))


async def test_a_new_code_can_be_had_and_is_the_one_that_counts(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor
) -> None:
    factor.fresh_codes = True
    form = await sent(hass, own_account)
    first = factor.code
    form = await fill(hass, form, resend=True)
    assert is_form(form, "second_factor")
    assert len(own_account.codes_sent) == 1  # Where to is asked first.
    form = await fill(hass, form, target="secondary")
    assert is_form(form, "code")
    assert said(form, "target") == "********@example.com"
    assert factor.code != first
    form = await enter(hass, form, first)
    assert is_form(form, "code", "code_rejected")
    assert is_done(await enter(hass, form, factor.code))


async def test_a_code_entered_while_asking_for_a_new_one_is_not_sent(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, factor: SecondFactor
) -> None:
    form = await fill(hass, await sent(hass, own_account), code="000000", resend=True)
    assert is_form(form, "second_factor")
    assert not cloud.requests("code_result")


async def test_a_code_that_came_too_late_is_refused_and_a_new_one_serves(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor, freezer: FrozenDateTimeFactory
) -> None:
    factor.fresh_codes = True
    form = await sent(hass, own_account)
    freezer.tick(timedelta(minutes=11))
    form = await enter(hass, form, factor.code)
    assert is_form(form, "code", "code_rejected")
    form = await fill(hass, await fill(hass, form, resend=True), target="primary")
    assert is_done(await enter(hass, form, factor.code))


@pytest.mark.parametrize(
    ("exhausted", "error"),
    [
        ("locked", "locked"),
        ("locked_200", "locked"),
        ("http_429", "refused"),
        ("http_430", "refused"),
        ("as_wrong_code", "code_rejected"),
    ],
)
async def test_a_form_names_the_refusal_when_abbott_accepts_no_more_codes(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor, exhausted: str, error: str
) -> None:
    factor.exhausted = exhausted
    form = await sent(hass, own_account)
    next(iter(own_account.challenges.values())).wrong = 4
    assert is_form(await enter(hass, form, "000000"), "code", error)


def test_every_refusal_of_further_codes_is_tried() -> None:
    assert set(EXHAUSTED) == {"locked", "locked_200", "http_429", "http_430", "as_wrong_code"}


# What else can happen.


async def test_a_step_that_expired_before_a_code_was_sent_leads_back_to_the_password(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor, freezer: FrozenDateTimeFactory
) -> None:
    form = await where_to(hass, own_account)
    freezer.tick(timedelta(hours=3))
    form = await fill(hass, form, target="primary")
    assert is_form(form, "own", "step_expired")
    assert not own_account.codes_sent
    assert is_form(await give(hass, form, own_account), "second_factor")


async def test_a_step_that_expired_before_the_code_was_entered_leads_back_to_the_password(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, factor: SecondFactor
) -> None:
    form = await sent(hass, own_account)
    cloud.revoke_tickets(own_account)
    form = await enter(hass, form, factor.code)
    assert is_form(form, "own", "step_expired")
    form = await fill(hass, await give(hass, form, own_account), target="primary")
    assert is_done(await enter(hass, form, factor.code))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.status(400, {"message": "no"}), "code_not_sent"),
        (faults.answer({"status": 2, "error": {"message": "no"}}), "code_not_sent"),
        (faults.rate_limited(60), "refused"),
        (faults.status(500), "server_trouble"),
        (faults.dropped(), "no_answer"),
    ],
    ids=["400", "refused", "429", "500", "broken connection"],
)
async def test_a_code_that_is_not_sent_can_be_asked_for_again_another_way(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    factor: SecondFactor,
    freezer: FrozenDateTimeFactory,
    fault: Fault,
    error: str,
) -> None:
    form = await where_to(hass, own_account)
    cloud.fail_always("sendcode", fault)
    form = await fill(hass, form, target="primary")
    assert is_form(form, "second_factor", error)
    cloud.heal()
    freezer.tick(timedelta(seconds=61))
    form = await fill(hass, form, target="secondary")
    assert is_done(await enter(hass, form, factor.code))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.status(500), "server_trouble"),
        (faults.dropped(), "no_answer"),
        (faults.html(), "invalid_answer"),
    ],
    ids=["500", "broken connection", "a page"],
)
async def test_a_code_that_could_not_be_sent_to_abbott_can_be_entered_again(
    hass: HomeAssistant,
    cloud: CloudDouble,
    own_account: Account,
    factor: SecondFactor,
    fault: Fault,
    error: str,
) -> None:
    form = await sent(hass, own_account)
    cloud.fail_always("code_result", fault)
    for _ in range(3):  # None of them is a wrong code.
        form = await enter(hass, form, factor.code)
        assert is_form(form, "code", error)
    cloud.heal()
    assert is_done(await enter(hass, form, factor.code))


async def test_terms_can_follow_upon_the_code(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor
) -> None:
    own_account.steps = ["tou", "pp"]
    form = await enter(hass, await sent(hass, own_account), factor.code)
    assert is_form(form, "terms")
    form = await fill(hass, form, accept=True)
    assert is_form(form, "privacy_policy")
    assert is_done(await fill(hass, form, accept=True))


async def test_terms_left_open_for_too_long_ask_for_another_code(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor, freezer: FrozenDateTimeFactory
) -> None:
    own_account.steps = ["tou"]
    form = await enter(hass, await sent(hass, own_account), factor.code)
    freezer.tick(timedelta(hours=3))
    form = await fill(hass, form, accept=True)
    assert is_form(form, "second_factor")
    form = await enter(hass, await fill(hass, form, target="primary"), factor.code)
    assert is_form(form, "terms")
    assert is_done(await fill(hass, form, accept=True))


@pytest.mark.parametrize("opened", [where_to, sent], ids=["where to", "code"])
async def test_a_dialog_that_is_reopened_shows_the_same_form_and_sends_nothing(
    hass: HomeAssistant, cloud: CloudDouble, own_account: Account, factor: SecondFactor, opened: Any
) -> None:
    form = await opened(hass, own_account)
    cloud.log.clear()
    again: Any = await hass.config_entries.flow.async_configure(form["flow_id"])
    assert is_form(again, form["step_id"])
    assert again["description_placeholders"] == form["description_placeholders"]
    assert not cloud.log


async def test_a_code_is_never_shown_again(
    hass: HomeAssistant, own_account: Account, factor: SecondFactor
) -> None:
    assert "000000" not in str(await enter(hass, await sent(hass, own_account), "000000"))
