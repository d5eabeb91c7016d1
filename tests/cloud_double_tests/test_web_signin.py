"""Signing in to LibreView, whose tickets are not LibreLinkUp's."""

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, Person

from .conftest import Clock
from .follower import Follower
from .patient import Patient

WRONG = {"status": 2, "error": {"message": "notAuthenticated"}}
EXPIRED = {"message": "invalid or expired jwt"}
MISMATCH = {"message": "ProductMismatch"}

WEB_ONLY = [("GET", "/reportSettings"), ("POST", "/reports"), ("GET", "/glucoseHistory")]


@pytest.mark.parametrize(
    "headers", [{}, {"newyu-lv-web-version": None}, {"product": None, "newyu-lv-web-version": None}]
)
async def test_the_right_password_gets_a_ticket_for_two_hours(
    visitor: Patient, clock: Clock, headers: dict[str, str | None]
) -> None:
    answer = await visitor.login(headers=headers)
    ticket = answer.json["data"]["authTicket"]
    assert (answer.status, answer.json["status"]) == (200, 0)
    assert answer.json["data"]["user"]["id"] == visitor.account.user_id
    assert answer.json["data"]["trustedDeviceToken"] == ""
    assert ticket["duration"] == 7200000
    assert ticket["expires"] == int(clock.now.timestamp()) + 7200


async def test_the_life_of_tickets_can_be_set(visitor: Patient, cloud: CloudDouble, clock: Clock) -> None:
    cloud.web_ticket_life /= 4
    await visitor.signed_in()
    clock.move(minutes=29)
    assert (await visitor.ask("GET", "/reportSettings")).status == 200
    clock.move(minutes=1)
    assert (await visitor.ask("GET", "/reportSettings")).status == 401


async def test_every_answer_renews_the_ticket(patient: Patient, clock: Clock) -> None:
    for _ in range(3):
        clock.move(minutes=100)
        patient.carry((await patient.ask("GET", "/reportSettings")).json["ticket"]["token"])
        clock.move(minutes=100)
        patient.carry((await patient.ask("GET", "/user")).json["data"]["authTicket"]["token"])
    assert (await patient.ask("GET", "/user")).status == 200


async def test_an_app_signs_in_elsewhere(visitor: Patient) -> None:
    answer = await visitor.login(headers={"product": "llu.android", "version": "4.16.0"})
    assert (answer.status, answer.json) == (400, MISMATCH)


@pytest.mark.parametrize(("method", "path"), WEB_ONLY)
async def test_a_ticket_of_librelinkup_is_refused(follower: Follower, method: str, path: str) -> None:
    as_app = await follower.ask(method, "eu", path, json={})
    as_web = await follower.ask(method, "eu", path, json={}, headers={"product": "lv"})
    as_nobody = await follower.ask(method, "eu", path, json={}, headers={"product": None})
    assert [(each.status, each.json) for each in (as_app, as_web, as_nobody)] == [(400, MISMATCH)] * 3


async def test_the_history_may_be_refused_in_other_words(follower: Follower, cloud: CloudDouble) -> None:
    cloud.history_refusal = "failed"
    answer = await follower.get("/glucoseHistory")
    assert (answer.status, answer.json) == (200, {"status": 2, "error": {"message": "failedToLoadHistory"}})
    assert (await follower.get("/reportSettings")).json == MISMATCH


async def test_the_history_has_no_readings(patient: Patient) -> None:
    assert (await patient.ask("GET", "/glucoseHistory")).json["data"]["periods"] == []


@pytest.mark.parametrize("product", ["lv", "llu.android"])
async def test_librelinkup_refuses_a_ticket_of_the_web(patient: Patient, product: str) -> None:
    headers = {"product": product, "version": "4.16.0", "account-id": patient.account.account_id}
    answer = await patient.ask("GET", "/llu/connections", headers=headers)
    assert (answer.status, answer.json) == (400, MISMATCH)


@pytest.mark.parametrize("path", ["/user", "/account"])
async def test_both_services_tell_of_the_user(patient: Patient, follower: Follower, path: str) -> None:
    assert (await patient.ask("GET", path)).json["data"]["user"]["email"] == "patient@example.com"
    assert (await follower.get(path)).json["data"]["user"]["email"] == "follower@example.com"


