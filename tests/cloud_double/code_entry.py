"""The two calls of the second factor: having a code sent, and entering it.

They are known from clients; what happens off the right path is public nowhere.
"""

from . import refusals, wire
from .account import Account
from .call import Call
from .second_factor import CODE_REFUSALS, EXHAUSTED, MOST_WRONG_CODES, STEP, STEP_AGAIN, Challenge
from .signin import let_in, lock_key, second_factor_step
from .wire import Json


def send_code(call: Call) -> Json:
    """`POST /auth/continue/2fa/sendcode`: the answer's ticket replaces the one that was sent."""
    account, ticket_id = _asked_for_code(call)
    match call.fields():
        case {"isPrimaryMethod": bool(is_primary)}:
            challenge = account.send_code(call.world.now(), is_primary=is_primary)
        case _:
            raise refusals.bad_request("isPrimaryMethod")
    spent = account.challenges.pop(ticket_id, None)
    challenge.wrong = 0 if spent is None else spent.wrong
    return {"status": 0, "ticket": _ticket_for(call, account, challenge)}


def enter_code(call: Call) -> Json:
    """`POST /auth/continue/2fa/result`: the whole success, or the step that comes next."""
    account, ticket_id = _asked_for_code(call)
    match call.fields():
        case {"code": str(code), "isPrimaryMethod": bool(is_primary)}:
            pass
        case _:
            raise refusals.bad_request("code")
    challenge = account.challenges.get(ticket_id)
    if challenge is None:
        raise refusals.ticket_invalid()  # No code was sent that this could be.
    now = call.world.now()
    if challenge.is_over(now):
        return _refuse_code(call, account, challenge, "codeExpired")
    if challenge.wrong < MOST_WRONG_CODES and (code, is_primary) == (challenge.code, challenge.is_primary):
        call.world.tickets.replace(call.claims())
        return let_in(call, account)
    return _refuse_code(call, account, challenge, "invalidCode")


def _asked_for_code(call: Call) -> tuple[Account, str]:
    """The account that the second factor was asked of with this ticket, and the ticket's id."""
    claims = call.claims()
    account = call.world.holder(claims)
    if account is None or account.region != call.region or claims.step != STEP:
        raise refusals.ticket_invalid()
    if account.second_factor is None:
        raise refusals.ticket_invalid()
    return account, claims.ticket_id


def _ticket_for(call: Call, account: Account, challenge: Challenge) -> Json:
    """A ticket that a code has to come with, in place of the one at hand."""
    call.world.tickets.replace(call.claims())
    ticket = call.ticket(account, step=STEP)
    claims = call.world.tickets.read(ticket["token"], call.world.now())
    assert claims is not None
    account.challenges[claims.ticket_id] = challenge
    return ticket


def _refuse_code(call: Call, account: Account, challenge: Challenge, word: str) -> Json:
    factor = account.second_factor
    assert factor is not None
    challenge.wrong += 1
    if challenge.wrong >= MOST_WRONG_CODES:
        call.world.lockout.lock(lock_key(call, account.email), call.world.now())
        no_more = EXHAUSTED[factor.exhausted]()
        raise no_more
    if factor.refusal == STEP_AGAIN:
        account.challenges.pop(call.claims().ticket_id)
        ticket = _ticket_for(call, account, challenge)
        return {"status": 4, "data": wire.step_due(account, second_factor_step(account), ticket)}
    raise CODE_REFUSALS[factor.refusal](word)
