"""The forms of readers: what a reader is called, whom it may read, and how much of them."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import voluptuous as vol

from ..const import (
    CONF_CLIENT_ID,
    CONF_DIARY,
    CONF_LOCAL_ONLY,
    CONF_PERSON,
    CONF_PERSONS,
    SUBENTRY_PERSON,
)


def app_schema(entry: ConfigEntry) -> vol.Schema:
    """Return the fields of an app with a key, which reads one person."""
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_PERSON): person_selector(entry, multiple=False),
            **_SCOPE,
        }
    )


def program_schema(entry: ConfigEntry) -> vol.Schema:
    """Return the fields of a program that signs in to Home Assistant."""
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_CLIENT_ID): TextSelector(),
            vol.Required(CONF_PERSONS): person_selector(entry, multiple=True),
            **_SCOPE,
        }
    )


def to_reader_data(user_input: Mapping[str, Any], identity: Mapping[str, str]) -> dict[str, Any]:
    """Return the data of a reader out of a filled form. `identity` is its hashed key or its client id."""
    persons = user_input[CONF_PERSONS] if CONF_PERSONS in user_input else [user_input[CONF_PERSON]]
    return {
        CONF_PERSONS: persons,
        CONF_DIARY: user_input[CONF_DIARY],
        CONF_LOCAL_ONLY: user_input[CONF_LOCAL_ONLY],
        **identity,
    }


def suggested_values(title: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the forms start with for a reader."""
    return {CONF_NAME: title, CONF_PERSON: next(iter(data[CONF_PERSONS]), None), **data}


def find_person_name(entry: ConfigEntry, patient_id: str) -> str:
    """Return the name of a followed person."""
    persons = entry.get_subentries_of_type(SUBENTRY_PERSON)
    return next((person.title for person in persons if person.unique_id == patient_id), "")


def person_selector(entry: ConfigEntry, *, multiple: bool) -> SelectSelector:
    """Return the choice of followed persons, by patient id."""
    persons = [
        SelectOptionDict(value=str(person.unique_id), label=person.title)
        for person in entry.get_subentries_of_type(SUBENTRY_PERSON)
    ]
    return SelectSelector(SelectSelectorConfig(options=persons, multiple=multiple))


_SCOPE: Final[dict[vol.Marker, BooleanSelector]] = {
    vol.Required(CONF_DIARY, default=False): BooleanSelector(),
    vol.Required(CONF_LOCAL_ONLY, default=True): BooleanSelector(),
}
