"""Steering the double from another process.

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
    entry            {"person": PERSON, "kind": "note", "amount": null, "text": "…"}: into the diary, now;
                     with "wall": "2026-03-10T07:20" at that time of the person's clock
    expire_password  {"email": …, "spelling": "passwordExpired"}: until there is a new one
    second_factor    {"email": …}: no device is trusted any more, and LibreView's tickets are void
    web_session      {"email": …}: LibreView's tickets are void
    code             {"email": …, "code": "654321", "refusal": "http_400"}: which code is right (and how wrong
                     ones are refused)
    practice         {"practice": "SEASIDE01", "act": "invite", "email": …}: or accept, link, remove; of a
                     patient's account; remove_member and add_member are of a professional's
    practice_forms   {"status": "lower"}: any of `practice_wire.PracticeForms`
    reports          {"spelling": "hours", "unknown_keys": true, "report_polls": 2, "report_outcome": "never",
                     "urls_as": "array"}: any of these

The double listens on 127.0.0.1 only.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import faults, practice_wire, reports
from .account import Account
from .index import index
from .person import Person
from .report_page import ALL_SPELLINGS
from .second_factor import CODE_REFUSALS, STEP_AGAIN

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
        return web.Response(text=index(cloud, cloud.url_template), content_type="text/html")

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


def _entry(order: _Order) -> None:
    words, person = order.words, order.person()
    wall = datetime.fromisoformat(words["wall"]) if "wall" in words else None
    now = order.cloud.now()
    person.add_entry(
        words["kind"],
        wall=wall or person.wall(now),
        amount=words.get("amount"),
        text=words.get("text", ""),
        uploaded=now,
    )


def _code(order: _Order) -> None:
    factor = order.account().second_factor
    if factor is None:
        raise LookupError("the account has no second factor")
    refusal = order.words.get("refusal", factor.refusal)
    if refusal not in (*CODE_REFUSALS, STEP_AGAIN):
        raise LookupError(f"no such refusal; there are {', '.join(CODE_REFUSALS)}, {STEP_AGAIN}")
    factor.code, factor.refusal = order.words.get("code", factor.code), refusal


_REPORT_KNOBS: dict[str, Collection[Any]] = {
    "spelling": ALL_SPELLINGS,
    "unknown_keys": (False, True),
    "report_polls": range(1000),
    "report_outcome": reports.OUTCOMES,
    "urls_as": reports.URLS,
}


def _reports(order: _Order) -> None:
    for name, value in order.words.items():
        if value not in _REPORT_KNOBS[name]:
            raise ValueError(f"no such {name}; there are {', '.join(map(str, _REPORT_KNOBS[name]))}")
        setattr(order.cloud, name, value)


def _practice(order: _Order) -> None:
    practice = order.cloud.practice(order.words["practice"])
    if practice is None:
        raise LookupError("no such practice")
    acts: dict[str, Callable[[Account], Any]] = {
        "invite": practice.invite,
        "accept": practice.accept,
        "link": practice.link,
        "remove": practice.remove,
        "add_member": practice.members.append,
        "remove_member": practice.members.remove,
    }
    acts[order.words["act"]](order.account())


_PRACTICE_FORMS: dict[str, Collection[Any]] = {
    "born": practice_wire.DAYS,
    "last_data": practice_wire.INSTANTS,
    "no_uploads": practice_wire.NO_UPLOADS,
    "status": practice_wire.STATUSES,
    "practices": practice_wire.PRACTICES,
    "missing": practice_wire.MISSING,
    "not_a_member": practice_wire.NOT_A_MEMBER,
    "needs_professional_id": (False, True),
}


def _practice_forms(order: _Order) -> None:
    for name, value in order.words.items():
        if value not in _PRACTICE_FORMS[name]:
            raise ValueError(f"no such {name}; there are {', '.join(map(str, _PRACTICE_FORMS[name]))}")
        setattr(order.cloud.practice_forms, name, value)


def _expire_password(order: _Order) -> None:
    order.cloud.expire_password(order.account(), order.words.get("spelling", "passwordExpired"))


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
    "entry": _entry,
    "expire_password": _expire_password,
    "second_factor": lambda order: order.cloud.demand_second_factor(order.account()),
    "web_session": lambda order: order.cloud.end_web_session(order.account()),
    "code": _code,
    "practice": _practice,
    "practice_forms": _practice_forms,
    "reports": _reports,
}
