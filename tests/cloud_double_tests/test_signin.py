"""Signing in to the double."""

from base64 import urlsafe_b64decode
import json
from typing import Any

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble

from .conftest import Clock
from .follower import Follower

WRONG = {"status": 2, "error": {"message": "notAuthenticated"}}


def _claims(ticket: str) -> dict[str, Any]:
    payload = ticket.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


async def test_the_right_password_gets_a_ticket_for_180_days(stranger: Follower, clock: Clock) -> None:
    answer = await stranger.login()
    ticket = answer.json["data"]["authTicket"]
    assert (answer.status, answer.json["status"]) == (200, 0)
    assert ticket["duration"] == 15552000000
    assert ticket["expires"] == int(clock.now.timestamp()) + 180 * 86400


async def test_the_ticket_holds_name_and_address_so_that_a_leak_can_be_found(stranger: Follower) -> None:
    claims = _claims((await stranger.login()).json["data"]["authTicket"]["token"])
    assert (claims["email"], claims["lastName"]) == ("follower@example.com", "Follower")
    assert (claims["region"], claims["s"], claims["role"]) == ("eu", "llu.android", "patient")


async def test_an_old_client_may_still_sign_in(stranger: Follower) -> None:
    assert (await stranger.login(headers={"version": "4.7.0"})).json["status"] == 0


@pytest.mark.parametrize("header", ["product", "version"])
async def test_a_sign_in_without_product_or_version_is_refused(stranger: Follower, header: str) -> None:
    answer = await stranger.login(headers={header: None})
    assert (answer.status, answer.json) == (400, {"message": "RequiredHeaderMissing"})


async def test_a_product_of_the_web_is_refused(stranger: Follower) -> None:
    answer = await stranger.login(headers={"product": "lv"})
    assert (answer.status, answer.json) == (400, {"message": "ProductMismatch"})


@pytest.mark.parametrize(
    "body",
    [{"data": b"email=a"}, {"data": b"{", "headers": {"Content-Type": "application/json"}}, {"json": {}}],
)
async def test_a_sign_in_that_is_not_json_of_two_words_is_refused(
    stranger: Follower, body: dict[str, Any]
) -> None:
    assert (await stranger.ask("POST", "eu", "/llu/auth/login", **body)).status == 400


@pytest.mark.parametrize("region", ["global", "us", "eu2"])
async def test_another_region_names_the_right_one(stranger: Follower, region: str) -> None:
    answer = await stranger.login(region)
    assert (answer.status, answer.json) == (
        200,
        {"status": 0, "data": {"redirect": True, "region": "eu"}},
    )


@pytest.mark.parametrize("island", ["ru", "cn"])
async def test_nobody_is_redirected_to_russia_or_china(
    cloud: CloudDouble, session: ClientSession, island: str
) -> None:
    account = cloud.add_account(Account(email="far@example.com", region=island))
    follower = Follower(session, cloud, account)
    assert (await follower.login("global")).json == WRONG
    assert (await follower.login("eu")).json == {"status": 911}
    assert (await follower.login(island)).json["status"] == 0


async def test_a_wrong_password_is_said_with_status_200(stranger: Follower) -> None:
    answer = await stranger.login(password="wrong")
    assert (answer.status, answer.json) == (200, WRONG)


async def test_an_unknown_address_is_answered_as_a_wrong_password(stranger: Follower) -> None:
    words = {"email": "no@example.com", "password": "x"}
    assert (await stranger.ask("POST", "eu", "/llu/auth/login", json=words)).json == WRONG


async def test_three_wrong_passwords_in_a_minute_lock_the_account_for_five(
    stranger: Follower, clock: Clock
) -> None:
    for _ in range(3):
        assert (await stranger.login(password="wrong")).json == WRONG
    locked = await stranger.login()
    assert locked.status == 429
    assert locked.json == {
        "status": 429,
        "data": {
            "code": 60,
            "data": {"failures": 3, "interval": 60, "lockout": 300},
            "message": "locked",
        },
    }
    clock.move(seconds=299)
    assert (await stranger.login()).status == 429
    clock.move(seconds=1)
    assert (await stranger.login()).json["status"] == 0


async def test_three_wrong_passwords_over_more_than_a_minute_do_not_lock(
    stranger: Follower, clock: Clock
) -> None:
    for _ in range(3):
        await stranger.login(password="wrong")
        clock.move(seconds=31)
    assert (await stranger.login()).json["status"] == 0


