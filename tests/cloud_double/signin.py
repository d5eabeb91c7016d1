"""Signing in to either service: region, password, lock, steps.

Which is looked at first, region or password, is not public: the double sends an account to its region first.
Nor is the order of the steps: here the password is renewed first, then the second factor is asked for.
"""

from aiohttp import web

from . import expired_password, refusals, regions, wire
from .account import ACCEPTABLE_STEPS, Account
from .call import Call, same_island
from .tickets import WEB
from .wire import Json

_DEVICE_TOKEN = "trustedDeviceToken"


def probe(call: Call) -> web.Response:
    """`OPTIONS /auth/login`, whose header tells a true server (skobkars/lvconnect)."""
    return web.Response(headers={"lvapi": "3.25.3.0"})


def login(call: Call) -> Json:
    """`POST /llu/auth/login` and `POST /auth/login`: one account and one password for both."""
    is_web = call.product() == WEB
    email, password, device = _credentials(call)
    account = call.world.account_with_email(email)
    if account is not None:
        _send_home(call, account)
    key = lock_key(call, email)
    now = call.world.now()
    if call.world.lockout.is_locked(key, now):
        raise refusals.locked()
    if account is None or password != account.password or not same_island(call, account):
        call.world.lockout.failed(key, now)
        call.world.refused_passwords.append(password)
        raise refusals.wrong_password()
    call.world.lockout.succeeded(key)
    if account.expired_password is not None:
        return step_due(call, account, expired_password.step(account.expired_password))
    if is_web and account.second_factor is not None and device != account.device_token:
        return step_due(call, account, second_factor_step(account))
    return let_in(call, account)


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
    return let_in(call, account)


def let_in(call: Call, account: Account) -> Json:
    """The whole success, or the step that is due before it."""
    step = account.step()
    if step is not None:
        return step_due(call, account, step)
    account.cached = True
    is_web = call.product() == WEB
    is_trusted = is_web and account.second_factor is not None and account.trusts_devices
    data = wire.signed_in(
        account, call.ticket(account), call.world.now(), account.device_token if is_trusted else ""
    )
    if is_web and account.hides_id:
        del data["user"]["id"]
    return {"status": 0, "data": data}


def step_due(call: Call, account: Account, step: Json) -> Json:
    """A step that must be taken first, with the ticket for it."""
    ticket = call.ticket(account, step=step.get("type", "task"))
    return {"status": 4, "data": wire.step_due(account, step, ticket)}


def second_factor_step(account: Account) -> Json:
    """The step that asks for a code."""
    assert account.second_factor is not None
    kind = "patient" if account.professional is None else account.professional.account_type
    return account.second_factor.step(kind)


def lock_key(call: Call, email: str) -> tuple[str, str]:
    """What failed sign-ins are counted by."""
    return email.casefold(), regions.island(call.region)


def _send_home(call: Call, account: Account) -> None:
    """Refuse the wrong host: by a redirect within the world, not at all between separate clouds."""
    if call.region == account.region:
        return
    if same_island(call, account):
        more = {"country": account.country, "uiLanguage": account.language}
        raise refusals.redirect(account.region, **(more if call.product() == WEB else {}))
    if call.region != regions.GLOBAL:
        raise refusals.wrong_server()


def _credentials(call: Call) -> tuple[str, str, object]:
    """E-mail address, password and what a trusted device was given."""
    match call.fields():
        case {"email": str(email), "password": str(password)} as words:
            return email, password, words.get(_DEVICE_TOKEN)
    raise refusals.bad_request()
