"""What the dashboard card says and hears."""

from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket

GLUCOSE = "sensor.alex_example_glucose"
SUBSCRIBE = {"type": "libreview/subscribe", "entity_id": GLUCOSE}
METRICS = {"type": "libreview/metrics", "entity_id": GLUCOSE}
AGP = {"type": "libreview/agp", "entity_id": GLUCOSE}


async def answer(card: MockHAClientWebSocket, message: dict[str, Any], **fields: Any) -> Any:
    """What is answered to a command."""
    await card.send_json_auto_id({**message, **fields})
    return await card.receive_json()


async def next_event(card: MockHAClientWebSocket) -> Any:
    """What is told next."""
    message = await card.receive_json()
    assert message["type"] == "event", message
    return message["event"]


async def next_change(card: MockHAClientWebSocket) -> Any:
    """What is told next, without the time that is told with everything."""
    event = await next_event(card)
    assert isinstance(event.pop("now"), int)
    return event


async def subscribed(card: MockHAClientWebSocket, **fields: Any) -> Any:
    """The first window."""
    begun = await answer(card, SUBSCRIBE, **fields)
    assert begun["success"], begun
    return await next_event(card)


async def silent(card: MockHAClientWebSocket) -> bool:
    """Whether nothing more is told: what is asked now is answered next."""
    await card.send_json_auto_id({"type": "ping"})
    message = await card.receive_json()
    return bool(message["type"] == "pong")


def device_of(hass: HomeAssistant, entity_id: str = GLUCOSE) -> str | None:
    """The device of the person whose glucose sensor that is."""
    entity = er.async_get(hass).async_get(entity_id)
    return entity.device_id if entity else None


def epoch(at: datetime) -> int:
    """An instant as the card is told it."""
    return int(at.timestamp())
