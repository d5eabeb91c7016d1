"""What may leave the house when somebody asks for help: a list of what is allowed, not of what is hidden.

No name, id, ticket, address, glucose value or entry of a diary. A time zone is a place, so it is not named.
"""

from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .account import LibreViewConfigEntry
from .const import CONF_INTERVAL, CONF_KEPT_DAYS, DEFAULT_INTERVAL, DEFAULT_KEPT_DAYS
from .coordinator import LiveCoordinator
from .diary_coordinator import DiaryCoordinator
from .followed_person import FollowedPerson
from .history.long_times import readings_of
from .history.store import Store
from .models import EntryKind, Precision, Source
from .person import Diary, Snapshot

_ALL_TIME: Final = (0, 2**62)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: LibreViewConfigEntry
) -> dict[str, Any]:
    """An account and its persons, without saying whose they are."""
    account = entry.runtime_data
    return {
        **(_live(entry, account.live) if account.live else {}),
        "diaries": [_diary_login(diary) for diary in account.diaries.values()],
        "kept_days": entry.options.get(CONF_KEPT_DAYS, DEFAULT_KEPT_DAYS),
        "persons": [
            {**_person(person), "history": await _async_history(person)}
            for person in account.persons.values()
        ],
    }


def _live(entry: LibreViewConfigEntry, live: LiveCoordinator) -> dict[str, Any]:
    state = live.client.session.state
    return {
        "account": {
            "region": state.region,
            "client_version": state.version,
            "interval": entry.options.get(CONF_INTERVAL, DEFAULT_INTERVAL),
            "polling_disabled": entry.pref_disable_polling,
            "has_ticket": state.ticket is not None,
            "password_rejected": state.rejected,
            "failed_sign_ins": state.failed_sign_ins,
        },
        "polling": {
            "problem": live.problem.key if live.problem else None,
            "seconds_since_success": _seconds_since(live.last_success),
            "persons_sharing": len(live.shared),
            "clock_offset_seconds": round(live.client.session.clock_offset),
        },
    }


def _diary_login(diary: DiaryCoordinator) -> dict[str, Any]:
    state = diary.client.session.state
    return {
        "is_of_one_person": diary.login.subentry_id is not None,
        "region": state.region,
        "has_ticket": state.ticket is not None,
        "has_trusted_device": state.trusted_device is not None,
        "problem": diary.problem.key if diary.problem else None,
        "seconds_since_success": _seconds_since(diary.last_success),
    }


def _seconds_since(moment: datetime | None) -> int | None:
    return round((dt_util.utcnow() - moment).total_seconds()) if moment else None


def _person(person: FollowedPerson) -> dict[str, Any]:
    snapshot = person.snapshot()
    newest = snapshot.last_reading
    return {
        "feeds": sorted(person.feeds),
        "unit": snapshot.unit,
        "max_age_minutes": round(snapshot.settings.max_age.total_seconds() / 60),
        "own_thresholds": sorted(snapshot.settings.thresholds),
        "has_own_time_zone": snapshot.zone != dt_util.get_default_time_zone(),
        "is_current": snapshot.current is not None,
        "minutes_since_reading": round((snapshot.now - newest).total_seconds() / 60) if newest else None,
        **_live_feed(snapshot),
        "diary": _diary(snapshot.diary) if snapshot.diary else None,
    }


def _live_feed(snapshot: Snapshot) -> dict[str, Any]:
    sensor = snapshot.sensor
    return {
        "known": snapshot.live is not None,
        "readings_kept": len(snapshot.live.readings) if snapshot.live else 0,
        "has_trend": snapshot.current is not None and snapshot.current.trend is not None,
        "sensor_product": sensor.product if sensor else None,
        "sensor_life_days": snapshot.settings.sensor_life_days,
        "sensor_status": snapshot.sensor_status,
    }


def _diary(diary: Diary) -> dict[str, Any]:
    kinds = Counter(entry.kind for entry in diary.entries)
    precisions = Counter(entry.precision for entry in diary.entries)
    return {
        "seconds_since_report": _seconds_since(diary.read_at),
        "entries": {kind: kinds[kind] for kind in EntryKind},
        "precision": {precision: precisions[precision] for precision in Precision},
        "readings_kept": len(diary.readings),
        "is_elsewhere": diary.offset is not None,
        "unknown_keys": dict(diary.unknown),
    }


async def _async_history(person: FollowedPerson) -> dict[str, Any] | None:
    """How much is kept of a person, None when the history cannot be read."""
    with suppress(HomeAssistantError):
        return await person.history.async_ask(_counts, person.patient_id)
    return None


def _counts(store: Store, patient_id: str) -> dict[str, Any]:
    sources = Counter(each.source for each in readings_of(store, patient_id, *_ALL_TIME))
    kinds = Counter(each.kind for each in store.entries(patient_id, *_ALL_TIME))
    return {
        "readings": {source: sources[source] for source in Source},
        "entries": {kind: kinds[kind] for kind in EntryKind},
    }
