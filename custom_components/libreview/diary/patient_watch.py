"""What is known of one patient between two turns: pure, without a clock and without I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from ..models import DiaryEntry, LinkState, PatientLink, PatientStatus, PracticePatient, Reading
from ..person.snapshot import Diary

TURN: Final = timedelta(minutes=40)
"""Between two reports of a person at least, unless somebody asks: less than the shortest interval."""
SLOW_TURN: Final = timedelta(hours=6)
"""The same for persons of whom nothing new is to be expected."""
_SILENT_AFTER: Final = timedelta(days=2)
"""Whose newest data are older has nothing new. It must be more than a day, for often only a day is told."""
_GONE_AFTER: Final = timedelta(hours=24)
_GONE_SHOWN: Final = 2
"""Turns in a row without access after which a patient counts as gone: one may be the cloud's own trouble."""
_GONE_TURNS: Final = 3
"""Turns in a row without access, and their time, after which people are told."""


@dataclass(slots=True, kw_only=True)
class PatientWatch:
    """How a patient stands to the practice, by the last dashboard and the last turns."""

    row: PracticePatient | None = field(default=None, repr=False)
    """The patient as the last dashboard shows them."""
    newest: datetime | None = None
    """The instant (UTC) of the newest data in reports."""
    was_read: bool = False
    """Whether there was a turn with access to the patient."""
    failures: int = 0
    """Turns in a row without access."""
    failing_since: datetime | None = None

    @classmethod
    def of(
        cls,
        diary: Diary,
        now: datetime,
        *,
        newest: datetime | None,
        failures: int,
        failing_since: datetime | None,
    ) -> PatientWatch:
        """Return the watch of a patient with what was stored before a restart."""
        watch = cls(newest=newest, failures=failures, failing_since=failing_since)
        watch.note(diary, now)
        watch.was_read = watch.newest is not None
        return watch

    def see(self, row: PracticePatient | None, now: datetime) -> None:
        """Take in the row of the last dashboard. A time in the future is no time of data: it is misread."""
        if row is not None and row.last_data is not None and row.last_data > now:
            row = replace(row, last_data=None)
        self.row = row

    def note(self, diary: Diary, now: datetime) -> None:
        """Take in the data after a turn, without those of the future: they are of a wrong clock."""
        newest = self.newest, _newest(diary.readings, now), _newest(diary.entries, now)
        self.newest = max(filter(None, newest), default=None)

    def succeeded(self, diary: Diary, now: datetime) -> None:
        """Count a turn that had access to the patient."""
        self.note(diary, now)
        self.was_read = True
        self.failures, self.failing_since = 0, None

    def failed(self, now: datetime, read_at: datetime | None) -> None:
        """Count a turn without access; `read_at` is the instant of the last report."""
        self.failures += 1
        since = self.failing_since or read_at or now
        self.failing_since = min(since, now)  # Later is a clock that has been wrong.

    def is_lost(self, now: datetime) -> bool:
        """Return whether there has been no access for so long that people are to be told."""
        since = None if self.is_waiting else self.failing_since
        return since is not None and self.failures >= _GONE_TURNS and now - since >= _GONE_AFTER

    @property
    def is_waiting(self) -> bool:
        """Whether the patient was invited and has not accepted, so that there is nothing to read."""
        return self.row is not None and self.row.status is PatientStatus.PENDING

    def is_silent(self, now: datetime) -> bool:
        """Return whether no news are to be expected: nothing new for days, never anything, or no access."""
        if self.failures >= _GONE_SHOWN or (self.row is not None and self.row.has_data is False):
            return True
        told = self.row.no_data_since if self.row else None
        newest = max(filter(None, (told, self.newest)), default=None)
        return newest is not None and now - newest > _SILENT_AFTER

    def is_due(self, now: datetime, attempted_at: datetime | None) -> bool:
        """Return whether a patient who accepted can have a turn; the last one was at `attempted_at`."""
        if attempted_at is None or attempted_at > now:  # A turn in the future is that of a wrong clock.
            return True
        return now - attempted_at >= (SLOW_TURN if self.is_silent(now) else TURN)

    @property
    def link(self) -> PatientLink:
        """How the patient stands to the practice."""
        row = self.row
        instants = filter(None, (row.last_data if row else None, self.newest))
        return PatientLink(
            state=self._state, last_data=max(instants, default=None), name=row.name if row else ""
        )

    @property
    def _state(self) -> LinkState | None:
        row = self.row
        if self.is_waiting:
            return LinkState.PENDING  # Also who left before, and was invited again.
        if self.failures >= _GONE_SHOWN:
            return LinkState.GONE
        has_data = self.newest is not None or (row is not None and row.has_data)
        if has_data:
            return LinkState.CONNECTED
        if self.was_read or (row is not None and row.has_data is False):
            return LinkState.NO_UPLOADS
        return LinkState.CONNECTED if row is not None and row.status else None


def _newest(told: Sequence[Reading | DiaryEntry], now: datetime) -> datetime | None:
    """Return the newest instant that is not of the future. What is told stands in the order of time."""
    return next((each.at for each in reversed(told) if each.at <= now), None)
