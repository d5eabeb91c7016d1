"""The persons whom the integration shows in a Home Assistant, with their entities."""

from dataclasses import dataclass

from .client import Client

DOMAIN = "libreview"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPerson:
    """One person's device: its name and its entity ids by the entity's key, such as `glucose`."""

    device_id: str
    name: str
    entities: dict[str, str]
    unit: str


async def persons(client: Client) -> list[ShownPerson]:
    """Everyone with a device and entities of the integration, in the order of their names."""
    devices = {device["id"]: device for device in await client.ask("config/device_registry/list")}
    by_device: dict[str, dict[str, str]] = {}
    for entity in await client.ask("config/entity_registry/list"):
        if entity["platform"] == DOMAIN and entity["device_id"] and not entity["disabled_by"]:
            key = entity["translation_key"] or entity["unique_id"].rsplit("_", 1)[-1]
            by_device.setdefault(entity["device_id"], {})[key] = entity["entity_id"]
    shown = [
        ShownPerson(
            device_id=device_id,
            name=devices[device_id]["name_by_user"] or devices[device_id]["name"],
            entities=entities,
            unit=(await client.state(entities["glucose"]))["attributes"]["unit_of_measurement"],
        )
        for device_id, entities in by_device.items()
        if "glucose" in entities
    ]
    return sorted(shown, key=lambda person: person.name)
