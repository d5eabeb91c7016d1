"""The way to a Daily Log report: ordering it, waiting for it, fetching its page."""

import contextlib
from datetime import UTC, date, datetime, timedelta
import json
import logging
from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.libreview.cloud.errors import (
    CloudError,
    InvalidAnswerError,
)
from custom_components.libreview.cloud.libreview import LibreView
from custom_components.libreview.cloud.services import LIBREVIEW
from custom_components.libreview.cloud.session import Session
from custom_components.libreview.cloud.session_state import Credentials, SessionState, Ticket
from custom_components.libreview.cloud.transport import Transport
from custom_components.libreview.models import GlucoseUnit
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.support.examples import times
from tests.support.json_values import ANYTHING

from .conftest import DailyLog, Owner, bodies_sent

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 13, tzinfo=UTC)


def endpoints(cloud: CloudDouble) -> list[str]:
    return [request.endpoint for request in cloud.log]


# The whole way.


async def test_a_report_is_ordered_awaited_and_fetched(daily_log: DailyLog, cloud: CloudDouble) -> None:
    page = await daily_log()
    assert page is not None
    assert page.startswith(b"<!DOCTYPE html>")
    assert b"window.Report = {" in page
    assert endpoints(cloud) == ["report_settings", "reports", "channel", "long_poll", "report_page"]
    assert not cloud.web_logins


async def test_only_the_page_is_given_the_ticket_in_its_address_and_no_other_way(
    daily_log: DailyLog, owner_signed_in: Owner, cloud: CloudDouble
) -> None:
    await daily_log()
    *asked, page = cloud.log
    assert owner_signed_in.state.ticket is not None
    assert page.query == {"session": owner_signed_in.state.ticket.token}
    assert "authorization" not in page.headers
    assert page.headers["accept"] == "text/html"
    for request in asked:
        assert request.query == {}
        assert request.headers["accept"] == "application/json"
        assert request.headers["authorization"].startswith("Bearer ")


