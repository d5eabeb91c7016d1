"""Walking through the dialogs of a followed person."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from tests.cloud_double import Account
from tests.support.forms import fill

UNCHANGED = {"max_age": 15, "sensor_life": "automatic"}
"""The settings of somebody for whom none was chosen."""


async def add(hass: HomeAssistant, entry: ConfigEntry) -> Any:
    """Open the dialog that adds a person."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "person"), context={"source": SOURCE_USER}
    )


async def person_dialog(hass: HomeAssistant, entry: ConfigEntry, subentry_id: str = "") -> Any:
    """Open what can be changed of a person, of the first unless another is named."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "person"),
        context={
            "source": "reconfigure",
            "entry_id": entry.entry_id,
            "subentry_id": subentry_id or next(iter(entry.subentries)),
        },
    )


async def choose(hass: HomeAssistant, entry: ConfigEntry, option: str, subentry_id: str = "") -> Any:
    """Open what can be changed of a person, and choose from the menu."""
    menu = await person_dialog(hass, entry, subentry_id)
    assert menu["type"] is FlowResultType.MENU
    return await fill(hass, menu, next_step_id=option)


async def settings(hass: HomeAssistant, entry: ConfigEntry) -> Any:
    """Open the settings of the first person."""
    return await choose(hass, entry, "settings")


async def give_diary(
    hass: HomeAssistant, form: Any, account: Account, *, password: str = "", **advanced: str
) -> Any:
    """Send the form for the diary's credentials, with those of the account."""
    return await fill(
        hass, form, email=account.email, password=password or account.password, advanced=advanced
    )


def data_of(entry: ConfigEntry) -> dict[str, Any]:
    """What is kept of the first person."""
    return dict(next(iter(entry.subentries.values())).data)
