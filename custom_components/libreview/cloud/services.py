"""The two services of Abbott's cloud that people sign in to, and how they differ on the wire.

Both know the same e-mail address and password, but their tickets are not interchangeable (gui-dos/DiaBLE).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: the path of its sign-in, and the client that we claim to be."""

    key: str
    name: str
    app: str
    """The name of its app for people, as in "the … app"."""
    site: str
    sign_in_path: str
    product: str
    version_header: str
    version: str
    """The client version we name. The cloud names another when it wants a newer one."""
    last_protocol: int | None
    """The major version up to which we speak its protocol, None where versions say nothing about that."""
    user_agent: str
    headers: Mapping[str, str] = field(default_factory=dict)


LIBRELINKUP: Final = Service(
    key="librelinkup",
    name="LibreLinkUp",
    app="LibreLinkUp",
    site="librelinkup.com",
    sign_in_path="/llu/auth/login",
    product="llu.android",
    version_header="version",
    version="4.16.0",  # nightscout-librelink-up #201
    last_protocol=4,
    # Some of Cloudflare's rules turn unknown clients away (nightscout-librelink-up #128, #129).
    user_agent="Mozilla/5.0 (Linux; Android 14) LibreLinkUp/{version}",
)
LIBREVIEW: Final = Service(
    key="libreview",
    name="LibreView",
    app="Libre",
    site="libreview.com",
    sign_in_path="/auth/login",
    product="lv",
    version_header="newyu-lv-web-version",
    version="3.25.3.0",  # the newest that public clients of 2026 name
    last_protocol=None,
    user_agent="Mozilla/5.0 (X11; Linux x86_64) LibreView/{version}",
    headers={"Origin": "https://www.libreview.com", "Referer": "https://www.libreview.com/"},
)
SERVICES: Final = {service.key: service for service in (LIBRELINKUP, LIBREVIEW)}


def version_numbers(version: str) -> tuple[int, ...] | None:
    """Return the parts of a version such as 4.16.0, None when it is not of that form."""
    parts = version.split(".")
    if not 1 <= len(parts) <= 4 or not all(
        part.isascii() and part.isdigit() and len(part) < 6 for part in parts
    ):
        return None
    return tuple(map(int, parts))


def is_newer(version: str, than: str) -> bool:
    """Return whether the first version is later than the second."""
    return (version_numbers(version) or ()) > (version_numbers(than) or ())