async def test_the_address_of_the_page_keeps_its_own_query(daily_log: DailyLog, cloud: CloudDouble) -> None:
    async def with_query(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        order = request.path.rpartition("/")[2]
        url = f"{request.url.origin()}/hub-eu/report/{order}/5?part=1%2F2"
        return web.json_response({"args": {"urls": {"5": url}}})

    cloud.fail_next("long_poll", with_query)
    assert await daily_log()
    assert cloud.log[-1].query["part"] == "1/2"
    assert set(cloud.log[-1].query) == {"part", "session"}


async def test_nothing_of_a_report_shows_in_the_log(
    daily_log: DailyLog, owner_signed_in: Owner, own_account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.libreview")
    await daily_log()
    assert "LibreView report: HTTP 200" in caplog.text
    assert owner_signed_in.state.ticket is not None
    for secret in (own_account.user_id, owner_signed_in.state.ticket.token, "/report/"):
        assert secret not in caplog.text


# The order.


async def order_of(daily_log: DailyLog, cloud: CloudDouble) -> Any:
    [body] = await orders_of(daily_log, cloud)
    return body


async def orders_of(daily_log: DailyLog, cloud: CloudDouble) -> list[Any]:
    bodies = bodies_sent(cloud, "reports")
    await daily_log()
    return bodies


async def test_an_order_names_person_devices_report_and_days(
    daily_log: DailyLog, cloud: CloudDouble, own_account: Account, person: Person
) -> None:
    person.former_device = True
    sources: Any = {}

    async def look(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        answer = await truth()
        assert answer.text is not None
        sources.update(json.loads(answer.text)["data"]["dataSources"])
        return answer

    cloud.fail_always("report_settings", look)
    body = await order_of(daily_log, cloud)
    former, current = sorted(sources, key=lambda each: min(sources[each]["daysData"]), reverse=True)
    assert body == {
        "PrimaryDeviceId": current,
        "PrimaryDeviceTypeId": 40068,
        "SecondaryDeviceIds": [former],
        "PrintReportsWithPatientInformation": False,
        "ReportIds": [540068],
        "ClientReportIDs": [5],
        "StartDates": [int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())],
        "EndDate": int(datetime(2026, 6, 2, 13, tzinfo=UTC).timestamp()),
        "PatientId": own_account.user_id,
        "CultureCode": "en-US",
        "GlucoseUnits": 1,
    }


@pytest.mark.parametrize("hours", [-12, 0, 5.75, 14])
async def test_the_days_asked_for_hold_all_of_today_on_any_clock(
    libreview: LibreView, cloud: CloudDouble, own_account: Account, hours: float
) -> None:
    wall = (NOW + timedelta(hours=hours)).replace(tzinfo=None)
    body = await order_of(lambda: libreview.daily_log(own_account.user_id, first=wall.date(), now=NOW), cloud)
    floating_now = wall.replace(tzinfo=UTC).timestamp()
    assert body["StartDates"][0] <= floating_now <= body["EndDate"]
    assert body["StartDates"][0] % 86400 == 0


# Where the data come from.


def source(days: Any, **more: Any) -> dict[str, Any]:
    return {"id": "device", "type": 40067, "firmwareVersion": "1", "daysData": days} | more


def settings_of(sources: Any) -> faults.Fault:
    return faults.answer({"status": 0, "data": {"dataSources": sources}})


@pytest.fixture
def any_order_will_do(cloud: CloudDouble) -> list[Any]:
    """Orders are taken as they come; these are they."""
    bodies: list[Any] = []

    async def take(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        bodies.append(await request.json())
        return web.json_response({"status": 0, "data": {}})

    cloud.fail_always("reports", take)
    return bodies


@pytest.mark.parametrize(
    ("sources", "primary", "others"),
    [
        (
            {"a": source([3, 4]), "b": source([5, 0], id="new"), "c": source([1], id="c")},
            "new",
            ["c", "device"],
        ),
        ({"key": source([1], id=None)}, "key", []),
        ({"key": source([1], id=7)}, "7", []),
        ({"a": source(["2"], id="a"), "b": source([None, "x", 1.0], id="b")}, "b", ["a"]),
        ({"a": source([], id="a"), "b": source([9], id="b")}, "b", []),
        ({"a": source([1], id="a", type="40066")}, "a", []),
        ({"a": None, "b": [], "c": source([9], id="c")}, "c", []),
        ({"a": source([0], id="a", type=1e300), "b": source([9], id="b")}, "b", []),
    ],
    ids=[
        "newest first",
        "key for id",
        "number for id",
        "odd days",
        "no days",
        "type as text",
        "odd",
        "odd type",
    ],
)
async def test_the_device_with_the_newest_data_comes_first(
    daily_log: DailyLog,
    cloud: CloudDouble,
    any_order_will_do: list[Any],
    sources: Any,
    primary: str,
    others: list[str],
) -> None:
    cloud.fail_next("report_settings", settings_of(sources))
    with pytest.raises(InvalidAnswerError):
        await daily_log()
    [order] = any_order_will_do
    assert order["PrimaryDeviceId"] == primary
    assert order["SecondaryDeviceIds"] == others
    assert order["ReportIds"] == [500000 + order["PrimaryDeviceTypeId"]]


@pytest.mark.parametrize(
    "sources",
    [
        None,
        {},
        [],
        "none",
        {"a": source([])},
        {"a": source(None)},
        {"a": source([1], type=None)},
        {"a": source([1], type=-1)},
        {" ": source([1], id="")},
    ],
    ids=repr,
)
async def test_without_data_of_any_device_there_is_no_report(
    daily_log: DailyLog, cloud: CloudDouble, sources: Any
) -> None:
    cloud.fail_next("report_settings", settings_of(sources))
    assert await daily_log() is None
    assert endpoints(cloud) == ["report_settings"]


async def ask_with(hass: HomeAssistant) -> None:
    """Have a report made, as somebody who is signed in."""
    state = SessionState(region="eu", user_id="someone", ticket=Ticket(token="abc"))
    transport = Transport(async_get_clientsession(hass), LIBREVIEW)
    session = Session(transport, Credentials(email="a", password="b"), state)
    with contextlib.suppress(CloudError):
        assert await LibreView(session, no_pause).daily_log("someone", first=TODAY, now=NOW) is None


async def no_pause(seconds: float) -> None:
    """Time is short."""


days = st.lists(st.integers(0, 200) | ANYTHING, max_size=4) | ANYTHING
one_source = st.fixed_dictionaries(
    {}, optional={"id": ANYTHING, "type": st.integers(0, 50_000) | ANYTHING, "daysData": days}
)
odd_settings = st.dictionaries(st.text(max_size=5), one_source | ANYTHING, max_size=4) | ANYTHING


@settings(max_examples=times(0.4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd_settings)
def test_any_settings_raise_only_our_own_errors(
    hass: HomeAssistant, cloud: CloudDouble, any_order_will_do: list[Any], sources: Any
) -> None:
    cloud.fail_always("report_settings", settings_of(sources))
    try:
        hass.loop.run_until_complete(ask_with(hass))
    finally:
        cloud.heal("report_settings")


@settings(max_examples=times(0.4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ANYTHING
    | st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from([0, 2, 4]) | ANYTHING,
            "data": ANYTHING | st.fixed_dictionaries({}, optional={"url": ANYTHING, "lp": ANYTHING}),
            "operation": ANYTHING,
            "args": ANYTHING | st.fixed_dictionaries({"urls": ANYTHING}),
        },
    ),
    st.integers(0, 2),
)
def test_any_answer_on_the_way_raises_only_our_own_errors(
    hass: HomeAssistant, cloud: CloudDouble, answer: Any, step: int
) -> None:
    origin = cloud.url_template.format(region="hub-eu")
    sources = {"a": source([0])}
    told: list[Any] = [
        {"status": 0, "data": {"url": f"{origin}/channel/1"}},
        {"status": 0, "data": {"lp": f"{origin}/poll/1"}},
        answer,
    ]
    told[step] = answer
    cloud.fail_always("report_settings", settings_of(sources))
    for endpoint, each in zip(("reports", "channel", "long_poll"), told, strict=True):
        cloud.fail_always(endpoint, faults.answer(each))
    try:
        hass.loop.run_until_complete(ask_with(hass))
    finally:
        cloud.heal()


# Whose account it is.


@pytest.mark.parametrize(
    ("uom", "unit"),
    [
        ("0", GlucoseUnit.MMOL_L),
        ("1", GlucoseUnit.MG_DL),
        (1, GlucoseUnit.MG_DL),
        ("2", None),
        (None, None),
        ("mg/dL", None),
    ],
    ids=repr,
)
async def test_the_unit_of_an_account_is_known_or_left_open(
    libreview: LibreView, cloud: CloudDouble, uom: Any, unit: GlucoseUnit | None
) -> None:
    cloud.fail_next("user", faults.answer({"status": 0, "data": {"user": {"id": "someone", "uom": uom}}}))
    person = await libreview.person()
    assert (person.patient_id, person.name, person.unit) == ("someone", "", unit)


async def test_a_user_without_an_id_is_an_invalid_answer(libreview: LibreView, cloud: CloudDouble) -> None:
    cloud.fail_next("user", faults.answer({"status": 0, "data": {"user": {"firstName": "Alex"}}}))
    with pytest.raises(InvalidAnswerError):
        await libreview.person()
