"""What an account of several persons computes at once: one thing, however many there are."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

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
