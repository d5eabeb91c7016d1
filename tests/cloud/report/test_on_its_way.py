"""Waiting for a report, and what may go wrong on the way to it."""

import asyncio
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.libreview.cloud.errors import (
    CloudError,
    InvalidAnswerError,
    PersonNotLoadableError,
    ReportFailedError,
    RequestRejectedError,
    ServerTroubleError,
    TicketRejectedError,
    UnreachableError,
    UntrustedRedirectError,
)
from custom_components.libreview.cloud.transport import LARGEST_PAGE
from tests.cloud.conftest import DailyLog, Owner
from tests.cloud_double import CloudDouble, faults
from tests.cloud_double.reports import URLS
from tests.support.web_faults import FAULTS, Failure

# Waiting for the report.


@pytest.mark.parametrize("urls_as", URLS)
async def test_the_address_of_the_page_is_found_in_every_form(
    daily_log: DailyLog, cloud: CloudDouble, urls_as: str
) -> None:
    cloud.urls_as = urls_as
    assert await daily_log()


@pytest.mark.parametrize(
    "urls",
    [
        {"4": "{other}", "5": "{page}"},
        ["{other}", None, None, None, None, "{page}"],
        [None, "{page}"],
        ["{page}"],
        ["{page}", None, None, None, None, None],
        {"5": None, "7": "{page}"},
        {"5": "", "DailyLog": " {page} "},
        [{"id": 4, "url": "{other}"}, {"id": "5", "url": "{page}"}],
        [{"key": "4"}, {"name": "Daily Log", "link": "{page}"}],
        {"4": {"url": "{other}"}, "5": {"url": "{page}"}},
        {"5": {"url": None}, "6": {"url": "{page}"}},
    ],
    ids=repr,
)
async def test_of_several_addresses_the_daily_logs_is_taken(
    daily_log: DailyLog, cloud: CloudDouble, urls: Any
) -> None:
    async def name(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        order = request.path.rpartition("/")[2]
        page = f"{request.url.origin()}/hub-eu/report/{order}/5"
        told = json.dumps({"operation": "update", "args": {"urls": urls}})
        told = told.replace("{page}", page).replace("{other}", "https://evil.example/")
        return web.Response(text=told, content_type="application/json")

    cloud.fail_next("long_poll", name)
    assert await daily_log()


async def test_while_the_report_is_made_it_is_asked_after_ever_more_rarely(
    daily_log: DailyLog, cloud: CloudDouble, pauses: list[float]
) -> None:
    cloud.report_polls = 12
    assert await daily_log()
    assert len(cloud.requests("long_poll")) == 13
    assert pauses[:3] == [2, 3, 4.5]
    assert sorted(pauses) == pauses
    assert pauses[-1] == 30


@pytest.mark.parametrize(
    "told", [{"operation": "update"}, {"operation": None, "args": []}, {}, {"args": {"urls": {}}}], ids=repr
)
async def test_an_answer_that_says_nothing_is_followed_by_another_question(
    daily_log: DailyLog, cloud: CloudDouble, told: dict[str, Any]
) -> None:
    cloud.fail_next("long_poll", faults.answer(told), times=8)
    assert await daily_log()


async def test_a_report_that_is_never_ready_is_given_up_within_ten_minutes(
    daily_log: DailyLog, cloud: CloudDouble, pauses: list[float]
) -> None:
    cloud.report_outcome = "never"
    with pytest.raises(ReportFailedError):
        await daily_log()
    assert 300 < sum(pauses) < 600
    assert len(cloud.requests("long_poll")) <= 20
    assert not cloud.requests("report_page")


@pytest.mark.parametrize("outcome", ["error", "failed"])
async def test_a_report_that_cannot_be_made_is_not_asked_after_any_more(
    daily_log: DailyLog, cloud: CloudDouble, outcome: str
) -> None:
    cloud.report_polls = 2
    cloud.report_outcome = outcome
    with pytest.raises(ReportFailedError):
        await daily_log()
    assert len(cloud.requests("long_poll")) == 3


UNHEARD: dict[str, Failure] = {
    "dropped": (faults.dropped(after=9), UnreachableError),
    "500": (faults.status(500), ServerTroubleError),
    "504": (faults.status(504, "<html>Gateway timeout</html>", content_type="text/html"), ServerTroubleError),
    "204": (faults.status(204), InvalidAnswerError),
    "nothing": (faults.empty(), InvalidAnswerError),
    "page": (faults.html(), InvalidAnswerError),
}
"""How a long poll may well end when there is nothing to say yet."""


@pytest.mark.parametrize("fault", UNHEARD)
async def test_a_long_poll_may_end_without_an_answer_and_is_asked_again(
    daily_log: DailyLog, cloud: CloudDouble, pauses: list[float], fault: str
) -> None:
    happens, _ = UNHEARD[fault]
    for _ in range(3):
        cloud.fail_next("long_poll", happens, times=3)
        cloud.fail_next("long_poll", faults.answer({"operation": "started"}))
    assert await daily_log()
    assert len(pauses) == 12


@pytest.mark.parametrize("fault", UNHEARD)
async def test_a_long_poll_that_never_answers_is_given_up_early(
    daily_log: DailyLog, cloud: CloudDouble, pauses: list[float], fault: str
) -> None:
    happens, error = UNHEARD[fault]
    cloud.fail_always("long_poll", happens)
    with pytest.raises(error):
        await daily_log()
    assert len(pauses) == 3


async def test_a_long_poll_is_held_for_a_minute(
    hass: HomeAssistant, daily_log: DailyLog, cloud: CloudDouble
) -> None:
    asked, never = asyncio.Event(), asyncio.Event()

    async def hold(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        asked.set()
        await never.wait()
        return await truth()

    cloud.fail_next("long_poll", hold)
    reading = asyncio.ensure_future(daily_log())
    await asked.wait()
    async_fire_time_changed(hass, datetime.now(UTC) + timedelta(seconds=58))
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(cloud.requests("long_poll")) == 1
    async_fire_time_changed(hass, datetime.now(UTC) + timedelta(seconds=62))
    assert await reading
    assert len(cloud.requests("long_poll")) == 2


# What goes wrong.

NOT_TOLD_FROM_HERE = {
    name: (fault, InvalidAnswerError if error is TicketRejectedError else error)
    for name, (fault, error) in FAULTS.items()
}
"""Beside the cloud proper a refused ticket is odd: a moment ago it was good, so signing in would not help."""

PAGES: dict[str, Failure] = {
    name: failure for name, failure in NOT_TOLD_FROM_HERE.items() if name not in ("half", "page", "nothing")
} | {
    "JSON": (faults.answer({"status": 0, "data": {}}), InvalidAnswerError),
    "JSON after spaces": (faults.status(200, "\n {}"), InvalidAnswerError),
    "larger than a report can be": (faults.huge(LARGEST_PAGE + 1), InvalidAnswerError),
}


@pytest.mark.parametrize(
    ("endpoint", "failure"),
    [
        pytest.param(endpoint, failure, id=f"{endpoint} {name}")
        for endpoint, failures in {
            "report_settings": FAULTS,
            "reports": FAULTS,
            "channel": NOT_TOLD_FROM_HERE,
            "long_poll": NOT_TOLD_FROM_HERE,
            "report_page": PAGES,
        }.items()
        for name, failure in failures.items()
    ],
)
async def test_a_failure_on_the_way_is_its_own_error(
    daily_log: DailyLog, cloud: CloudDouble, endpoint: str, failure: Failure
) -> None:
    fault, error = failure
    cloud.fail_always(endpoint, fault)
    with pytest.raises(CloudError) as raised:
        await daily_log()
    assert type(raised.value) is error
    assert len(cloud.web_logins) <= 1


@pytest.mark.parametrize(
    ("endpoint", "answer", "error"),
    [
        ("report_settings", {"status": 4, "error": {"message": "no"}}, InvalidAnswerError),
        ("reports", {"status": 4, "error": {"message": "couldNotLoadPatient"}}, PersonNotLoadableError),
        ("reports", {"status": 0, "data": {}}, InvalidAnswerError),
        ("reports", {"status": 0, "data": {"url": "/channel/1"}}, UntrustedRedirectError),
        ("channel", {"data": {"ws": "wss://hub-eu.libreview.io/1"}}, InvalidAnswerError),
        ("channel", {"status": 2, "error": {"message": "no"}}, InvalidAnswerError),
        ("channel", {"data": {"lp": 5}}, UntrustedRedirectError),
    ],
    ids=repr,
)
async def test_an_answer_that_leads_nowhere_is_its_own_error(
    daily_log: DailyLog, cloud: CloudDouble, endpoint: str, answer: dict[str, Any], error: type[CloudError]
) -> None:
    cloud.fail_always(endpoint, faults.answer(answer))
    with pytest.raises(CloudError) as raised:
        await daily_log()
    assert type(raised.value) is error


async def test_a_channel_that_is_gone_is_not_asked_again(daily_log: DailyLog, cloud: CloudDouble) -> None:
    cloud.fail_always("long_poll", faults.status(404, {"message": "NotFound"}))
    with pytest.raises(RequestRejectedError):
        await daily_log()
    assert len(cloud.requests("long_poll")) == 1


async def test_a_refused_ticket_at_the_page_does_not_cost_a_sign_in(
    daily_log: DailyLog, owner_signed_in: Owner, cloud: CloudDouble
) -> None:
    cloud.fail_next("report_page", faults.ticket_invalid())
    with pytest.raises(InvalidAnswerError):
        await daily_log()
    assert await daily_log()
    assert not cloud.web_logins


async def test_a_large_page_is_read(daily_log: DailyLog, cloud: CloudDouble) -> None:
    async def large(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        return web.Response(text="<html>" + " " * (LARGEST_PAGE - 6), content_type="text/html")

    cloud.fail_next("report_page", large)
    page = await daily_log()
    assert page is not None
    assert len(page) == LARGEST_PAGE
