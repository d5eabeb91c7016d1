"""The base of all entities of a followed person, and their identifiers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import override

from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er, instance_id
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .account.account import LibreViewConfigEntry
from .account.followed_person import FollowedPerson
from .const import DOMAIN, LIBRELINKUP_URL, LIBREVIEW_URL
from .models import EntryKind
from .person.snapshot import Feed, Snapshot


@dataclass(frozen=True, kw_only=True)
class PersonEntityDescription(EntityDescription):
    """Describes an entity of a person, and the feed that it needs."""

    feed: Feed | None = None
    """The only feed that tells what the entity shows; None where either feed does."""
    is_of_patient: bool = False
    """Whether only a practice has the entity, for each of its patients."""

    def exists_for(self, person: FollowedPerson) -> bool:
        """Return whether a person has the feed that the entity needs."""
        has_feed = self.feed is None or self.feed in person.feed_kinds
        return has_feed and (person.is_patient or not self.is_of_patient)


class PersonEntity(CoordinatorEntity[FollowedPerson]):
    """An entity of a followed person.

    It stays available while the cloud is away: what it shows is true until the reading grows too old, and
    then it is unknown. One failed poll changes nothing that a person sees.
    """

    _attr_has_entity_name = True

    entity_description: PersonEntityDescription

    def __init__(
        self, entry: LibreViewConfigEntry, person: FollowedPerson, description: PersonEntityDescription
    ) -> None:
        """Create the entity that `description` describes, of this person."""
        super().__init__(person)
        self._written: tuple[object, ...] | None = None
        """What the state was made of when it was written last."""
        self._state: State | None = None
        """The state that was written then."""
        self.entity_description = description
        # The account is part of it, for two accounts may follow the same person.
        self._attr_unique_id = unique_id(entry.unique_id, person.patient_id, description.key)
        sensor = self.snapshot.sensor
        self._attr_device_info = DeviceInfo(
            identifiers={device_identifier(entry, person.patient_id)},
            name=person.subentry.title,
            manufacturer="Abbott",
            model=sensor.model if sensor else None,
            configuration_url=LIBRELINKUP_URL if Feed.LIVE in person.feed_kinds else LIBREVIEW_URL,
        )

    @property
    def person(self) -> FollowedPerson:
        """The person whom the entity shows."""
        return self.coordinator

    @property
    def snapshot(self) -> Snapshot:
        """The person at the moment that all their entities show."""
        return self.coordinator.data

    def shown(self) -> tuple[object, ...] | None:
        """Return all that the state is made of; None for an entity that is written with each snapshot."""
        return None

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Write the state unless it would say what it says already: most of a person changes rarely.

        One that somebody else has written meanwhile, such as a person to try an alarm, is put right.
        """
        shown, states = self.shown(), self.hass.states
        if shown is None or shown != self._written or states.get(self.entity_id) is not self._state:
            super()._handle_coordinator_update()
            self._written, self._state = shown, states.get(self.entity_id)

    @override
    async def async_update(self) -> None:
        """Refresh the feeds that tell what the entity shows, for `homeassistant.update_entity`."""
        await self.coordinator.async_request_news(self.entity_description.feed)


@callback
def add_person_entities[DescriptionT: PersonEntityDescription](
    entry: LibreViewConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entity: Callable[[LibreViewConfigEntry, FollowedPerson, DescriptionT], PersonEntity],
    descriptions: Iterable[DescriptionT],
) -> None:
    """Add an entity of each description to every person who has its feed.

    Persons who were removed while the entry was set up are left out: the reload that follows forgets them.
    """
    for person in entry.runtime_data.persons.values():
        if person.subentry.subentry_id in entry.subentries:
            async_add_entities(
                [
                    entity(entry, person, description)
                    for description in descriptions
                    if description.exists_for(person)
                ],
                config_subentry_id=person.subentry.subentry_id,
            )


def device_identifier(entry: LibreViewConfigEntry, patient_id: str) -> tuple[str, str]:
    """Return the identifier of a person's device in the device registry."""
    return DOMAIN, f"{entry.unique_id}_{patient_id}"


@callback
def entry_kind_names(hass: HomeAssistant) -> dict[EntryKind, str]:
    """Return what people call the kinds of diary entries, in Home Assistant's language."""
    prefix = f"component.{DOMAIN}.entity.event.diary.state_attributes.event_type.state."
    translations = async_get_cached_translations(hass, hass.config.language, "entity", DOMAIN)
    return {kind: translations.get(f"{prefix}{kind}", kind) for kind in EntryKind}


async def async_get_public_id(hass: HomeAssistant, entry_id: str, patient_id: str) -> str:
    """Return the id that others are told of a person: always the same, and no way back to Abbott's own."""
    house = await instance_id.async_get(hass)
    digest = sha256(f"{house}\n{entry_id}\n{patient_id}".encode()).hexdigest()
    return f"p_{digest[:24]}"


def unique_id(account_id: str | None, patient_id: str, key: str) -> str:
    """Return the unique id of a person's entity."""
    return f"{account_id}_{patient_id}_{key}"


@callback
def remove_stale_entities(
    hass: HomeAssistant, entry: LibreViewConfigEntry, descriptions: Iterable[PersonEntityDescription]
) -> None:
    """Remove those of the described entities whose feed a person no longer has."""
    stale = {
        unique_id(entry.unique_id, person.patient_id, description.key)
        for description in descriptions
        for person in entry.runtime_data.persons.values()
        if not description.exists_for(person)
    }
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id in stale:
            registry.async_remove(entity.entity_id)
