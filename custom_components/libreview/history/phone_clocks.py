"""Where the phones of an account's persons are: their UTC offsets in memory, and which are to be written."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from ..cloud.floating_time import SeenOffset, observed_offset
from ..glucose.freshness import CLOCK_TOLERANCE
from .utc_offsets import SeenUtcOffsets

_WRITE_INTERVAL: Final = timedelta(hours=1)
"""All that a crash can lose is that an offset was the same a little longer."""


class PhoneClocks:
    """The observed UTC offsets of persons' phones, by patient id: a copy of the store's, for the event loop.

    clocks.load(store.utc_offsets())
    clocks.observe(patient_id, reading.at, wall, now)
    due = clocks.due()  # then written to the store
    clocks.written(due)
    """

    def __init__(self) -> None:
        """Begin without any observation."""
        self._offsets: dict[str, SeenUtcOffsets] = {}
        self._written: dict[str, SeenOffset] = {}
        """The last observation of each person that the store has."""

    def load(self, stored: Mapping[str, Sequence[SeenOffset]]) -> None:
        """Continue from what the store has."""
        self._offsets = {patient_id: SeenUtcOffsets(seen) for patient_id, seen in stored.items()}
        self._written = {patient_id: seen[-1] for patient_id, seen in stored.items()}

    def seen(self, patient_id: str) -> tuple[SeenOffset, ...]:
        """Return the observations of a person's phone, oldest first."""
        return self._of(patient_id).seen

    def offset_when_away(self, patient_id: str, time_zone: tzinfo, now: datetime) -> timedelta | None:
        """Return the phone's UTC offset if it is not that of the person's time zone, else None."""
        return self._of(patient_id).offset_when_away(time_zone, now)

    def is_known(self, patient_id: str, now: datetime) -> bool:
        """Return True if a live reading of the last day showed the UTC offset of a person's phone."""
        return self._of(patient_id).is_known(now)

    def observe(self, patient_id: str, at: datetime, wall: datetime, now: datetime) -> None:
        """Learn the offset from the instant of a live reading and its time on the phone's own clock."""
        offset = observed_offset(at, wall)
        if offset is not None and at - now <= CLOCK_TOLERANCE:
            self._of(patient_id).observe(at, offset)

    def add_older(self, patient_id: str, seen: Sequence[SeenOffset]) -> None:
        """Add those observations that are older than all known ones."""
        known = self.seen(patient_id)
        older = [each for each in seen if not known or each.at < known[0].at]
        self._offsets[patient_id] = SeenUtcOffsets([*older, *known])

    def due(self, *, interval: timedelta = _WRITE_INTERVAL) -> dict[str, tuple[SeenOffset, ...]]:
        """Return the observations to be written: an offset that changed, or lasted longer by `interval`."""
        return {
            patient_id: offsets.seen
            for patient_id, offsets in self._offsets.items()
            if offsets.seen and self._is_due(self._written.get(patient_id), offsets.seen[-1], interval)
        }

    def written(self, due: Mapping[str, Sequence[SeenOffset]]) -> None:
        """Note that the store has these."""
        self._written |= {patient_id: seen[-1] for patient_id, seen in due.items()}

    @staticmethod
    def _is_due(written: SeenOffset | None, last: SeenOffset, interval: timedelta) -> bool:
        if written is None or written.offset != last.offset:
            return True
        return last.at > written.at and last.at - written.at >= interval

    def _of(self, patient_id: str) -> SeenUtcOffsets:
        return self._offsets.setdefault(patient_id, SeenUtcOffsets())
