"""What an account of many persons asks of the event loop in one turn: little, however many there are."""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import count, pairwise
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.libreview.account.followed_person import FollowedPerson
from custom_components.libreview.entity import ADDED_AT_ONCE
from custom_components.libreview.history.history import History
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.card_client import AGP, METRICS
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


async def test_figures_of_several_persons_are_computed_one_after_the_other(
    hass: HomeAssistant,
    account: Account,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, now = History.async_run, Counter[str]()
    most: dict[str, int] = {}

    async def watched(history: History, query: Callable[..., Any], *args: Any, **options: Any) -> Any:
        now[query.__name__] += 1
        most[query.__name__] = max(most.get(query.__name__, 0), now[query.__name__])
        try:
            return await run(history, query, *args, **options)
        finally:
            now[query.__name__] -= 1

    monkeypatch.setattr(History, "async_run", watched)
    await set_up(hass, entry_of(account))
    card = await hass_ws_client()
    for name in NAMES:
        for command in (METRICS, AGP):
            await card.send_json_auto_id({**command, "entity_id": f"sensor.{name.lower()}_example_glucose"})
    answers = [await card.receive_json() for _ in range(2 * len(NAMES))]

    assert all(each["success"] for each in answers)
    assert (most["_compute_summary"], most["metrics_message"], most["agp_message"]) == (1, 1, 1)
