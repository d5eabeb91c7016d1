"""The endpoints of the cloud, and finding the one that a path means."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPMethod
import re

from . import data, regions, signin
from .call import Call
from .wire import Json

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that can be asked; `path` has at most one variable part, in braces."""

    name: str
    method: HTTPMethod
    path: str
    answer: Callable[[Call], Json]


ENDPOINTS = (
    Endpoint("login", HTTPMethod.POST, "llu/auth/login", signin.login),
    Endpoint("continue", HTTPMethod.POST, "auth/continue/{step}", signin.continue_step),
    Endpoint("config", HTTPMethod.GET, "llu/config/country", data.config),
    Endpoint("connections", HTTPMethod.GET, "llu/connections", data.connections),
    Endpoint("graph", HTTPMethod.GET, "llu/connections/{patient}/graph", data.graph),
    Endpoint("logbook", HTTPMethod.GET, "llu/connections/{patient}/logbook", data.logbook),
    Endpoint(
        "notifications",
        HTTPMethod.GET,
        "llu/notifications/settings/{connection}",
        data.notification_settings,
    ),
    Endpoint("user", HTTPMethod.GET, "user", data.user),
    Endpoint("account", HTTPMethod.GET, "account", data.account),
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
    if region in regions.ALL:
        for pattern, endpoint in _PATTERNS:
            if endpoint.method == method and (found := pattern.fullmatch(rest)):
                return Destination(region, endpoint, "".join(found.groups()))
    return Destination(region, None, "")
