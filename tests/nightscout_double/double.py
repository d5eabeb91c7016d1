"""The server: its addresses, its secrets, and what can go wrong with it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from hashlib import sha1
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from .documents import Collection, Entries, Treatments, find, remove
from .query import BadQueryError, Document, parse

SECRET: Final = "a-secret-of-the-site"
_LARGEST_BODY: Final = 1024 * 1024
"""Bytes: what most proxies before a Nightscout take."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong with a request."""

    status: int = 500
    taken: int = 0
    """The objects that are taken in before it does."""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


class NightscoutDouble:
    """A Nightscout site.

    nightscout = NightscoutDouble()
    nightscout.tokens["uploader-0123456789abcdef"] = {"api:*:read", "api:entries:create"}
    async with nightscout.serving() as url:
        ...
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        knows_identifiers: bool = True,
    ) -> None:
        self._clock = clock
        self.entries = Entries()
        self.treatments = Treatments(knows_identifiers=knows_identifiers)
        self.tokens: dict[str, set[str]] = {}
        """Permissions by access token, such as `api:entries:create`. The secret may do everything."""
        self.status: dict[str, Any] = {
            "status": "ok",
            "name": "nightscout",
            "version": "15.0.7" if knows_identifiers else "15.0.4",
            "apiEnabled": True,
            "careportalEnabled": True,
        }
        self.faults: list[Fault] = []
        """What goes wrong with the next requests, one after the other."""
        self.on_request: Callable[[], object] | None = None
        """What happens elsewhere as soon as the next request is here."""
        self.is_away = False
        """Whether connections are broken off without an answer."""
        self.requests: list[str] = []
        """Method and path of all requests."""
        self.secrets_seen: set[str] = set()
        self.url = ""

    def sgvs(self) -> dict[int, int]:
        """The values of the sensor, by epoch second."""
        found = [each for each in self.entries.documents if each["type"] == "sgv"]
        return {each["date"] // 1000: each["sgv"] for each in sorted(found, key=lambda each: each["date"])}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve while the context lasts; gives the address."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._respond)
        runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        try:
            yield self.url
        finally:
            await runner.cleanup()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.path}")
        assert "token" not in request.query, "a secret in an address ends up in logs"
        if self.on_request is not None:
            happen, self.on_request = self.on_request, None
            happen()
        if self.is_away:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        fault = self.faults.pop(0) if self.faults else None
        try:
            return await self._answer(request, fault)
        except BadQueryError as err:
            return _refuse(HTTPStatus.INTERNAL_SERVER_ERROR, str(err))

    async def _answer(self, request: web.Request, fault: Fault | None) -> web.Response:
        granted = self._permissions(request)
        method, _, path = request.method, *request.path.partition("/api/v1/")[1:]
        path = path.removesuffix(".json")
        collections: dict[str, Collection] = {"entries": self.entries, "treatments": self.treatments}
        name, _, rest = path.partition("/")
        if name == "treatments" and not self.status["careportalEnabled"] and method != "GET":
            return _refuse(HTTPStatus.NOT_FOUND)
        if fault is not None and not (fault.taken and method == "POST"):
            return web.Response(status=fault.status, headers=fault.headers, text=fault.body or "broken")
        if path == "status":
            return web.json_response(self.status) if _may(granted, "api:status:read") else _unauthorized()
        if name not in collections:
            return _refuse(HTTPStatus.NOT_FOUND)
        right = {"GET": "read", "POST": "create", "DELETE": "delete"}[method]
        if not (_may(granted, f"api:{name}:read") and _may(granted, f"api:{name}:{right}")):
            return _unauthorized()
        collection = collections[name]
        if method == "POST":
            return await self._take(request, collection, rest, fault)
        pairs = [("find[_id]", rest)] if rest else list(request.query.items())
        query = parse(pairs, time_field=collection.time_field, now=self._clock())
        if method == "DELETE":
            return web.json_response({"acknowledged": True, "deletedCount": remove(collection, query)})
        return web.json_response([_served(name, each) for each in find(collection, query)])

    async def _take(
        self, request: web.Request, collection: Collection, rest: str, fault: Fault | None
    ) -> web.Response:
        assert request.content_type == "application/json"
        objects: list[Document] = await request.json()
        assert isinstance(objects, list)
        if rest:
            assert (rest, isinstance(collection, Entries)) == ("preview", True)
            return web.json_response(objects)
        # Version 15.0.4 never answers to no entries at all.
        assert objects or not isinstance(collection, Entries)
        if fault is not None:
            for each in objects[: fault.taken]:
                collection.take(each)
            return _refuse(fault.status, "Mongo Error")
        return web.json_response([collection.take(each) for each in objects])

    def _permissions(self, request: web.Request) -> set[str]:
        """The permissions of a request: nobody reads without a secret."""
        presented = request.headers.get("api-secret", "")
        self.secrets_seen.add(presented)
        if presented == _sha1(SECRET):
            return {"*:*:*"}
        for token, permissions in self.tokens.items():
            if presented in {token, _sha1(token)}:
                return permissions
        return set()


def _may(granted: set[str], wanted: str) -> bool:
    return any(fnmatchcase(wanted, each) for each in granted)


def _sha1(text: str) -> str:
    return sha1(text.encode()).hexdigest()


def _served(name: str, document: Document) -> Document:
    """Return a treatment as it is told: what it has no number of, is null."""
    return {"carbs": None, "insulin": None, **document} if name == "treatments" else document


def _unauthorized() -> web.Response:
    return _refuse(HTTPStatus.UNAUTHORIZED, "Invalid/Missing")


def _refuse(status: int, description: str = "") -> web.Response:
    body = {"status": int(status), "message": HTTPStatus(status).phrase, "description": description}
    return web.json_response(body, status=status)
