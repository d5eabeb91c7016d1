"""Diagnostics, as an allow-list: only what is named here is included.

There is no name, id, ticket, address, glucose value or diary entry. A time zone tells a place, so it is not
named either. Of the cloud's answers there are the keys and the types, never a value.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .account.account import Account, LibreViewConfigEntry
from .account.followed_person import FollowedPerson
from .cloud.known_names import HIDDEN, is_harmless
from .const import SUBENTRY_READER
from .entry_data import kept_days
from .hass_data import get_data
from .history.store import Store
from .models import EntryKind, Precision, Source
from .person.snapshot import Diary, Snapshot
from .readers.reader import Reader
from .send.destination import destinations_of
from .sign_in.shape_store import get_shape_store

_ALL_TIME: Final = (0, 2**62)
"""Epoch seconds."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: LibreViewConfigEntry
) -> dict[str, Any]:
    """Return the state of an account and its persons, without anything that identifies them.

    Of one that is not loaded there is neither feed nor person, but what its answers looked like.
    """
    account: Account | None = getattr(entry, "runtime_data", None)
    return {
        "polling_disabled": entry.pref_disable_polling,
        "feeds": [feed.describe() for feed in account.feeds] if account else [],
        "kept_days": kept_days(entry),
        "persons": [
            {**_person(person), "history": await _async_count_history(person)}
            for person in (account.persons.values() if account else ())
        ],
        "readers": _count_readers(entry),
        "nightscout": _count_destinations(hass, entry),
        "answer_shapes": get_shape_store(hass, entry.entry_id).to_json(),
    }


def _count_readers(entry: LibreViewConfigEntry) -> dict[str, int]:
    """Return the number of readers of each kind."""
    readers = [Reader.of(entry, each) for each in entry.get_subentries_of_type(SUBENTRY_READER)]
    keys = sum(reader.key_hash is not None for reader in readers)
    return {"key": keys, "client": len(readers) - keys}


def _count_destinations(hass: HomeAssistant, entry: LibreViewConfigEntry) -> dict[str, int]:
    """Return the number of Nightscout servers, of those that get the diary, and of those in trouble."""
    there = list(destinations_of(entry))
    senders = get_data(hass).senders.get(entry.entry_id)
    running = senders.running.values() if senders else ()
    return {
        "servers": len(there),
        "diary": sum(each.diary for each in there),
        "failing": sum(each.problem is not None for each in running),
    }


def _seconds_since(time: datetime | None) -> int | None:
    return round((dt_util.utcnow() - time).total_seconds()) if time else None


def _person(person: FollowedPerson) -> dict[str, Any]:
    snapshot = person.snapshot()
    newest = snapshot.last_reading
    return {
        "feeds": sorted(person.feed_kinds),
        "unit": snapshot.unit,
        "max_age_minutes": round(snapshot.max_age.total_seconds() / 60),
        "own_thresholds": sorted(snapshot.settings.thresholds),
        "is_elsewhere": snapshot.phone_offset is not None,
        "has_own_time_zone": snapshot.time_zone != dt_util.get_default_time_zone(),
        "is_current": snapshot.current is not None,
        "minutes_since_reading": round((snapshot.now - newest).total_seconds() / 60) if newest else None,
        **_live_data(snapshot),
        "diary": _diary_data(snapshot.diary) if snapshot.diary else None,
    }


def _live_data(snapshot: Snapshot) -> dict[str, Any]:
    sensor = snapshot.sensor
    return {
        "known": snapshot.live is not None,
        "readings_kept": len(snapshot.live.readings) if snapshot.live else 0,
        "has_trend": snapshot.current is not None and snapshot.current.trend is not None,
        "sensor_product": sensor.product if sensor else None,
        "sensor_life_days": snapshot.settings.sensor_life_days,
        "sensor_status": snapshot.sensor_status,
    }


def _diary_data(diary: Diary) -> dict[str, Any]:
    kinds = Counter(entry.kind for entry in diary.entries)
    precisions = Counter(entry.precision for entry in diary.entries)
    return {
        "seconds_since_report": _seconds_since(diary.read_at),
        "entries": {kind: kinds[kind] for kind in EntryKind},
        "precision": {precision: precisions[precision] for precision in Precision},
        "readings_kept": len(diary.readings),
        "unknown_keys": _by_harmless_name(diary.unknown),
    }


def _by_harmless_name(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how often unknown names occur, those that could be anybody's name or id together."""
    shown: Counter[str] = Counter()
    for name, count in counts.items():
        shown[name if is_harmless(name) else HIDDEN] += count
    return dict(shown)


async def _async_count_history(person: FollowedPerson) -> dict[str, Any] | None:
    """Return how much is kept of a person, None where the history cannot be read."""
    with suppress(HomeAssistantError):
        return await person.history.async_run(_count, person.patient_id)
    return None


def _count(store: Store, patient_id: str) -> dict[str, Any]:
    sources = Counter(kept.source for kept in store.iter_readings(patient_id, *_ALL_TIME))
    kinds = Counter(entry.kind for entry in store.entries(patient_id, *_ALL_TIME))
    return {
        "readings": {source: sources[source] for source in Source},
        "entries": {kind: kinds[kind] for kind in EntryKind},
    }
