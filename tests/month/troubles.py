"""All that can be the matter: how it begins, how long it lasts, how it ends, and when all is well again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from tests.cloud_double import faults
from tests.cloud_double.faults import Fault, TrueAnswer
from tests.cloud_double.regions import island
from tests.support.fault_table import CLOUD_URL
from tests.support.wrong_phone import set_phone_clocks

from .world import World

type Act = Callable[[World], Awaitable[None]]

NOBODY: Final = "http://127.0.0.1:1/{region}"
"""Where nobody listens."""
SOON, AFTER_SIGN_IN, SLOWED, HOURLY = 10, 16, 68, 68
"""Minutes until the live feed works again: after failures it waits five at most, after refusals an hour. A
sign-in is at least five minutes after the last; what a person may do at Abbott is looked for once an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble."""

    name: str
    begin: Act
    end: Act
    lasts: tuple[int, int] = (5, 90)
    """Minutes, the least and the most."""
    back: int = SOON
    """Minutes after its end within which the live feed has an answer again."""
    slows: bool = False
    """The cloud has asked for patience, so that the pace comes back step by step."""
    needs_diary: bool = False


async def _heal(world: World) -> None:
    world.cloud.heal()


async def _nothing(world: World) -> None:
    """It is over by itself."""


def _failing(endpoint: str, *fault: Callable[[World], Fault]) -> Act:
    async def begin(world: World) -> None:
        world.cloud.fail_always(endpoint, world.dice.choice(fault)(world))

    return begin


def _constant(fault: Fault) -> Callable[[World], Fault]:
    return lambda _: fault


def _slow(world: World) -> Fault:
    async def thinking(_request: Any, _truth: TrueAnswer) -> Any:
        world.freezer.tick(11.5)
        await asyncio.Event().wait()

    return thinking


async def _no_internet(world: World) -> None:
    world.monkeypatch.setenv(CLOUD_URL, NOBODY)


async def _internet(world: World) -> None:
    world.monkeypatch.setenv(CLOUD_URL, world.cloud.url_template)


async def _revoke(world: World) -> None:
    world.cloud.revoke_tickets(world.account)


async def _forget(world: World) -> None:
    world.cloud.forget_user(world.account)


async def _lock(world: World) -> None:
    key = world.account.email.casefold(), island(world.account.region)
    world.cloud.lockout.lock(key, world.cloud.now())
    world.cloud.revoke_tickets(world.account)


async def _refuse_sign_in(world: World) -> None:
    fault = world.dice.choice(
        (faults.status(500), faults.rate_limited(code=430), faults.html(), faults.empty())
    )
    world.cloud.fail_always("login", fault)
    world.cloud.revoke_tickets(world.account)


async def _change_password(world: World) -> None:
    world.cloud.change_password(world.account, f"New-horse-{len(world.events)}")


async def _sign_in(world: World) -> None:
    if world.dice.random() < 0.3:
        await world.sign_in("a word that is wrong")
        await world.spend(6)
    await world.sign_in()


async def _expire_password(world: World) -> None:
    world.cloud.expire_password(world.account, "passwordExpired")


async def _renew_password(world: World) -> None:
    await _change_password(world)
    await world.sign_in()


def _ask_step(*steps: str) -> Act:
    async def begin(world: World) -> None:
        world.cloud.change_terms(world.account, world.dice.choice(steps))

    return begin


async def _take_step(world: World) -> None:
    """The person accepts in Abbott's own app, of which nobody tells us."""
    world.account.steps = []


async def _ask_code(world: World) -> None:
    world.cloud.demand_second_factor(world.account)


async def _silence(world: World) -> None:
    world.cloud.pause(world.person)


async def _voice(world: World) -> None:
    world.cloud.resume(world.person)


async def _late_uploads(world: World) -> None:
    now, every = world.cloud.now(), world.dice.randint(4, 12)
    for number in range(10):
        since = now + timedelta(minutes=number * every)
        world.person.pause(since, since + timedelta(minutes=every - 1))


async def _wrong_clock(world: World) -> None:
    await world.set_clock(world.dice.choice((-180, -61, -20, 20, 61, 180)))


async def _right_clock(world: World) -> None:
    await world.set_clock(-world.ahead.total_seconds() / 60)


async def _sleep(world: World) -> None:
    await world.sleep(world.dice.choice((7, 40, 200, 500)))


async def _reload(world: World) -> None:
    await world.reload()


async def _restart(world: World) -> None:
    await world.restart(world.dice.choice((1, 9, 50, 200)))


