"""Steering the double from another process, and the page that tells a person what there is.

`GET /_double/log[?endpoint=connections]` gives the requests so far. All else is `POST /_double/<action>` with
a JSON object; the answer is `{"done": true}`, or HTTP 400 with the reason. PERSON is a name or a patient id.

    fail             {"endpoint": "connections", "fault": "status", "args": {"code": 500}, "times": 2}
                     for ever without times; fault is a function of `faults`, args its keyword arguments
    heal             {} or {"endpoint": "connections"}
    password         {"email": …, "password": …}
    steps            {"email": …, "steps": ["tou", "pp"]}
    revoke           {"email": …}: its tickets are void
    forget           {"email": …}: MissingCachedUser until the next sign-in
    sharing          {"email": …, "person": PERSON, "on": false}
    pause            {"person": PERSON, "on": true}: the phone falls silent
    value            {"person": PERSON, "mg_dl": 55}: the curve stays there
    minimum_version  {"version": "5.0.0"}

The double listens on 127.0.0.1 only.
"""

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import faults
from .account import Account
from .person import Person, Uom

if TYPE_CHECKING:
    from .cloud import CloudDouble

FAULTS = (
    "answer",
    "cloudflare_ban",
    "cloudflare_block",
    "dropped",
    "empty",
    "html",
    "http_redirect",
    "huge",
    "locked",
    "maintenance",
    "missing_cached_user",
    "rate_limited",
    "redirect",
    "redirect_loop",
    "slow",
    "status",
    "ticket_invalid",
    "truncated",
    "version_refused",
)
"""The faults that can be ordered from outside."""


def add_routes(app: web.Application, cloud: CloudDouble) -> None:
    """Serve the control endpoints and the page."""

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=_page(cloud), content_type="text/html")

    async def log(request: web.Request) -> web.Response:
        return web.json_response([each.public() for each in cloud.requests(request.query.get("endpoint"))])

    async def act(request: web.Request) -> web.Response:
        action = _ACTIONS.get(request.match_info["action"])
        if action is None:
            return web.json_response({"done": False, "reason": "no such action"}, status=404)
        try:
            action(_Order(cloud, await request.json()))
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"done": False, "reason": str(error)}, status=400)
        return web.json_response({"done": True})

    app.router.add_get("/", page)
    app.router.add_get("/_double/log", log)
    app.router.add_post("/_double/{action}", act)


class _Order:
    """What another process wants done."""

    def __init__(self, cloud: CloudDouble, words: Any) -> None:
        if not isinstance(words, dict):
            raise TypeError("a JSON object is needed")
        self.cloud = cloud
        self.words: dict[str, Any] = words

    def account(self) -> Account:
        """The account meant."""
        account = self.cloud.account_with_email(self.words["email"])
        if account is None:
            raise LookupError("no such account")
        return account

    def person(self) -> Person:
        """The person meant, also one who no longer shares with anybody."""
        person = self.cloud.person(self.words["person"])
        if person is None:
            raise LookupError("no such person")
        return person


def _fail(order: _Order) -> None:
    name, times = order.words["fault"], order.words.get("times")
    if name not in FAULTS:
        raise LookupError(f"no such fault; there are {', '.join(FAULTS)}")
    fault = getattr(faults, name)(**order.words.get("args", {}))
    if times is None:
        order.cloud.fail_always(order.words["endpoint"], fault)
    else:
        order.cloud.fail_next(order.words["endpoint"], fault, times)


def _share(order: _Order) -> None:
    if order.words["on"]:
        order.cloud.start_sharing(order.account(), order.person())
    else:
        order.cloud.stop_sharing(order.account(), order.person())


def _pause(order: _Order) -> None:
    if order.words["on"]:
        order.cloud.pause(order.person())
    else:
        order.cloud.resume(order.person())


def _value(order: _Order) -> None:
    mg_dl = float(order.words["mg_dl"])
    order.person().curve = lambda _: mg_dl


def _minimum_version(order: _Order) -> None:
    order.cloud.minimum_version = order.words["version"]


def _steps(order: _Order) -> None:
    order.account().steps = [str(step) for step in order.words["steps"]]


_ACTIONS: dict[str, Callable[[_Order], None]] = {
    "fail": _fail,
    "heal": lambda order: order.cloud.heal(order.words.get("endpoint")),
    "password": lambda order: order.cloud.change_password(order.account(), order.words["password"]),
    "steps": _steps,
    "revoke": lambda order: order.cloud.revoke_tickets(order.account()),
    "forget": lambda order: order.cloud.forget_user(order.account()),
    "sharing": _share,
    "pause": _pause,
    "value": _value,
    "minimum_version": _minimum_version,
}


def _page(cloud: CloudDouble) -> str:
    rows = "".join(_row(account) for account in cloud.accounts)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>LibreView cloud double</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border-bottom: 1px solid #ccc; padding: .4rem .8rem .4rem 0; text-align: left }}
td:not(:last-child) {{ white-space: nowrap }}
</style></head><body>
<h1>LibreView cloud double</h1>
<p>A pretended LibreLinkUp cloud. Nobody here is real. Sign in with one of these accounts:</p>
<table>
<tr><th>E-mail</th><th>Password</th><th>Region</th><th>Unit</th><th>To do first</th><th>Follows</th></tr>
{rows}
</table>
<p>Regions are at <code>{escape(cloud.url_template)}</code>; the start host is <code>global</code>.
What was asked: <a href="/_double/log">/_double/log</a>.</p>
</body></html>"""


def _row(account: Account) -> str:
    cells = (
        account.email,
        account.password,
        account.region,
        "mg/dL" if account.uom is Uom.MG_DL else "mmol/L",
        ", ".join(account.steps) or "nothing",
        ", ".join(person.name + _peculiarity(person) for person in account.follows) or "nobody",
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _peculiarity(person: Person) -> str:
    said = [
        *(["mmol/L" if person.uom is Uom.MMOL_L else "mg/dL"] if person.uom is not None else []),
        *(["sensor ended"] if person.sensor is not None and person.sensor.ended is not None else []),
        *(["no sensor"] if person.sensor is None else []),
        *(["no reading"] if not person.has_reading else []),
    ]
    return f" ({', '.join(said)})" if said else ""
