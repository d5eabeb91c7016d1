"""The WebSocket commands of the dashboard card.

Each command names the glucose sensor of a person, and is answered to users who may read that sensor.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import wraps
import logging
from typing import Any, Final

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_HOME_ASSISTANT_ERROR
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.entity_registry import EventEntityRegistryUpdatedData
from homeassistant.helpers.event import async_track_entity_registry_updated_event
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..account.followed_person import FollowedPerson
from ..actions.lookup import GlucoseSensor, find_glucose_sensor
from ..actions.permissions import check_entity
from ..const import DOMAIN
from ..history.listeners import async_listen_history_changed, async_listen_readings_added
from ..models import JsonObjectType, Reading
from .cause import NO_CAUSE, cause_message
from .payloads import agp_message, metrics_message, news_message, window_message

_LOGGER: Final = logging.getLogger(__name__)

type _Handler = Callable[[HomeAssistant, ActiveConnection, JsonObjectType], Awaitable[None]]
type _Schema = dict[str | vol.Marker, Any]

_MAX_HOURS: Final = 14 * 24
_RESEND_COOLDOWN: Final = 1.0
"""Seconds in which several changes of the past lead to one new window."""
_ENTITY: Final[_Schema] = {vol.Required("entity_id"): str}
_DAYS: Final[_Schema] = {vol.Optional("days", default=14): vol.All(vol.Coerce(int), vol.Range(min=1, max=90))}
_HOURS: Final[_Schema] = {
    vol.Optional("hours", default=3): vol.All(vol.Coerce(float), vol.Range(min=0.25, max=_MAX_HOURS))
}


@callback
def async_setup_websocket_api(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (_subscribe, _metrics, _agp):
        async_register_command(hass, command)


def _sends_errors(handler: _Handler) -> _Handler:
    """Answer a command with the error that its handler raises, without an entry in the log.

    A card asks also while an account starts or has no history: that is nothing that anybody has to mend.
    """

    @wraps(handler)
    async def handle(hass: HomeAssistant, connection: ActiveConnection, message: JsonObjectType) -> None:
        try:
            await handler(hass, connection, message)
        except Unauthorized:
            raise
        except HomeAssistantError as err:
            connection.send_error(
                message["id"],
                ERR_HOME_ASSISTANT_ERROR,
                str(err),
                translation_key=err.translation_key,
                translation_domain=err.translation_domain,
                translation_placeholders=err.translation_placeholders,
            )

    return handle


@websocket_command({vol.Required("type"): f"{DOMAIN}/subscribe", **_ENTITY, **_HOURS})
@async_response
@_sends_errors
async def _subscribe(hass: HomeAssistant, connection: ActiveConnection, message: JsonObjectType) -> None:
    """Send the window of the last hours, then new readings, why there are none, and a changed past anew."""
    await _Subscription(
        hass, connection, message, _get_permitted_sensor(hass, connection, message)
    ).async_start()


class _Subscription:
    """The subscription of one card to the last hours of a person."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: ActiveConnection,
        message: JsonObjectType,
        sensor: GlucoseSensor,
    ) -> None:
        self._hass = hass
        self._connection = connection
        self._id: int = message["id"]
        self._entity_id = sensor.entity_id
        self._span = timedelta(hours=message["hours"])
        self._unit = sensor.unit
        """The unit of the last window, and so of the readings that follow it."""
        self._has_window = False
        """True while the card has the window of the person that the entity belongs to."""
        self._limits: object = None
        """What stood in it of the person: for how long a reading counts, and the borders of their ranges."""
        self._cause: JsonObjectType | None = None
        """What was told last of why there is no value."""
        self._person: FollowedPerson | None = None
        self._stop_following: list[CALLBACK_TYPE] = []
        self._lock = asyncio.Lock()
        """Held while a window is read, one at a time."""
        self._missed: list[Reading] | None = None
        """The readings that came since the window was begun that is being read; None between windows."""
        self._debouncer = Debouncer(
            hass,
            _LOGGER,
            cooldown=_RESEND_COOLDOWN,
            immediate=False,
            function=self._async_resend_window,
            background=True,
        )
        # The entity may get another unit or another id, or its id may become that of another person.
        self._stop_tracking = async_track_entity_registry_updated_event(
            hass, self._entity_id, self._handle_entity_changed
        )

    async def async_start(self) -> None:
        """Send the result and the first window. Raises HomeAssistantError where that cannot be read."""
        # Before anything is awaited, since the connection may close meanwhile.
        self._connection.subscriptions[self._id] = self._stop
        try:
            window, missed = await self._async_read_window()
        except HomeAssistantError:
            self._connection.subscriptions.pop(self._id, None)
            self._stop()
            raise
        self._connection.send_result(self._id)
        self._send_window(window, missed)

    async def _async_read_window(self) -> tuple[JsonObjectType, list[Reading]]:
        """Return the window, and the readings that came while it was read."""
        async with self._lock:
            # The sensor is looked up each time, since the account may have been reloaded.
            sensor = find_glucose_sensor(self._hass, self._entity_id)
            self._follow(sensor)
            self._limits = _limits_of(sensor.person)
            missed: list[Reading] = []
            self._missed = missed
            try:
                window: JsonObjectType = await sensor.person.history.async_run(
                    window_message, sensor, self._span
                )
            finally:
                self._missed = None
        self._unit = sensor.unit
        return window, missed

    @callback
    def _follow(self, sensor: GlucoseSensor) -> None:
        """Listen to the person, who is another object after the account was reloaded."""
        person = sensor.person
        if person is self._person or self._id not in self._connection.subscriptions:
            return
        if self._person and self._person.patient_id != person.patient_id:
            self._has_window = False
        self._unfollow()
        self._person = person
        key = sensor.entry_id, person.patient_id
        self._stop_following = [
            person.async_add_listener(self._handle_person_updated),
            async_listen_readings_added(self._hass, *key, self._handle_readings_added),
            async_listen_history_changed(self._hass, *key, self._handle_history_changed),
        ]

    @callback
    def _unfollow(self) -> None:
        for stop in self._stop_following:
            stop()
        self._stop_following = []

    @callback
    def _handle_person_updated(self) -> None:
        if self._has_window and self._person and _limits_of(self._person) != self._limits:
            self._debouncer.async_schedule_call()
        self._send_cause()

    @callback
    def _send_cause(self) -> None:
        """Send why there is no value, if that is another reason than before."""
        cause = cause_message(self._person) if self._person else None
        if self._has_window and cause and cause != (self._cause or NO_CAUSE):
            self._cause = cause
            self._send(cause)

    @callback
    def _send_window(self, window: JsonObjectType, missed: Sequence[Reading]) -> None:
        self._has_window = True
        self._send(window)
        last = max(window["t"], default=0)
        # The window may have been read before these were written.
        if late := [reading for reading in missed if int(reading.at.timestamp()) > last]:
            self._send(news_message(late, self._unit))
        self._send_cause()

    @callback
    def _send(self, event: JsonObjectType) -> None:
        """Send an event with the time (epoch seconds) that it is here: the browser's clock may be wrong."""
        self._connection.send_event(self._id, {**event, "now": int(dt_util.utcnow().timestamp())})

    async def _async_resend_window(self) -> None:
        try:
            window, missed = await self._async_read_window()
        except ServiceValidationError:
            self._has_window = False  # Nobody is there: the entity is gone, or the account is reloading.
        except HomeAssistantError:
            pass  # There is no history, which has a repair issue of its own.
        else:
            self._send_window(window, missed)

    @callback
    def _handle_history_changed(self) -> None:
        self._debouncer.async_schedule_call()

    @callback
    def _handle_entity_changed(self, event: Event[EventEntityRegistryUpdatedData]) -> None:
        if event.data["action"] != "update" or "entity_id" in event.data["changes"]:
            self._has_window = False  # Whose it is must be looked up before anything more is told.
        self._debouncer.async_schedule_call()

    @callback
    def _handle_readings_added(self, readings: Sequence[Reading]) -> None:
        """Send new readings, also before the first window: then with it."""
        if self._missed is not None:
            self._missed += readings
        if self._has_window:
            self._send(news_message(readings, self._unit))
        elif self._missed is None:
            self._debouncer.async_schedule_call()

    @callback
    def _stop(self) -> None:
        self._stop_tracking()
        self._unfollow()
        self._debouncer.async_shutdown()


