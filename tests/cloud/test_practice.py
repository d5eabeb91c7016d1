"""A professional's login: searching patients, the dashboard, a patient's report; in every form of answers."""

from datetime import UTC, date, datetime
from itertools import count, product
from typing import Any

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from hypothesis import given
import pytest

from custom_components.libreview.cloud.account_kind import find_account_kind
from custom_components.libreview.cloud.errors import (
    CloudError,
    InvalidAnswerError,
    NotAMemberError,
    PersonNotLoadableError,
    SecondFactorRequiredError,
)
from custom_components.libreview.cloud.libreview import LibreView
from custom_components.libreview.cloud.practice import Practice as PracticeClient
from custom_components.libreview.cloud.practice_patient import parse_patient, parse_patients
from custom_components.libreview.cloud.services import LIBREVIEW
from custom_components.libreview.cloud.session import Session
from custom_components.libreview.cloud.session_state import Credentials, SessionState, Ticket
from custom_components.libreview.cloud.transport import Transport
from custom_components.libreview.models import AccountKind, PatientStatus
from tests.cloud_double import Account, CloudDouble, Practice, Professional, faults, professional
from tests.cloud_double.practice import LinkStatus
from tests.cloud_double.practice_wire import (
    DAYS,
    INSTANTS,
    MISSING,
    NO_UPLOADS,
    NOT_A_MEMBER,
    PRACTICES,
    STATUSES,
    PracticeForms,
    found,
    row,
)
from tests.support.json_values import ANYTHING
from tests.support.practices import linked, patient_account

from .conftest import bodies_sent


@pytest.fixture
def nurse(cloud: CloudDouble) -> Account:
    return professional()


@pytest.fixture
def clinic(cloud: CloudDouble, nurse: Account) -> Practice:
    return cloud.add_practice(Practice(members=[nurse]))


@pytest.fixture
def nora(cloud: CloudDouble, clinic: Practice) -> Account:
    """A connected patient."""
    [nora] = linked(cloud, clinic, "Nora Example")
    return nora


@pytest.fixture
async def session(hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account) -> Session:
    """A session of the nurse's, who has entered a code."""
    transport = Transport(async_get_clientsession(hass), LIBREVIEW)
    session = Session(transport, Credentials(email=nurse.email, password=nurse.password), SessionState())
    with pytest.raises(SecondFactorRequiredError) as required:
        await session.sign_in()
    step = required.value.step
    step = await session.send_code(step, step.targets[0])
    await session.verify(step, step.targets[0], "123456")
    cloud.log.clear()
    return session


@pytest.fixture
def client(session: Session) -> PracticeClient:
    return PracticeClient(session)


@pytest.fixture
def libreview(session: Session, freezer: FrozenDateTimeFactory) -> LibreView:
    async def pause(seconds: float) -> None:
        freezer.tick(seconds)

    return LibreView(session, pause=pause)


# Searching.


async def test_a_name_finds_all_namesakes_and_an_address_one(
    cloud: CloudDouble, client: PracticeClient, clinic: Practice, nora: Account
) -> None:
    linked(cloud, clinic, "Nora Sample", "Leonora Specimen", "Bo Dummy")
    assert {each.last_name for each in await client.search(" nora ")} == {"Example", "Sample", "Specimen"}
    clinic.link(cloud.add_account(patient_account(cloud, "No Longer", "xnora.example@example.org")))
    [found] = await client.search("NORA.EXAMPLE@example.ORG")
    assert found.patient_id == nora.user_id
    assert (found.first_name, found.born) == ("Nora", date(1987, 12, 21))
    assert await client.search("nobody at all") == ()


async def test_somebody_in_two_practices_is_found_once_with_both(
    cloud: CloudDouble, client: PracticeClient, nurse: Account, nora: Account
) -> None:
    cloud.add_practice(Practice(practice_id="HILLSIDE1", members=[nurse])).link(nora)
    [found] = await client.search("nora")
    assert found.practice_ids is not None
    assert {"seaside01", "hillside1"} <= found.practice_ids


