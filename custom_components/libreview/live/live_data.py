"""A person's live data with what an answer holds that is new."""

from collections.abc import Iterable
from datetime import datetime

from homeassistant.util import dt as dt_util

from ..cloud.librelinkup import Graph
from ..glucose.freshness import CLOCK_TOLERANCE, is_from_future
from ..glucose.series import merge, says_more, without_copies
from ..glucose.upload_rhythm import UploadRhythm
from ..models import Connection, Reading
from ..person.snapshot import Live
from .follow_ups import READINGS_KEPT


def with_newest(before: Live | None, connection: Connection) -> Live:
    """Return a person's data with what the connection holds that is new."""
    now, reading = dt_util.utcnow(), connection.reading
    rhythm = before.rhythm if before else UploadRhythm()
    return Live(
        person=connection,
        readings=merge_readings(before.readings if before else (), filter(None, [reading])),
        alarms=before.alarms if before else (),
        valueless_at=_find_valueless(before, connection, now),
        rhythm=rhythm.after(reading.at) if reading and not is_from_future(reading, now) else rhythm,
    )


def _find_valueless(before: Live | None, connection: Connection, now: datetime) -> datetime | None:
    """Return the instant of the newest measurement without a usable value, unless a reading replaced it."""
    known = before.valueless_at if before else None
    told, reading = connection.valueless_at, connection.reading
    if known and reading and reading.at >= known:
        known = None
    if told and told - now > CLOCK_TOLERANCE:
        told = None  # As with readings: once the wrong clock is put right it would pass for the newest.
    return max(filter(None, (known, told)), default=None)


def find_missing(live: Live, graph: Graph) -> tuple[Reading, ...]:
    """Return the graph's readings without its copies of those that polls told, which say more.

    Of a graph that ends in the future none is returned: the clock is wrong by which it tells its times.
    """
    if graph.readings and is_from_future(graph.readings[-1], dt_util.utcnow()):
        return ()
    return without_copies(graph.readings, (reading for reading in live.readings if says_more(reading)))


def merge_readings(old: tuple[Reading, ...], new: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return old and new readings in the order of time, without those that are too old to be kept."""
    return merge(old, tuple(new), now=dt_util.utcnow(), keep=READINGS_KEPT)
