"""One request: what it carries, how long and how large it may become, and whom it trusts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
import socket
import ssl
from typing import Any, override

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, ClientSession, TCPConnector, web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.libreview.cloud.errors import (
    InvalidAnswerError,
    UnreachableError,
    UntrustedRedirectError,
)
from custom_components.libreview.cloud.transport import LARGEST_BODY, Request, Transport
from tests.cloud_double import Account, CloudDouble, faults

from .conftest import Client, ClientFactory


async def ask(transport: Transport) -> Any:
    return await transport.request(
        Request(name="connections", region="eu", path="/llu/connections"), "4.16.0"
    )


# What a request carries.


async def test_a_sign_in_carries_product_and_version_and_nothing_of_the_account(
    client: Client, cloud: CloudDouble
) -> None:
    await client.session.sign_in()
    login = cloud.logins[0]
    assert login.headers["product"] == "llu.android"
    assert login.headers["version"] == "4.16.0"
    assert login.headers["content-type"] == "application/json"
    assert login.body_fields == ("email", "password")
    assert not {"authorization", "account-id", "cookie"} & set(login.headers)


async def test_a_data_call_carries_the_ticket_and_the_hash_of_the_user_id_and_nothing_else(
    signed_in: Client, cloud: CloudDouble, account: Account
) -> None:
    ticket = signed_in.state.ticket
    assert ticket is not None
    await signed_in.read()
    headers = dict(cloud.requests("connections")[0].headers)
    assert "LibreLinkUp/4.16.0" in headers.pop("user-agent")
    assert headers.pop("host").startswith("127.0.0.1")
    assert "gzip" in headers.pop("accept-encoding")
    assert headers == {
        "accept": "application/json",
        "cache-control": "no-cache",
        "product": "llu.android",
        "version": "4.16.0",
        "authorization": f"Bearer {ticket.token}",
        "account-id": sha256(account.user_id.encode()).hexdigest(),
    }


# How large an answer may become.


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
async def test_a_huge_answer_is_not_read_to_its_end(
    cloud: CloudDouble, transport: Transport, compressed: bool
) -> None:
    cloud.fail_next("connections", faults.huge(20_000_000, compressed=compressed))
    with pytest.raises(InvalidAnswerError, match="larger than"):
        await ask(transport)


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
async def test_a_large_answer_is_read(cloud: CloudDouble, transport: Transport, compressed: bool) -> None:
    cloud.fail_next("connections", faults.huge(LARGEST_BODY, compressed=compressed))
    assert (await ask(transport))["data"] == []


# How long it may take.


@pytest.fixture
def hanging(cloud: CloudDouble) -> asyncio.Event:
    """The cloud accepts every request, says so by this event, and never answers."""
    arrived, never = asyncio.Event(), asyncio.Event()

    async def fault(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        arrived.set()
        await never.wait()
        return await truth()

    cloud.fail_always("*", fault)
    return arrived


async def test_an_answer_may_take_ten_seconds(
    hass: HomeAssistant, signed_in: Client, hanging: asyncio.Event
) -> None:
    await _gives_up_after(hass, hanging, signed_in.read, 10)


async def test_an_answer_to_a_sign_in_may_take_a_minute(
    hass: HomeAssistant, client: Client, hanging: asyncio.Event
) -> None:
    await _gives_up_after(hass, hanging, client.session.sign_in, 60)


async def _gives_up_after(
    hass: HomeAssistant, arrived: asyncio.Event, asking: Callable[[], Awaitable[object]], seconds: int
) -> None:
    asked = asyncio.ensure_future(asking())
    await arrived.wait()
    async_fire_time_changed(hass, datetime.now(UTC) + timedelta(seconds=seconds - 2))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not asked.done()
    async_fire_time_changed(hass, datetime.now(UTC) + timedelta(seconds=seconds + 2))
    with pytest.raises(UnreachableError, match=f"within {seconds} s"):
        await asked


# When there is no answer at all.


async def test_a_connection_that_breaks_in_the_middle_raises_unreachable(
    cloud: CloudDouble, transport: Transport
) -> None:
    async def cut(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        return await faults.dropped(after=5)(request, truth)

    cloud.fail_always("config", cut)
    with pytest.raises(UnreachableError):
        await transport.request(
            Request(name="config", region="eu", path="/llu/config/country?country=DE"), "4.16.0"
        )


async def test_a_closed_port_raises_unreachable(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBREVIEW_CLOUD_URL", "http://127.0.0.1:1/{region}")
    with pytest.raises(UnreachableError):
        await ask(transport)


async def test_a_request_ends_as_cancelled_when_the_session_was_closed_meanwhile(cloud: CloudDouble) -> None:
    async def closing(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        await http.close()
        return await handler(request)

    http = ClientSession(middlewares=[closing])
    for _ in ("closed in the middle", "closed before"):
        with pytest.raises(asyncio.CancelledError):
            await ask(Transport(http))


class NoSuchName(AbstractResolver):
    """A name server that knows nobody (the test kit's own does not even answer)."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        raise OSError(socket.EAI_NONAME, "Name or service not known")

    @override
    async def close(self) -> None:
        pass


async def test_a_host_name_that_is_not_found_raises_unreachable(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIBREVIEW_CLOUD_URL", raising=False)
    async with ClientSession(connector=TCPConnector(resolver=NoSuchName())) as http:
        with pytest.raises(UnreachableError, match="DNS"):
            await ask(Transport(http))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n{}",
    ],
    ids=["nothing", "another protocol", "broken gzip", "endless header"],
)
async def test_an_answer_that_is_not_http_raises_unreachable(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("LIBREVIEW_CLOUD_URL", f"http://127.0.0.1:{port}/{{region}}")
        with pytest.raises(UnreachableError):
            await ask(transport)


# Whom it trusts.


@asynccontextmanager
async def another_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[str, list[web.Request]]]:
    """A server that is not the cloud: its address, and the requests that reach it."""
    reached: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        reached.append(request)
        return web.json_response({"status": 0, "data": []})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}", reached
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_host_is_never_followed(
    cloud: CloudDouble, transport: Transport, code: int
) -> None:
    async with another_server() as (address, reached):
        cloud.fail_next("connections", faults.http_redirect(f"{address}/llu/connections", code))
        with pytest.raises(UntrustedRedirectError):
            await ask(transport)
    assert not reached


