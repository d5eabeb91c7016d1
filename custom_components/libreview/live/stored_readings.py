"""The readings that are stored of a person, as the live feed begins with them after a start."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..glucose.freshness import is_from_future
from ..history.history import History
from ..history.sources import TRAITS
from ..history.store import Store
from ..models import Reading

_NO_END: Final = 2**62


async def async_read_stored(history: History, patient_id: str, span: timedelta) -> tuple[Reading, ...]:
    """Return the readings of the last `span` whose times are exact, in the order of time.

    None is where one lies ahead: it came when our clock was further, so that now nothing tells how old they
    are. None is either where the store cannot be read, of which an issue tells.
    """
    now = dt_util.utcnow()
    with suppress(HomeAssistantError):
        kept = await history.async_run(Store.readings, patient_id, int((now - span).timestamp()), _NO_END)
        stored = tuple(each.reading for each in kept if TRAITS[each.source].has_exact_times)
        if stored and not is_from_future(stored[-1], now):
            return stored
    return ()
