"""Puts phones and lamps into a Home Assistant that has none, and asks them what they were told."""

import asyncio
import json
from pathlib import Path

from tests.home import Client
from tests.home.client import Json
from tests.home.flows import FLOWS

THINGS = Path(__file__).parents[1] / "support" / "stub_integrations"


# Written only here: Home Assistant's checks of a repository take every manifest.json for one to be published.
MANIFEST = {
    "domain": "things",
    "name": "Things of a house",
    "config_flow": True,
    "documentation": "https://github.com/ha-libreview/libreview",
    "version": "1.0.0",
}


def deliver(config: Path) -> None:
    """Put the integration of the things into a configuration folder, before the house is started."""
    folder = config / "custom_components" / "things"
    folder.mkdir(parents=True)
    for file in THINGS.glob("*.py"):
        (folder / file.name).symlink_to(file)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")


async def add(client: Client, platform: str, name: str) -> str:
    """Add a `notify` or a `light` of that name; gives its entity id."""
    step = await client.post(FLOWS, {"handler": "things"})
    entry = await client.post(f"{FLOWS}/{step['flow_id']}", {"platform": platform, "name": name})
    entry_id = entry["result"]["entry_id"]
    while True:
        for entity in await client.ask("config/entity_registry/list"):
            if entity["config_entry_id"] == entry_id:
                entity_id: str = entity["entity_id"]
                return entity_id
        await asyncio.sleep(0.2)


async def messages_to(client: Client, entity_id: str) -> list[Json]:
    """What somebody was told so far: title, text and time of each message."""
    state = await client.state(entity_id)
    messages: list[Json] = state["attributes"]["messages"]
    return messages


async def is_told(client: Client, entity_id: str, title: str, *, within: float) -> Json:
    """The first message with that title, now or later."""

    def heard(state: Json) -> list[Json]:
        return [each for each in state["attributes"]["messages"] if each["title"] == title]

    return heard(await client.until(entity_id, lambda state: bool(heard(state)), within=within))[0]
