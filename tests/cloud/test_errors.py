"""Every way in which the cloud says no, and the error it is for us."""

import contextlib
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.answer_errors import parse_answer
from custom_components.libreview.cloud.errors import (
    BlockedError,
    ClientOutdatedError,
    CloudError,
    InvalidAnswerError,
    LockedError,
    ProtocolEndedError,
    RateLimitedError,
    RequestRejectedError,
    ServerTroubleError,
    TicketRejectedError,
    UnauthorizedError,
    UnreachableError,
    UntrustedRedirectError,
)
from custom_components.libreview.cloud.transport import Request, Transport
from tests.cloud_double import CloudDouble, faults
from tests.cloud_double.faults import Fault
from tests.support.json_values import ANYTHING

from .conftest import RECORDED


async def ask(transport: Transport) -> Any:
    return await transport.request(
        Request(name="connections", region="eu", path="/llu/connections"), "4.16.0"
    )


@pytest.mark.parametrize(
    ("fault", "error", "retry_after"),
    [
        pytest.param(*case[1:], id=case[0])
        for case in (
            ("429", faults.rate_limited(), RateLimitedError, None),
            ("429 with Retry-After", faults.rate_limited(120), RateLimitedError, 120),
            ("430", faults.rate_limited(code=430), RateLimitedError, None),
            ("430 with Retry-After", faults.rate_limited(300, code=430), RateLimitedError, 300),
            ("429 inside of 200", faults.answer({"status": 429}), RateLimitedError, None),
            ("locked", faults.locked(), LockedError, 300),
            (
                "locked for no time",
                faults.answer({"status": 429, "data": {"message": "locked"}}),
                LockedError,
                None,
            ),
            ("Cloudflare's page", faults.cloudflare_block(), BlockedError, None),
            ("476", faults.cloudflare_ban(), BlockedError, 65620),
            ("476 without Retry-After", faults.cloudflare_ban(None), BlockedError, None),
            ("911 inside of 200", faults.maintenance(), ServerTroubleError, None),
            ("911 with 400", faults.maintenance(400), ServerTroubleError, None),
            ("911 as HTTP status", faults.status(911), ServerTroubleError, None),
            ("500", faults.status(500), ServerTroubleError, None),
            ("502 page", faults.status(502, "<html>", content_type="text/html"), ServerTroubleError, None),
            ("503 with Retry-After", faults.status(503, "", {"Retry-After": "60"}), ServerTroubleError, 60),
            ("920", faults.version_refused("4.17.0"), ClientOutdatedError, None),
            ("920 without a version", faults.version_refused(None), ClientOutdatedError, None),
            ("920 for version 5", faults.version_refused("5.0.0"), ProtocolEndedError, None),
            (
                "ProductMismatch",
                faults.status(400, {"message": "ProductMismatch"}),
                ClientOutdatedError,
                None,
            ),
            (
                "header missing, under 403",
                faults.status(403, {"message": "RequiredHeaderMissing"}),
                ClientOutdatedError,
                None,
            ),
            ("401", faults.ticket_invalid(), TicketRejectedError, None),
            ("401 without a body", faults.status(401), UnauthorizedError, None),
            ("user not cached", faults.missing_cached_user(), TicketRejectedError, None),
            ("user not cached, under 200", faults.missing_cached_user(200), TicketRejectedError, None),
            ("302", faults.http_redirect("https://evil.example/"), UntrustedRedirectError, None),
            ("308", faults.http_redirect("/eu/llu/connections", 308), UntrustedRedirectError, None),
            ("404", faults.status(404, {"message": "NotFound"}), RequestRejectedError, None),
            ("403 in JSON", faults.status(403, {"message": "No"}), RequestRejectedError, None),
            ("half of the JSON", faults.status(200, '{"status":0,"da'), InvalidAnswerError, None),
            ("page instead of JSON", faults.html(), InvalidAnswerError, None),
            ("nothing", faults.empty(), InvalidAnswerError, None),
            ("a list", faults.answer([1]), InvalidAnswerError, None),
            ("null", faults.answer(None), InvalidAnswerError, None),
            ("connection dropped", faults.dropped(), UnreachableError, None),
        )
    ],
)
async def test_each_refusal_raises_its_own_error(
    cloud: CloudDouble, transport: Transport, fault: Fault, error: type[CloudError], retry_after: float | None
) -> None:
    cloud.fail_always("connections", fault)
    with pytest.raises(CloudError) as raised:
        await ask(transport)
    assert type(raised.value) is error
    assert raised.value.retry_after == retry_after


