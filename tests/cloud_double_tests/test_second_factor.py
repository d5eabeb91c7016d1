"""LibreView's second factor, and the likely forms of all that is not public about it."""

from typing import Any

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, SecondFactor
from tests.cloud_double.second_factor import CODE_REFUSALS, EXHAUSTED

from .conftest import Clock
from .follower import Follower
from .patient import Patient

EXPIRED = {"message": "invalid or expired jwt"}


@pytest.fixture
def factor(own_account: Account) -> SecondFactor:
    factor = SecondFactor(secondary_value="patient@example.com")
    own_account.second_factor = factor
    return factor


@pytest.fixture
async def step_ticket(visitor: Patient, factor: SecondFactor) -> str:
    """The password was right, a code is due."""
    ticket: str = (await visitor.login()).json["data"]["authTicket"]["token"]
    return ticket


async def _sent(visitor: Patient, ticket: str, *, is_primary: bool = True) -> str:
    answer = (await visitor.send_code(ticket, is_primary=is_primary)).json
    assert answer["status"] == 0
    token: str = answer["ticket"]["token"]
    return token


async def test_the_right_password_is_answered_by_the_step_as_recorded(
    visitor: Patient, factor: SecondFactor
) -> None:
    answer = (await visitor.login()).json
    assert answer["status"] == 4
    assert answer["data"]["user"] == {"accountType": "pat", "country": "DE", "uiLanguage": "de-DE"}
    assert answer["data"]["authTicket"]["duration"] == 3600000
    assert answer["data"]["step"] == {
        "type": "2faVerify",
        "componentName": "TwoFactorVerify",
        "props": {
            "accountType": "patient",
            "primaryMethod": "phone",
            "primaryValue": "+******0042",
            "secondaryMethod": "email",
            "secondaryValue": "********@example.com",
        },
        "title": "AccountSignUp.verifyIdentity",
    }


async def test_an_account_may_have_one_way_only(visitor: Patient, factor: SecondFactor) -> None:
    factor.secondary_method = ""
    props = (await visitor.login()).json["data"]["step"]["props"]
    assert (props["secondaryMethod"], props["secondaryValue"]) == ("", "")


@pytest.mark.parametrize("is_primary", [True, False])
async def test_the_right_code_lets_in(
    *, visitor: Patient, step_ticket: str, clock: Clock, is_primary: bool
) -> None:
    ticket = await _sent(visitor, step_ticket, is_primary=is_primary)
    assert visitor.account.codes_sent == [(clock.now, is_primary)]
    done = (await visitor.enter_code(ticket, "123456", is_primary=is_primary)).json
    assert (done["status"], done["data"]["user"]["id"]) == (0, visitor.account.user_id)
    visitor.carry(done["data"]["authTicket"]["token"])
    assert (await visitor.ask("GET", "/reportSettings")).status == 200


async def test_the_tickets_before_are_void(visitor: Patient, step_ticket: str) -> None:
    ticket = await _sent(visitor, step_ticket)
    assert (await visitor.enter_code(step_ticket, "123456")).json == EXPIRED
    assert (await visitor.send_code(step_ticket)).status == 401
    again = await _sent(visitor, ticket)
    assert (await visitor.enter_code(ticket, "123456")).status == 401
    assert (await visitor.enter_code(again, "123456")).json["status"] == 0
    assert (await visitor.enter_code(again, "123456")).status == 401
    assert (await visitor.send_code(again)).status == 401


async def test_a_code_that_was_not_sent_lets_nobody_in(visitor: Patient, step_ticket: str) -> None:
    assert (await visitor.enter_code(step_ticket, "123456")).status == 401


async def test_a_code_is_entered_where_the_account_lives(visitor: Patient, step_ticket: str) -> None:
    headers = {"Authorization": f"Bearer {step_ticket}"}
    path, words = "/auth/continue/2fa/sendcode", {"isPrimaryMethod": True}
    assert (await visitor.ask("POST", path, "us", json=words, headers=headers)).status == 401
    assert (await visitor.ask("POST", path, "eu", json=words, headers=headers)).status == 200


