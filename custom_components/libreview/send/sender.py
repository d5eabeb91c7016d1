"""Sends one person's values to one Nightscout server, for as long as the account is loaded."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HassJobType, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..account.followed_person import FollowedPerson
from ..backoff import Backoff, FailureKind
from ..const import DOMAIN
from ..entity import entry_kind_names
from ..failures.send_issues import clear_send_issues, set_send_failing, set_send_refused
from ..history.listeners import async_listen_history_changed, async_listen_readings_added
from ..models import Reading
from ..nightscout.sent import source_of
from .batches import Batch, PersonView, next_batch
from .cursors import Cursor, Cursors
from .destination import Destination
from .problems import ABOUT_TOKEN, SendError, SendProblem
from .server import NightscoutServer
from .transmission import Transmission

_LOGGER: Final = logging.getLogger(__name__)

REFUSED_ONCE_FOR: Final = 300.0
"""Seconds after which it is tried again after a first refusal, which may be the mistake of a proxy."""
REFUSED_FOR: Final = 6 * 3600.0
"""Seconds after which it is tried again with a refused token: it may have been given its rights meanwhile."""
HISTORY_RETRY: Final = 300.0
"""Seconds after which it is tried again where the history cannot be read, which has an issue of its own."""
FAILING_SHOWN: Final = 6 * 3600.0
"""Seconds without success after which there is an issue. No server is waited for any longer."""


class Sender:
    """Sends whatever changed in a person's history, at once, and later what could not be sent."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        destination: Destination,
        person: FollowedPerson,
        cursors: Cursors,
    ) -> None:
        """Prepare to send a person's values to a destination."""
        self._hass = hass
        self._entry = entry
        self.destination = destination
        self._person = person
        self._cursors = cursors
        server = NightscoutServer(async_get_clientsession(hass), destination.url, destination.sha1)
        self._source = source_of(person.patient_id)
        self._transmission = Transmission(server, self._source, diary=destination.diary)
        self._backoff = Backoff()
        self.problem: SendProblem | None = None
        self._failing_since = 0.0
        """The time of the event loop, which no clock that is set moves."""
        self._refusals = 0
        self._is_due = False
        self._task: asyncio.Task[None] | None = None
        self._wait: CALLBACK_TYPE | None = None
        self._unsubscribe: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> None:
        """Send what is left from before, and from then on whatever is new."""
        parts = self._hass, self._entry.entry_id, self._person.patient_id
        self._unsubscribe += [
            async_listen_readings_added(*parts, self._on_readings),
            async_listen_history_changed(*parts, self._wake),
        ]
        self._wake()

    @callback
    def stop(self) -> None:
        """Send nothing more."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._cancel_wait()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @callback
    def _on_readings(self, _readings: Sequence[Reading]) -> None:
        self._wake()

    @callback
    def _wake(self) -> None:
        """Look for what is new as soon as nothing is under way and nothing has to be waited for."""
        self._is_due = True
        if self._wait is None and (self._task is None or self._task.done()):
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_send(), f"{DOMAIN} send", eager_start=False
            )

    async def _async_send(self) -> None:
        try:
            while self._is_due:
                self._is_due = False
                await self._transmission.async_catch_up(self._async_read, self._cursor, self._set_cursor)
        except SendError as err:
            self._on_failure(err)
        except HomeAssistantError:
            self._start_wait(HISTORY_RETRY)
        except Exception as err:  # noqa: BLE001 - what nobody foresaw is told as well, and tried again.
            self._on_failure(SendError(SendProblem.FAILED), type(err).__name__)
        else:
            self._on_success()

    async def _async_read(self, cursor: Cursor | None) -> Batch:
        history = self._person.history
        now = int(dt_util.utcnow().timestamp())
        return await history.async_run(
            next_batch, self._view(), cursor, now=now, thin_before=history.thin_before
        )

    @property
    def _cursor(self) -> Cursor | None:
        return self._cursors.of(self.destination.destination_id)

    @callback
    def _set_cursor(self, cursor: Cursor) -> None:
        self._cursors.async_set(self.destination.destination_id, cursor)

    def _view(self) -> PersonView:
        return PersonView(
            patient_id=self._person.patient_id,
            source=self._source,
            time_zone=self._person.time_zone,
            server=self.destination.server,
            diary=self.destination.diary,
            names=entry_kind_names(self._hass),
            since=self.destination.since,
        )

    @callback
    def _on_success(self) -> None:
        self._backoff.succeeded()
        self._refusals = 0
        if self.problem is not None:
            _LOGGER.info("Values are sent to Nightscout again")
            self.problem = None
        clear_send_issues(self._hass, self._entry, self.destination.destination_id)

    @callback
    def _on_failure(self, err: SendError, cause: str = "") -> None:
        """Wait, and say so: in the log once, as an issue where somebody has to do something."""
        now = self._hass.loop.time()
        if self.problem is None:
            _LOGGER.warning("Values cannot be sent to Nightscout: %s", cause or err.problem)
            self._failing_since = now
        self.problem = err.problem
        wait = min(self._backoff.failed(FailureKind.RECEIVER, err.retry_after), FAILING_SHOWN)
        issue = self._hass, self._entry, self.destination.destination_id, self._person.subentry.title
        if err.problem in ABOUT_TOKEN:
            self._refusals += 1
            wait = REFUSED_ONCE_FOR
            if self._refusals > 1:
                wait = REFUSED_FOR
                set_send_refused(*issue)
        elif now - self._failing_since >= FAILING_SHOWN:
            set_send_failing(*issue)
        self._start_wait(wait)

    @callback
    def _start_wait(self, seconds: float) -> None:
        self._is_due = True
        job = HassJob(self._on_waited, job_type=HassJobType.Callback, cancel_on_shutdown=True)
        self._wait = async_call_later(self._hass, seconds, job)

    @callback
    def _on_waited(self, _now: datetime) -> None:
        self._wait = None
        self._wake()

    @callback
    def _cancel_wait(self) -> None:
        if self._wait is not None:
            self._wait()
            self._wait = None
