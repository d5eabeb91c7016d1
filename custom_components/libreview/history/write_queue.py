"""What waits to be written to the store: readings, activations of sensors, UTC offsets of phones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ..cloud.floating_time import SeenOffset
from ..models import Device, Reading, Source
from .sources import TRAITS
from .store import Store

_MAX_QUEUED: Final = 2000
"""Batches of readings. Older ones that could not be written come back with the graph and the reports."""

type ReceivedReadings = tuple[str, Source, Device | None, Sequence[Reading]]
"""Patient id, where the readings came from, what measured them, and the readings."""


@dataclass(frozen=True, slots=True)
class WriteBatch:
    """What is written together."""

    readings: Sequence[ReceivedReadings] = field(default=(), repr=False)
    sensors: Sequence[tuple[str, datetime]] = field(default=(), repr=False)
    """Patient ids, with the instants at which sensors were activated."""
    offsets: Mapping[str, Sequence[SeenOffset]] = field(default_factory=dict, repr=False)

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to write."""
        return not (self.readings or self.sensors or self.offsets)

    @property
    def changed(self) -> set[str]:
        """The patient ids of those whose past it changes: live readings do not."""
        return {patient_id for patient_id, source, _, _ in self.readings if not TRAITS[source].is_live}

    def write(self, store: Store) -> None:
        """Write everything, in the executor. What was written before a failure may be written again."""
        store.keep(self.readings)
        for patient_id, activated_at in self.sensors:
            store.keep_sensor(patient_id, int(activated_at.timestamp()))
        for patient_id, seen in self.offsets.items():
            store.keep_utc_offsets(patient_id, seen)


class WriteQueue:
    """The queue of an account's history."""

    def __init__(self) -> None:
        """Begin empty."""
        self._readings: list[ReceivedReadings] = []
        self._sensors: list[tuple[str, datetime]] = []
        self._activations: dict[str, datetime] = {}

    def add(self, received: ReceivedReadings) -> None:
        """Queue readings."""
        self._readings.append(received)

    def add_sensor(self, patient_id: str, activated_at: datetime) -> None:
        """Queue the activation of a sensor, unless it was the last one of this person."""
        if self._activations.get(patient_id) != activated_at:
            self._activations[patient_id] = activated_at
            self._sensors.append((patient_id, activated_at))

    def take(self, offsets: Mapping[str, Sequence[SeenOffset]]) -> WriteBatch:
        """Return everything, with these UTC offsets, and leave the queue empty."""
        batch = WriteBatch(tuple(self._readings), tuple(self._sensors), offsets)
        self._readings, self._sensors = [], []
        return batch

    def put_back(self, batch: WriteBatch) -> None:
        """Queue what could not be written before everything that came meanwhile."""
        self._readings = [*batch.readings, *self._readings][-_MAX_QUEUED:]
        self._sensors = [*batch.sensors, *self._sensors]