@pytest.mark.parametrize("form", sorted(NOT_A_MEMBER))
async def test_who_is_member_of_no_practice_hears_so(
    cloud: CloudDouble, client: PracticeClient, clinic: Practice, form: str
) -> None:
    clinic.members.clear()
    cloud.practice_forms.not_a_member = form
    with pytest.raises(NotAMemberError):
        await client.search("nora")
    with pytest.raises(NotAMemberError):
        await client.dashboard({"x"})


# The dashboard.


async def test_pages_are_read_until_all_are_found_or_nobody_new_comes(
    cloud: CloudDouble, client: PracticeClient, clinic: Practice
) -> None:
    accounts = linked(cloud, clinic, *(f"P{number:03} Example" for number in range(250)))
    early, late = accounts[3].user_id, accounts[240].user_id
    assert (await client.dashboard({early})).keys() == {early}
    assert len(cloud.requests("dashboard")) == 1
    cloud.log.clear()
    assert (await client.dashboard({early, late})).keys() == {early, late}
    assert len(cloud.requests("dashboard")) == 3
    cloud.log.clear()
    assert (await client.dashboard({early, "gone"})).keys() == {early}
    assert len(cloud.requests("dashboard")) == 4


async def test_ids_in_other_capitals_are_the_same_persons(
    cloud: CloudDouble, client: PracticeClient, nora: Account
) -> None:
    upper = nora.user_id.upper()
    rows = [{"id": upper, "libreViewStatus": "Pending"}]
    cloud.fail_always("dashboard", faults.answer({"status": 0, "data": {"results": rows}}))
    found = await client.dashboard({nora.user_id})
    assert found[nora.user_id].status is PatientStatus.PENDING
    assert len(cloud.requests("dashboard")) == 1
    hits = [{"id": nora.user_id, "firstName": "Nora"}, {"id": upper, "firstName": "Nora"}]
    cloud.fail_always("search", faults.answer({"status": 0, "data": {"patients": hits}}))
    assert [each.patient_id for each in await client.search("nora")] == [nora.user_id]


async def test_a_dashboard_that_knows_no_pages_ends(
    cloud: CloudDouble, client: PracticeClient, nora: Account
) -> None:
    body = {"status": 0, "data": {"results": [{"id": nora.user_id}]}}
    cloud.fail_always("dashboard", faults.answer(body))
    assert (await client.dashboard({nora.user_id, "gone"})).keys() == {nora.user_id}
    assert len(cloud.requests("dashboard")) == 2


async def test_a_dashboard_without_end_is_left_in_the_end(
    cloud: CloudDouble, client: PracticeClient, clinic: Practice
) -> None:
    numbers = count()

    async def somebody_new(_: web.Request, __: faults.TrueAnswer) -> web.StreamResponse:
        return web.json_response({"status": 0, "data": {"results": [{"id": str(next(numbers))}]}})

    cloud.fail_always("dashboard", somebody_new)
    assert await client.dashboard({"gone"}) == {}
    assert len(cloud.requests("dashboard")) == 20


# Every form.


@pytest.mark.parametrize("form", sorted(DAYS))
async def test_the_day_of_birth_is_read_in_every_form(
    cloud: CloudDouble, client: PracticeClient, nora: Account, form: str
) -> None:
    cloud.practice_forms.born = form
    nora.born = date(1951, 2, 28)
    expected = None if form == "absent" else nora.born
    [found] = await client.search("nora")
    assert found.born == expected
    assert (await client.dashboard({nora.user_id}))[nora.user_id].born == expected


@pytest.mark.parametrize("form", sorted(INSTANTS))
async def test_the_time_of_the_last_data_is_read_in_every_form(
    cloud: CloudDouble, client: PracticeClient, nora: Account, form: str
) -> None:
    cloud.practice_forms.last_data = form
    now = cloud.now()
    found = (await client.dashboard({nora.user_id}))[nora.user_id]
    if form == "absent":
        assert (found.last_data, found.no_data_since, found.has_data) == (None, None, None)
    elif form in ("iso", "words"):
        assert (found.last_data, found.has_data) == (None, True)
        assert found.no_data_since == datetime(now.year, now.month, now.day + 1, 12, tzinfo=UTC)
    else:
        assert found.last_data is not None
        assert 0 <= (now - found.last_data).total_seconds() < 1000
        assert (found.no_data_since, found.has_data) == (found.last_data, True)


