"""What all entities of a person have in common."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN, LIBRELINKUP_URL, PERSON
from .coordinator import LiveCoordinator

if TYPE_CHECKING:
    from .account import LibreViewConfigEntry
    from .person import Snapshot

# Abbott's `pt` (robberwick/pylibrelinkup, gui-dos/DiaBLE). Plus sensors carry the number of their generation.
_MODELS: Final = {0: "FreeStyle Libre", 3: "FreeStyle Libre 2", 4: "FreeStyle Libre 3"}


class PersonEntity(CoordinatorEntity[LiveCoordinator]):
    """An entity of a followed person.

    It stays available while the cloud is away: what it shows is true until the reading grows too old, and
    then it is unknown. One failed poll changes nothing that a person sees.
    """

    _attr_has_entity_name = True

    def __init__(
        self, entry: LibreViewConfigEntry, subentry: ConfigSubentry, description: EntityDescription
    ) -> None:
        """Create the entity that `description` describes, of the person of this subentry."""
        super().__init__(entry.runtime_data.live)
        self.entity_description = description
        self.patient_id = str(subentry.unique_id)
        # The account is part of it, for two accounts may follow the same person.
        self._attr_unique_id = unique_id(entry.unique_id, self.patient_id, description.key)
        sensor = self.snapshot.sensor
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, f"{entry.unique_id}_{self.patient_id}")},
            name=subentry.title,
            manufacturer="Abbott",
            model=_MODELS.get(sensor.product) if sensor and sensor.product is not None else None,
            configuration_url=LIBRELINKUP_URL,
        )

    @property
    def snapshot(self) -> Snapshot:
        """The person right now."""
        return self.coordinator.snapshot(self.patient_id)

    @property
    @override
    def available(self) -> bool:
        return True


def unique_id(account_id: str | None, patient_id: str, key: str) -> str:
    """The unique id of a person's entity."""
    return f"{account_id}_{patient_id}_{key}"


def add_for_each_person[D: EntityDescription](
    entry: LibreViewConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[LibreViewConfigEntry, ConfigSubentry, D], Entity],
    descriptions: Iterable[D],
) -> None:
    """Add one entity per person and description, each under the person's subentry."""
    for subentry in entry.get_subentries_of_type(PERSON):
        async_add_entities(
            [create(entry, subentry, description) for description in descriptions],
            config_subentry_id=subentry.subentry_id,
        )
