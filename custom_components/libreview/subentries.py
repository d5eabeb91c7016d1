"""A followed person as a config subentry."""

from types import MappingProxyType

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData
from homeassistant.core import HomeAssistant, callback

from .const import CONF_DECLINED, CONF_UNIT, PERSON
from .models import Person


def title_of(person: Person) -> str:
    """The person's name, or the beginning of their id where the cloud gives no name."""
    return person.name or person.patient_id[:8]


def subentry_of(person: Person) -> ConfigSubentryData:
    """The subentry of a newly followed person: all settings follow the person's own."""
    return ConfigSubentryData(
        data={CONF_UNIT: person.unit} if person.unit else {},
        subentry_type=PERSON,
        title=title_of(person),
        unique_id=person.patient_id,
    )


@callback
def async_follow(hass: HomeAssistant, entry: ConfigEntry, person: Person) -> ConfigSubentry:
    """Add a person to an account."""
    new = subentry_of(person)
    subentry = ConfigSubentry(
        data=MappingProxyType(dict(new["data"])),
        subentry_type=new["subentry_type"],
        title=new["title"],
        unique_id=new["unique_id"],
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    return subentry


def declined(entry: ConfigEntry) -> frozenset[str]:
    """The patient ids of those who share but were deliberately not added."""
    return frozenset(entry.data.get(CONF_DECLINED, ()))