async def _stop_sharing(world: World) -> None:
    world.cloud.stop_sharing(world.account, world.person)


async def _share_again(world: World) -> None:
    world.cloud.start_sharing(world.account, world.person)


async def _new_sensor(world: World) -> None:
    assert world.person.sensor is not None
    serial = f"0ETEST{len(world.events):04}"
    world.person.sensor = replace(world.person.sensor, serial=serial, activated=world.cloud.now())


async def _wrong_phone(world: World) -> None:
    off = timedelta(minutes=world.dice.choice((-90, -40, 40, 90)))
    set_phone_clocks(world.cloud, world.cloud.now(), off)


async def _newer_version(world: World) -> None:
    world.cloud.minimum_version = f"4.{17 + len(world.events)}.0"


_REFUSALS: Final = (
    _constant(faults.rate_limited()),
    _constant(faults.rate_limited(code=430)),
    _constant(faults.cloudflare_block()),
)

TROUBLES: Final = (
    Trouble(name="no internet", begin=_no_internet, end=_internet),
    Trouble(
        name="server trouble",
        begin=_failing(
            "*",
            *(_constant(faults.status(code)) for code in (500, 502, 503)),
            _constant(faults.maintenance()),
        ),
        end=_heal,
    ),
    Trouble(name="refusals", begin=_failing("connections", *_REFUSALS), end=_heal, back=SLOWED, slows=True),
    Trouble(
        name="refusals with a wait",
        begin=_failing("connections", lambda world: faults.rate_limited(world.dice.randint(300, 3600), 429)),
        end=_heal,
        lasts=(5, 40),
        back=SLOWED + 60,
        slows=True,
    ),
    Trouble(name="no answer in time", begin=_failing("connections", _slow), end=_heal),
    Trouble(
        name="half answers",
        begin=_failing(
            "*",
            *map(_constant, (faults.truncated(), faults.dropped(after=100), faults.empty(), faults.html())),
        ),
        end=_heal,
    ),
    Trouble(
        name="graph and logbook fail",
        begin=_failing("graph", _constant(faults.status(500))),
        end=_heal,
        back=3,
    ),
    Trouble(name="ticket revoked", begin=_revoke, end=_nothing, lasts=(1, 2), back=AFTER_SIGN_IN),
    Trouble(
        name="every ticket refused",
        begin=_failing("connections", _constant(faults.ticket_invalid())),
        end=_heal,
        back=SLOWED,
        slows=True,
    ),
    Trouble(name="user forgotten", begin=_forget, end=_nothing, lasts=(1, 2), back=AFTER_SIGN_IN),
    Trouble(name="locked", begin=_lock, end=_nothing, lasts=(5, 6), back=AFTER_SIGN_IN, slows=True),
    Trouble(name="sign-in fails", begin=_refuse_sign_in, end=_heal, back=SLOWED, slows=True),
    Trouble(name="password changed", begin=_change_password, end=_sign_in, lasts=(15, 300)),
    Trouble(name="password expired", begin=_expire_password, end=_renew_password, lasts=(15, 300)),
    Trouble(
        name="terms", begin=_ask_step("tou", "pp", "verifyEmail", "somethingNew"), end=_take_step, back=HOURLY
    ),
    Trouble(name="second factor", begin=_ask_code, end=_sign_in, lasts=(90, 200), needs_diary=True),
    Trouble(name="phone silent", begin=_silence, end=_voice, lasts=(5, 200), back=3),
    Trouble(name="late uploads", begin=_late_uploads, end=_nothing, lasts=(40, 60), back=3),
    Trouble(name="our clock wrong", begin=_wrong_clock, end=_right_clock, lasts=(2, 60)),
    Trouble(name="sleep", begin=_sleep, end=_nothing, lasts=(1, 2)),
    Trouble(name="reload", begin=_reload, end=_nothing, lasts=(1, 2)),
    Trouble(name="restart", begin=_restart, end=_nothing, lasts=(1, 2)),
    Trouble(name="not shared", begin=_stop_sharing, end=_share_again, back=3),
    Trouble(name="new sensor", begin=_new_sensor, end=_nothing, lasts=(61, 70), back=3),
    Trouble(name="phone's clock wrong", begin=_wrong_phone, end=_heal, lasts=(10, 120), back=3),
    Trouble(name="newer version", begin=_newer_version, end=_nothing, lasts=(1, 2)),
)
BUMPS: Final = ("reload", "restart", "sleep")
"""Troubles that also come amid another."""
