"""What may leave the house when somebody asks for help: a list of what is allowed, not of what is hidden.

No name, id, ticket, address, glucose value or entry of a diary. A time zone is a place, so it is not named.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .account import LibreViewConfigEntry
from .const import CONF_INTERVAL, DEFAULT_INTERVAL
from .coordinator import LiveCoordinator
from .diary_coordinator import DiaryCoordinator
from .followed_person import FollowedPerson
from .models import EntryKind, Precision
from .person import Diary, Snapshot


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: LibreViewConfigEntry
) -> dict[str, Any]:
    """An account and its persons, without saying whose they are."""
    account = entry.runtime_data
    return {
        **(_live(entry, account.live) if account.live else {}),
        "diaries": [_diary_login(diary) for diary in account.diaries.values()],
        "persons": [_person(person) for person in account.persons.values()],
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
