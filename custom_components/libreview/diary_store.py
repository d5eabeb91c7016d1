"""Where what was read of the diaries outlives a restart: a private file of Home Assistant's storage."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, Self

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .cloud.fields import text
from .const import DOMAIN
from .diary_book import KEPT_DAYS, DiaryBook
from .offset_log import OffsetLog

_VERSION: Final = 1
_LATER: Final = 3600
"""Seconds. What is lost in a crash is only that the phone's clock showed the same a little longer."""
_OVERLAP: Final = timedelta(days=2)
"""Phones upload late."""
_LONGEST_SILENCE: Final = timedelta(days=14)
"""So long a silence of the phone is waited for: what it then uploads is older than the overlap."""

_STORES: HassKey[dict[str, DiaryStore]] = HassKey(f"{DOMAIN}_diary_stores")


@dataclass(slots=True, kw_only=True)
class DiaryRecord:
    """All that is kept of one person."""

    book: DiaryBook = field(default_factory=DiaryBook)
    offsets: OffsetLog = field(default_factory=OffsetLog)
    attempted_at: datetime | None = None
    """When a report was last asked for, whatever came of it."""
    read_at: datetime | None = None
    """When one was last asked for that came."""
    told_until: date | None = None
    """The last of the person's days of which any report told something."""
    cloud_id: str | None = field(default=None, repr=False)
    """Whose reports it was read from."""

    def read_from(self, cloud_id: str) -> None:
        """Begin anew when the diary is somebody else's from now on, whose days would be mixed with theirs."""
        if self.cloud_id not in (None, cloud_id):
            self.book, self.attempted_at, self.read_at, self.told_until = DiaryBook(), None, None, None
        self.cloud_id = cloud_id

    def first_day(self, zone: tzinfo, now: datetime) -> date:
        """The first of the person's days to ask for: all that are kept, or else what may be new."""
        oldest = now.astimezone(zone).date() - timedelta(days=KEPT_DAYS)
        if self.book.is_blank or self.read_at is None:
            return oldest
        read = min(self.read_at, now).astimezone(zone).date()
        told = max(self.told_until or read, read - _LONGEST_SILENCE)
        return max(oldest, min(read, told) - _OVERLAP)

    @property
    def data(self) -> dict[str, Any]:
        """All of it, to be written down."""
        return {
            "book": self.book.data,
            "offsets": self.offsets.data,
            "attempted_at": self.attempted_at and self.attempted_at.isoformat(),
            "read_at": self.read_at and self.read_at.isoformat(),
            "told_until": self.told_until and self.told_until.isoformat(),
            "cloud_id": self.cloud_id,
        }

    @classmethod
    def parse(cls, value: Any) -> Self:
        """What was written down, as far as it makes sense."""
        kept = value if isinstance(value, dict) else {}
        book = DiaryBook.parse(kept.get("book"))
        return cls(
            book=book,
            offsets=OffsetLog.parse(kept.get("offsets")),
            attempted_at=_instant(kept.get("attempted_at")),
            # A book that was lost has not been read, or the sums of today would be zero.
            read_at=None if book.is_blank else _instant(kept.get("read_at")),
            told_until=_day(kept.get("told_until")),
            cloud_id=text(kept.get("cloud_id")),
        )


class DiaryStore:
    """Keeps the records of an account's persons, by patient id, in memory and on disk."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Open the file of this config entry."""
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}.diary", private=True, atomic_writes=True
        )
        self._records: dict[str, DiaryRecord] | None = None
        self._save_is_due = False

    async def async_record(self, patient_id: str) -> DiaryRecord:
        """The one record of a person, to be changed and then saved."""
        return (await self._all()).setdefault(patient_id, DiaryRecord())

    async def _all(self) -> dict[str, DiaryRecord]:
        if self._records is None:
            stored = await self._store.async_load()
            if self._records is None:  # Others may have asked meanwhile.
                items = stored.items() if isinstance(stored, dict) else ()
                self._records = {key: DiaryRecord.parse(value) for key, value in items}
        return self._records

    def save_later(self) -> None:
        """Write down what is not urgent."""
        if not self._save_is_due:  # Saving again would put the write off, each minute anew.
            self._save_is_due = True
            self._store.async_delay_save(self._data, _LATER)

    async def async_save(self) -> None:
        """Write everything down and wait until it is on disk."""
        await self._store.async_save(self._data())

    def _data(self) -> dict[str, Any]:
        self._save_is_due = False
        return {key: record.data for key, record in (self._records or {}).items()}

    async def async_keep_only(self, patient_ids: Collection[str]) -> None:
        """Forget all persons but these."""
        records = await self._all()
        if gone := records.keys() - set(patient_ids):
            for patient_id in gone:
                del records[patient_id]
            await self.async_save()

    async def async_remove(self) -> None:
        """Forget everything."""
        self._records = {}
        await self._store.async_remove()


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ArithmeticError, TypeError, ValueError:
        return None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except TypeError, ValueError:
        return None


def diary_store(hass: HomeAssistant, entry_id: str) -> DiaryStore:
    """The one store of a config entry: a second one would overwrite it with an older state."""
    return hass.data.setdefault(_STORES, {}).setdefault(entry_id, DiaryStore(hass, entry_id))
