"""The dashboard card, connected."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator


@pytest.fixture
async def card(quiet: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> MockHAClientWebSocket:
    """The other end."""
    return await hass_ws_client()
