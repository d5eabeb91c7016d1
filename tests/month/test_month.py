"""Every trouble at random, and what must never happen."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
import logging
import os
from random import Random
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.cloud_double import Account, CloudDouble, Person, SecondFactor, Sensor
from tests.conftest import set_up
from tests.support.entries import entry_of, own_entry_of
from tests.support.repair_dialogs import set_up_repairs

from .troubles import BUMPS, TROUBLES, Trouble
from .truth import restless
from .watch import SETTLED, SIGN_INS, Watch
from .world import World

_LOGGER = logging.getLogger(__name__)
SEEDS = int(os.environ.get("LIBREVIEW_SEEDS", "2"))
TROUBLES_OF_A_SEED = int(os.environ.get("LIBREVIEW_TROUBLES", "4"))
CALM = (12, 60)
"""Minutes between two troubles, the least and the most."""
LAST_CALM = 100.0
BUMPED = 0.35
"""Chance that the house is restarted, reloaded or put to sleep amid another trouble."""


def _seeds() -> list[int]:
    """Return the seeds to throw: the first ones, or those of a span such as 17 or 22-60."""
    first, _, last = os.environ.get("LIBREVIEW_SEED", f"1-{SEEDS}").partition("-")
    return list(range(int(first), int(last or first) + 1))


@pytest.mark.parametrize("seed", _seeds())
async def test_whatever_happens_nothing_is_wrong_old_lost_or_left(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    dice = Random(seed)
    for module in ("backoff", "diary.pace"):
        monkeypatch.setattr(f"custom_components.libreview.{module}.Random", lambda: Random(seed))
    await set_up_repairs(hass)
    person = Person(
        cadence=timedelta(minutes=dice.choice((1, 1, 5))),
        curve=restless(dice),
        sensor=Sensor(product=dice.choice((3, 4))),
    )
    has_diary = dice.random() < 0.4
    account = cloud.add_account(Account(own=person if has_diary else None), persons=[person])
    if has_diary:
        account.second_factor, account.trusts_devices = SecondFactor(), True
    watch = Watch(cloud)
    entry = own_entry_of(account, live=True) if has_diary else entry_of(account)

    async def look() -> None:
        watch.look(world)

    world = World(
        hass=hass,
        cloud=cloud,
        account=account,
        person=person,
        entry=entry,
        freezer=freezer,
        monkeypatch=monkeypatch,
        dice=dice,
        look=look,
    )
    began = cloud.now()
    with _told(world, seed):
        await set_up(hass, entry)
        await world.spend(30)
        if has_diary:
            await world.sign_in()
        possible = [trouble for trouble in TROUBLES if has_diary or not trouble.needs_diary]
        happened = dice.sample(possible, min(TROUBLES_OF_A_SEED, len(possible)))
        for trouble in happened:
            await _let_happen(world, watch, trouble)
        await world.spend(LAST_CALM)
        await watch.look_at_store(world, cloud.now() - SETTLED)
        watch.look_at_end(world)
    hours = (cloud.now() - began) / timedelta(hours=1)
    endpoints = Counter("sign-in" if each.endpoint in SIGN_INS else "request" for each in cloud.log)
    _LOGGER.info(
        "seed %s: %.1f hours, %s troubles, %s requests, %s sign-ins",
        seed,
        hours,
        len(happened),
        endpoints["request"],
        endpoints["sign-in"],
    )


async def _let_happen(world: World, watch: Watch, trouble: Trouble) -> None:
    """Let a trouble begin and end, and let all be well again for a while."""
    minutes = world.dice.randint(*trouble.lasts)
    world.note(f"{trouble.name}, for {minutes} min")
    watch.well_since, watch.slowed = None, watch.slowed or trouble.slows
    await trouble.begin(world)
    if world.dice.random() < BUMPED:
        await world.spend(minutes / 2)
        bump = world.dice.choice(BUMPS)
        await next(each for each in TROUBLES if each.name == bump).begin(world)
    await world.spend(minutes / 2)
    await trouble.end(world)
    world.note(f"{trouble.name} is over")
    over = world.cloud.now()
    while not watch.has_answer(over):
        assert world.cloud.now() - over <= timedelta(minutes=trouble.back), "the feed has stopped"
        await world.spend(1)
    watch.well_since = world.cloud.now()
    world.note("well again")
    await world.spend(world.dice.randint(*CALM))
    watch.look_at_requests(world)


@contextmanager
def _told(world: World, seed: int) -> Iterator[None]:
    """Tell what has happened where something goes wrong."""
    try:
        yield
    except Exception as err:
        err.add_note(
            "\n".join((f"LIBREVIEW_SEED={seed}", *world.events, f"{world.cloud.now():%d %H:%M:%S} now"))
        )
        raise
