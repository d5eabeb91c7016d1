"""Readers that are set up, and the apps at the other end."""

from collections.abc import Sequence
from hashlib import sha1
from types import MappingProxyType
from typing import Any, Final

from aiohttp.test_utils import TestClient
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from custom_components.libreview.const import SUBENTRY_READER
from custom_components.libreview.readers.keys import hash_key
from tests.cloud_double import Person

KEY: Final = "alex-00112233445566778899aabbccddeeff"
CLIENT_ID: Final = "https://app.example.org/"
PREFIX: Final = "/api/libreview/nightscout"
SHA1: Final = sha1(KEY.encode()).hexdigest()
HEADER: Final = {"api-secret": SHA1}


async def share(
    hass: HomeAssistant,
    entry: ConfigEntry,
    *persons: Person,
    key: str | None = KEY,
    client_id: str | None = None,
    diary: bool = False,
    local_only: bool = True,
) -> ConfigSubentry:
    """Set a reader up, as the dialog does."""
    identity = {"client_id": client_id} if client_id else {"key_hash": hash_key(key or KEY)}
    ids = [person.patient_id for person in persons]
    data = {"persons": ids, "diary": diary, "local_only": local_only, **identity}
    reader = ConfigSubentry(
        data=MappingProxyType(data), subentry_type=SUBENTRY_READER, title="Watch", unique_id=None
    )
    hass.config_entries.async_add_subentry(entry, reader)
    await hass.async_block_till_done(wait_background_tasks=True)
    return reader


async def read(client: TestClient[Any, Any], path: str, **fields: Any) -> Any:
    """Ask for an address with the key as most apps send it; return what is answered."""
    response = await client.get(path, **{"headers": HEADER, **fields})
    assert response.status == 200, await response.text()
    return await response.json()


def values(entries: Sequence[dict[str, Any]]) -> list[int]:
    return [each["sgv"] for each in entries]
