"""The version of the LibreLinkUp app that we name to the cloud."""

from typing import Final

DEFAULT_VERSION: Final = "4.16.0"
"""The client version we name. The cloud says so when it wants a newer one (nightscout-librelink-up #201)."""


def version_numbers(version: str) -> tuple[int, ...] | None:
    """The parts of a version such as 4.16.0, None when it is not of that form."""
    parts = version.split(".")
    if not 1 <= len(parts) <= 4 or not all(
        part.isascii() and part.isdigit() and len(part) < 6 for part in parts
    ):
        return None
    return tuple(map(int, parts))


def is_newer(version: str, than: str) -> bool:
    """Whether the one version is later than the other."""
    return (version_numbers(version) or ()) > (version_numbers(than) or ())