async def test_a_code_belongs_to_the_way_it_was_sent(visitor: Patient, step_ticket: str) -> None:
    ticket = await _sent(visitor, step_ticket, is_primary=True)
    assert (await visitor.enter_code(ticket, "123456", is_primary=False)).json["status"] == 2


@pytest.mark.parametrize("path", ["/user", "/reportSettings"])
async def test_a_steps_ticket_reads_no_data(visitor: Patient, step_ticket: str, path: str) -> None:
    for ticket in (step_ticket, await _sent(visitor, step_ticket)):
        visitor.carry(ticket)
        assert (await visitor.ask("GET", path)).status == 401


async def test_a_steps_ticket_accepts_no_terms(visitor: Patient, step_ticket: str) -> None:
    assert (await visitor.accept("tou", step_ticket)).status == 401


async def test_a_whole_ticket_is_for_no_code(patient: Patient, factor: SecondFactor) -> None:
    assert (await patient.send_code(patient.ticket)).status == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [("sendcode", {}), ("sendcode", {"isPrimaryMethod": 1}), ("result", {"code": 123456}), ("result", [])],
)
async def test_a_malformed_request_is_refused(
    visitor: Patient, step_ticket: str, path: str, body: Any
) -> None:
    headers = {"Authorization": f"Bearer {step_ticket}"}
    assert (await visitor.ask("POST", f"/auth/continue/2fa/{path}", headers=headers, json=body)).status == 400
    assert visitor.account.codes_sent == []


async def test_every_code_may_be_a_new_one(visitor: Patient, factor: SecondFactor, step_ticket: str) -> None:
    factor.fresh_codes = True
    first = await _sent(visitor, step_ticket)
    old = factor.code
    second = await _sent(visitor, first)
    assert (len(old), old.isdecimal()) == (6, True)
    assert old != factor.code
    assert (await visitor.enter_code(second, old)).json["status"] == 2
    assert (await visitor.enter_code(second, factor.code)).json["status"] == 0


@pytest.mark.parametrize(
    ("style", "status", "body"),
    [
        ("status_2", 200, {"status": 2, "error": {"message": "invalidCode"}}),
        ("as_wrong_password", 200, {"status": 2, "error": {"message": "notAuthenticated"}}),
        ("status_4_error", 200, {"status": 4, "error": {"message": "invalidCode"}}),
        ("http_400", 400, {"message": "invalidCode"}),
        ("http_401", 401, {"message": "Unauthorized"}),
        ("http_401_jwt", 401, EXPIRED),
        ("http_403", 403, {"message": "invalidCode"}),
    ],
)
async def test_a_wrong_code_can_be_corrected_in_whatever_form_it_is_refused(
    *, visitor: Patient, factor: SecondFactor, step_ticket: str, style: str, status: int, body: Any
) -> None:
    factor.refusal = style
    ticket = await _sent(visitor, step_ticket)
    wrong = await visitor.enter_code(ticket, "000000")
    assert (wrong.status, wrong.json) == (status, body)
    assert (await visitor.enter_code(ticket, "123456")).json["status"] == 0


def test_every_form_of_refusal_is_tried() -> None:
    assert len(CODE_REFUSALS) == 7


async def test_a_wrong_code_may_bring_the_step_again_with_a_new_ticket(
    visitor: Patient, factor: SecondFactor, step_ticket: str
) -> None:
    factor.refusal = "step_again"
    ticket = await _sent(visitor, step_ticket)
    again = (await visitor.enter_code(ticket, "000000")).json
    assert (again["status"], again["data"]["step"]["type"]) == (4, "2faVerify")
    assert (await visitor.enter_code(ticket, "123456")).status == 401
    new = again["data"]["authTicket"]["token"]
    assert (await visitor.enter_code(new, "123456")).json["status"] == 0


async def test_a_code_is_too_late_after_ten_minutes_and_a_new_one_can_be_had(
    visitor: Patient, step_ticket: str, clock: Clock
) -> None:
    ticket = await _sent(visitor, step_ticket)
    clock.move(minutes=10)
    late = await visitor.enter_code(ticket, "123456")
    assert late.json == {"status": 2, "error": {"message": "codeExpired"}}
    assert (await visitor.enter_code(await _sent(visitor, ticket), "123456")).json["status"] == 0