@pytest.mark.parametrize("form", sorted(NO_UPLOADS))
async def test_no_uploads_are_read_in_every_form(
    cloud: CloudDouble, client: PracticeClient, nora: Account, form: str
) -> None:
    assert nora.own is not None
    nora.own.has_reading = False
    cloud.practice_forms.no_uploads = form
    found = (await client.dashboard({nora.user_id}))[nora.user_id]
    assert (found.last_data, found.has_data) == (None, None if form == "absent" else False)


@pytest.mark.parametrize("form", sorted(STATUSES))
async def test_the_status_is_read_in_every_form_that_names_it(
    cloud: CloudDouble, client: PracticeClient, clinic: Practice, nora: Account, form: str
) -> None:
    cloud.practice_forms.status = form
    is_named = form not in ("number", "absent")
    for status in PatientStatus:
        clinic.patients[0].status = LinkStatus[status.name]
        found = (await client.dashboard({nora.user_id}))[nora.user_id]
        assert found.status == (status if is_named else None)


@pytest.mark.parametrize("form", sorted(PRACTICES))
async def test_practices_are_read_in_every_form(
    cloud: CloudDouble, client: PracticeClient, nora: Account, form: str
) -> None:
    cloud.practice_forms.practices = form
    [found] = await client.search("nora")
    if form in ("empty", "absent"):
        assert found.practice_ids is None
    else:
        assert found.practice_ids is not None
        assert "seaside01" in found.practice_ids
        assert "seaside clinic" not in found.practice_ids


@pytest.mark.parametrize(
    "value", ["2026-13-45", "13/45/2026", "Smarch 3, 2026", 1e30, "99999999999999", True, "31.12.1999", -1e30]
)
def test_what_is_no_time_is_none(value: Any) -> None:
    patient = parse_patient({"id": "a", "dob": value, "lastAvailableData": value})
    assert patient is not None
    assert (patient.born, patient.last_data, patient.has_data) == (None, None, None)


@given(ANYTHING)
def test_whatever_stands_for_a_patient_is_read_or_left_out(value: Any) -> None:
    for key in ("id", "dateOfBirth", "dob", "lastAvailableData", "libreViewStatus", "practices", "email"):
        parse_patient({"id": "a", key: value})
    parse_patient(value)
    parse_patients(value)


# A patient's report.


async def test_a_patients_report_is_ordered_in_the_order_of_public_clients(
    cloud: CloudDouble, libreview: LibreView, nora: Account, nurse: Account
) -> None:
    assert nora.own is not None
    nora.own.add_entry("note", at=cloud.now(), text="seen")
    bodies = bodies_sent(cloud, "reports")
    now = datetime.now(UTC)
    page = await libreview.daily_log(nora.user_id, first=now.date(), now=now, is_of_patient=True)
    assert page is not None
    assert b"seen" in page
    assert [each.endpoint for each in cloud.log] == [
        "patient",
        "patient_settings",
        "reports",
        "channel",
        "long_poll",
        "report_page",
    ]
    assert bodies[0]["PatientId"] == nora.user_id
    assert bodies[0]["ProfessionalId"] == nurse.user_id


async def test_a_strict_cloud_is_told_who_asks(
    cloud: CloudDouble, libreview: LibreView, nora: Account
) -> None:
    cloud.practice_forms.needs_professional_id = True
    now = datetime.now(UTC)
    assert await libreview.daily_log(nora.user_id, first=now.date(), now=now, is_of_patient=True)


@pytest.mark.parametrize("form", sorted(MISSING))
async def test_a_patient_who_is_gone_is_recognised_in_every_form(
    cloud: CloudDouble, libreview: LibreView, clinic: Practice, nora: Account, form: str
) -> None:
    clinic.remove(nora)
    cloud.practice_forms.missing = form
    now = datetime.now(UTC)
    with pytest.raises(PersonNotLoadableError):
        await libreview.daily_log(nora.user_id, first=now.date(), now=now, is_of_patient=True)
    assert [each.endpoint for each in cloud.log] == ["patient"]


