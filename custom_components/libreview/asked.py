"""What the fields of the actions mean."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .followed_person import FollowedPerson
from .models import GlucoseUnit

PERSON: Final = "person"
START: Final = "start"
END: Final = "end"
UNIT: Final = "unit"

UNITS: Final = {"mg_dl": GlucoseUnit.MG_DL, "mmol_l": GlucoseUnit.MMOL_L}


def unit_of(call: ServiceCall, person: FollowedPerson) -> GlucoseUnit:
    """The unit that was asked for, or else the person's own."""
    return UNITS[call.data[UNIT]] if UNIT in call.data else person.snapshot().unit


def span_of(call: ServiceCall, usual: timedelta | None) -> tuple[int, int]:
    """The time (epoch seconds) that was asked for: until now, and the usual one or from the very beginning.

    Raises ServiceValidationError for an end before the start.
    """
    end = _instant(call, END) or dt_util.utcnow()
    start = _instant(call, START) or (end - usual if usual else dt_util.utc_from_timestamp(0))
    if start > end:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="end_before_start")
    return int(start.timestamp()), int(end.timestamp())


def _instant(call: ServiceCall, key: str) -> datetime | None:
    """What was asked for. A time without a zone is meant by Home Assistant's clock."""
    return dt_util.as_utc(call.data[key]) if key in call.data else None
