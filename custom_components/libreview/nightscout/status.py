"""The answers of Nightscout that tell of the site itself: its status and units, and what a key may do."""

from datetime import datetime
from typing import Final

from ..glucose.ranges import Thresholds
from ..models import GlucoseUnit, JsonObjectType
from .fields import to_iso, to_milliseconds

VERSION: Final = "15.0.3"
"""The version of Nightscout whose answers these follow. Some apps compare it."""
NAME: Final = "LibreView for Home Assistant"
UNITS: Final = {GlucoseUnit.MG_DL: "mg/dl", GlucoseUnit.MMOL_L: "mmol"}


def status(*, unit: GlucoseUnit, thresholds: Thresholds, now: datetime) -> JsonObjectType:
    """Return the status. The thresholds are the person's own, in mg/dL whatever the unit."""
    return {
        "status": "ok",
        "name": NAME,
        "version": VERSION,
        "serverTime": to_iso(now),
        "serverTimeEpoch": to_milliseconds(now),
        "apiEnabled": True,
        "careportalEnabled": False,
        "boluscalcEnabled": False,
        "settings": {
            "units": UNITS[unit],
            "thresholds": {
                "bgHigh": thresholds.very_high,
                "bgTargetTop": thresholds.high,
                "bgTargetBottom": thresholds.low,
                "bgLow": thresholds.very_low,
            },
        },
    }


def verified() -> JsonObjectType:
    """Return what a key may do: read, and nothing else."""
    rights = {"canRead": True, "canWrite": False, "isAdmin": False, "message": "OK"}
    return {"status": 200, "message": rights}
