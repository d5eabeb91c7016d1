"""What a signed-in account can read; every answer brings a renewed ticket, and the old one stays valid."""

from typing import Any

from . import refusals, wire
from .account import Account
from .call import Call
from .wire import Json
from .world import Edit


def config(call: Call) -> Json:
    """`GET /llu/config/country`, without a ticket."""
    country = call.http.query.get("country")
    if not country:
        raise refusals.bad_request()
    origin = str(call.http.url.origin())
    return {"status": 0, "data": wire.config(country, origin, call.world.minimum_version or "4.7.0")}


def connections(call: Call) -> Json:
    """`GET /llu/connections`."""
    account = call.account_here()
    now = call.world.now()
    followed = [wire.connection(account, person, now) for person in account.follows]
    return renewed(call, account, followed, call.world.edit_connections)


def graph(call: Call) -> Json:
    """`GET /llu/connections/{patientId}/graph`."""
    account, person = call.person()
    return renewed(call, account, wire.graph(account, person, call.world.now()), call.world.edit_graph)


def logbook(call: Call) -> Json:
    """`GET /llu/connections/{patientId}/logbook`."""
    account, person = call.person()
    return renewed(call, account, wire.logbook(account, person, call.world.now()), call.world.edit_logbook)


def notification_settings(call: Call) -> Json:
    """`GET /llu/notifications/settings/{connectionId}`."""
    account = call.account_here()
    person = next((each for each in account.follows if account.connection_id(each) == call.name), None)
    if person is None:
        raise refusals.could_not_load_patient()
    return renewed(call, account, wire.notification_settings(account, person))


def account(call: Call) -> Json:
    """`GET /account`."""
    owner = call.account_here()
    return renewed(call, owner, {"user": wire.account(owner, call.world.now())})


def user(call: Call) -> Json:
    """`GET /user`, whose ticket is beside the user (skobkars/lvconnect)."""
    owner = call.account_here()
    return {
        "status": 0,
        "data": {"user": wire.user(owner, call.world.now()), "authTicket": call.ticket(owner)},
    }


def glucose_history(call: Call) -> Json:
    """`GET /glucoseHistory`: percentiles, which nobody who has the readings needs, so there are none."""
    try:
        owner = call.account_here()
    except refusals.Refusal as refusal:
        if refusal.body == refusals.product_mismatch().body and call.world.history_refusal == "failed":
            raise refusals.failed_to_load_history() from None
        raise
    return renewed(call, owner, {"lastUpload": 0, "reminderSent": 0, "devices": [], "periods": []})


def renewed(call: Call, owner: Account, data: Any, edit: Edit | None = None) -> Json:
    """A successful answer with its new ticket."""
    return {"status": 0, "data": data if edit is None else edit(data), "ticket": call.ticket(owner)}
