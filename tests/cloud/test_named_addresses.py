"""Addresses that the cloud names: only Abbott's hosts are ever contacted, whatever an answer says."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from hypothesis import example, given, strategies as st
import pytest
from yarl import URL

from custom_components.libreview.cloud import regions
from custom_components.libreview.cloud.errors import UntrustedRedirectError
from tests.cloud_double import CloudDouble, faults

from .conftest import DailyLog

OVERRIDE = "LIBREVIEW_CLOUD_URL"
DOMAINS = ("libreview.io", "libreview.ru", "myfreestyle.cn")
FOREIGN = (
    "http://api.libreview.io/",
    "ftp://api.libreview.io/",
    "ws://hub-eu.libreview.io/",
    "file:///etc/passwd",
    "javascript:alert(1)//libreview.io",
    "//hub-eu.libreview.io/channel",
    "/channel/1",
    "hub-eu.libreview.io/channel",
    "",
    "https://",
    "https:libreview.io",
    "https://libreview.io.evil.example/",
    "https://evil-libreview.io/",
    "https://evillibreview.io/",
    "https://libreview.io.evil.example/libreview.io",
    "https://evil.example/?.libreview.io",
    "https://evil.example/#.libreview.io",
    "https://evil.example\\.libreview.io/",
    "https://evil.example%2f.libreview.io/",
    "https://evil.example%00.libreview.io/",
    "https://evil.example;.libreview.io/",
    "https://api.libreview.io@evil.example/",
    "https://user:pw@api.libreview.io/",
    "https://user@api.libreview.io/",
    "https://evil.example:443@api.libreview.io/",
    "https://api.libreview.io:444/",
    "https://api.libreview.io:80/",
    "https://api.libreview.io:99999/",
    "https://api.libreview.io:x/",
    "https://api.libreview.io.:443/",
    "https://api.libreview.com/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::1%25.libreview.io]/",
    "https://2130706433/",
    "https://libreview.xn--o-eka/",
    "https://libreview.\u0131o/",
    "https://l\u0131breview.io/",
    "https://[",
    "https://[libreview.io]/",
)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
rest = st.from_regex(r"(/[A-Za-z0-9._~-]{0,8}){0,3}(\?[a-z=&@:/]{0,12})?(#[a-z@:/]{0,8})?", fullmatch=True)
hosts = st.builds(
    lambda parts, domain: ".".join([*parts, domain]), st.lists(labels, max_size=3), st.sampled_from(DOMAINS)
)
odd_text = st.text(alphabet="abcliobrevw.:/@\\?#[]%0123456789-_ \t\r\n\u3002\uff0e\uff0f\u0131\u017f\u212a")


@pytest.fixture(autouse=True)
def no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OVERRIDE, raising=False)


@given(hosts, st.sampled_from(["", ":443"]), rest)
def test_every_host_below_abbotts_domains_is_theirs(host: str, port: str, path: str) -> None:
    assert regions.is_ours(f"https://{host}{port}{path}")
    assert regions.is_ours(f"HTTPS://{host.upper()}{port}{path}")


@pytest.mark.parametrize("url", FOREIGN)
def test_what_only_looks_like_abbotts_is_foreign(url: str) -> None:
    assert not regions.is_ours(url)


@given(hosts, st.sampled_from(["http", "ftp", "ws", "wss", "file", "data", ""]), rest)
def test_no_other_scheme_is_abbotts(host: str, scheme: str, path: str) -> None:
    assert not regions.is_ours(f"{scheme}://{host}{path}")


@given(hosts, st.integers(0, 70_000).filter(lambda port: port != 443), rest)
def test_no_other_port_is_abbotts(host: str, port: int, path: str) -> None:
    assert not regions.is_ours(f"https://{host}:{port}{path}")


@given(hosts, labels, st.sampled_from("@.-"), rest)
def test_a_host_that_goes_on_after_abbotts_name_is_foreign(
    host: str, more: str, joint: str, path: str
) -> None:
    assert not regions.is_ours(f"https://{host}{joint}{more}.example{path}")


@given(labels, hosts, rest)
def test_nobodys_name_stands_before_abbotts_host(name: str, host: str, path: str) -> None:
    assert not regions.is_ours(f"https://{name}:{name}@{host}{path}")


@given(st.ip_addresses(), rest)
def test_no_number_is_a_host_of_abbotts(ip: Any, path: str) -> None:
    host = f"[{ip}]" if ip.version == 6 else str(ip)
    assert not regions.is_ours(f"https://{host}{path}")


@given(
    st.text() | odd_text | odd_text.map("https://{}".format) | odd_text.map("https://{}.libreview.io/".format)
)
@example("https://evil.example\\.libreview.io/")
def test_whatever_is_taken_for_abbotts_leads_the_http_client_there(url: str) -> None:
    if regions.is_ours(url):
        goal = URL(url)
        assert goal.scheme == "https"
        assert goal.raw_host is not None
        assert any(goal.raw_host == domain or goal.raw_host.endswith(f".{domain}") for domain in DOMAINS)
        assert (goal.port, goal.user, goal.password) == (443, None, None)


# With a developer's address.


@given(rest)
def test_a_developers_own_origin_takes_abbotts_place(path: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(OVERRIDE, "http://127.0.0.1:8765/{region}")
        assert regions.is_ours(f"http://127.0.0.1:8765{path}")
        for other in (
            "https://127.0.0.1:8765",
            "http://127.0.0.1:8766",
            "http://127.0.0.1",
            "http://127.0.0.2:8765",
            "http://localhost:8765",
            "http://user@127.0.0.1:8765",
            "http://127.0.0.1:8765.evil.example",
            "http://127.0.0.1:8765@evil.example",
            "https://api.libreview.io",
        ):
            assert not regions.is_ours(other + path)


@given(st.sampled_from(FOREIGN) | st.text())
def test_with_a_developers_address_all_else_is_foreign(url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(OVERRIDE, "http://127.0.0.1:8765/{region}")
        assert not regions.is_ours(url)


# What is asked there.


@asynccontextmanager
async def elsewhere() -> AsyncIterator[tuple[str, list[web.Request]]]:
    """A server that is not the cloud's: its address, and the requests that reach it."""
    reached: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        reached.append(request)
        return web.json_response({"data": {}})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", reached
    finally:
        await runner.cleanup()


