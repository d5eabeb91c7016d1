"""The address of a Nightscout server, as somebody may type it. Pure."""

from ipaddress import ip_address, ip_network
import re
from typing import Final

from homeassistant.util.network import is_local
from yarl import URL

from .problems import SendError, SendProblem

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_API_PATH: Final = re.compile(r"(/api(/v[123])?)?/*$")
_PRIVATE_NAMES: Final = (".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa", ".fritz.box")
"""The ends of names that no server of the internet has."""
_SHARED: Final = ip_network("100.64.0.0/10")
"""The addresses by which VPNs such as Tailscale name the computers of a home."""
_NAME: Final = re.compile(r"(?!0x|\d+$)[\w-]+(\.[\w-]+)*")
"""A name, which is no address written as a single number, such as 134744072 for 8.8.8.8."""


def parse_address(typed: str) -> URL:
    """Return the address of a site, without a path of its API. Without a scheme it is one of https.

    Raises SendError where it is none, where it holds a secret, or where the secret would cross the internet
    in the clear.
    """
    text = typed.strip()
    try:
        url = URL(text if _SCHEME.match(text) else f"https://{text}")
        host, _ = (url.host or "").rstrip("."), url.port
    except ValueError:
        raise SendError(SendProblem.ADDRESS_INVALID) from None
    if not host or url.scheme not in {"http", "https"}:
        raise SendError(SendProblem.ADDRESS_INVALID)
    if url.user is not None or url.password is not None or url.query_string:
        raise SendError(SendProblem.ADDRESS_NOT_BARE)
    if url.scheme == "http" and not is_private(host):
        raise SendError(SendProblem.NOT_ENCRYPTED)
    if url.host != host:  # With the dot at its end it would look like another server.
        url = url.with_host(host)
    return url.with_fragment(None).with_path(_API_PATH.sub("", url.path))


def is_private(host: str) -> bool:
    """Return whether a host is one of a home network, by its address or by its name."""
    try:
        address = ip_address(host)
    except ValueError:
        name = host.lower()
        return _NAME.fullmatch(name) is not None and ("." not in name or name.endswith(_PRIVATE_NAMES))
    return is_local(address) or address in _SHARED