async def test_terms_then_privacy_policy_then_in(stranger: Follower, account: Account, clock: Clock) -> None:
    account.steps = ["tou", "pp"]
    terms = (await stranger.login()).json
    assert terms["status"] == 4
    assert terms["data"]["step"]["type"] == "tou"
    assert terms["data"]["authTicket"]["duration"] == 3600000
    assert "id" not in terms["data"]["user"]
    privacy = (await stranger.continue_step("tou", terms["data"]["authTicket"]["token"])).json
    assert privacy["data"]["step"]["type"] == "pp"
    done = (await stranger.continue_step("pp", privacy["data"]["authTicket"]["token"])).json
    assert done["status"] == 0
    assert done["data"]["user"]["id"] == account.user_id
    assert (await stranger.login()).json["status"] == 0


async def test_a_step_cannot_be_taken_with_another_steps_ticket(stranger: Follower, account: Account) -> None:
    account.steps = ["tou", "pp"]
    ticket = (await stranger.login()).json["data"]["authTicket"]["token"]
    assert (await stranger.continue_step("pp", ticket)).status == 401
    assert account.steps == ["tou", "pp"]


async def test_a_steps_ticket_ends_after_an_hour(stranger: Follower, account: Account, clock: Clock) -> None:
    account.steps = ["tou"]
    ticket = (await stranger.login()).json["data"]["authTicket"]["token"]
    clock.move(hours=1)
    assert (await stranger.continue_step("tou", ticket)).status == 401


async def test_a_steps_ticket_reads_no_data(stranger: Follower, account: Account) -> None:
    account.steps = ["tou"]
    stranger.carry((await stranger.login()).json["data"]["authTicket"]["token"])
    stranger.headers["account-id"] = account.account_id
    assert (await stranger.connections()).status == 401


async def test_a_whole_ticket_continues_no_step(follower: Follower, account: Account) -> None:
    account.steps = ["tou"]
    ticket = follower.headers["Authorization"].removeprefix("Bearer ")
    assert (await follower.continue_step("tou", ticket)).status == 401


@pytest.mark.parametrize("step", ["verifyEmail", "passwordExpired"])
async def test_a_step_that_needs_a_person_cannot_be_continued(
    stranger: Follower, account: Account, step: str
) -> None:
    account.steps = [step]
    data = (await stranger.login()).json["data"]
    assert data["step"]["type"] == step
    assert (await stranger.continue_step(step, data["authTicket"]["token"])).status == 404
    assert (await stranger.login()).json["status"] == 4


async def test_an_address_to_verify_is_named(stranger: Follower, account: Account) -> None:
    account.steps = ["verifyEmail"]
    step = (await stranger.login()).json["data"]["step"]
    assert step == {
        "type": "verifyEmail",
        "componentName": "VerifyEmail",
        "props": {"email": account.email},
    }


async def test_the_settings_of_a_country_name_its_host_without_a_ticket(
    stranger: Follower, cloud: CloudDouble
) -> None:
    britain = await stranger.ask(
        "GET", "global", "/llu/config/country?country=GB", headers={"product": None, "version": None}
    )
    russia = await stranger.ask("GET", "global", "/llu/config/country?country=RU")
    assert britain.json["data"]["lslApi"] == cloud.url_template.format(region="eu2") + "/"
    assert russia.json["data"]["lslApi"] == cloud.url_template.format(region="ru") + "/"


async def test_the_settings_of_no_country_are_refused(stranger: Follower) -> None:
    assert (await stranger.ask("GET", "global", "/llu/config/country")).status == 400


async def test_doubled_slashes_are_answered(stranger: Follower, account: Account) -> None:
    words = {"email": account.email, "password": account.password}
    assert (await stranger.ask("POST", "eu", "//llu/auth/login", json=words)).json["status"] == 0


@pytest.mark.parametrize("region", ["mars", "eu3"])
async def test_there_are_no_other_regions(stranger: Follower, region: str) -> None:
    assert (await stranger.login(region)).status == 404


def test_an_address_has_one_account_only(cloud: CloudDouble, account: Account) -> None:
    with pytest.raises(ValueError, match="already an account"):
        cloud.add_account(Account(email=account.email.upper()))
