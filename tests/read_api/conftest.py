"""A house in which somebody's glucose is shared with an app."""

import logging
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.components.http.config import async_get_and_load_store
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.cloud_double import CloudDouble, Person
from tests.support.readers import share

HTTP = {
    "use_x_forwarded_for": True,
    "trusted_proxies": ["127.0.0.1"],
    "ip_ban_enabled": True,
    "login_attempts_threshold": 1,
}


@pytest.fixture
async def web(hass: HomeAssistant, cloud: CloudDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """A web server that shuts out whoever gives one wrong password, behind a proxy."""
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)  # As Home Assistant has it.
    assert await async_setup_component(hass, "http", {"http": HTTP})
    await (await async_get_and_load_store(hass)).async_promote_pending()
    monkeypatch.setattr(
        hass.http.app.router, "freeze", lambda: None
    )  # As Home Assistant does when it starts.


@pytest.fixture
async def reader(hass: HomeAssistant, web: None, quiet: MockConfigEntry, person: Person) -> ConfigSubentry:
    """An app with a key, at home, without the diary."""
    return await share(hass, quiet, person)


@pytest.fixture
async def app(reader: ConfigSubentry, hass_client_no_auth: ClientSessionGenerator) -> TestClient[Any, Any]:
    """The app at the other end."""
    return await hass_client_no_auth()
