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
from .history.news import async_listen
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
    await _Subscription(hass, connection, message, _allowed(hass, connection, message)).async_begin()


class _Subscription:
    """Somebody who looks at the last hours of a person."""

    def __init__(
        self, hass: HomeAssistant, connection: ActiveConnection, message: Message, sensor: GlucoseSensor
    ) -> None:
        self._hass = hass
        self._connection = connection
        self._id: Final[int] = message["id"]
        self._entity_id: Final = sensor.entity_id
        self._hours: Final = timedelta(hours=message["hours"])
        self._unit = sensor.unit
        """Of the window that is seen: what follows it has the same."""
        self._is_seen = False
        self._later: list[Reading] = []
        """What was told since the last window was begun."""
        self._calm = Debouncer(
            hass, _LOGGER, cooldown=_CALM, immediate=False, function=self._send_again, background=True
        )
        self._stop = async_listen(hass, sensor.entry_id, sensor.person.patient_id, self._told)

    async def async_begin(self) -> None:
        """Answer, and send the first window. Raises HomeAssistantError when that cannot be had."""
        # Before anything is waited for: the other end may close meanwhile.
        self._connection.subscriptions[self._id] = self._end
        try:
            window = await self._window()
        except HomeAssistantError:
            self._connection.subscriptions.pop(self._id, None)
            self._end()
            raise
        self._connection.send_result(self._id)
        self._is_seen = True
        self._send(window)

    async def _window(self) -> Message:
        # Looked for anew each time: the account may have been set up again.
        sensor = glucose_sensor(self._hass, self._entity_id)
        self._later.clear()
        window: Message = await sensor.person.history.async_ask(window_message, sensor, self._hours)
        self._unit = sensor.unit
        return window

    def _send(self, window: Message) -> None:
        self._connection.send_event(self._id, window)
        last = max(window["t"], default=0)
        # The window may have been read before these were written.
        if missed := [each for each in self._later if int(each.at.timestamp()) > last]:
            self._connection.send_event(self._id, news_message(missed, self._unit))

    async def _send_again(self) -> None:
        # It may just be being set up again, or have no history, which a repair says.
        with suppress(HomeAssistantError):
            self._send(await self._window())

    @callback
    def _told(self, readings: Sequence[Reading] | None) -> None:
        if readings is None:
            self._calm.async_schedule_call()
            return
        self._later += readings
        if self._is_seen:
            self._connection.send_event(self._id, news_message(readings, self._unit))

    @callback
    def _end(self) -> None:
        self._stop()
        self._calm.async_shutdown()


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
