"""The fields of the actions, and what is parsed from them."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from ..account.followed_person import FollowedPerson
from ..const import DOMAIN
from ..models import GlucoseUnit

ATTR_ACCEPT_OTHER_PERSON: Final = "accept_other_person"
ATTR_DATE_ORDER: Final = "date_order"
ATTR_END: Final = "end"
ATTR_FORMAT: Final = "format"
ATTR_KIND: Final = "kind"
ATTR_OVERWRITE: Final = "overwrite"
ATTR_PATH: Final = "path"
ATTR_PERSON: Final = "person"
ATTR_START: Final = "start"
ATTR_UNIT: Final = "unit"

FORMAT_CSV: Final = "csv"
FORMAT_JSON: Final = "json"

GLUCOSE_UNITS: Final = {"mg_dl": GlucoseUnit.MG_DL, "mmol_l": GlucoseUnit.MMOL_L}
"""The units by the value of the field."""


def get_unit(call: ServiceCall, person: FollowedPerson) -> GlucoseUnit:
    """Return the unit of a call, or else the person's own."""
    return GLUCOSE_UNITS[call.data[ATTR_UNIT]] if ATTR_UNIT in call.data else person.snapshot().unit


def get_time_span(call: ServiceCall, default: timedelta | None) -> tuple[int, int]:
    """Return the time (epoch seconds) of a call.

    Without an end it lasts until now; without a start it has the default length, or begins in 1970 if that is
    None. Raises ServiceValidationError for an end before the start.
    """
    end = _get_time(call, ATTR_END) or dt_util.utcnow()
    start = _get_time(call, ATTR_START) or (end - default if default else dt_util.utc_from_timestamp(0))
    if start > end:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="end_before_start")
    return int(start.timestamp()), int(end.timestamp())


def _get_time(call: ServiceCall, key: str) -> datetime | None:
    """Return a time of a call in UTC. One without a time zone is taken to be in Home Assistant's."""
    return dt_util.as_utc(call.data[key]) if key in call.data else None