def _limits_of(person: FollowedPerson) -> object:
    return person.data.max_age, person.data.thresholds


@websocket_command({vol.Required("type"): f"{DOMAIN}/metrics", **_ENTITY, **_DAYS})
@async_response
@_sends_errors
async def _metrics(hass: HomeAssistant, connection: ActiveConnection, message: JsonObjectType) -> None:
    """Send the metrics of the last days."""
    await _async_send_result(hass, connection, message, metrics_message)


@websocket_command({vol.Required("type"): f"{DOMAIN}/agp", **_ENTITY, **_DAYS})
@async_response
@_sends_errors
async def _agp(hass: HomeAssistant, connection: ActiveConnection, message: JsonObjectType) -> None:
    """Send the ambulatory glucose profile of the last days."""
    await _async_send_result(hass, connection, message, agp_message)


async def _async_send_result(
    hass: HomeAssistant,
    connection: ActiveConnection,
    message: JsonObjectType,
    compute: Callable[..., JsonObjectType],
) -> None:
    sensor = _get_permitted_sensor(hass, connection, message)
    days = timedelta(days=message["days"])
    result: JsonObjectType = await sensor.person.history.async_compute(compute, sensor, days)
    connection.send_result(message["id"], result)


def _get_permitted_sensor(
    hass: HomeAssistant, connection: ActiveConnection, message: JsonObjectType
) -> GlucoseSensor:
    """Return the sensor that a command names.

    Raises Unauthorized where the user may not read it, and ServiceValidationError where there is none.
    """
    entity_id = message["entity_id"]
    check_entity(connection.user, entity_id, POLICY_READ)
    return find_glucose_sensor(hass, entity_id)
