"""Trying a server before it is kept: whether it can be sent to, and whether it should."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util import dt as dt_util
from yarl import URL

from ..const import DOMAIN
from ..nightscout.sent import source_of
from .destination import all_destinations
from .problems import SendError, SendProblem
from .server import ENTRIES, NightscoutServer

_LATELY: Final = timedelta(days=1)
"""Whoever sends readings of another person has sent one by then, also through a sensor's start or a night."""
_OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1", "homeassistant", "homeassistant.local"})
_OWN_PATHS: Final = frozenset({"", f"/api/{DOMAIN}/nightscout"})
"""Where Home Assistant itself answers like a Nightscout to whoever reads."""


async def async_try(
    hass: HomeAssistant,
    url: URL,
    sha1: str,
    patient_id: str,
    *,
    diary: bool,
    destination_id: str | None = None,
) -> None:
    """Raise SendError where a person's values cannot or should not be sent to an address.

    `destination_id` is that of the destination which is changed, None for a new one.
    """
    if _is_own(hass, url):
        raise SendError(SendProblem.OWN_ADDRESS)
    _check_free(hass, url, destination_id)
    server = NightscoutServer(async_get_clientsession(hass), str(url), sha1)
    await server.async_check(diary=diary)
    now = dt_util.utcnow()
    start, end = (int(at.timestamp() * 1000) for at in (now - _LATELY, now))
    source = source_of(patient_id)
    there = await server.async_identifiers(ENTRIES, start, end)
    if not all(each.startswith(source) for each in there):
        raise SendError(SendProblem.TAKEN)
    _check_free(hass, url, destination_id)  # Another dialog may have been faster.


@callback
def _check_free(hass: HomeAssistant, url: URL, destination_id: str | None) -> None:
    """Raise SendError where another destination is of the same server."""
    others = (each for each in all_destinations(hass) if each.destination_id != destination_id)
    if any(_place(URL(each.url)) == _place(url) for each in others):
        raise SendError(SendProblem.TAKEN)


def _place(url: URL) -> tuple[str | None, int | None, str]:
    """Return what tells one server from another."""
    return url.host, url.port, url.path.rstrip("/")


@callback
def _is_own(hass: HomeAssistant, url: URL) -> bool:
    """Return whether an address is Home Assistant's own."""
    if url.path.rstrip("/") not in _OWN_PATHS:
        return False
    own = {URL(each) for each in (hass.config.internal_url, hass.config.external_url) if each}
    for is_remote in (False, True):  # The address by a cloud is in no configuration.
        with suppress(NoURLAvailableError):
            own.add(URL(get_url(hass, allow_internal=not is_remote, prefer_cloud=is_remote)))
    places = {(each.host, each.port) for each in own}
    if hass.config.api is not None:
        places |= {(name, hass.config.api.port) for name in _OWN_NAMES}
    return (url.host, url.port) in places
