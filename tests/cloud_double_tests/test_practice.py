"""Practices: who sees whom, in which states, and what is refused."""

from datetime import date, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, LinkStatus, Person, Practice, Professional, professional
from tests.cloud_double.practice_wire import DAYS, INSTANTS, MISSING, NO_UPLOADS, NOT_A_MEMBER, STATUSES

from .conftest import Clock
from .patient import Patient

ALL_COLUMNS = ["firstName", "lastName", "email", "dob", "lastAvailableData", "libreViewStatus"]
DASHBOARD: dict[str, Any] = {
    "filters": [],
    "columns": ALL_COLUMNS,
    "interval": 14,
    "view": "Dashboard.allPatients",
    "count": 100,
    "page": 1,
    "searching": {},
}


def search_for(term: str, *fields: str, limit: int = 50) -> dict[str, Any]:
    names = list(fields) or ["firstName", "lastName", "email"]
    return {"limit": limit, "match": [{"term": term, "fields": names}]}


@pytest.fixture
def nurse() -> Account:
    return professional()


@pytest.fixture
def practice(cloud: CloudDouble, nurse: Account, own_account: Account) -> Practice:
    """A practice of one nurse, which the person is connected to."""
    practice = cloud.add_practice(Practice(members=[nurse]))
    practice.link(own_account)
    return practice


@pytest.fixture
async def member(session: ClientSession, cloud: CloudDouble, practice: Practice, nurse: Account) -> Patient:
    """The nurse's client, signed in with a code."""
    return await signed_in_with_code(Patient(session, cloud, nurse))


async def signed_in_with_code(client: Patient) -> Patient:
    told = (await client.login()).json["data"]
    sent = (await client.send_code(told["authTicket"]["token"])).json
    answer = (await client.enter_code(sent["ticket"]["token"], "123456")).json["data"]
    client.carry(answer["authTicket"]["token"])
    return client


async def post(client: Patient, path: str, body: dict[str, Any]) -> Any:
    answer = await client.ask("POST", path, json=body)
    assert answer.status == 200, answer.json
    return answer.json["data"]


async def test_a_code_is_wanted_unless_the_device_is_trusted(
    session: ClientSession, cloud: CloudDouble, practice: Practice, nurse: Account
) -> None:
    client = Patient(session, cloud, nurse)
    step = (await client.login()).json
    assert step["status"] == 4
    assert step["data"]["step"]["props"]["accountType"] == "hcp"
    sent = (await client.send_code(step["data"]["authTicket"]["token"])).json
    answer = (await client.enter_code(sent["ticket"]["token"], "123456")).json["data"]
    assert answer["user"]["accountType"] == "hcp"
    assert "dateOfBirth" not in answer["user"]
    device = answer["trustedDeviceToken"]
    assert (await client.login(device=device)).json["status"] == 0
    nurse.trusts_devices = False
    assert (await client.login(device=device)).json["data"]["trustedDeviceToken"] == ""
    cloud.demand_second_factor(nurse)
    assert (await client.login(device=device)).json["status"] == 4


def test_nobody_is_a_member_without_a_second_factor() -> None:
    with pytest.raises(ValueError, match="second factor"):
        Practice(members=[Account(professional=Professional())])


async def test_the_dashboard_has_pages_sorted_and_with_the_columns_asked_for(
    cloud: CloudDouble, member: Patient, practice: Practice
) -> None:
    for name in ("Zoe", "Bo"):
        person = Person(first_name=name, last_name="Example")
        practice.invite(cloud.add_account(Account(email=f"{name}@example.com", first_name=name, own=person)))
    pages = [
        (
            await post(
                member, "/dashboard", DASHBOARD | {"count": 2, "page": page, "columns": ["firstName", "x"]}
            )
        )["results"]
        for page in (1, 2, 3)
    ]
    assert [[row["firstName"] for row in page] for page in pages] == [["Bo", "Casey"], ["Zoe"], []]
    assert all(row.keys() == {"id", "firstName"} for page in pages for row in page)
    rows = (await post(member, "/dashboard", DASHBOARD | {"sort": {"key": "firstName", "desc": True}}))[
        "results"
    ]
    assert [row["libreViewStatus"] for row in rows] == ["Pending", "Connected", "Pending"]
    assert [row["lastAvailableData"] == "No Uploads" for row in rows] == [True, False, True]
    assert (await member.ask("POST", "/dashboard", json=DASHBOARD | {"count": 101})).status == 400


async def test_a_search_finds_parts_in_any_case(member: Patient, own_account: Account) -> None:
    for term in ("PATIENT@exa", "ase", "ollow", ""):
        found = (await post(member, "/patients/search", search_for(term)))["patients"]
        assert [each["id"] for each in found] == [own_account.user_id]
    assert (await post(member, "/patients/search", search_for("ase", "lastName")))["patients"] == []
    assert (await member.ask("POST", "/patients/search", json=search_for("x", "dob"))).status == 400
    assert (await member.ask("POST", "/patients/search", json={"limit": 1, "match": []})).status == 400


