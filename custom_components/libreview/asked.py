"""What the fields of the actions mean."""

from datetime import datetime
from typing import Final

from homeassistant.core import ServiceCall
from homeassistant.util import dt as dt_util

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


def instant(call: ServiceCall, key: str) -> datetime | None:
    """What was asked for. A time without a zone is meant by Home Assistant's clock."""
    return dt_util.as_utc(call.data[key]) if key in call.data else None
