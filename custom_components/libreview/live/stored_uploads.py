"""What is known of phones' uploads as JSON: written for a restart, read back tolerantly."""

from math import isfinite
from typing import Any, Final

from ..cloud.fields import JsonMapping, mapping
from .upload_lag import DISTRIBUTIONS
from .uploads import FIVE_MINUTE_CADENCE, MINUTE_CADENCE, KnownUploads

_CADENCE: Final = "cadence"
_EARLIEST: Final = "earliest_lag"
_CHANCES: Final = "lag_chances"


def uploads_to_json(known: KnownUploads) -> dict[str, Any]:
    """Return what is known of one phone."""
    return {
        _CADENCE: known.cadence,
        _EARLIEST: known.earliest,
        _CHANCES: {str(place): chance for place, chance in known.chances.items()},
    }


def parse_uploads(stored: JsonMapping) -> KnownUploads | None:
    """Return what was stored of one phone, None where it is not whole."""
    cadence, earliest = stored.get(_CADENCE), stored.get(_EARLIEST)
    chances = {
        int(place): float(chance)
        for place, chance in mapping(stored.get(_CHANCES)).items()
        if place.isdecimal() and int(place) < len(DISTRIBUTIONS)
        if isinstance(chance, int | float) and 0 < chance <= 1
    }
    if not isinstance(earliest, int | float) or not isfinite(earliest) or not chances:
        return None
    if cadence not in (MINUTE_CADENCE, FIVE_MINUTE_CADENCE):
        return None
    return KnownUploads(
        FIVE_MINUTE_CADENCE if cadence == FIVE_MINUTE_CADENCE else MINUTE_CADENCE, earliest, chances
    )
