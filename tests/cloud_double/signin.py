"""Signing in: region, password, lock, steps.

Which is looked at first, region or password, is not public: the double sends an account to its region first.
"""

import json

from . import refusals, regions, wire
from .account import ACCEPTABLE_STEPS, Account
from .call import Call, same_island
from .wire import Json


def login(call: Call) -> Json:
    """`POST /llu/auth/login`."""
    call.product()
    email, password = _credentials(call)
    account = call.world.account_with_email(email)
    if account is not None:
        _send_home(call, account)
    key = (email.casefold(), regions.island(call.region))
    now = call.world.now()
    if call.world.lockout.is_locked(key, now):
        raise refusals.locked()
    if account is None or password != account.password or not same_island(call, account):
        call.world.lockout.failed(key, now)
        raise refusals.wrong_password()
    call.world.lockout.succeeded(key)
    return _let_in(call, account)


def continue_step(call: Call) -> Json:
    """`POST /auth/continue/{tou,pp}`: accepted; the answer is the next step or the whole success."""
    call.product()
    claims = call.claims()
    account = call.world.holder(claims)
    if account is None or claims.step is None or account.region != call.region:
        raise refusals.ticket_invalid()
    if call.name not in ACCEPTABLE_STEPS:
        raise refusals.not_found()
    if claims.step != call.name:
        raise refusals.ticket_invalid()
    if call.name in account.steps:
        account.steps.remove(call.name)
    return _let_in(call, account)


def _let_in(call: Call, account: Account) -> Json:
    if account.steps:
        ticket = call.ticket(account, step=account.steps[0])
        return {"status": 4, "data": wire.step_due(account, ticket)}
    account.cached = True
    return {"status": 0, "data": wire.signed_in(account, call.ticket(account), call.world.now())}


def _send_home(call: Call, account: Account) -> None:
    """Refuse the wrong host: by a redirect within the world, not at all between separate clouds."""
    if call.region == account.region:
        return
    if same_island(call, account):
        raise refusals.redirect(account.region)
    if call.region != regions.GLOBAL:
        raise refusals.wrong_server()


def _credentials(call: Call) -> tuple[str, str]:
    if call.http.content_type != "application/json":
        raise refusals.bad_request()
    try:
        body = json.loads(call.body)
    except ValueError:
        raise refusals.bad_request() from None
    match body:
        case {"email": str(email), "password": str(password)}:
            return email, password
    raise refusals.bad_request()