@pytest.mark.parametrize(
    "region", ["127.0.0.1", "evil.example/", "eu.evil.example", "eu@evil.example", "../x"]
)
async def test_a_redirect_to_what_is_no_region_is_never_followed(
    new_client: ClientFactory, cloud: CloudDouble, region: str
) -> None:
    cloud.fail_next("login", faults.redirect(region))
    with pytest.raises(UntrustedRedirectError):
        await new_client().session.sign_in()
    assert len(cloud.log) == 1


async def test_an_untrusted_certificate_raises_unreachable(
    hass: HomeAssistant, transport: Transport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The server complains to the event loop that the client hangs up, as it should.
    hass.loop.set_exception_handler(lambda loop, context: None)
    async with another_server(_self_signed(tmp_path)) as (address, reached):
        monkeypatch.setenv("LIBREVIEW_CLOUD_URL", f"{address}/{{region}}")
        with pytest.raises(UnreachableError, match="Certificate"):
            await ask(transport)
    assert not reached


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "self_signed.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


# What it tells besides.


@pytest.mark.parametrize("minutes", [-20, 0, 20])
async def test_the_date_of_an_answer_shows_how_wrong_our_clock_is(
    signed_in: Client, transport: Transport, cloud: CloudDouble, minutes: int
) -> None:
    cloud.now = lambda: datetime.now(UTC) + timedelta(minutes=minutes)
    await signed_in.read()
    assert transport.clock.offset == pytest.approx(60 * minutes, abs=1)


async def test_a_copy_out_of_a_cache_tells_no_time(
    signed_in: Client, transport: Transport, cloud: CloudDouble
) -> None:
    async def copied(request: web.Request, truth: faults.TrueAnswer) -> web.StreamResponse:
        response = await truth()
        response.headers["Age"] = "1200"
        return response

    cloud.now = lambda: datetime.now(UTC) - timedelta(minutes=20)
    cloud.fail_next("connections", copied)
    await signed_in.read()
    # Of what is the same for everybody copies are kept without a word.
    configuration = Request(name="configuration", region="eu", path="/llu/config/country?country=DE")
    await transport.request(configuration, "4.16.0")
    assert transport.clock.offset == pytest.approx(0, abs=1)
