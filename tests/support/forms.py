"""Filling in the forms of a dialog, of an account's or of a person's."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType


async def fill(hass: HomeAssistant, form: Any, **fields: Any) -> Any:
    """Send a form with these fields; return what is shown when the progress, if any, is over."""
    result = await _flows(hass, form).async_configure(form["flow_id"], fields)
    await hass.async_block_till_done(wait_background_tasks=True)
    return await awaited(hass, result)


async def awaited(hass: HomeAssistant, result: Any) -> Any:
    """Return what is shown when the progress is over."""
    while result["type"] is FlowResultType.SHOW_PROGRESS:
        await hass.async_block_till_done(wait_background_tasks=True)
        result = await _flows(hass, result).async_configure(result["flow_id"])
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


def _flows(hass: HomeAssistant, result: Any) -> Any:
    """Return who leads the dialog: that of a person names its account as well as the kind of dialog."""
    is_of_a_person = isinstance(result.get("handler"), tuple)
    return hass.config_entries.subentries if is_of_a_person else hass.config_entries.flow