async def test_nothing_is_read_where_the_cloud_answers_of_another_patient(
    cloud: CloudDouble, libreview: LibreView, clinic: Practice, nora: Account
) -> None:
    [bo] = linked(cloud, clinic, "Bo Dummy")
    body = {"status": 0, "data": {"patient": {"id": bo.user_id, "firstName": "Bo"}}}
    cloud.fail_always("patient", faults.answer(body))
    now = datetime.now(UTC)
    with pytest.raises(InvalidAnswerError):
        await libreview.daily_log(nora.user_id, first=now.date(), now=now, is_of_patient=True)
    assert [each.endpoint for each in cloud.log] == ["patient"]


@pytest.mark.parametrize("key", ["id", "patientId", "firstName"])
async def test_a_patient_is_recognised_by_an_id_in_other_capitals_or_where_none_is_told(
    cloud: CloudDouble, libreview: LibreView, nora: Account, key: str
) -> None:
    patient = {key: nora.user_id.upper()}
    cloud.fail_always("patient", faults.answer({"status": 0, "data": {"patient": patient}}))
    now = datetime.now(UTC)
    assert await libreview.daily_log(nora.user_id, first=now.date(), now=now, is_of_patient=True)


async def test_an_invited_patient_has_no_report(
    cloud: CloudDouble, libreview: LibreView, clinic: Practice
) -> None:
    account = cloud.add_account(patient_account(cloud, "Bo Example"))
    clinic.invite(account)
    now = datetime.now(UTC)
    assert await libreview.daily_log(account.user_id, first=now.date(), now=now, is_of_patient=True) is None


async def test_a_patient_id_stays_one_part_of_the_path(cloud: CloudDouble, libreview: LibreView) -> None:
    now = datetime.now(UTC)
    with pytest.raises(CloudError):
        await libreview.daily_log("../user?x=1", first=now.date(), now=now, is_of_patient=True)
    assert cloud.requests("user") == []


# Whose account.


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (Professional(), AccountKind.PROFESSIONAL),
        (Professional(account_type="pro", role=None), AccountKind.PROFESSIONAL),
        (Professional(account_type=None, role="clinician"), AccountKind.PROFESSIONAL),
        (Professional(account_type=None, role=None), None),
    ],
)
async def test_a_professional_is_whoever_nothing_calls_a_patient(
    libreview: LibreView, nurse: Account, words: Professional, kind: AccountKind | None
) -> None:
    nurse.professional = words
    await libreview.owner()  # Its answer brings a ticket with these words.
    owner = await libreview.owner()
    assert (owner.kind, owner.person.patient_id) == (kind, nurse.user_id)


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.a.c", "a.!!.c", "a.bnVsbA.c", "a.e30.c", "a.eyJyb2xlIjoxfQ.c"]
)
def test_an_odd_ticket_says_nothing_of_its_owner(token: str) -> None:
    kind = find_account_kind({"accountType": "Pat"}, Ticket(token=token))
    assert kind is AccountKind.PATIENT
    told_by_ticket = find_account_kind({}, Ticket(token=token))
    assert told_by_ticket in (None, AccountKind.PROFESSIONAL)


def test_no_combination_of_forms_hides_who_somebody_is(cloud: CloudDouble, clinic: Practice) -> None:
    linked(cloud, clinic, "Nora Example")
    [nora] = clinic.patients
    columns = ["firstName", "lastName", "email", "dob", "lastAvailableData", "libreViewStatus"]
    forms = product(sorted(DAYS), sorted(INSTANTS), sorted(STATUSES), sorted(PRACTICES))
    for born, last_data, status, practices in forms:
        chosen = PracticeForms(born=born, last_data=last_data, status=status, practices=practices)
        told = row(chosen, nora, columns, cloud.now())
        for value in (found(chosen, nora, [clinic]), told, told | found(chosen, nora, [clinic])):
            patient = parse_patient(value)
            assert patient is not None
            assert (patient.patient_id, patient.name) == (nora.account.user_id, "Nora Example")
            assert patient.born in (None, date(1987, 12, 21))
            assert patient.status in (None, PatientStatus.CONNECTED)
            assert patient.has_data in (None, True)
