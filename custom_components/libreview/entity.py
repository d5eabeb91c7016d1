"""What all entities of a person have in common."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN, LIBRELINKUP_URL, LIBREVIEW_URL
from .followed_person import FollowedPerson
from .person import Feed

if TYPE_CHECKING:
    from .account import LibreViewConfigEntry
    from .person import Snapshot

_ONLY: Final = {
    Feed.LIVE: ("trend", "sensor_expires", "sensor_status", "sensor_expired", "alarm"),
    Feed.DIARY: (
        "diary",
        "last_note",
        *(f"last_{dose}" for dose in ("carbohydrates", "rapid_acting", "long_acting")),
        *(f"{dose}_today" for dose in ("carbohydrates", "rapid_acting", "long_acting")),
    ),
}
"""The keys of the entities that a person has only with that feed. All others show what either feed tells."""


class PersonEntity(Entity):
    """An entity of a followed person.

    It stays available while the cloud is away: what it shows is true until the reading grows too old, and
    then it is unknown. One failed poll changes nothing that a person sees.
    """

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self, entry: LibreViewConfigEntry, person: FollowedPerson, description: EntityDescription
    ) -> None:
        """Create the entity that `description` describes, of this person."""
        self.entity_description = description
        self.person = person
        # The account is part of it, for two accounts may follow the same person.
        self._attr_unique_id = unique_id(entry.unique_id, person.patient_id, description.key)
        sensor = self.snapshot.sensor
        self._attr_device_info = DeviceInfo(
            identifiers={device_identifier(entry, person.patient_id)},
            name=person.subentry.title,
            manufacturer="Abbott",
            model=sensor.model if sensor else None,
            configuration_url=LIBRELINKUP_URL if Feed.LIVE in person.feeds else LIBREVIEW_URL,
        )

    @property
    def snapshot(self) -> Snapshot:
        """The person right now."""
        return self.person.snapshot()

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.person.async_add_listener(self._changed))

    async def async_update(self) -> None:
        """Ask the live feed, because a person or an automation wants this entity updated."""
        if self.person.live is not None:
            await self.person.live.async_request_refresh()

    @callback
    def _changed(self) -> None:
        """Show what is new of the person."""
        self.async_write_ha_state()


def device_identifier(entry: LibreViewConfigEntry, patient_id: str) -> tuple[str, str]:
    """What a person's device is known by."""
    return DOMAIN, f"{entry.unique_id}_{patient_id}"


def unique_id(account_id: str | None, patient_id: str, key: str) -> str:
    """The unique id of a person's entity."""
    return f"{account_id}_{patient_id}_{key}"


def add_for_each_person[D: EntityDescription](
    entry: LibreViewConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[LibreViewConfigEntry, FollowedPerson, D], Entity],
    descriptions: Iterable[D],
) -> None:
    """Add the entities that a person's feeds can tell of, each under the person's subentry."""
    for person in entry.runtime_data.persons.values():
        missing = _keys_without(person)
        async_add_entities(
            [create(entry, person, each) for each in descriptions if each.key not in missing],
            config_subentry_id=person.subentry.subentry_id,
        )


@callback
def remove_stale_entities(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Remove the entities of feeds that a person no longer has."""
    stale = {
        unique_id(entry.unique_id, person.patient_id, key)
        for person in entry.runtime_data.persons.values()
        for key in _keys_without(person)
    }
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id in stale:
            registry.async_remove(entity.entity_id)


def _keys_without(person: FollowedPerson) -> set[str]:
    """The keys of the entities for which the person lacks the feed."""
    return {key for feed, keys in _ONLY.items() if feed not in person.feeds for key in keys}