@pytest.mark.parametrize(
    ("name", "http", "error"),
    [
        ("llu_connections_min_version.920.json", 403, ClientOutdatedError),
        ("llu_invalid_jwt.401.json", 401, TicketRejectedError),
        ("llu_login_911.json", 200, ServerTroubleError),
        ("llu_login_locked.diable.json", 429, LockedError),
        ("llu_missing_cached_user.json", 200, TicketRejectedError),
        ("llu_required_header_missing.400.json", 400, ClientOutdatedError),
    ],
)
def test_each_recorded_refusal_raises_its_own_error(name: str, http: int, error: type[CloudError]) -> None:
    with pytest.raises(CloudError) as raised:
        parse_answer(http, {}, (RECORDED / name).read_bytes())
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("minimum", "named"),
    [
        ("4.17.0", "4.17.0"),
        ("4.17", "4.17"),
        ("5", "5"),
        ("6.1.2", "6.1.2"),
        (None, None),
        ("", None),
        ("newest", None),
        ("4.x", None),
        ("4..1", None),
        ("-4.1", None),
        ("4.17.0\r\nevil: 1", None),
        ("4.٣", None),
        ("4.999999", None),
        ("1.2.3.4.5", None),
    ],
)
async def test_a_version_is_named_only_in_the_form_of_one(
    cloud: CloudDouble, transport: Transport, minimum: str | None, named: str | None
) -> None:
    cloud.fail_next("connections", faults.version_refused(minimum))
    with pytest.raises(ClientOutdatedError) as raised:
        await ask(transport)
    assert raised.value.minimum == named


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("1.5", 1.5),
        ("65620", 65620),
        ("0", 0),
        ("-30", 0),
        ("Mon, 01 Jun 2026 12:30:00 GMT", 1800),
        ("Mon, 01 Jun 2026 12:30:00 -0000", 1800),
        ("Mon, 01 Jun 2026 12:30:00", 1800),
        ("Mon, 01 Jun 2026 14:30:00 +0200", 1800),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("Mon, 99 Jun 2026 12:30:00 GMT", None),
    ],
)
async def test_retry_after_is_a_number_or_a_date_or_ignored(
    cloud: CloudDouble, transport: Transport, header: str, seconds: float | None
) -> None:
    cloud.fail_next("connections", faults.rate_limited(header))
    with pytest.raises(RateLimitedError) as raised:
        await ask(transport)
    assert raised.value.retry_after == seconds


def test_a_lock_is_as_long_as_it_says_rather_than_as_retry_after_does() -> None:
    body = {"data": {"message": "locked", "data": {"lockout": "600"}}}
    with pytest.raises(LockedError) as raised:
        parse_answer(429, {"Retry-After": "10"}, json.dumps(body).encode())
    assert raised.value.retry_after == 600


@pytest.mark.parametrize("lockout", [-105, "-1", 0, None], ids=repr)
def test_a_lock_of_less_than_no_time_is_as_long_as_retry_after_says(lockout: object) -> None:
    body = {"data": {"message": "locked", "data": {"lockout": lockout}}}
    for headers, seconds in (({"Retry-After": "10"}, 10), ({}, None)):
        with pytest.raises(LockedError) as raised:
            parse_answer(429, headers, json.dumps(body).encode())
        assert raised.value.retry_after == seconds


def test_a_date_at_the_end_of_time_is_a_long_wait() -> None:
    with pytest.raises(RateLimitedError) as raised:
        parse_answer(429, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 -2359"}, b"")
    assert (raised.value.retry_after or 0) > 86400


@given(st.integers(100, 999), st.text(), st.binary())
def test_no_bytes_raise_anything_but_our_own_errors(http: int, retry_after: str, raw: bytes) -> None:
    with contextlib.suppress(CloudError):
        parse_answer(http, {"Retry-After": retry_after}, raw)


@given(
    st.integers(100, 999),
    st.fixed_dictionaries(
        {}, optional={"status": ANYTHING, "message": ANYTHING, "data": ANYTHING, "error": ANYTHING}
    ),
)
def test_no_json_raises_anything_but_our_own_errors(http: int, body: dict[str, Any]) -> None:
    try:
        answer = parse_answer(http, {}, json.dumps(body).encode())
    except CloudError:
        pass
    else:
        assert http < 300
        assert set(answer) == set(body)


@given(st.text(), st.sampled_from(["en", "12:30 ", "Mon, 1 Jan ", " +0100", " 10 Feb 9999 "]))
def test_any_retry_after_is_parsed_or_ignored(text: str, part: str) -> None:
    for header in (text, part + text, text + part, f"Mon, 01 {text} 2026 {part} GMT"):
        with pytest.raises(RateLimitedError):
            parse_answer(429, {"Retry-After": header}, b"")