async def test_a_patient_is_read_once_connected(
    member: Patient, practice: Practice, own_account: Account, person: Person, clock: Clock
) -> None:
    person.add_entry("note", at=clock.now - timedelta(hours=5), text="seen by the nurse")
    practice.remove(own_account)
    practice.invite(own_account)
    path = f"/patients/{own_account.user_id}"
    end = int(clock.now.timestamp())
    assert (await member.ask("GET", path)).json["data"]["patient"]["email"] == own_account.email
    assert (await member.ask("GET", f"{path}/reportSettings")).json["data"]["dataSources"] == {}
    practice.accept(own_account)
    settings = (await member.ask("GET", f"{path}/reportSettings")).json
    [source] = settings["data"]["dataSources"].values()
    order = order_of(source, own_account.user_id, end)
    data = await post(member, "/reports", order)
    poll = (await member.ask_at("GET", data["url"])).json["data"]["lp"]
    url = (await member.ask_at("GET", poll)).json["args"]["urls"]["5"]
    page = await member.ask_at(
        "GET", f"{url}?session={member.ticket}", headers={"Authorization": None, "Accept": "text/html"}
    )
    assert "seen by the nurse" in page.json
    practice.remove(own_account)
    assert (await member.ask("POST", "/reports", json=order)).json["error"][
        "message"
    ] == "couldNotLoadPatient"


def order_of(source: dict[str, Any], patient_id: str, end: int, **more: Any) -> dict[str, Any]:
    return {
        "PrimaryDeviceId": source["id"],
        "PrimaryDeviceTypeId": source["type"],
        "SecondaryDeviceIds": [],
        "PrintReportsWithPatientInformation": False,
        "ReportIds": [500000 + source["type"]],
        "ClientReportIDs": [5],
        "StartDates": [end - 86400],
        "EndDate": end,
        "PatientId": patient_id,
        "CultureCode": "en-US",
    } | more


async def test_a_strict_cloud_wants_to_know_who_asks(
    cloud: CloudDouble, member: Patient, own_account: Account, nurse: Account, clock: Clock
) -> None:
    settings = (await member.ask("GET", f"/patients/{own_account.user_id}/reportSettings")).json
    [source] = settings["data"]["dataSources"].values()
    end = int(clock.now.timestamp())
    wrong = order_of(source, own_account.user_id, end, ProfessionalId="somebody else")
    assert (await member.ask("POST", "/reports", json=wrong)).status == 400
    cloud.practice_forms.needs_professional_id = True
    assert (
        await member.ask("POST", "/reports", json=order_of(source, own_account.user_id, end))
    ).status == 400
    await post(member, "/reports", order_of(source, own_account.user_id, end, ProfessionalId=nurse.user_id))


@pytest.mark.parametrize("form", sorted(MISSING))
async def test_strangers_are_refused_in_each_form(
    cloud: CloudDouble, member: Patient, practice: Practice, own_account: Account, form: str
) -> None:
    practice.remove(own_account)
    cloud.practice_forms.missing = form
    answer = await member.ask("GET", f"/patients/{own_account.user_id}")
    settings = await member.ask("GET", f"/patients/{own_account.user_id}/reportSettings")
    for each in (answer, settings):
        assert (each.status, each.json.get("data")) == {
            "could_not_load": (200, None),
            "http_403": (403, None),
            "http_404": (404, None),
            "empty": (200, {}),
        }[form]


@pytest.mark.parametrize("form", sorted(NOT_A_MEMBER))
async def test_only_members_see_patients(
    cloud: CloudDouble, patient: Patient, member: Patient, practice: Practice, form: str
) -> None:
    cloud.practice_forms.not_a_member = form
    practice.members.clear()
    for client in (patient, member):
        for path, body in (("/dashboard", DASHBOARD), ("/patients/search", search_for("casey"))):
            answer = await client.ask("POST", path, json=body)
            assert (answer.status, answer.json.get("status")) == {
                "http_403": (403, None),
                "status_2": (200, 2),
            }[form]


async def test_somebody_in_two_practices_is_there_once_and_connected_if_anywhere(
    cloud: CloudDouble, member: Patient, practice: Practice, nurse: Account, own_account: Account
) -> None:
    other = cloud.add_practice(Practice(name="Hill Clinic", practice_id="HILLSIDE1", members=[nurse]))
    practice.remove(own_account)
    practice.invite(own_account)
    assert cloud.practice("hillside1") is other
    other.link(own_account)
    [row] = (await post(member, "/dashboard", DASHBOARD))["results"]
    assert row["libreViewStatus"] == LinkStatus.CONNECTED
    [found] = (await post(member, "/patients/search", search_for("casey")))["patients"]
    assert {each["practiceId"] for each in found["practices"].values()} == {"SEASIDE01", "HILLSIDE1"}


async def test_exports_are_refused_and_counted(
    cloud: CloudDouble, member: Patient, own_account: Account
) -> None:
    for path in ("/export", f"/patients/{own_account.user_id}/export"):
        assert (await member.ask("POST", path, json={"type": "glucose"})).status == 403
    assert len(cloud.requests("export")) == 2


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *(("born", form) for form in DAYS),
        *(("last_data", form) for form in INSTANTS),
        *(("no_uploads", form) for form in NO_UPLOADS),
        *(("status", form) for form in STATUSES),
    ],
)
async def test_every_form_is_json(cloud: CloudDouble, member: Patient, name: str, form: str) -> None:
    setattr(cloud.practice_forms, name, form)
    [row] = (await post(member, "/dashboard", DASHBOARD))["results"]
    key = {"born": "dob", "last_data": "lastAvailableData", "status": "libreViewStatus"}.get(name, "id")
    assert (key in row) == (form != "absent" or key == "id")


def test_a_birthday_has_its_forms() -> None:
    told = {name: form(date(1987, 12, 21)) for name, form in DAYS.items()}
    assert told["epoch"] == 567043200
    assert told["words"] == "December 21, 1987"
    assert told["us"] == "12/21/1987"
