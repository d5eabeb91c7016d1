"""Ordering a report and waiting for it."""

from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, Person, faults

from .conftest import Clock
from .follower import Follower
from .patient import Patient

START, END = 1773014400, 1773187200  # 9 March 2026, 00:00, and two days later


async def test_the_settings_name_the_devices_with_the_ages_of_their_data(
    patient: Patient, person: Person
) -> None:
    person.former_device = True
    data = (await patient.ask("GET", "/reportSettings")).json["data"]
    former, current = data["dataSources"].values()
    assert [former["type"], current["type"]] == [40066, 40068]
    assert [min(former["daysData"]), min(current["daysData"])] == [30, 0]
    assert data["settings"]["targetRange"] == {"min": 70, "max": 180}


async def test_a_silent_phone_has_older_data(patient: Patient, person: Person, clock: Clock) -> None:
    person.pause(clock.now)
    clock.move(days=3)
    await patient.signed_in()
    (source,) = (await patient.ask("GET", "/reportSettings")).json["data"]["dataSources"].values()
    assert source["daysData"][0] == 3


async def test_who_has_no_data_has_no_devices(patient: Patient, person: Person) -> None:
    person.has_reading = False
    assert (await patient.ask("GET", "/reportSettings")).json["data"]["dataSources"] == {}


async def test_a_diary_alone_is_data_too(patient: Patient, person: Person, clock: Clock) -> None:
    person.has_reading = False
    person.add_entry("note", at=clock.now - timedelta(days=2), text="x")
    (source,) = (await patient.ask("GET", "/reportSettings")).json["data"]["dataSources"].values()
    assert source["daysData"][0] == 2


async def test_who_only_follows_has_neither_data_nor_reports(
    cloud: CloudDouble, session: ClientSession, account: Account, patient: Patient
) -> None:
    other = await Patient(session, cloud, account).signed_in()
    assert (await other.ask("GET", "/reportSettings")).json["data"]["dataSources"] == {}
    await patient.order(START, END)
    answer = await other.ask("POST", "/reports", json=patient.sent | {"PatientId": account.user_id})
    assert answer.json == {"status": 4, "error": {"message": "couldNotLoadPatient"}}


async def test_an_order_is_answered_with_a_channel_and_a_ticket(patient: Patient, cloud: CloudDouble) -> None:
    answer = (await patient.order(START, END)).json
    assert answer["data"]["url"].startswith(f"{cloud.base_url}/hub-eu/channel/")
    assert answer["ticket"]["token"]
    (order,) = cloud.report_orders
    assert (order.first.isoformat(), order.last.isoformat()) == ("2026-03-09T00:00:00", "2026-03-11T00:00:00")


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {name: None}
            for name in ("CultureCode", "EndDate", "ReportIds", "SecondaryDeviceIds", "StartDates")
        ),
        {"PrimaryDeviceId": "00000000-0000-4000-8000-000000000000"},
        {"PrimaryDeviceTypeId": 40067},
        {"SecondaryDeviceIds": ["00000000-0000-4000-8000-000000000000"]},
        {"PrintReportsWithPatientInformation": 0},
        {"ReportIds": [40068]},
        {"ReportIds": [500000]},
        {"ClientReportIDs": ["5"]},
        {"StartDates": START},
        {"StartDates": [START, END]},
        {"StartDates": [float(START)]},
        {"StartDates": [str(START)]},
        {"EndDate": START - 1},
        {"EndDate": True},
        {"GlucoseUnits": 2},
        {"GlucoseUnits": "1"},
        {"Colour": "red"},
    ],
)
async def test_a_malformed_order_is_refused_by_name(patient: Patient, changes: dict[str, Any]) -> None:
    answer = await patient.order(START, END, **changes)
    assert (answer.status, answer.json) == (400, {"message": f"BadRequest {next(iter(changes))}"})


async def test_a_device_is_named_once(patient: Patient) -> None:
    await patient.order(START, END)
    primary = patient.sent["PrimaryDeviceId"]
    answer = await patient.order(START, END, SecondaryDeviceIds=[primary])
    assert answer.json == {"message": "BadRequest SecondaryDeviceIds"}


async def test_what_other_clients_add_is_accepted(patient: Patient) -> None:
    more: dict[str, Any] = {
        "TertiaryDeviceIds": [],
        "ConnectedInsulinDeviceIds": [],
        "TodayDate": END,
        "CultureCodeCommunication": "de-DE",
        "Country": "DE",
        "DateFormat": 2,
        "TimeFormat": 2,
        "GlucoseUnits": 0,
        "HighGlucoseThreshold": 240,
        "TargetRangeLow": 3.9,
    }
    assert (await patient.order(START, END, **more)).status == 200


async def test_nobody_else_is_ordered_for(patient: Patient) -> None:
    answer = await patient.order(START, END, PatientId="00000000-0000-4000-8000-000000000000")
    assert answer.json == {"status": 4, "error": {"message": "couldNotLoadPatient"}}