async def test_the_step_is_over_after_an_hour(visitor: Patient, step_ticket: str, clock: Clock) -> None:
    clock.move(hours=1)
    assert (await visitor.send_code(step_ticket)).json == EXPIRED


@pytest.mark.parametrize(
    ("style", "status", "word"),
    [
        ("locked", 429, "locked"),
        ("locked_200", 200, "locked"),
        ("http_429", 429, "TooManyRequests"),
        ("http_430", 430, ""),
        ("as_wrong_code", 200, "invalidCode"),
    ],
)
async def test_the_fifth_wrong_code_locks_the_account(
    *,
    visitor: Patient,
    factor: SecondFactor,
    step_ticket: str,
    clock: Clock,
    style: str,
    status: int,
    word: str,
) -> None:
    factor.exhausted = style
    ticket = await _sent(visitor, step_ticket)
    for _ in range(2):
        await visitor.enter_code(ticket, "000000")
    ticket = await _sent(visitor, ticket)  # A new code is no new start.
    for _ in range(2):
        assert (await visitor.enter_code(ticket, "000000")).json["status"] == 2
    for code in ("000000", "123456"):
        no_more = await visitor.enter_code(ticket, code)
        assert no_more.status == status
        assert word in str(no_more.json)
    assert (await visitor.login()).status == 429
    clock.move(minutes=5)
    assert (await visitor.login()).json["status"] == 4


def test_every_form_of_too_many_is_tried() -> None:
    assert len(EXHAUSTED) == 5


async def test_terms_come_after_the_code(visitor: Patient, step_ticket: str) -> None:
    visitor.account.steps = ["tou"]
    visitor.account.trusts_devices = True
    terms = (await visitor.enter_code(await _sent(visitor, step_ticket), "123456")).json
    assert (terms["status"], terms["data"]["step"]["type"]) == (4, "tou")
    done = (await visitor.accept("tou", terms["data"]["authTicket"]["token"])).json
    assert done["status"] == 0
    assert done["data"]["trustedDeviceToken"]


async def test_a_trusted_device_needs_no_code_until_the_password_changes(
    visitor: Patient, step_ticket: str, cloud: CloudDouble
) -> None:
    visitor.account.trusts_devices = True
    done = (await visitor.enter_code(await _sent(visitor, step_ticket), "123456")).json
    device = done["data"]["trustedDeviceToken"]
    assert (await visitor.login(device=device)).json["status"] == 0
    assert (await visitor.login()).json["status"] == 4
    assert (await visitor.login(device="")).json["status"] == 4
    cloud.change_password(visitor.account, "Another-1")
    assert (await visitor.login(device=device)).json["status"] == 4


async def test_the_second_factor_can_be_demanded_again(
    visitor: Patient, step_ticket: str, cloud: CloudDouble
) -> None:
    visitor.account.trusts_devices = True
    data = (await visitor.enter_code(await _sent(visitor, step_ticket), "123456")).json["data"]
    visitor.carry(data["authTicket"]["token"])
    cloud.demand_second_factor(visitor.account)
    assert (await visitor.ask("GET", "/user")).status == 401
    assert (await visitor.login(device=data["trustedDeviceToken"])).json["status"] == 4


async def test_an_account_that_trusts_no_device_says_nothing(visitor: Patient, step_ticket: str) -> None:
    done = (await visitor.enter_code(await _sent(visitor, step_ticket), "123456")).json
    assert done["data"]["trustedDeviceToken"] == ""


async def test_librelinkup_asks_for_no_code_but_refuses_the_webs_steps(
    visitor: Patient, factor: SecondFactor, step_ticket: str, session: ClientSession, cloud: CloudDouble
) -> None:
    app = await Follower(session, cloud, visitor.account).signed_in()
    assert (await app.connections()).status == 200
    headers = {"Authorization": f"Bearer {step_ticket}"}
    answer = await app.ask("POST", "eu", "/auth/continue/2fa/sendcode", headers=headers, json={})
    assert (answer.status, answer.json) == (400, {"message": "ProductMismatch"})
