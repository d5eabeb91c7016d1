"""What may follow a poll: the graph of a person with a gap, and the logbook of one with an alarm.

They are nice to have. Whatever comes of them, the live feed goes on as if they had not been asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import time
from typing import Final

from homeassistant.util import dt as dt_util

from ..cloud.errors import CloudError, PersonNotLoadableError
from ..cloud.librelinkup import Graph, LibreLinkUp
from ..cloud.wait import Wait
from ..glucose.freshness import CLOCK_TOLERANCE
from ..glucose.ranges import Thresholds
from ..models import Alarm, Reading
from ..person.snapshot import Live
from .gap_filling import GRAPH_SPAN, GapFilling
from .logbook_schedule import LogbookSchedule, find_alarms

READINGS_KEPT: Final = GRAPH_SPAN
"""Older readings and alarms are dropped."""


@dataclass(frozen=True, slots=True)
class FollowUpAnswers:
    """What the follow-ups of one poll have brought, by patient id."""

    graphs: dict[str, Graph] = field(default_factory=dict)
    alarms: dict[str, tuple[Alarm, ...]] = field(default_factory=dict)
    """The alarms in the logbooks, in the order of time."""


class FollowUps:
    """The graphs and logbooks that are still to be asked for."""

    def __init__(self, client: LibreLinkUp, interval: float) -> None:
        """Start with nothing due. `interval` is that of the polls, in seconds."""
        self._client = client
        self._gaps = GapFilling(timedelta(seconds=interval))
        self._logbooks = LogbookSchedule()
        self._data: Mapping[str, Live] = {}
        self._polled: dict[str, datetime] = {}
        """The instant of the newest reading that polls have told of each person, however long ago.

        A graph may have brought a newer one since. What lies before that is a gap all the same.
        """
        self._graphs_due: list[str] = []
        self._logbooks_due: list[str] = []
        self._graph_under_way: str | None = None
        self._logbook_under_way: str | None = None
        self._wait = Wait()
        """The cloud wants none before it is over."""

    @property
    def are_due(self) -> bool:
        """True while something is to be asked for."""
        return bool(self._graphs_due or self._logbooks_due)

    @property
    def are_pressing(self) -> bool:
        """True while a new alarm of anybody may still come."""
        return self._logbooks.is_any_pressing(dt_util.utcnow())

    def recall(self, patient_id: str, stored: Sequence[Reading]) -> None:
        """Begin with the readings that are stored of a person, before the first poll tells of them."""
        if stored:
            self._gaps.recall(patient_id, dt_util.utcnow(), [reading.at for reading in stored])
            self._polled[patient_id] = stored[-1].at

    def note_poll(self, data: Mapping[str, Live], thresholds: Mapping[str, Thresholds]) -> None:
        """Note what has to follow a poll, from the data after it. `thresholds` by patient id."""
        now = dt_util.utcnow()
        self._data = data
        self._graphs_due = [
            patient_id
            for patient_id, live in data.items()
            if self._gaps.is_due(patient_id, now, before=self._polled.get(patient_id), newest=_newest(live))
            and patient_id != self._graph_under_way
        ]
        self._polled |= {patient_id: newest for patient_id, live in data.items() if (newest := _newest(live))}
        self._logbooks_due = [
            patient_id
            for patient_id, live in data.items()
            # Not looked at while it is under way: its answer knows nothing of an alarm of now.
            if patient_id != self._logbook_under_way
            and self._logbooks.is_due(patient_id, live, thresholds[patient_id], now)
        ]

    async def async_ask(self) -> FollowUpAnswers:
        """Ask for what is due, as far as the budget of requests allows it."""
        answers = FollowUpAnswers()
        while self._graphs_due and self._may_ask():
            await self._async_ask_graph(self._graphs_due.pop(0), answers)
        now = dt_util.utcnow()
        pending, self._logbooks_due = self._logbooks_due, []
        for patient_id in pending:
            if self._may_ask(is_pressing=self._logbooks.is_pressing(patient_id, now)):
                await self._async_ask_logbook(patient_id, answers)
        return answers

    async def _async_ask_graph(self, patient_id: str, answers: FollowUpAnswers) -> None:
        self._graph_under_way = patient_id
        try:
            answers.graphs[patient_id] = await self._client.graph(patient_id)
        except PersonNotLoadableError:
            self._gaps.answered(patient_id)
        except CloudError as err:
            self._gaps.failed(patient_id, dt_util.utcnow())
            self._hold_back(err)
        else:
            self._gaps.answered(patient_id)
        finally:
            self._graph_under_way = None

    async def _async_ask_logbook(self, patient_id: str, answers: FollowUpAnswers) -> None:
        self._logbook_under_way = patient_id
        try:
            entries = await self._client.logbook(patient_id)
        except CloudError as err:
            self._logbooks.failed(patient_id)
            self._hold_back(err)
            return
        finally:
            self._logbook_under_way = None
        live = self._data.get(patient_id)  # None where they have stopped sharing meanwhile.
        now, readings = dt_util.utcnow(), live.readings if live else ()
        alarms = find_alarms(entries, readings, now - READINGS_KEPT, now + CLOCK_TOLERANCE)
        answers.alarms[patient_id] = alarms
        self._logbooks.answered(patient_id, now, alarms)

    def _may_ask(self, *, is_pressing: bool = False) -> bool:
        budget = self._client.session.budget
        return not self._wait.remaining() and budget.allows_extra(time.time(), is_pressing=is_pressing)

    def _hold_back(self, err: CloudError) -> None:
        """Ask for nothing more now, nor before the time that the cloud names."""
        self._graphs_due.clear()
        self._wait = Wait.begin(err.retry_after or 0.0)


def _newest(live: Live) -> datetime | None:
    return live.newest.at if live.newest else None
