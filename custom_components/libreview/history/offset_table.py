"""The queries on the UTC offsets of persons' phones: table `utc_offset`."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
import sqlite3

from ..cloud.floating_time import SeenOffset
from .utc_offsets import KEPT_FOR


def keep(connection: sqlite3.Connection, person: int, seen: Sequence[SeenOffset]) -> None:
    """Replace all observations of a person since the first of `seen` by these, which are the newest.

    Older ones stay until no report can reach back to them.
    """
    if not seen:
        return
    first, oldest = _seconds(seen[0].at), _seconds(seen[-1].at - KEPT_FOR)
    connection.execute(
        "DELETE FROM utc_offset WHERE person = ? AND (at >= ? OR at < ?)", (person, first, oldest)
    )
    connection.executemany(
        "INSERT OR REPLACE INTO utc_offset (person, at, seconds) VALUES (?, ?, ?)",
        ((person, _seconds(each.at), round(each.offset.total_seconds())) for each in seen),
    )


def find_all(connection: sqlite3.Connection) -> dict[str, list[SeenOffset]]:
    """Return the observations of all persons by patient id, oldest first."""
    found: dict[str, list[SeenOffset]] = {}
    for patient_id, at, seconds in connection.execute(
        "SELECT patient_id, at, seconds FROM utc_offset JOIN person ON person.id = utc_offset.person"
        " ORDER BY patient_id, at"
    ):
        seen = SeenOffset(datetime.fromtimestamp(at, UTC), timedelta(seconds=seconds))
        found.setdefault(patient_id, []).append(seen)
    return found


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
