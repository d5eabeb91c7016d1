"""What may leave the house when somebody asks for help: a list of what is allowed, not of what is hidden.

No name, id, ticket, address or glucose value.
"""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .account import LibreViewConfigEntry
from .const import CONF_INTERVAL, DEFAULT_INTERVAL
from .person import Snapshot


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: LibreViewConfigEntry
) -> dict[str, Any]:
    """An account and its persons, without saying whose they are."""
    live = entry.runtime_data.live
    state = live.client.session.state
    now = dt_util.utcnow()
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
            "seconds_since_success": round((now - live.last_success).total_seconds())
            if live.last_success
            else None,
            "persons_sharing": len(live.shared),
            "clock_offset_seconds": round(live.client.session.clock_offset),
        },
        "persons": [_person(live.snapshot(patient_id)) for patient_id in live.settings],
    }


def _person(snapshot: Snapshot) -> dict[str, Any]:
    newest = snapshot.last_reading
    sensor = snapshot.sensor
    return {
        "known": snapshot.live is not None,
        "unit": snapshot.unit,
        "max_age_minutes": round(snapshot.settings.max_age.total_seconds() / 60),
        "own_thresholds": sorted(snapshot.settings.thresholds),
        "is_current": snapshot.current is not None,
        "minutes_since_reading": round((snapshot.now - newest).total_seconds() / 60) if newest else None,
        "readings_kept": len(snapshot.live.readings) if snapshot.live else 0,
        "has_trend": snapshot.current is not None and snapshot.current.trend is not None,
        "sensor_product": sensor.product if sensor else None,
        "sensor_life_days": snapshot.settings.sensor_life_days,
        "sensor_status": snapshot.sensor_status,
    }
