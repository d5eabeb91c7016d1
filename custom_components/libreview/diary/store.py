"""The diary records of a config entry's persons, and the one file per entry that they are stored in."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, Self

from homeassistant.core import HomeAssistant

from ..cloud.fields import text, whole
from ..cloud.floating_time import SeenOffset
from ..hass_data import get_data
from ..models import DiaryEntry, EntryKind
from ..private_store import PrivateStore
from .former_record import entries_from_json, entries_to_json, offsets_from_json, offsets_to_json
from .known_entries import KnownEntries
from .recent_entries import KEPT_DAYS
from .report import DiaryReport

_OVERLAP: Final = timedelta(days=2)
"""Each report begins so long before the last one, since phones upload late."""
_MAX_SILENCE: Final = timedelta(days=14)
"""A report begins where the phone fell silent if that is no longer ago: what it uploads then may be older."""


@dataclass(slots=True, kw_only=True)
class DiaryRecord:
    """What is stored of reading one person's diary. Its entries are in the history."""

    known: KnownEntries = field(default_factory=KnownEntries)
    attempted_at: datetime | None = None
    """The instant of the last request for a report, whatever came of it."""
    read_at: datetime | None = None
    """The instant of the last request that was answered with a report, which the history has."""
    covered_until: date | None = None
    """The last day of which any report that the history has held something, by the person's wall clock."""
    unclear: frozenset[tuple[EntryKind, date]] = frozenset()
    """The kinds and days of which the last report had a dose that was not understood and is in no entry."""
    cloud_id: str | None = field(default=None, repr=False)
    """The id at LibreView of the person whose reports these are."""
    lacks_report: bool = False
    """True while the history lacks the last report, so that sums of today out of it would leave out doses."""
    newest_at: datetime | None = None
    """The instant (UTC) of the newest data that a practice had of this patient in reports."""
    failures: int = 0
    """The number of turns in a row in which a practice had no access to this patient."""
    failing_since: datetime | None = None
    """The instant of the last access before these, or of the first of them."""
    unmoved_entries: tuple[DiaryEntry, ...] = field(default=(), repr=False)
    """The entries in a record of version 0.1.0, until the history has them."""
    unmoved_offsets: tuple[SeenOffset, ...] = ()
    """The phone's UTC offsets in a record of version 0.1.0, until the history has them."""

    def set_source(self, cloud_id: str) -> None:
        """Name whose reports will come. If they are another person's than before, begin anew."""
        if self.cloud_id not in (None, cloud_id):
            self.known, self.unmoved_entries = KnownEntries(), ()
            self.attempted_at = self.read_at = self.covered_until = None
            self.lacks_report = False
            self.unclear = frozenset()
            self.failures, self.failing_since, self.newest_at = 0, None, None
        self.cloud_id = cloud_id

    def first_day(self, time_zone: tzinfo, now: datetime) -> date:
        """Return the day at which the next report must begin: 90 days ago, or where new entries may lie."""
        oldest = now.astimezone(time_zone).date() - timedelta(days=KEPT_DAYS)
        if self.known.is_blank or self.read_at is None:
            return oldest
        read = min(self.read_at, now).astimezone(time_zone).date()
        covered = max(self.covered_until or read, read - _MAX_SILENCE)
        return max(oldest, min(read, covered) - _OVERLAP)

    def is_read_by(self, report: DiaryReport) -> bool:
        """Return False for a report without any day, where there were some before: it has read nothing."""
        return bool(report.days or report.entries or self.known.is_blank)

    def update(
        self, report: DiaryReport, *, window: tuple[date, date], now: datetime, is_kept: bool
    ) -> tuple[DiaryEntry, ...]:
        """Take in a report on the days of `window`, asked for at `now`; return new entries, oldest first.

        Where the history could not keep it (`is_kept`), the next report has to bring the same again.
        """
        if self.is_read_by(report):
            self.lacks_report = not is_kept
            self.unclear = report.unclear
            self.read_at = now if is_kept else self.read_at
        if is_kept and report.covered_until is not None:
            self.covered_until = max(report.covered_until, self.covered_until or report.covered_until)
        return self.known.update(report.entries, report.days, window=window, now=now)

    @property
    def data(self) -> dict[str, Any]:
        """The record as JSON."""
        entries = {"entries": entries_to_json(self.unmoved_entries)} if self.unmoved_entries else {}
        offsets = {"offsets": offsets_to_json(self.unmoved_offsets)} if self.unmoved_offsets else {}
        since = self.failing_since and self.failing_since.isoformat()
        failing = {"failures": self.failures, "failing_since": since} if self.failures else {}
        newest = {"newest_at": self.newest_at.isoformat()} if self.newest_at else {}
        return {
            "book": {**self.known.data, **entries},
            "attempted_at": self.attempted_at and self.attempted_at.isoformat(),
            "read_at": self.read_at and self.read_at.isoformat(),
            "told_until": self.covered_until and self.covered_until.isoformat(),
            "cloud_id": self.cloud_id,
            "lacks_report": self.lacks_report,
            "unclear": sorted([kind.value, day.isoformat()] for kind, day in self.unclear),
            **offsets,
            **newest,
            **failing,
        }

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Return the record of `data`, without the parts that are not understood."""
        stored = value if isinstance(value, dict) else {}
        book = stored.get("book")
        known = KnownEntries.parse(book)
        entries = entries_from_json(book.get("entries", ())) if isinstance(book, dict) else ()
        return cls(
            known=known,
            attempted_at=_parse_instant(stored.get("attempted_at")),
            # Entries that were lost have not been read, or the sums of today would be zero.
            read_at=None if known.is_blank or entries is None else _parse_instant(stored.get("read_at")),
            covered_until=_parse_day(stored.get("told_until")),
            cloud_id=text(stored.get("cloud_id")),
            lacks_report=bool(stored.get("lacks_report")),
            newest_at=_parse_instant(stored.get("newest_at")),
            failures=whole(stored.get("failures")) or 0,
            failing_since=_parse_instant(stored.get("failing_since")),
            unclear=_parse_unclear(stored.get("unclear")),
            unmoved_entries=entries or (),
            unmoved_offsets=offsets_from_json(stored.get("offsets")),
        )


class DiaryStore:
    """The records of one config entry's persons, by patient id, in memory and in one private file.

    There is one store per entry, from `get_diary_store`. Records are changed in place and then saved:

        store = get_diary_store(hass, entry.entry_id)
        record = await store.async_get_record(patient_id)
        record.attempted_at = dt_util.utcnow()
        await store.async_save()
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Prepare the file of this config entry, which is loaded when it is first needed."""
        self._store: PrivateStore[dict[str, Any]] = PrivateStore(hass, f"{entry_id}.diary")
        self._records: dict[str, DiaryRecord] | None = None
        self._is_removed = False

    async def async_get_record(self, patient_id: str) -> DiaryRecord:
        """Return the record of a person, an empty one for somebody new."""
        return (await self._async_load()).setdefault(patient_id, DiaryRecord())

    async def _async_load(self) -> dict[str, DiaryRecord]:
        if self._records is None:
            stored = await self._store.async_load()
            if self._records is None:  # Another task may have loaded them meanwhile.
                items = stored.items() if isinstance(stored, dict) else ()
                self._records = {key: DiaryRecord.parse(value) for key, value in items}
        return self._records

    async def async_save(self) -> None:
        """Save everything now, and return when it is on disk."""
        if self._is_removed:
            return  # A report that was under way may still want to.
        await self._store.async_save({key: record.data for key, record in (self._records or {}).items()})

    async def async_keep_only(self, patient_ids: Collection[str]) -> None:
        """Delete the records of all persons but these."""
        records = await self._async_load()
        if gone := records.keys() - set(patient_ids):
            for patient_id in gone:
                del records[patient_id]
            await self.async_save()

    async def async_remove(self) -> None:
        """Delete the file and all records, for good."""
        self._is_removed = True
        self._records = {}
        await self._store.async_remove()


def _parse_instant(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ArithmeticError, TypeError, ValueError:
        return None


def _parse_unclear(value: Any) -> frozenset[tuple[EntryKind, date]]:
    try:
        return frozenset((EntryKind(kind), date.fromisoformat(day)) for kind, day in value or ())
    except TypeError, ValueError:
        return frozenset()


def _parse_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except TypeError, ValueError:
        return None


def get_diary_store(hass: HomeAssistant, entry_id: str) -> DiaryStore:
    """Return the one store of a config entry: a second one would overwrite its file with an older state."""
    stores = get_data(hass).diary_stores
    if entry_id not in stores:
        stores[entry_id] = DiaryStore(hass, entry_id)
    return stores[entry_id]
