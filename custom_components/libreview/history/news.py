"""Telling who listens that there is more of a person than before."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send

from ..const import DOMAIN
from ..models import Reading

type Listener = Callable[[Sequence[Reading] | None], None]
"""Called with live readings that are new, or with None when something of the past is. Made a callback."""


@callback
def async_listen(hass: HomeAssistant, entry_id: str, patient_id: str, listener: Listener) -> CALLBACK_TYPE:
    """Call back when there is more of a person than before, also after the account was set up anew."""
    return async_dispatcher_connect(hass, _signal(entry_id, patient_id), listener)


@callback
def async_tell(
    hass: HomeAssistant, entry_id: str, patient_id: str, readings: Sequence[Reading] | None
) -> None:
    """Tell of live readings that are new, or with None that something of the past is."""
    async_dispatcher_send(hass, _signal(entry_id, patient_id), readings)


def _signal(entry_id: str, patient_id: str) -> str:
    """What news of a person are told by. Home Assistant may log it, so it holds no id of a person."""
    return f"{DOMAIN}_history_{entry_id}_{sha256(patient_id.encode()).hexdigest()[:12]}"
