"""What a data call must bring."""

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, Person

from .conftest import Clock
from .follower import Follower

EXPIRED = {"message": "invalid or expired jwt"}
HEADER_MISSING = {"message": "RequiredHeaderMissing"}


async def test_a_signed_in_account_sees_its_persons(follower: Follower, person: Person) -> None:
    answer = await follower.connections()
    assert answer.json["status"] == 0
    assert [each["patientId"] for each in answer.json["data"]] == [person.patient_id]


async def test_an_account_that_follows_nobody_gets_an_empty_list(
    cloud: CloudDouble, session: ClientSession
) -> None:
    account = cloud.add_account(Account(email="nobody@example.com"))
    alone = await Follower(session, cloud, account).signed_in()
    assert (await alone.connections()).json["data"] == []


@pytest.mark.parametrize("header", ["product", "version", "account-id"])
async def test_a_data_call_without_a_required_header_is_refused(follower: Follower, header: str) -> None:
    answer = await follower.connections(headers={header: None})
    assert (answer.status, answer.json) == (400, HEADER_MISSING)


@pytest.mark.parametrize("change", [str.upper, lambda right: right[:-1] + "-"])
async def test_a_wrong_account_id_is_refused(follower: Follower, change: object) -> None:
    assert callable(change)
    answer = await follower.connections(headers={"account-id": change(follower.headers["account-id"])})
    assert (answer.status, answer.json) == (400, HEADER_MISSING)


@pytest.mark.parametrize("bearer", [None, "", "Bearer", "Bearer x", "Bearer a.b.c", "Basic abc"])
async def test_a_data_call_without_a_ticket_of_ours_is_refused(
    follower: Follower, bearer: str | None
) -> None:
    answer = await follower.connections(headers={"Authorization": bearer})
    assert (answer.status, answer.json) == (401, EXPIRED)


async def test_a_changed_ticket_is_refused(follower: Follower) -> None:
    head, payload, signature = follower.headers["Authorization"].split(".")
    answer = await follower.connections(headers={"Authorization": f"{head}.{payload}A.{signature}"})
    assert answer.status == 401


async def test_a_ticket_ends_after_180_days(follower: Follower, clock: Clock) -> None:
    clock.move(days=180, seconds=-1)
    assert (await follower.connections()).status == 200
    clock.move(seconds=1)
    answer = await follower.connections()
    assert (answer.status, answer.json) == (401, EXPIRED)


async def test_a_ticket_belongs_to_the_product_it_was_issued_to(follower: Follower) -> None:
    answer = await follower.connections(headers={"product": "llu.ios"})
    assert (answer.status, answer.json) == (400, {"message": "ProductMismatch"})


async def test_every_read_brings_a_new_ticket_and_the_old_one_stays_valid(
    follower: Follower, person: Person, account: Account, clock: Clock
) -> None:
    old = follower.headers["Authorization"].removeprefix("Bearer ")
    paths = (
        "/llu/connections",
        f"/llu/connections/{person.patient_id}/graph",
        f"/llu/connections/{person.patient_id}/logbook",
        f"/llu/notifications/settings/{account.connection_id(person)}",
        "/account",
    )
    for path in paths:
        clock.move(days=1)
        ticket = (await follower.get(path)).json["ticket"]
        assert ticket["token"] != old
        assert ticket["expires"] == int(clock.now.timestamp()) + 180 * 86400
    follower.carry(ticket["token"])
    clock.move(days=179)
    assert (await follower.connections()).status == 200
    follower.carry(old)
    assert (await follower.connections()).status == 401


async def test_the_users_ticket_is_beside_the_user(follower: Follower) -> None:
    data = (await follower.get("/user")).json["data"]
    follower.carry(data["authTicket"]["token"])
    assert (await follower.connections()).status == 200


async def test_revoked_tickets_are_refused_until_the_next_sign_in(
    follower: Follower, cloud: CloudDouble, account: Account
) -> None:
    cloud.revoke_tickets(account)
    assert (await follower.connections()).status == 401
    assert (await (await follower.signed_in()).connections()).status == 200


async def test_a_new_password_voids_tickets_and_the_old_password(
    follower: Follower, cloud: CloudDouble, account: Account
) -> None:
    cloud.change_password(account, "Another-1")
    assert (await follower.connections()).status == 401
    assert (await follower.login(password="Correct-horse-1")).json["status"] == 2


async def test_new_terms_void_tickets_and_ask_at_the_next_sign_in(
    follower: Follower, cloud: CloudDouble, account: Account
) -> None:
    cloud.change_terms(account)
    assert (await follower.connections()).status == 401
    assert (await follower.login()).json["data"]["step"]["type"] == "tou"


async def test_a_forgotten_user_must_sign_in_again(
    follower: Follower, cloud: CloudDouble, account: Account
) -> None:
    cloud.forget_user(account)
    assert (await follower.connections()).json == {"message": "MissingCachedUser"}
    assert (await (await follower.signed_in()).connections()).status == 200


@pytest.mark.parametrize("version", ["4.15.9", "4.7.0", "4", "new"])
async def test_an_old_version_is_refused_with_the_version_wanted(follower: Follower, version: str) -> None:
    answer = await follower.connections(headers={"version": version})
    assert answer.status == 403
    assert answer.json == {"status": 920, "data": {"minimumVersion": "4.16.0"}}


@pytest.mark.parametrize("version", ["4.16.0", "4.17.0", "5.0"])
async def test_a_new_version_is_served(follower: Follower, version: str) -> None:
    assert (await follower.connections(headers={"version": version})).status == 200


async def test_another_minimum_can_be_set(follower: Follower, cloud: CloudDouble) -> None:
    cloud.minimum_version = "5.0.0"
    assert (await follower.connections()).json["data"]["minimumVersion"] == "5.0.0"
    cloud.minimum_version = None
    assert (await follower.connections(headers={"version": "1.0"})).status == 200


async def test_the_wrong_host_serves_no_data(follower: Follower, person: Person) -> None:
    could_not_load = {"status": 4, "error": {"message": "couldNotLoadPatient"}}
    assert (await follower.connections(region="us")).json == {"status": 911}
    assert (
        await follower.get(f"/llu/connections/{person.patient_id}/graph", region="us")
    ).json == could_not_load


@pytest.mark.parametrize(
    "path", ["connections/{}/graph", "connections/{}/logbook", "notifications/settings/{}"]
)
async def test_an_unknown_patient_cannot_be_loaded(follower: Follower, path: str) -> None:
    answer = await follower.get("/llu/" + path.format("00000000-0000-4000-8000-000000000000"))
    assert (answer.status, answer.json) == (
        200,
        {"status": 4, "error": {"message": "couldNotLoadPatient"}},
    )


async def test_who_stops_sharing_is_gone(
    follower: Follower, cloud: CloudDouble, account: Account, person: Person
) -> None:
    cloud.stop_sharing(account, person)
    assert (await follower.connections()).json["data"] == []
    assert (await follower.get(f"/llu/connections/{person.patient_id}/graph")).json["status"] == 4
    cloud.start_sharing(account, person)
    assert len((await follower.connections()).json["data"]) == 1


def test_a_person_is_followed_once_only(cloud: CloudDouble, account: Account) -> None:
    with pytest.raises(ValueError, match="already follows"):
        cloud.start_sharing(account, Person())


def test_two_accounts_have_links_of_their_own_to_one_person(person: Person) -> None:
    one, other = Account(email="one@example.com"), Account(email="other@example.com")
    assert one.connection_id(person) != other.connection_id(person) != person.patient_id
