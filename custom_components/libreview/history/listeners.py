"""The two signals of a person's history: new live readings, and a past that has changed."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send

from ..const import DOMAIN
from ..models import Reading

# Listeners are to be decorated with `callback`. They hear of a person also after the account was reloaded.


@callback
def async_listen_readings_added(
    hass: HomeAssistant, entry_id: str, patient_id: str, listener: Callable[[Sequence[Reading]], None]
) -> CALLBACK_TYPE:
    """Call `listener` with a person's new live readings. Return a callback that unsubscribes it."""
    return async_dispatcher_connect(hass, _signal("readings_added", entry_id, patient_id), listener)


@callback
def async_listen_history_changed(
    hass: HomeAssistant, entry_id: str, patient_id: str, listener: Callable[[], None]
) -> CALLBACK_TYPE:
    """Call `listener` when a person's past has changed. Return a callback that unsubscribes it."""
    return async_dispatcher_connect(hass, _signal("history_changed", entry_id, patient_id), listener)


@callback
def async_send_readings_added(
    hass: HomeAssistant, entry_id: str, patient_id: str, readings: Sequence[Reading]
) -> None:
    """Tell the listeners of a person's new live readings."""
    async_dispatcher_send(hass, _signal("readings_added", entry_id, patient_id), readings)


@callback
def async_send_history_changed(hass: HomeAssistant, entry_id: str, patient_id: str) -> None:
    """Tell the listeners that a person's past has changed, or is to be read in another way."""
    async_dispatcher_send(hass, _signal("history_changed", entry_id, patient_id))


def _signal(kind: str, entry_id: str, patient_id: str) -> str:
    """Return the name of a person's signal. Home Assistant may log it, so it holds no id of a person."""
    return f"{DOMAIN}_{kind}_{entry_id}_{sha256(patient_id.encode()).hexdigest()[:12]}"