async def test_a_report_is_ready_at_once_unless_set_otherwise(patient: Patient, cloud: CloudDouble) -> None:
    poll = await patient.long_poll(START, END)
    answer = (await patient.ask_at("GET", poll)).json
    assert answer["operation"] == "update"
    assert list(answer["args"]["urls"]) == ["5"]
    assert answer["args"]["urls"]["5"].startswith(f"{cloud.base_url}/hub-eu/")


async def test_a_report_takes_as_many_polls_as_set(patient: Patient, cloud: CloudDouble) -> None:
    cloud.report_polls = 3
    poll = await patient.long_poll(START, END)
    answers = [(await patient.ask_at("GET", poll)).json for _ in range(4)]
    assert answers[0] == {"operation": "started", "args": {}}
    assert answers[1] == {"operation": "update", "args": {"currentStep": 1, "totalSteps": 3}}
    assert "urls" not in answers[2]["args"]
    assert "urls" in answers[3]["args"]
    assert len(cloud.requests("long_poll")) == 4


async def test_the_address_may_stand_in_a_sparse_array(patient: Patient, cloud: CloudDouble) -> None:
    cloud.urls_as = "array"
    urls = (await patient.ask_at("GET", await patient.long_poll(START, END))).json["args"]["urls"]
    assert urls[:5] == [None] * 5
    assert urls[5].endswith("/5")


@pytest.mark.parametrize(
    ("outcome", "operation"), [("never", "started"), ("error", "error"), ("failed", "failed")]
)
async def test_a_report_may_never_come(
    patient: Patient, cloud: CloudDouble, outcome: str, operation: str
) -> None:
    cloud.report_outcome = outcome
    poll = await patient.long_poll(START, END)
    for _ in range(3):
        answer = (await patient.ask_at("GET", poll)).json
        assert answer["operation"] == operation
        assert "urls" not in answer["args"]


async def test_all_steps_need_the_ticket_of_who_ordered(
    patient: Patient, cloud: CloudDouble, session: ClientSession
) -> None:
    channel = (await patient.order(START, END)).json["data"]["url"]
    poll = (await patient.ask_at("GET", channel)).json["data"]["lp"]
    page = (await patient.ask_at("GET", poll)).json["args"]["urls"]["5"]
    stranger = cloud.add_account(Account(email="stranger@example.com", own=Person(first_name="Other")))
    other = await Patient(session, cloud, stranger).signed_in()
    for url in (channel, poll, page):
        assert (await patient.ask_at("GET", url, headers={"Authorization": None})).status == 401
        assert (await other.ask_at("GET", url)).status == 404


async def test_librelinkups_ticket_of_the_same_account_opens_no_report(
    patient: Patient, cloud: CloudDouble, session: ClientSession
) -> None:
    channel = (await patient.order(START, END)).json["data"]["url"]
    poll = (await patient.ask_at("GET", channel)).json["data"]["lp"]
    page = (await patient.ask_at("GET", poll)).json["args"]["urls"]["5"]
    app = await Follower(session, cloud, patient.account).signed_in()
    for url in (channel, poll, page):
        answer = await app.get(url.removeprefix(f"{cloud.base_url}/hub-eu"), region="hub-eu")
        assert (answer.status, answer.json) == (400, {"message": "ProductMismatch"})


async def test_a_page_takes_the_ticket_in_its_address_and_gives_html_only(
    patient: Patient, cloud: CloudDouble
) -> None:
    poll = await patient.long_poll(START, END)
    page = (await patient.ask_at("GET", poll)).json["args"]["urls"]["5"]
    as_html = {"Authorization": None, "Accept": "text/html"}
    assert (await patient.ask_at("GET", f"{page}?session=x", headers=as_html)).status == 401
    assert (await patient.ask_at("GET", f"{page}?session={patient.ticket}")).status == 400
    answer = await patient.ask_at("GET", f"{page}?session={patient.ticket}", headers=as_html)
    assert answer.json.startswith("<!DOCTYPE html>")
    assert "session" in cloud.log[-1].query
    assert "session" not in cloud.log[-1].public()["query"]


async def test_the_log_names_every_step(patient: Patient, cloud: CloudDouble) -> None:
    await patient.page(START, END)
    names = ["web_login", "report_settings", "reports", "channel", "long_poll", "report_page"]
    assert [each.endpoint for each in cloud.log] == names
    assert {each.region for each in cloud.log} == {"eu"}


@pytest.mark.parametrize("endpoint", ["report_settings", "reports", "channel", "long_poll", "report_page"])
async def test_every_step_can_fail(patient: Patient, cloud: CloudDouble, endpoint: str) -> None:
    cloud.fail_always(endpoint, faults.status(500, "{}", content_type="application/json"))
    with pytest.raises((KeyError, AttributeError)):
        await patient.report(START, END)
    assert (cloud.log[-1].endpoint, cloud.log[-1].status) == (endpoint, 500)


async def test_a_page_can_be_cut_off(patient: Patient, cloud: CloudDouble) -> None:
    whole = await patient.page(START, END)
    cloud.fail_next("report_page", faults.truncated())
    half = await patient.page(START, END)
    assert whole.startswith(half[:1000])
    assert len(half) < len(whole)