async def test_an_account_id_may_be_left_out_but_not_wrong(patient: Patient) -> None:
    right = {"account-id": patient.account.account_id}
    assert (await patient.ask("GET", "/user", headers=right)).status == 200
    assert (await patient.ask("GET", "/user", headers={"account-id": "0"})).status == 400


async def test_another_region_names_the_right_one_and_says_more(visitor: Patient) -> None:
    redirect = {"redirect": True, "region": "eu", "country": "DE", "uiLanguage": "de-DE"}
    assert (await visitor.login("global")).json == {"status": 0, "data": redirect}


async def test_nobody_is_redirected_to_russia(cloud: CloudDouble, session: ClientSession) -> None:
    account = cloud.add_account(Account(email="far@example.com", region="ru", own=Person()))
    patient = Patient(session, cloud, account)
    assert (await patient.login("global")).json == WRONG
    assert (await patient.login("eu")).json == {"status": 911}
    assert (await patient.login("ru")).json["status"] == 0


async def test_the_wrong_host_serves_no_data(patient: Patient) -> None:
    assert (await patient.ask("GET", "/user", "us")).json == {"status": 911}


async def test_wrong_passwords_at_both_services_lock_both(
    visitor: Patient, session: ClientSession, cloud: CloudDouble, clock: Clock
) -> None:
    app = Follower(session, cloud, visitor.account)
    assert (await visitor.login(password="wrong")).json == WRONG
    assert (await app.login(password="wrong")).json == WRONG
    assert (await visitor.login(password="wrong")).json == WRONG
    assert [(await visitor.login()).status, (await app.login()).status] == [429, 429]
    clock.move(minutes=5)
    assert [(await visitor.login()).status, (await app.login()).status] == [200, 200]


async def test_the_log_tells_the_two_sign_ins_apart(
    visitor: Patient, session: ClientSession, cloud: CloudDouble
) -> None:
    await visitor.login()
    assert (len(cloud.logins), len(cloud.web_logins)) == (0, 1)
    await Follower(session, cloud, visitor.account).login()
    assert (len(cloud.logins), len(cloud.web_logins)) == (1, 1)


async def test_terms_are_accepted_in_the_service_that_asks(visitor: Patient, clock: Clock) -> None:
    visitor.account.steps = ["tou", "pp"]
    terms = (await visitor.login()).json["data"]
    privacy = (await visitor.accept("tou", terms["authTicket"]["token"])).json["data"]
    assert privacy["step"]["type"] == "pp"
    done = (await visitor.accept("pp", privacy["authTicket"]["token"])).json
    assert (done["status"], done["data"]["authTicket"]["duration"]) == (0, 7200000)


async def test_the_web_does_not_continue_the_apps_step(
    visitor: Patient, session: ClientSession, cloud: CloudDouble
) -> None:
    visitor.account.steps = ["tou"]
    ticket = (await Follower(session, cloud, visitor.account).login()).json["data"]["authTicket"]["token"]
    answer = await visitor.accept("tou", ticket)
    assert (answer.status, answer.json) == (400, MISMATCH)
    assert visitor.account.steps == ["tou"]


async def test_librelinkups_tickets_outlive_the_webs(
    patient: Patient, session: ClientSession, cloud: CloudDouble
) -> None:
    app = await Follower(session, cloud, patient.account).signed_in()
    cloud.end_web_session(patient.account)
    answer = await patient.ask("GET", "/user")
    assert (answer.status, answer.json) == (401, EXPIRED)
    assert (await app.connections()).status == 200


async def test_a_sign_in_may_say_nothing_of_who_it_is(visitor: Patient) -> None:
    visitor.account.hides_id = True
    data = (await visitor.login()).json["data"]
    assert "id" not in data["user"]
    visitor.carry(data["authTicket"]["token"])
    assert (await visitor.ask("GET", "/user")).json["data"]["user"]["id"] == visitor.account.user_id


def test_a_person_and_the_own_account_share_their_id(person: Person, own_account: Account) -> None:
    assert own_account.user_id == person.patient_id
    other = Account(user_id="00000000-0000-4000-8000-000000000007", own=person)
    assert person.patient_id == other.user_id


def test_nobody_has_two_own_accounts(cloud: CloudDouble, own_account: Account) -> None:
    with pytest.raises(ValueError, match="already an account with the id"):
        cloud.add_account(Account(email="again@example.com", own=own_account.own))
