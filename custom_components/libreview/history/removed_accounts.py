"""The history of accounts that were removed: kept aside for 30 days, there again with the account, deleted.

Its file gets a name of its own, with a hash of whose account it was, so that nobody is named there.
"""

from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import isfinite
from operator import attrgetter
import os
from pathlib import Path
import sqlite3
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..failures import issues
from ..glucose.freshness import clocks_agree
from ..hass_data import get_data
from .database_file import UnreadableStoreError, is_damage, move, remove
from .history import History
from .removed_persons import FEWEST_DAYS_TOLD, KEPT_FOR
from .store import Store
from .store_file import history_path

_INTERVAL: Final = timedelta(hours=1)
_UNDATED: Final = datetime.fromtimestamp(0, UTC)
_PREFIX: Final = f"{DOMAIN}.removed"
_SUFFIX: Final = ".history.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptFile:
    """The history of an account that was removed."""

    path: Path
    entry_id: str
    removed_at: datetime | None
    """UTC, None before a clock that is right has told it."""


async def async_keep_account(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Keep the history of an account aside that is removed, and say so. One of hardly any days is deleted."""
    now = dt_util.utcnow()
    dated = now if _is_clock_right(hass, entry) else _UNDATED
    kept = await hass.async_add_executor_job(_keep, hass, entry, dated)
    if kept is not None:
        days, path = kept
        issues.set_account_kept_aside(hass, entry, days=days, until=now + KEPT_FOR, file=path.name)


@callback
def _is_clock_right(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Return whether the cloud's last answer to an account has confirmed our clock."""
    clocks = get_data(hass).cloud_clocks.items()
    told = [clock for key, clock in clocks if key.split(".")[0] == entry.entry_id and isfinite(clock.told_at)]
    return bool(told) and clocks_agree(max(told, key=attrgetter("told_at")).offset)


def _keep(hass: HomeAssistant, entry: ConfigEntry, dated: datetime) -> tuple[int | None, Path] | None:
    path = history_path(hass, entry.entry_id)
    kept = None
    # What is damaged, or cannot be kept aside, is deleted as people have asked.
    with suppress(OSError, UnreadableStoreError):
        days = _count_days(path)
        if days is None or days >= FEWEST_DAYS_TOLD:
            aside = path.with_name(f"{_PREFIX}.{_hash(entry)}.{entry.entry_id}{_SUFFIX}")
            move(path, aside)
            kept = days, aside
            _date(aside, dated)
    remove(path)
    return kept


def _count_days(path: Path) -> int | None:
    """Return on how many days there is something of anybody; 0 without a file, or for one that is damaged.

    None for a file that is whole but cannot be read now: of a later version, or while the disk is full.
    """
    if not path.exists():
        return 0
    try:
        with closing(Store(path)) as store:
            return store.count_all_days()
    except sqlite3.Error as err:
        return 0 if is_damage(err) else None


async def async_bring_account_back(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Give an account that is added again the history it had, if that is kept aside."""
    if (entry_id := await hass.async_add_executor_job(_bring_back, hass, entry)) is not None:
        issues.clear_account_kept_aside(hass, entry_id)


def _bring_back(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    path = history_path(hass, entry.entry_id)
    kept = [file for file in _find(hass) if f".{_hash(entry)}." in file.path.name]
    if path.exists() or not kept:
        return None
    last = max(kept, key=lambda file: file.removed_at or dt_util.utcnow())
    try:
        move(last.path, path)
    except OSError:
        return None  # A new history begins, and this one stays until its time is over.
    return last.entry_id


def async_watch_removed_accounts(hass: HomeAssistant, entry: ConfigEntry, history: History) -> None:
    """Delete what was kept for 30 days, until the entry is unloaded.

    Nothing is deleted by a clock before an answer of the cloud confirms it.
    """

    async def check(_now: datetime) -> None:
        if history.is_clock_right:
            for entry_id in await hass.async_add_executor_job(_delete_expired, hass):
                issues.clear_account_kept_aside(hass, entry_id)

    entry.async_on_unload(
        async_track_time_interval(hass, check, _INTERVAL, name=f"{DOMAIN} removed accounts")
    )


def _delete_expired(hass: HomeAssistant) -> list[str]:
    """Delete files whose time is over, and date those that are not. Return the ids of the deleted entries."""
    now, expired = dt_util.utcnow(), []
    for file in _find(hass):
        if file.removed_at is None or file.removed_at > now:
            _date(file.path, now)
        elif now - file.removed_at > KEPT_FOR:
            remove(file.path)
            expired.append(file.entry_id)
    return expired


def _date(path: Path, removed_at: datetime) -> None:
    os.utime(path, (removed_at.timestamp(), removed_at.timestamp()))


def _find(hass: HomeAssistant) -> list[_KeptFile]:
    folder = Path(hass.config.path(STORAGE_DIR))
    return [
        _KeptFile(
            path=path,
            entry_id=path.name.removesuffix(_SUFFIX).rpartition(".")[2],
            removed_at=datetime.fromtimestamp(at, UTC) if (at := path.stat().st_mtime) else None,
        )
        for path in folder.glob(f"{_PREFIX}.*{_SUFFIX}")
    ]


def _hash(entry: ConfigEntry) -> str:
    return sha256(str(entry.unique_id).encode()).hexdigest()[:12]
