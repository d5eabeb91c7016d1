"""The double itself: a server on a real socket, its faults and its log."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
import json
from typing import Final

from aiohttp import web

from . import control, refusals
from .call import EITHER, Call
from .faults import Fault
from .log import Request
from .routes import UNKNOWN, Destination, find
from .world import Clock, World, real_clock

HOST: Final = "127.0.0.1"
_LOG_LENGTH: Final = 200_000


@dataclass(slots=True)
class _Planned:
    endpoint: str
    fault: Fault
    times: int | None


class CloudDouble(World):
    """A LibreView cloud for tests, the demo and other people's clients; see the package for how to use it.

    `clock` gives the time the cloud lives in, as an aware datetime in UTC.
    """

    def __init__(self, clock: Clock = real_clock) -> None:
        super().__init__(clock)
        self.log: deque[Request] = deque(maxlen=_LOG_LENGTH)
        self._faults: list[_Planned] = []
        self._answering: set[asyncio.Task[web.StreamResponse]] = set()
        self._stopping = False
        self._runner: web.AppRunner | None = None
        self._port = 0

    # Serving.

    @property
    def base_url(self) -> str:
        """Address of the server, without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    @property
    def url_template(self) -> str:
        """Address of a region, in the form that LIBREVIEW_CLOUD_URL takes."""
        return f"{self.base_url}/{{region}}"

    async def start(self, port: int = 0) -> str:
        """Begin to serve on 127.0.0.1, at any free port unless one is named; gives the base address."""
        self._stopping = False
        app = web.Application()
        control.add_routes(app, self)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        address: tuple[str, int] = self._runner.addresses[0]
        self._port = address[1]
        return self.base_url

    async def stop(self) -> None:
        """Stop serving; answers still under way are given up, connections closed."""
        self._stopping = True
        for answer in self._answering:
            answer.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        """Serve while the context lasts; gives the base address."""
        base_url = await self.start(port)
        try:
            yield base_url
        finally:
            await self.stop()

    # Faults.

    def fail_next(self, endpoint: str, fault: Fault, times: int = 1) -> None:
        """Answer the next `times` requests to an endpoint with a fault.

        Endpoints are those of the log: login, continue, config, connections, graph, logbook, notifications,
        user, account; of LibreView web_login, sendcode, code_result, report_settings, reports, channel,
        long_poll, report_page, glucose_history; of practices dashboard, search, patient, patient_settings,
        patient_history. `export` is to be asked by no machine. `*` stands for any, `eu2:login` for one
        region's. Faults come in the order of planning.
        """
        self._faults.append(_Planned(endpoint, fault, times))

    def fail_always(self, endpoint: str, fault: Fault) -> None:
        """Answer an endpoint with a fault until `heal`."""
        self._faults.append(_Planned(endpoint, fault, None))

    def heal(self, endpoint: str | None = None) -> None:
        """No more faults (of one endpoint), and no more edited answers."""
        self._faults = [each for each in self._faults if endpoint is not None and each.endpoint != endpoint]
        if endpoint is None:
            self.edit_connections = self.edit_graph = self.edit_logbook = self.edit_report = None

    # Log.

    def requests(self, endpoint: str | None = None, since: datetime | None = None) -> list[Request]:
        """The requests so far (to one endpoint, from an instant on), oldest first."""
        return [
            each
            for each in self.log
            if (endpoint is None or each.endpoint == endpoint) and (since is None or each.at >= since)
        ]

    @property
    def logins(self) -> list[Request]:
        """The sign-ins to LibreLinkUp so far, whatever their answer."""
        return self.requests("login")

    @property
    def web_logins(self) -> list[Request]:
        """The sign-ins to LibreView."""
        return self.requests("web_login")

    # Answering.

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        answer = asyncio.create_task(self._answer(request))
        self._answering.add(answer)
        try:
            return await answer
        except asyncio.CancelledError:
            if not self._stopping:
                raise  # The client has gone.
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            self._answering.discard(answer)

    async def _answer(self, http: web.Request) -> web.StreamResponse:
        body = await http.read()
        goal = find(http.method, http.path)
        entry = self._note(http, goal, body)

        async def truth() -> web.Response:
            products = EITHER if goal.endpoint is None else goal.endpoint.products
            return self._truth(Call(self, http, goal.region, goal.name, body, products), goal)

        fault = self._next_fault(entry)
        response = await (truth() if fault is None else fault(http, truth))
        if http.transport is not None and not http.transport.is_closing():
            entry.status = response.status
        if not response.prepared:
            response.headers["Date"] = format_datetime(self.now(), usegmt=True)
        return response

    def _truth(self, call: Call, goal: Destination) -> web.Response:
        try:
            if goal.endpoint is None:
                raise refusals.not_found()
            answer = goal.endpoint.answer(call)
            return answer if isinstance(answer, web.Response) else web.json_response(answer)
        except refusals.Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.http_status)

    def _next_fault(self, entry: Request) -> Fault | None:
        for planned in self._faults:
            if planned.endpoint not in (entry.endpoint, f"{entry.region}:{entry.endpoint}", "*"):
                continue
            if planned.times is not None:
                planned.times -= 1
                if planned.times == 0:
                    self._faults.remove(planned)
            return planned.fault
        return None

    def _note(self, http: web.Request, goal: Destination, body: bytes) -> Request:
        try:
            fields = json.loads(body)
        except ValueError:
            fields = None
        entry = Request(
            at=self.now(),
            method=http.method,
            region=goal.region,
            endpoint=UNKNOWN if goal.endpoint is None else goal.endpoint.name,
            path=http.path,
            query=dict(http.query),
            headers={name.lower(): value for name, value in http.headers.items()},
            body_fields=tuple(sorted(fields)) if isinstance(fields, dict) else (),
        )
        self.log.append(entry)
        return entry