type Naming = Callable[[str], dict[str, Any]]
NAMINGS: dict[str, tuple[str, Naming]] = {
    "channel": ("reports", lambda url: {"status": 0, "data": {"url": url}}),
    "long poll": ("channel", lambda url: {"data": {"lp": url}}),
    "page": ("long_poll", lambda url: {"operation": "update", "args": {"urls": {"5": url}}}),
    "page in an object": ("long_poll", lambda url: {"args": {"urls": [{"id": 5, "url": url}]}}),
    "page in an array": ("long_poll", lambda url: {"args": {"urls": [None, url]}}),
}


@pytest.mark.parametrize("naming", NAMINGS)
async def test_a_foreign_host_is_never_contacted(
    cloud: CloudDouble, daily_log: DailyLog, naming: str
) -> None:
    endpoint, names = NAMINGS[naming]
    async with elsewhere() as (address, reached):
        cloud.fail_always(endpoint, faults.answer(names(f"{address}/hub-eu/report/1/5")))
        with pytest.raises(UntrustedRedirectError):
            await daily_log()
    assert not reached


@pytest.mark.parametrize("endpoint", ["reports", "channel", "long_poll", "report_page"])
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_so_that_no_ticket_leaves(
    cloud: CloudDouble, daily_log: DailyLog, endpoint: str, code: int
) -> None:
    async with elsewhere() as (address, reached):
        cloud.fail_always(endpoint, faults.http_redirect(f"{address}/report", code))
        with pytest.raises(UntrustedRedirectError):
            await daily_log()
    assert not reached
