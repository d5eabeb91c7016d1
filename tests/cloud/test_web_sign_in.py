"""Signing in to LibreView: what is sent, where to, and what else than a success it can be answered with."""

from dataclasses import replace

from freezegun.api import FrozenDateTimeFactory
from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.errors import (
    ClientOutdatedError,
    CloudError,
    CredentialsRejectedError,
    InvalidAnswerError,
    NotSentError,
    PasswordExpiredError,
    ServerTroubleError,
    StepRequiredError,
    TicketRejectedError,
    UntrustedRedirectError,
)
from custom_components.libreview.cloud.session_state import SessionState, wants_new_password
from tests.cloud_double import Account, CloudDouble, SecondFactor, expired_password, faults
from tests.support.web_faults import FAULTS, Failure

from .conftest import Client, ClientFactory, Owner, OwnerFactory, bodies_sent, regions_asked

DAY = 24 * 3600

# What a sign-in carries.


async def test_a_sign_in_names_the_product_and_nothing_of_the_account(
    owner: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    bodies = bodies_sent(cloud, "web_login")
    await owner.session.sign_in()
    headers = dict(cloud.web_logins[0].headers)
    assert "LibreView/3.25.3.0" in headers.pop("user-agent")
    assert headers.pop("host").startswith("127.0.0.1")
    assert "gzip" in headers.pop("accept-encoding")
    assert int(headers.pop("content-length")) > 0
    assert headers == {
        "accept": "application/json",
        "cache-control": "no-cache",
        "content-type": "application/json",
        "product": "lv",
        "newyu-lv-web-version": "3.25.3.0",
        "origin": "https://www.libreview.com",
        "referer": "https://www.libreview.com/",
    }
    assert bodies == [{"email": own_account.email, "password": own_account.password}] * 2


async def test_the_two_services_are_signed_in_to_with_one_password_and_different_tickets(
    owner: Owner, client: Client, cloud: CloudDouble
) -> None:
    await owner.session.sign_in()
    await client.session.sign_in()
    assert {login.path for login in cloud.web_logins} == {"/global/auth/login", "/eu/auth/login"}
    assert {login.path for login in cloud.logins} == {"/global/llu/auth/login", "/eu/llu/auth/login"}
    assert owner.state.ticket != client.state.ticket
    assert (await owner.read(), await client.read()) == (1, 1)


async def test_a_ticket_of_one_service_is_refused_by_the_other(
    client: Client, owner: Owner, new_client: ClientFactory, new_owner: OwnerFactory
) -> None:
    await client.session.sign_in()
    await owner.session.sign_in()
    with pytest.raises(ClientOutdatedError):
        await new_owner(replace(client.state, version="")).read()
    with pytest.raises(ClientOutdatedError):
        await new_client(replace(owner.state, version="")).read()


# Where to.


async def test_the_region_is_found_from_the_global_host_and_kept(
    owner: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    own_account.region = "eu2"
    assert await owner.read() == 1
    assert regions_asked(cloud) == ["global", "eu2"]
    assert owner.kept[-1].region == "eu2"


@pytest.mark.parametrize(("country", "region"), [("RU", "ru"), ("CN", "cn")])
async def test_accounts_of_russia_and_china_are_reached_by_their_country(
    owner: Owner, cloud: CloudDouble, own_account: Account, country: str, region: str
) -> None:
    own_account.region = region
    owner.session.start_at(await owner.session.region_of_country(country))
    assert await owner.read() == 1
    assert {request.region for request in cloud.log} == {region}


# The trusted device.


@pytest.fixture
def trusting(own_account: Account) -> Account:
    """The account has a second factor, and trusts whoever passed it once."""
    own_account.second_factor = SecondFactor()
    own_account.trusts_devices = True
    return own_account


async def test_a_trusted_device_is_spared_the_code(
    new_owner: OwnerFactory, cloud: CloudDouble, trusting: Account
) -> None:
    owner = new_owner(SessionState(trusted_device=trusting.device_token))
    bodies = bodies_sent(cloud, "web_login")
    assert await owner.read() == 1
    assert {body["trustedDeviceToken"] for body in bodies} == {trusting.device_token}


async def test_what_makes_a_device_trusted_is_kept_and_sent_in_place_of_what_was_known_before(
    new_owner: OwnerFactory, cloud: CloudDouble
) -> None:
    owner = new_owner(SessionState(trusted_device="before"))
    cloud.fail_next("eu:web_login", success(trustedDeviceToken="after"))
    bodies = bodies_sent(cloud, "web_login")
    await owner.session.sign_in()
    assert owner.kept[-1].trusted_device == "after"
    await owner.session.sign_in()
    assert [body["trustedDeviceToken"] for body in bodies] == ["before", "after"]


@pytest.mark.parametrize("nothing", ["", "  ", None, [], {}, True, 1.5], ids=repr)
async def test_what_is_no_such_token_does_not_replace_the_one_at_hand(
    new_owner: OwnerFactory, cloud: CloudDouble, nothing: object
) -> None:
    owner = new_owner(SessionState(trusted_device="before"))
    cloud.fail_next("eu:web_login", success(trustedDeviceToken=nothing))
    await owner.session.sign_in()
    assert owner.state.trusted_device == "before"


async def test_a_device_that_is_no_longer_trusted_needs_the_code(
    new_owner: OwnerFactory, cloud: CloudDouble, trusting: Account
) -> None:
    owner = new_owner(SessionState(trusted_device=trusting.device_token))
    cloud.demand_second_factor(trusting)
    with pytest.raises(StepRequiredError, match="2faVerify"):
        await owner.read()


# Successes that do not say whose they are.


def success(**more: object) -> faults.Fault:
    """A success with some fields of its data changed."""
    data = {"user": {"id": "someone"}, "authTicket": {"token": "abc"}} | more
    return faults.answer({"status": 0, "data": data})


async def test_a_success_without_a_user_is_completed_by_asking_who_it_is(
    owner: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    own_account.hides_id = True
    assert await owner.read() == 1
    assert [request.endpoint for request in cloud.log] == [
        "web_login",
        "web_login",
        "user",
        "report_settings",
    ]
    asked, used = cloud.log[2].headers, cloud.log[3].headers
    assert "account-id" not in asked
    assert used["account-id"] == own_account.account_id
    assert used["authorization"] != asked["authorization"], "that answer renews the ticket as every other"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.answer({"status": 0, "data": {"user": {}}}), InvalidAnswerError),
        (faults.answer({"status": 4, "data": {"step": {"type": "tou"}}}), InvalidAnswerError),
        (faults.ticket_invalid(), TicketRejectedError),
        (faults.status(500), ServerTroubleError),
    ],
    ids=["nobody", "step", "401", "500"],
)
async def test_a_sign_in_whose_user_cannot_be_found_out_fails(
    owner: Owner, cloud: CloudDouble, own_account: Account, fault: faults.Fault, error: type[CloudError]
) -> None:
    own_account.hides_id = True
    cloud.fail_always("user", fault)
    with pytest.raises(error):
        await owner.read()
    assert owner.state.ticket is None
    assert owner.state.failed_sign_ins == 1


