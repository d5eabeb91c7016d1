"""What the dashboard card asks for, over Home Assistant's WebSocket.

Each command names the glucose sensor of a person, and is answered to those who may see that sensor.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
import logging
from typing import Any, Final

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers.debounce import Debouncer
import voluptuous as vol

from .const import DOMAIN
from .history.keeper import async_listen
from .lookup import GlucoseSensor, glucose_sensor
from .messages import Message, agp_message, metrics_message, news_message, window_message
from .models import Reading

_LOGGER: Final = logging.getLogger(__name__)

type Fields = dict[str | vol.Marker, Any]

_LONGEST: Final = 14 * 24
_CALM: Final = 1.0
"""Seconds in which several changes of the past are told as one."""
_ENTITY: Final[Fields] = {vol.Required("entity_id"): str}
_DAYS: Final[Fields] = {vol.Optional("days", default=14): vol.All(vol.Coerce(int), vol.Range(min=1, max=90))}
_HOURS: Final[Fields] = {
    vol.Optional("hours", default=3): vol.All(vol.Coerce(float), vol.Range(min=0.25, max=_LONGEST))
}


@callback
def async_register(hass: HomeAssistant) -> None:
    """Make the commands known."""
    for command in (_subscribe, _metrics, _agp):
        async_register_command(hass, command)


@websocket_command({vol.Required("type"): f"{DOMAIN}/subscribe", **_ENTITY, **_HOURS})
@async_response
async def _subscribe(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> None:
    """Give the readings and the diary of the last hours, then what is new, and all again when the past is."""
    sensor = _allowed(hass, connection, message)
    hours = timedelta(hours=message["hours"])

    async def window() -> Message:
        # Looked for anew each time: the account may have been set up again.
        seen = glucose_sensor(hass, sensor.entity_id)
        return await seen.person.history.async_ask(window_message, seen, hours)

    async def send_window() -> None:
        # It may just be being set up again, or have no history, which a repair says.
        with suppress(HomeAssistantError):
            connection.send_event(message["id"], await window())

    calm = Debouncer(hass, _LOGGER, cooldown=_CALM, immediate=False, function=send_window, background=True)

    @callback
    def told(readings: Sequence[Reading] | None) -> None:
        if readings is None:
            calm.async_schedule_call()
        else:
            connection.send_event(message["id"], news_message(readings, sensor.unit))

    first = await window()
    stop = async_listen(hass, sensor.entry_id, sensor.person.patient_id, told)

    @callback
    def unsubscribe() -> None:
        stop()
        calm.async_shutdown()

    connection.subscriptions[message["id"]] = unsubscribe
    connection.send_result(message["id"])
    connection.send_event(message["id"], first)


@websocket_command({vol.Required("type"): f"{DOMAIN}/metrics", **_ENTITY, **_DAYS})
@async_response
async def _metrics(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> None:
    """Give the figures of the last days."""
    await _answer(hass, connection, message, metrics_message)


@websocket_command({vol.Required("type"): f"{DOMAIN}/agp", **_ENTITY, **_DAYS})
@async_response
async def _agp(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> None:
    """Give the usual day of the last days."""
    await _answer(hass, connection, message, agp_message)


async def _answer(
    hass: HomeAssistant, connection: ActiveConnection, message: Message, work_out: Callable[..., Message]
) -> None:
    sensor = _allowed(hass, connection, message)
    days = timedelta(days=message["days"])
    answer: dict[str, Any] = await sensor.person.history.async_ask(work_out, sensor, days)
    connection.send_result(message["id"], answer)


def _allowed(hass: HomeAssistant, connection: ActiveConnection, message: Message) -> GlucoseSensor:
    """The sensor that is asked about. Raises Unauthorized, or ServiceValidationError where there is none."""
    entity_id = message["entity_id"]
    if not connection.user.permissions.check_entity(entity_id, POLICY_READ):
        raise Unauthorized(entity_id=entity_id)
    return glucose_sensor(hass, entity_id)
