"""Nightscout's addresses, below a prefix of ours and at the root of Home Assistant.

The root is needed by apps that know nothing of a prefix. It is taken only where there is an app with a key.
"""

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
import logging
from typing import Final

from aiohttp import hdrs, web
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..readers.reader import has_key_readers
from .access import Access
from .answers import Answer, RefusedError, known_tags
from .nightscout_answers import ANSWERS, Answering, Request
from .view import ReadView, Turns

_LOGGER: Final = logging.getLogger(__name__)

PREFIX: Final = f"/api/{DOMAIN}/nightscout"
_WITH_ENDING: Final = "/api/v1/"


class NightscoutViews:
    """The views of Nightscout's addresses."""

    def __init__(self, hass: HomeAssistant, access: Access, turns: Turns) -> None:
        """Prepare the views."""
        self._hass = hass
        self._access = access
        self._turns = turns
        self._serves_root = False
        self._is_root_taken = False

    @property
    def base_path(self) -> str:
        """What stands before the addresses: nothing, or the prefix where somebody else serves the root."""
        is_taken = self._is_root_taken if self._serves_root else any(self._find_taken())
        return PREFIX if is_taken else ""

    @callback
    def async_serve_prefix(self) -> None:
        """Serve the addresses below the prefix."""
        for path, answer in ANSWERS.items():
            self._hass.http.register_view(self._view(path, answer, PREFIX))

    @callback
    def async_serve_root(self) -> None:
        """Serve the addresses at the root from now on, if there is an app with a key."""
        if self._serves_root or not has_key_readers(self._hass):
            return
        taken = set(self._find_taken())
        self._serves_root, self._is_root_taken = True, bool(taken)
        for path, answer in ANSWERS.items():
            if path not in taken:
                self._hass.http.register_view(self._view(path, answer, ""))
                continue
            _LOGGER.warning("Another integration serves %s, so apps need addresses below %s", path, PREFIX)

    def _find_taken(self) -> Iterator[str]:
        """Yield the addresses at the root that somebody else serves, as long as they are not ours."""
        served = _served_paths(self._hass)
        for path, answer in ANSWERS.items():
            view = self._view(path, answer, "")
            if not served.isdisjoint((str(view.url), *view.extra_urls)):
                yield path

    def _view(self, path: str, answer: Answering, prefix: str) -> ReadView:
        urls = [f"{prefix}{path}"]
        if path.startswith(_WITH_ENDING):
            urls.append(f"{prefix}{path}.json")
        name = f"{prefix}{path}".strip("/").replace("/", ":")
        return ReadView(name, urls, partial(self._async_respond, answer))

    async def _async_respond(self, answer: Answering, request: web.Request, names: str = "") -> Answer:
        if not has_key_readers(self._hass):
            raise RefusedError(HTTPStatus.NOT_FOUND)
        grant = self._access.admit_app(request)
        asked = Request(
            hass=self._hass,
            grant=grant,
            parameters=list(request.query.items()),
            now=dt_util.utcnow(),
            known=known_tags(request),
            names=names,
        )
        async with self._turns.async_turn():
            return await answer(asked)


def _served_paths(hass: HomeAssistant) -> set[str]:
    """Return the addresses that somebody serves already: to add one again may replace it without a word."""
    return {
        resource.canonical
        for resource in hass.http.app.router.resources()
        if any(route.method in {hdrs.METH_GET, hdrs.METH_ANY} for route in resource)
    }