# Passwords that are too old.

NAMELESS = "renewCredentials"


@pytest.mark.parametrize("spelling", [each for each in expired_password.SPELLINGS if each != NAMELESS])
async def test_an_expired_password_is_known_by_any_word_for_it(
    owner: Owner, cloud: CloudDouble, own_account: Account, spelling: str
) -> None:
    cloud.expire_password(own_account, spelling)
    with pytest.raises(PasswordExpiredError):
        await owner.session.sign_in()
    assert not owner.state.rejected


async def test_an_expired_password_by_a_wholly_other_name_is_a_step_of_that_name(
    owner: Owner, cloud: CloudDouble, own_account: Account
) -> None:
    cloud.expire_password(own_account, NAMELESS)
    with pytest.raises(StepRequiredError) as raised:
        await owner.session.sign_in()
    assert (raised.value.step.kind, raised.value.step.component) == ("renewCredentials", "RenewCredentials")


@pytest.mark.parametrize(
    "message",
    [
        "notAuthenticated",
        "incorrect username/password",
        "Incorrect username/password. Reset your password?",
        "wrong password: change it or try again",
        "Invalid password. Update your details.",
        "username and password do not match; reset?",
        "expired",
        "password",
    ],
)
async def test_a_wrong_password_is_never_taken_for_an_old_one(
    owner: Owner, cloud: CloudDouble, message: str
) -> None:
    cloud.fail_next("web_login", faults.answer({"status": 2, "error": {"message": message}}))
    with pytest.raises(CredentialsRejectedError):
        await owner.session.sign_in()
    assert owner.state.rejected


@given(st.text(), st.text())
def test_no_words_around_incorrect_username_password_speak_of_expiry(before: str, after: str) -> None:
    assert not wants_new_password(f"{before}Incorrect username/password{after}")


@pytest.mark.parametrize("spelling", ["changePassword", "error", NAMELESS])
async def test_an_expired_password_is_sent_once_an_hour_at_most_until_there_is_a_new_one(
    owner_signed_in: Owner,
    new_owner: OwnerFactory,
    cloud: CloudDouble,
    own_account: Account,
    freezer: FrozenDateTimeFactory,
    spelling: str,
) -> None:
    cloud.expire_password(own_account, spelling)
    for _ in range(DAY // 300):
        with pytest.raises((PasswordExpiredError, StepRequiredError, NotSentError)):
            await owner_signed_in.read()
        freezer.tick(300)
    assert len(cloud.web_logins) <= 4 + 24
    cloud.change_password(own_account, "Another-horse-2")
    renewed = new_owner(owner_signed_in.state, password="Another-horse-2")
    await renewed.session.sign_in()
    assert await renewed.read() == 1


# What else may be answered.

SIGN_IN_FAULTS: dict[str, Failure] = FAULTS | {
    "foreign region": (faults.redirect("evil.example/"), UntrustedRedirectError),
    "loop": (faults.redirect_loop(), UntrustedRedirectError),
}


@pytest.mark.parametrize("fault", SIGN_IN_FAULTS)
async def test_a_failure_of_a_sign_in_is_its_own_error(owner: Owner, cloud: CloudDouble, fault: str) -> None:
    happens, error = SIGN_IN_FAULTS[fault]
    cloud.fail_always("web_login", happens)
    with pytest.raises(CloudError) as raised:
        await owner.session.sign_in()
    assert type(raised.value) is error
    assert owner.state.ticket is None
    with pytest.raises(NotSentError):
        await owner.read()


@pytest.mark.parametrize("minimum", ["3.26", "3.25.3.1", "5.0.0"])
async def test_a_newer_version_is_adopted_whatever_its_number(
    owner: Owner, cloud: CloudDouble, minimum: str
) -> None:
    cloud.fail_next("web_login", faults.version_refused(minimum))
    assert await owner.read() == 1
    assert owner.kept[-1].version == minimum
    assert {request.headers["newyu-lv-web-version"] for request in list(cloud.log)[1:]} == {minimum}
