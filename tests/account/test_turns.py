"""What an account of many persons asks of the event loop in one turn: little, however many there are."""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import count, pairwise

from homeassistant.core import HomeAssistant
import pytest

from custom_components.libreview.account.followed_person import FollowedPerson
from custom_components.libreview.entity import ADDED_AT_ONCE
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.entries import entry_of

NAMES = ("Alex", "Kim", "Robin", "Sam")


@pytest.fixture
def account(cloud: CloudDouble) -> Account:
    """An account that follows four."""
    return cloud.add_account(Account(), persons=[Person(first_name=name) for name in NAMES])


async def during[T](work: Callable[[], asyncio.Future[T]], look: Callable[[], int]) -> list[int]:
    """Look before every turn of the event loop that some work takes, and after the last one."""
    seen, doing = [look()], work()
    while not doing.done():
        await asyncio.sleep(0)
        seen.append(look())
    await doing
    return seen


async def test_a_set_up_adds_a_few_entities_in_a_turn(hass: HomeAssistant, account: Account) -> None:
    entry = entry_of(account)
    seen = await during(
        lambda: asyncio.ensure_future(set_up(hass, entry)), lambda: len(hass.states.async_all("sensor"))
    )
    assert seen[-1] > len(NAMES) * ADDED_AT_ONCE
    assert max(later - before for before, later in pairwise(seen)) <= ADDED_AT_ONCE


async def test_a_set_up_starts_one_person_in_a_turn(
    hass: HomeAssistant, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, turn, start = Counter[int](), count(), FollowedPerson.start
    now = 0

    def started(person: FollowedPerson) -> None:
        turns[now] += 1
        start(person)

    def look() -> int:
        nonlocal now
        now = next(turn)
        return now

    monkeypatch.setattr(FollowedPerson, "start", started)
    await during(lambda: asyncio.ensure_future(set_up(hass, entry_of(account))), look)
    assert set(turns.values()) == {1}
    assert turns.total() == len(NAMES)
