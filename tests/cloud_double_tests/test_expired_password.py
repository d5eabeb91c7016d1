"""A password that is right but too old."""

from aiohttp import ClientSession
import pytest

from tests.cloud_double import CloudDouble, SecondFactor
from tests.cloud_double.expired_password import SPELLINGS

from .follower import Follower
from .patient import Patient

WRONG = {"status": 2, "error": {"message": "notAuthenticated"}}


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_both_services_say_so_until_there_is_a_new_one(
    patient: Patient, session: ClientSession, cloud: CloudDouble, spelling: str
) -> None:
    app = await Follower(session, cloud, patient.account).signed_in()
    cloud.expire_password(patient.account, spelling)
    assert (await patient.ask("GET", "/user")).status == 401
    assert (await app.connections()).status == 401
    for answer in (await patient.login(), await app.login()):
        assert answer.json != WRONG
        is_step = "step" in answer.json.get("data", {})
        assert is_step is (answer.json.get("status") == 4 and "error" not in answer.json)
        assert is_step or "password" in str(answer.json).lower()
        assert answer.status == {"forbidden": 403, "unauthorized": 401}.get(spelling, 200)
    cloud.change_password(patient.account, "Another-1")
    assert (await patient.login()).json["status"] == 0
    assert (await app.login()).json["status"] == 0


@pytest.mark.parametrize(
    ("spelling", "kind", "component"),
    [
        ("passwordExpired", "passwordExpired", "PasswordExpired"),
        ("component_only", "task", "ChangePassword"),
        ("no_type", None, "ResetPassword"),
        ("renewCredentials", "renewCredentials", "RenewCredentials"),
    ],
)
async def test_the_spelling_is_that_which_was_chosen(
    visitor: Patient, cloud: CloudDouble, spelling: str, kind: str | None, component: str
) -> None:
    cloud.expire_password(visitor.account, spelling)
    step = (await visitor.login()).json["data"]["step"]
    assert (step.get("type"), step["componentName"]) == (kind, component)


async def test_a_wrong_password_is_still_wrong(visitor: Patient, cloud: CloudDouble) -> None:
    cloud.expire_password(visitor.account)
    assert (await visitor.login(password="wrong")).json == WRONG


async def test_the_password_is_renewed_before_the_second_factor(visitor: Patient, cloud: CloudDouble) -> None:
    visitor.account.second_factor = SecondFactor()
    cloud.expire_password(visitor.account)
    assert (await visitor.login()).json["data"]["step"]["type"] == "passwordExpired"


async def test_the_ticket_of_an_expired_password_passes_no_step(visitor: Patient, cloud: CloudDouble) -> None:
    cloud.expire_password(visitor.account)
    ticket = (await visitor.login()).json["data"]["authTicket"]["token"]
    assert (await visitor.accept("tou", ticket)).status == 401
    assert (await visitor.send_code(ticket)).status == 401
    assert (await visitor.accept("passwordExpired", ticket)).status == 404


async def test_an_unknown_step_stops_the_web_too(visitor: Patient) -> None:
    visitor.account.steps = ["somethingNew"]
    assert (await visitor.login()).json["data"]["step"]["componentName"] == "SomethingNew"


def test_there_are_no_other_spellings(visitor: Patient, cloud: CloudDouble) -> None:
    with pytest.raises(ValueError, match="no such spelling"):
        cloud.expire_password(visitor.account, "gone")
