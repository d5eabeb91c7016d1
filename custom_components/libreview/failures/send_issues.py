"""Issues about sending to a Nightscout server."""

from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .issue_kinds import SEND_FAILING, SEND_REFUSED
from .issues import clear_issue, clear_others, issue_id, set_issue

_KINDS = (SEND_REFUSED, SEND_FAILING)


def set_send_refused(hass: HomeAssistant, entry: ConfigEntry, destination_id: str, person: str) -> None:
    """Say that a server refuses the token with which a person's values are sent."""
    clear_issue(hass, entry, SEND_FAILING, destination_id)
    set_issue(hass, entry, SEND_REFUSED, {"person": person}, destination_id, destination_id=destination_id)


def set_send_failing(hass: HomeAssistant, entry: ConfigEntry, destination_id: str, person: str) -> None:
    """Say that nothing of a person could be sent for hours."""
    clear_issue(hass, entry, SEND_REFUSED, destination_id)
    set_issue(hass, entry, SEND_FAILING, {"person": person}, destination_id)


def clear_send_issues(hass: HomeAssistant, entry: ConfigEntry, destination_id: str) -> None:
    """Delete the issues about a destination, because it takes what is sent."""
    for kind in _KINDS:
        clear_issue(hass, entry, kind, destination_id)


def clear_removed_destinations(hass: HomeAssistant, entry: ConfigEntry, there: Iterable[str]) -> None:
    """Delete the issues about all destinations but these."""
    for kind in _KINDS:
        expected = {issue_id(kind, entry, destination_id) for destination_id in there}
        clear_others(hass, entry, kind, expected, "")
