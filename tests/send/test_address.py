"""Addresses of Nightscout servers, as people type them."""

import pytest

from custom_components.libreview.send.address import is_private, parse_address
from custom_components.libreview.send.problems import SendError, SendProblem


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://ns.example.org", "https://ns.example.org"),
        (" ns.example.org/ ", "https://ns.example.org"),
        ("https://NS.example.org:8443/api/v1/", "https://ns.example.org:8443"),
        ("https://example.org/nightscout/api/v1", "https://example.org/nightscout"),
        ("https://example.org/nightscout/", "https://example.org/nightscout"),
        ("https://ns.example.org/#x", "https://ns.example.org"),
        ("https://ns.example.org.:8443/x", "https://ns.example.org:8443/x"),
        ("http://nas.lan.", "http://nas.lan"),
        ("http://192.168.1.5:1337", "http://192.168.1.5:1337"),
        ("http://[fd00::1]:1337/", "http://[fd00::1]:1337"),
        ("http://a0d7b954-nightscout:1337", "http://a0d7b954-nightscout:1337"),
        ("http://homeassistant.local:1337", "http://homeassistant.local:1337"),
    ],
)
def test_an_address_is_that_of_the_site(typed: str, url: str) -> None:
    assert str(parse_address(typed)) == url
    assert str(parse_address(url)) == url


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", SendProblem.ADDRESS_INVALID),
        ("https://", SendProblem.ADDRESS_INVALID),
        ("https://.", SendProblem.ADDRESS_INVALID),
        ("ftp://ns.example.org", SendProblem.ADDRESS_INVALID),
        ("https://ns.example.org:port", SendProblem.ADDRESS_INVALID),
        ("https://secret@ns.example.org/api/v1/", SendProblem.ADDRESS_NOT_BARE),
        ("https://:secret@ns.example.org", SendProblem.ADDRESS_NOT_BARE),
        ("https://ns.example.org?token=secret", SendProblem.ADDRESS_NOT_BARE),
        ("http://ns.example.org", SendProblem.NOT_ENCRYPTED),
        ("http://8.8.8.8:1337", SendProblem.NOT_ENCRYPTED),
        ("http://134744072:1337", SendProblem.NOT_ENCRYPTED),
        ("http://home.example", SendProblem.NOT_ENCRYPTED),
    ],
)
def test_an_address_that_cannot_be_is_refused(typed: str, problem: SendProblem) -> None:
    with pytest.raises(SendError) as raised:
        parse_address(typed)
    assert raised.value.problem is problem


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("172.31.0.1", True),
        ("172.32.0.1", False),
        ("100.100.1.2", True),  # Of a private network across the internet, which encrypts.
        ("::1", True),
        ("2a00:1450::1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("nas", True),
        ("nas.LAN", True),
        ("größe.lan", True),
        ("nas.fritz.box", True),
        ("local.example.org", False),
        ("134744072", False),  # 8.8.8.8, likewise the next ones.
        ("0x8080808", False),
        ("ns%2eexample%2eorg", False),
        ("2002:808:808::1", False),
        ("2001:0:808:808::1", False),
        ("::ffff:8.8.8.8", False),
        ("::ffff:192.168.1.5", True),
        ("169.254.1.5", True),
        ("fe80::1%eth0", True),
        ("fd00::1", True),
    ],
)
def test_a_host_is_private_by_its_address_or_its_name(host: str, private: bool) -> None:
    assert is_private(host) is private
