"""The endpoints of the cloud, and finding the one that a path means."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPMethod
import re

from aiohttp import web

from . import code_entry, data, practice_calls, regions, reports, signin
from .call import EITHER, GET, LIBRELINKUP, LIBREVIEW, POST, Call
from .wire import Json

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that can be asked; `path` has at most one variable part, in braces."""

    name: str
    method: HTTPMethod
    path: str
    answer: Callable[[Call], Json | web.Response]
    products: tuple[str, ...] = EITHER


HUB = "hub-"
"""A region's second host, which hands out reports, has this before its name."""

ENDPOINTS = (
    Endpoint("login", POST, "llu/auth/login", signin.login, LIBRELINKUP),
    Endpoint("config", GET, "llu/config/country", data.config),
    Endpoint("connections", GET, "llu/connections", data.connections, LIBRELINKUP),
    Endpoint("graph", GET, "llu/connections/{patient}/graph", data.graph, LIBRELINKUP),
    Endpoint("logbook", GET, "llu/connections/{patient}/logbook", data.logbook, LIBRELINKUP),
    Endpoint(
        "notifications",
        GET,
        "llu/notifications/settings/{connection}",
        data.notification_settings,
        LIBRELINKUP,
    ),
    Endpoint("continue", POST, "auth/continue/{step}", signin.continue_step),
    Endpoint("user", GET, "user", data.user),
    Endpoint("account", GET, "account", data.account),
    Endpoint("probe", HTTPMethod.OPTIONS, "auth/login", signin.probe),
    Endpoint("web_login", POST, "auth/login", signin.login, LIBREVIEW),
    Endpoint("sendcode", POST, "auth/continue/2fa/sendcode", code_entry.send_code, LIBREVIEW),
    Endpoint("code_result", POST, "auth/continue/2fa/result", code_entry.enter_code, LIBREVIEW),
    Endpoint("glucose_history", GET, "glucoseHistory", data.glucose_history, LIBREVIEW),
    Endpoint("report_settings", GET, "reportSettings", reports.settings, LIBREVIEW),
    Endpoint("reports", POST, "reports", reports.order, LIBREVIEW),
    Endpoint("dashboard", POST, "dashboard", practice_calls.dashboard, LIBREVIEW),
    Endpoint("search", POST, "patients/search", practice_calls.search, LIBREVIEW),
    Endpoint("patient", GET, "patients/{patient}", practice_calls.patient, LIBREVIEW),
    Endpoint(
        "patient_settings", GET, "patients/{patient}/reportSettings", practice_calls.settings, LIBREVIEW
    ),
    Endpoint(
        "patient_history", GET, "patients/{patient}/glucoseHistory", practice_calls.glucose_history, LIBREVIEW
    ),
    Endpoint("export", POST, "export", practice_calls.export, LIBREVIEW),
    Endpoint("export", POST, "patients/{patient}/export", practice_calls.export, LIBREVIEW),
    Endpoint("channel", GET, "hub-/channel/{order}", reports.channel, LIBREVIEW),
    Endpoint("long_poll", GET, "hub-/poll/{order}", reports.long_poll, LIBREVIEW),
    Endpoint("report_page", GET, "hub-/report/{order}/5", reports.page, LIBREVIEW),
)

_PATTERNS = [(re.compile(re.sub(r"\{\w+\}", "([^/]+)", each.path)), each) for each in ENDPOINTS]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes: `endpoint` None when there is no such thing."""

    region: str
    endpoint: Endpoint | None
    name: str


def find(method: str, path: str) -> Destination:
    """The endpoint of `/{region}/…`; slashes may be doubled: many clients do so and are answered."""
    region, _, rest = "/".join(part for part in path.split("/") if part).partition("/")
    if region.startswith(HUB):
        region, rest = region.removeprefix(HUB), f"{HUB}/{rest}"
    if region in regions.ALL:
        for pattern, endpoint in _PATTERNS:
            if endpoint.method == method and (found := pattern.fullmatch(rest)):
                return Destination(region, endpoint, "".join(found.groups()))
    return Destination(region, None, "")
