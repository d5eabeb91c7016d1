"""LibreView's Daily Log report: ordering it, waiting for it, fetching it.

The path is that of skobkars/lvconnect: settings, order, channel, long poll, page. What a malformed order is
told is not public; the double names the culprit.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid5

from aiohttp import web

from . import order_form, refusals, report_page
from .account import Account
from .call import Call
from .data import renewed
from .data_sources import data_sources
from .person import NAMESPACE, Person, Uom
from .practice import LinkStatus
from .wire import Json
from .world import ReportOrder

_DAILY_LOG: Final = 5
_STEPS: Final = 3

URLS: Final[dict[str, Callable[[str], Any]]] = {
    "map": lambda url: {str(_DAILY_LOG): url},
    "array": lambda url: [None] * _DAILY_LOG + [url],
    "map_of_10": lambda url: {"10": url},
    "objects": lambda url: [
        {"id": 1, "title": "AGP", "url": f"{url}0"},
        {"id": _DAILY_LOG, "title": "Daily Log", "url": url},
    ],
    "object": lambda url: [{"href": url}],
    "sparse_objects": lambda url: [None] * _DAILY_LOG + [{"url": url}],
    "map_of_objects": lambda url: {
        "1": {"url": f"{url}0"},
        str(_DAILY_LOG): {"name": "Daily Log", "url": url},
    },
}
"""Forms in which a report's address is told; `map_of_10` is read by an older client only."""

OUTCOMES: Final[dict[str, Json | None]] = {
    "ready": None,
    "never": {"operation": "started", "args": {}},
    "error": {"operation": "error", "args": {"message": "reportGenerationFailed"}},
    "failed": {"operation": "failed", "args": {}},
}
"""What the long poll says in the end, None for the address; all but `started` are guesses."""


def settings(call: Call) -> Json:
    """`GET /reportSettings`: the devices whose data there are, and by how many days old those are."""
    owner = call.account_here()
    now = call.world.now()
    sources = {} if owner.own is None else data_sources(owner.own, now)
    return renewed(call, owner, report_settings(sources, now))


def report_settings(sources: Json, now: datetime) -> Json:
    """The settings for a report of these devices."""
    return {
        "dataSources": sources,
        "settings": {
            "highThreshold": 240,
            "lowThreshold": 70,
            "includePatientInfo": False,
            "targetRange": {"min": 70, "max": 180},
        },
        "endDate": int(now.timestamp()),
    }


def order(call: Call) -> Json:
    """`POST /reports`."""
    owner = call.account_here()
    body = call.fields()
    person = _person(call, owner, body.get("PatientId"))
    order_form.check(body, data_sources(person, call.world.now()))
    is_of_patient = person is not owner.own
    named = body.get(
        "ProfessionalId", None if call.world.practice_forms.needs_professional_id else owner.user_id
    )
    if is_of_patient and named != owner.user_id:
        raise refusals.bad_request("ProfessionalId")
    new = ReportOrder(
        id=str(uuid5(NAMESPACE, f"report {owner.user_id} {len(call.world.report_orders)}")),
        account=owner,
        person=person,
        first=_floating(body["StartDates"][0]),
        last=_floating(body["EndDate"]),
        uom=Uom(body.get("GlucoseUnits", owner.uom)),
    )
    call.world.report_orders.append(new)
    return renewed(call, owner, {"url": _hub(call, "channel", new)})


def _person(call: Call, owner: Account, patient_id: object) -> Person:
    """Whose report is ordered: the owner's own, or that of a patient who is connected to their practice."""
    if owner.own is not None and patient_id == owner.user_id:
        return owner.own
    patient = call.world.patient_of(owner, str(patient_id))
    if patient is None or patient.status is not LinkStatus.CONNECTED:
        raise refusals.could_not_load_patient()
    return patient.person


def channel(call: Call) -> Json:
    """`GET` the channel of an order: where to hear how it gets on (the websocket does not exist here)."""
    mine = _ordered(call)
    return {
        "data": {
            "lp": _hub(call, "poll", mine),
            "ws": _hub(call, "ws", mine).replace("http", "ws", 1),
        }
    }


def long_poll(call: Call) -> Json:
    """`GET` how an order gets on: started, progress, and in the end the address of the page."""
    mine = _ordered(call)
    mine.polls += 1
    if mine.polls <= call.world.report_polls:
        if mine.polls == 1:
            return {"operation": "started", "args": {}}
        step = min(mine.polls - 1, _STEPS - 1)
        return {"operation": "update", "args": {"currentStep": step, "totalSteps": _STEPS}}
    outcome = OUTCOMES[call.world.report_outcome]
    if outcome is not None:
        return outcome
    urls = URLS[call.world.urls_as](f"{_hub(call, 'report', mine)}/{_DAILY_LOG}")
    return {"operation": "update", "args": {"urls": urls, "currentStep": _STEPS, "totalSteps": _STEPS}}


def page(call: Call) -> web.Response:
    """`GET` the report itself, with the ticket in the address."""
    mine = _ordered(call)
    if "text/html" not in call.http.headers.get("Accept", ""):
        raise refusals.bad_request("Accept")
    return web.Response(text=report_page.html(call.world, mine), content_type="text/html")


def _ordered(call: Call) -> ReportOrder:
    """The order meant, which must be the caller's own."""
    owner = call.account_here()
    for each in call.world.report_orders:
        if each.id == call.name and each.account is owner:
            return each
    raise refusals.not_found()


def _hub(call: Call, what: str, mine: ReportOrder) -> str:
    return f"{call.http.url.origin()}/hub-{call.region}/{what}/{mine.id}"


def _floating(seconds: int) -> datetime:
    """A wall clock that is written as if it were UTC.

    Of the start this is known; that the end is one too is a guess, the less comfortable one for clients.
    """
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
